/*
 * checkpoint.h - all that decides the future of a lab, in one file: training that goes on from
 * it ends in the same bits as training that was never interrupted.
 *
 * A safetensors file. Its tensors are, for every arm, blocks of the shape of its parameters:
 *
 *     ARM.weights.PARAMETER         the weights
 *     ARM.before.PARAMETER          those before the last update, should the next step diverge
 *     ARM.validation.PARAMETER      with validation: best or last weights (validation.h)
 *     ARM.first_moment.PARAMETER    the optimizer's m: momentum, adam, adamw
 *     ARM.second_moment.PARAMETER   the optimizer's v: adam, adamw
 *
 * and its metadata are words:
 *
 *     ARM.step, ARM.learning_rate, ARM.stopped ...   an arm's numbers
 *     lab.step, lab.seconds, lab.events              the lab's
 *     config.SECTION.KEY                             all of it: task, seed, models
 *     data.sha256                                    of the file in task.file, "" without one
 *     duet, digest                                   the version; the SHA-256 of all the rest
 *
 * What belongs to it is listed in the tables of checkpoint_table.c, one line each. Sequences
 * are pure functions of seed and step, so a step number is all there is to say about the data.
 */
#ifndef LESSONS_CHECKPOINT_H
#define LESSONS_CHECKPOINT_H

#include "lessons/lab.h"

/*
 * Write the lab to path in one step (atomic_file.h): a kill at any moment leaves the file that
 * was there before. STATUS_FILE: the disk, or a number among the blocks is not finite, so that
 * nobody could go on from there; STATUS_NO_MEMORY. The old file then stands.
 */
enum status checkpoint_write(const struct lab *lab, const char *path, struct error *error);

/*
 * How many events of events.csv had been made before that checkpoint, and how many updates each
 * arm of the configuration had: its arms by their numbers, EVENT_NO_ARM for the others and for
 * those that had stopped.
 * STATUS_FILE: not a checkpoint, or one of other arms.
 */
struct checkpoint_moment {
    int events;
    long step[ARMS_MAX];
};
enum status checkpoint_moment(struct checkpoint_moment *moment, const struct lab_config *config,
                              const char *path, struct error *error);

/*
 * Bring a lab, made by lab_create from the same configuration, to where the checkpoint was
 * made. How long to train, how often to save, the number of threads and the name of the data
 * file may differ. STATUS_USAGE: another task, shape, model, seed ... or another data file,
 * with both values; STATUS_FILE: not a checkpoint, or damaged. The lab is untouched then.
 */
enum status checkpoint_read(struct lab *lab, const char *path, struct error *error);

#endif

/*
 * evaluation.h - what a model can do with sequences of any task that fits it, of another length
 * than it was trained on, say.
 *
 * A trainer evaluates in its own memory, cut for its own task; this has memory of its own, for
 * forward passes alone.
 */
#ifndef COMMON_TRAINING_EVALUATION_H
#define COMMON_TRAINING_EVALUATION_H

#include "common/training/shard.h"

/* What one step or one evaluation measured. */
struct report {
    double loss;          /* mean over scored elements */
    double accuracy;      /* share right by the task's metric */
    double gradient_norm; /* global 2-norm before clipping; NaN for an evaluation */
};

/* The means of these sums; 0 where nothing was scored. */
struct report report_of(struct loss loss, struct score score);

struct evaluation {
    const struct task *task; /* not owned */
    uint64_t seed;           /* of the data */
    struct shards shards;
};

/* Bytes that evaluation_create would take. */
size_t evaluation_bytes(const struct sequence_model *model, const struct task *task,
                        int threads);

/*
 * Memory to run `model` on `task`, whose inputs and outputs must be those of the model; its
 * length may be any. threads 0: as many as the machine runs at once. Both must outlive it.
 */
enum status evaluation_create(struct evaluation *evaluation, const struct sequence_model *model,
                              const struct task *task, uint64_t seed, int threads,
                              struct error *error);
void evaluation_free(struct evaluation *evaluation); /* safe on a zeroed one */

/*
 * Loss and accuracy on `samples` sequences of that purpose, numbered from 0: the same bits for
 * any number of threads.
 */
void evaluation_run(struct evaluation *evaluation, struct weights weights,
                    enum random_purpose purpose, int samples, struct report *report);

#endif

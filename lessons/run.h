/*
 * run.h - a run is a folder.
 *
 *     run.ini               the complete configuration at step 0: enough to repeat the run bit
 *                           for bit, if nobody has changed anything while it went on
 *     events.csv            what a hand has changed (event.h), if it has: with run.ini enough to
 *                           repeat the run (repeat.h)
 *     metrics.csv           loss, accuracy and gradient norm of every arm over training; with
 *                           validation also the loss there, with another pace than steps also
 *                           the updates that each arm has made
 *     checkpoint.safetensors  all that going on needs, of all arms (checkpoint.h)
 *     left.safetensors ...  the weights of one arm, in PyTorch's names and layouts
 *
 * Each but metrics.csv is replaced in one step: a kill at any moment leaves the one before.
 * metrics.csv only grows, and reaches the disk before the checkpoint that stands behind it.
 */
#ifndef LESSONS_RUN_H
#define LESSONS_RUN_H

#include <stdio.h>

#include "common/error.h"
#include "lessons/lab.h"

enum { RUN_PATH_MAX = 4096 };

struct run {
    char folder[RUN_PATH_MAX];
    FILE *metrics;
    int arms;
    long saved_step; /* of the lab when it was last saved */
    double saved_at; /* clock_seconds() then */
};

/*
 * Make the folder, prove that it can be written, and begin the run with run.ini and the head of
 * metrics.csv. A folder that already holds a run is refused unless `force`: then its files are
 * replaced. STATUS_FILE, STATUS_USAGE; on success end with run_close.
 */
enum status run_create(struct run *run, const char *folder, const struct lab *lab, bool force,
                       struct error *error);

/* Remove a run's files, and its folder if nothing else is in it. */
void run_discard(const char *folder);

/* Append one line to metrics.csv. STATUS_FILE: the disk is full, say. */
enum status run_report(struct run *run, const struct lab *lab, struct error *error);

/* Write the checkpoint, then the weights of every arm, each in one step. */
enum status run_save(struct run *run, const struct lab *lab, struct error *error);

/*
 * The same if training.checkpoint_every steps or training.checkpoint_seconds have gone by since
 * the last time: to be called after every step.
 */
enum status run_save_if_due(struct run *run, const struct lab *lab, struct error *error);

/* Close metrics.csv, flushed to the disk. Safe on a zeroed run. */
enum status run_close(struct run *run, struct error *error);

/* What a run began with, what a hand has changed since, and how far it was saved. */
struct run_story {
    struct lab_config origin; /* run.ini */
    struct lab_config config; /* after the events */
    struct event_list events; /* owned by who asked: event_list_free */
    long limit;               /* lab->limit after the events */
    bool saved;               /* there is a checkpoint, */
    long end[ARMS_MAX];       /* made after so many updates of each arm, as in an event */
};
enum status run_story(struct run_story *story, const char *folder, struct error *error);

/* The configuration that a folder's run has in the end: run.ini, and the changes after it. */
enum status run_config(struct lab_config *config, const char *folder, struct error *error);

/*
 * Go on with the run in the folder: a lab at its checkpoint, from which training goes on bit
 * for bit, and the run open behind the checkpoint's line of metrics.csv. config: that of the
 * folder, with more steps perhaps (over which a schedule then falls), another number of threads
 * or other times to save (checkpoint.h); NULL: as it is. STATUS_USAGE: it differs in anything
 * else (both values are shown), or has fewer steps than were made; STATUS_FILE: a file is
 * missing, damaged, or of another run. Nothing in the folder has changed then. On success end
 * with run_close and lab_free.
 */
enum status run_resume(struct run *run, struct lab **lab, const char *folder,
                       const struct lab_config *config, struct error *error);

/*
 * The lab of a run's folder at its checkpoint, to go on from there, with the curves that
 * metrics.csv has: not a byte of the folder changes. It may have made all its steps. As
 * run_resume, but the caller only frees it, with lab_free.
 */
enum status run_open(struct lab **lab, const char *folder, struct error *error);

/* The lab of a run's folder with the weights it saved. The caller frees it with lab_free. */
enum status run_load(struct lab **lab, const char *folder, struct error *error);

#endif

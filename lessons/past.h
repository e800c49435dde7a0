/*
 * past.h - what a lab that is watched remembers of its training: moments to look back at and to
 * go on from (history.h), and the curves of the ways that were left (branch.h).
 *
 * Only a lab that somebody watches has one: training for itself keeps nothing.
 */
#ifndef LESSONS_PAST_H
#define LESSONS_PAST_H

#include "lessons/branch.h"
#include "lessons/history.h"
#include "lessons/snapshot.h"

struct past {
    struct history history;
    struct branches branches;
    double next_moment; /* none is taken before that clock_work_seconds: they cost a hundredth
                           of the training */
};

/*
 * A past that begins with this lab as it is, in training.history_megabytes or what
 * LAB_MEMORY_MAX leaves of them.
 */
void past_begin(struct past *past, struct lab *lab);
void past_free(struct past *past); /* safe on a zeroed past */

/* After a step: keep the moment if it is time to. One that finds no memory is left out. */
void past_note(struct past *past, struct lab *lab);

/*
 * Another way from the moment that the lab looks at, or from where it is: the lab goes back to
 * it, the curves of the way that it leaves are kept. config NULL: everything is as it was then;
 * else its learning rates and its clip hold from now on. Nothing else of it counts.
 * STATUS_NO_MEMORY or STATUS_USAGE, as in history_return: nothing has changed; as in lab_change:
 * the lab has gone back, but its rates are those of then.
 */
enum status past_fork(struct past *past, struct lab *lab, const struct lab_config *config,
                      struct error *error);

/* Write what there is to look back at into a snapshot. */
void past_show(const struct past *past, struct snapshot *snapshot);

#endif

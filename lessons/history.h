/*
 * history.h - moments of a lab's training, kept so that one can look back at them and go on
 * from them.
 *
 * A moment is all that decides the future of a lab, the same tables as a checkpoint's
 * (checkpoint_table.h), in memory: training that goes on from one makes the same bits as it did
 * the first time. They are taken about evenly over the training. When the memory is full every
 * second one is dropped and the distance between them doubles; step 0 and the one that somebody
 * looks at stay.
 */
#ifndef LESSONS_HISTORY_H
#define LESSONS_HISTORY_H

#include "lessons/lab.h"

enum { MOMENTS_MAX = 256 };

struct history_moment {
    long step;                /* of the lab */
    struct lab_config config; /* of then: it may be changed between steps (change.h) */
    int events;               /* changes that a hand had made */
    char *bytes;              /* in the block: the lab's numbers, each arm's, and its blocks */
};

struct history {
    int most;    /* moments that there is memory for: that of step 0, or more; 0: not even it */
    int count;   /* with growing steps */
    long stride; /* steps between two */
    long held;   /* step of the moment that is looked at, LAB_NOW: none; thinning spares it */
    char *block; /* owned: of all moments */
    struct history_moment moment[MOMENTS_MAX];
};

/* Bytes of one moment of that lab. */
size_t history_moment_bytes(const struct lab *lab);

/*
 * An empty history of a lab, in at most that many bytes, but for step 0, which is always kept.
 * They are taken at once, so that a lab needs no more however long it trains, and touched one
 * moment after the other; where there are not so many, fewer moments do.
 */
void history_begin(struct history *history, const struct lab *lab, size_t bytes);
void history_free(struct history *history); /* safe on a zeroed history */

/* Is it time for another moment? Costs nothing. */
bool history_is_due(const struct history *history, const struct lab *lab);

/*
 * Keep the lab as it is now, between two steps. Nothing if this step is kept already, if there
 * is no room even after thinning, or if by then it is no longer time. STATUS_NO_MEMORY: the
 * history is as it was.
 */
enum status history_take(struct history *history, struct lab *lab, struct error *error);

/* The number of the moment nearest to that step; -1: there is none. */
int history_nearest(const struct history *history, long step);

/*
 * Let the lab's probes look at the moment nearest to that step, or at LAB_NOW, which is also
 * what is done without any moment. They see the weights of then in the layers of now: where
 * those were others (a mask, heads ...) lab->looks_through says so. STATUS_NO_MEMORY: they look
 * where they did.
 */
enum status history_look(struct history *history, struct lab *lab, long step,
                         struct error *error);

/*
 * Put the lab back to moment number `moment`, looking at now: weights, optimizer state, steps,
 * configuration and limit of then. Its curves, its events and the history lose what came later.
 * STATUS_NO_MEMORY, or STATUS_USAGE where LAB_MEMORY_MAX forbids the layers of then: nothing
 * has changed.
 */
enum status history_return(struct history *history, struct lab *lab, int moment,
                           struct error *error);

#endif

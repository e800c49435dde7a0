/*
 * before.h - what an arm made of the pinned sequence before a hand changed anything in it:
 * frozen, while training goes on, to be seen beside what it makes of it now.
 */
#ifndef LESSONS_BEFORE_H
#define LESSONS_BEFORE_H

#include "common/training/probe.h"

/* A zeroed one is none. */
struct before {
    bool any;
    long step;       /* updates that the arm had made */
    double loss;     /* mean loss of the pinned sequence */
    real *output;    /* (T_out, V) its outputs, in the order of the trace's logits; owned */
    size_t capacity; /* elements that output has room for */
};

/*
 * Run the probe without its edits and keep what comes out. Leaves the probe's results those of
 * that run. STATUS_NO_MEMORY: there is none then.
 */
enum status before_freeze(struct before *before, struct probe *probe, struct weights weights,
                          long step, struct error *error);

void before_forget(struct before *before); /* keeps its memory */
void before_free(struct before *before);   /* safe on a zeroed one */

#endif

/*
 * prediction_view.h - what an arm's output says at a step of the pinned sequence.
 */
#ifndef VIZ_WINDOW_PREDICTION_VIEW_H
#define VIZ_WINDOW_PREDICTION_VIEW_H

#include "lessons/snapshot.h"

/* The output of step t, (snapshot->outputs) logits or values; NULL: it has none. */
const real *prediction_output(const struct snapshot *snapshot, const struct snapshot_arm *arm,
                              int t);

/*
 * Is what it says there of interest: something is scored, or the sequence ends there and nobody
 * knows what should come?
 */
bool prediction_shown(const struct snapshot *snapshot, const struct snapshot_arm *arm, int t);

/* One class and the probability that the model gives it. */
struct candidate {
    int symbol;
    double probability;
};

/*
 * The likeliest of V classes, largest first, and of equal ones the first of them; returns how
 * many, at most `most`. With `wanted` >= 0 that one is the last of them if it is none of the
 * others.
 */
int prediction_top(const real *logits, int V, int wanted, struct candidate *top, int most);

/* Scored steps first..end - 1 of the pinned sequence, and how many the arm has right. */
int prediction_scored(const struct snapshot *snapshot, const struct snapshot_arm *arm,
                      int first, int end, int *right);

#endif

/*
 * profile.h - the gradient per time step: how much of an error reaches each earlier step.
 *
 * Fix one output, at step tau. The seed is the unit vector of the loss's gradient on that
 * output (so that an answer that is already good does not shrink every bar); it is carried back
 * and reduced over units to one norm per time step, in double, never normalised along time:
 *
 *     input view    G(t) = || d / d u_t ||    u_t: the task's own input, features or one-hot,
 *                   before any embedding: the same unit in every model, so arms may be compared
 *     state view    || d / d s_t ||, all paths: h_t, or h_t and c_t together for an LSTM, or
 *                   the residual stream entering each block. Slopes may be compared, heights
 *                   may not
 *
 * `one` is the pinned sequence, `rms` the root of the mean square over many sequences.
 *
 * The raw seed is the gradient on that output as it is, not made a unit vector: every norm of
 * `one` is then `error` times as large.
 */
#ifndef COMMON_MODEL_PROFILE_H
#define COMMON_MODEL_PROFILE_H

#include "common/error.h"
#include "common/layers/trace.h"

/* One norm per time step, of one sequence and of many. A row of the profile. */
struct profile_row {
    double *one; /* (T) */
    double *rms; /* (T); NaN until it has been measured */
    /*
     * Least-squares slope of ln rms (of ln one, while rms is not measured) against the lag k =
     * tau - t, for k = 1 .. floor(0.9 T); steps whose norm is zero are left out. NaN if fewer
     * than two remain. exp(slope) is the factor per step back.
     */
    double slope;
};

/* One of several arrays that together are the state of a layer: h or c of an LSTM. */
struct profile_part {
    int layer;
    const char *quantity; /* "cell", as in the trace; static */
    struct profile_row row;
};

/* An LSTM in both directions has four parts in each layer. */
enum { PROFILE_LAYERS_MAX = 32, PROFILE_PARTS_MAX = 4 * PROFILE_LAYERS_MAX };

/* A zeroed profile is an empty one. */
struct profile {
    int steps;    /* T; 0: empty */
    int tau;      /* the step whose output is asked */
    bool local;   /* every output at once: "local losses hide vanishing" */
    bool raw;     /* the seed was not made a unit vector */
    double error; /* its length before that, of the pinned sequence; NaN with `local` */
    int layers, parts;
    struct profile_row input;
    struct profile_row state[PROFILE_LAYERS_MAX]; /* all parts of a layer together */
    struct profile_part part[PROFILE_PARTS_MAX];
    double *block; /* owns all rows */
};

/*
 * Make room for that size, without parts, all values NaN. Reuses memory when the size is the
 * same. STATUS_USAGE: more than PROFILE_LAYERS_MAX layers. STATUS_NO_MEMORY.
 */
enum status profile_resize(struct profile *profile, int steps, int layers, struct error *error);

/*
 * The same for the layers of a trace, with a part for each array of a state that has several,
 * in the order of the trace; of more than PROFILE_PARTS_MAX the first.
 */
enum status profile_resize_for(struct profile *profile, int steps, const struct trace *trace,
                               struct error *error);

/* The part of that layer and quantity, or NULL. */
struct profile_row *profile_part(struct profile *profile, int layer, const char *quantity);

/* Rows in all: number 0 is the input's, then come the layers', then the parts'. */
int profile_rows(const struct profile *profile);
struct profile_row *profile_row_at(struct profile *profile, int number);

/* Make `to` a copy of `from`. */
enum status profile_copy(struct profile *to, const struct profile *from, struct error *error);

void profile_free(struct profile *profile); /* safe on a zeroed profile */

/* Overwrite the slope of a row from its norms. */
void profile_fit(struct profile_row *row, int steps, int tau);

#endif

/*
 * recurrent_parts.h - what recurrent.c, forwards, and recurrent_backward.c have in common.
 * Nobody else needs it.
 */
#ifndef RNN_RECURRENT_PARTS_H
#define RNN_RECURRENT_PARTS_H

#include "rnn/recurrent.h"

/* What recurrent_prepare writes: both maps, and what the sum a_t begins with. */
struct recurrent_prepared {
    const real *input;
    const real *hidden;
    const real *bias; /* (GH) b_ih + b_hh; b_ih alone where the cell keeps u_t apart */
};

static inline struct recurrent_prepared recurrent_prepared_of(const struct recurrent *r,
                                                              const real *prepared)
{
    const real *hidden = prepared + affine_prepared_count(&r->input);

    return (struct recurrent_prepared){ .input = prepared,
                                        .hidden = hidden,
                                        .bias = hidden + affine_prepared_count(&r->hidden) };
}

/* The beginning of a layer's scratch. */
struct recurrent_scratch {
    real *bias; /* (GH) in backward the sum of da over all rows */

    /*
     * What sums begin with: (V, GH) by symbol, if x is, else (chunk, B, GH). In backward, by
     * symbol, the sum of da over equal rows.
     */
    real *a;
};

static inline struct recurrent_scratch recurrent_scratch_of(const struct recurrent *r,
                                                            const struct layer_pass *pass)
{
    return (struct recurrent_scratch){ .bias = pass->scratch,
                                       .a = pass->scratch + r->input.out };
}

/* Is there anything in h_{t-1}? Before the first step only what was learned. */
static inline bool has_previous(const struct recurrent *r, int t)
{
    return t > 0 || r->options.learned_state;
}

#endif

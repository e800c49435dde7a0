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

/*
 * Does it pay to work on the different rows of x alone? By shape only: forward and backward
 * agree.
 */
static inline bool works_on_distinct(struct extent extent)
{
    return extent.distinct > 0 && (size_t)extent.distinct <= extent_rows(extent) / 2;
}

/* The beginning of a layer's scratch. */
struct recurrent_scratch {
    real *bias; /* (GH) in backward the sum of da over all rows */

    /*
     * What sums begin with: (V, GH), by symbol, if the different rows of x are few, else
     * (chunk, B, GH). In backward, of few rows, the sum of da over equal ones.
     */
    real *a;
    real *x;    /* (V, D) the different rows of x, and in backward dx; only if they are few */
    real *seen; /* (V) which of them occur */
};

static inline struct recurrent_scratch recurrent_scratch_of(const struct recurrent *r,
                                                            const struct layer_pass *pass)
{
    const size_t V = (size_t)pass->extent.distinct;
    struct recurrent_scratch s = { .bias = pass->scratch };

    s.a = s.bias + r->input.out;
    s.x = s.a + V * (size_t)r->input.out;
    s.seen = s.x + V * (size_t)r->input.in;
    return s;
}

/* scratch.x (V, D): the different rows of pass->x; 0 where a symbol does not occur. */
void recurrent_gather(const struct recurrent *r, const struct layer_pass *pass);

/* Is there anything in h_{t-1}? Before the first step only what was learned. */
static inline bool has_previous(const struct recurrent *r, int t)
{
    return t > 0 || r->options.learned_state;
}

#endif

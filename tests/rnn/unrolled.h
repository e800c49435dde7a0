/*
 * unrolled.h - a recurrent layer written a second time, one number after another, to compare with.
 *
 * The tests of each cell give its equations as scalar loops; whatever the layer traces (h, c, gates) is
 * passed through unrolled_keep as soon as it is known, which adds a nudge to it. The derivative of the
 * loss by that nudge is the total gradient on that quantity, by its definition: no rule of
 * differentiation is used, and no code of the layer.
 */
#ifndef TESTS_RNN_UNROLLED_H
#define TESTS_RNN_UNROLLED_H

#include "tests/layer_fixture.h"

enum { UNROLLED_MOST = 6 };

struct unrolled {
    struct layer_fixture fx;
    int T, B, D, H;
    int quantities;
    const char *const *names;   /* of the quantities in a trace; 0 is "hidden" */
    real *value[UNROLLED_MOST]; /* (B, T, H), as in a trace */
    real *nudge[UNROLLED_MOST]; /* (B, T, H) */
};

/* Overwrite value[0..quantities-1] from parameters, x and nudges of one sequence b. */
typedef void (*unrolled_cell)(struct unrolled *u, int b);

/* W x_t + b for one row of weight_ih_l0 and bias_ih_l0. */
real unrolled_input(const struct unrolled *u, int row, int b, int t);

/* W h_{t-1} + b for one row of weight_hh_l0 and bias_hh_l0; h is quantity 0, zero before the start. */
real unrolled_hidden(const struct unrolled *u, int row, int b, int t);

/* Store value + nudge as that quantity's number k of step t, and return it. */
real unrolled_keep(struct unrolled *u, int quantity, int b, int t, int k, real value);

/* What was kept for step t; zero before the first step. */
real unrolled_at(const struct unrolled *u, int quantity, int b, int t, int k);

/*
 * Run the layer of that case and the cell on the same numbers: what the layer traces must be what the
 * cell computed within 1e-12, and the gradients must match finite differences of the cell.
 */
void assert_trace_is_the_unrolled_cell(const struct layer_case *sizes, unrolled_cell cell,
                                       int quantities, const char *const *names);

#endif

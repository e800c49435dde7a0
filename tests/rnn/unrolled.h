/*
 * unrolled.h - a recurrent layer written a second time, one number after another, to compare
 * with.
 *
 * The tests of each cell give its equations as scalar loops; whatever the layer traces (h, c,
 * gates) is passed through unrolled_keep as soon as it is known, which adds a nudge to it. The
 * derivative of the loss by that nudge is the total gradient on that quantity, by its
 * definition: no rule of differentiation is used, and no code of the layer.
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
    int cut;                    /* steps between two cuts of the gradient; 0: none */
    real *held[UNROLLED_MOST];  /* (B, T, H) what is handed across a cut: a constant */
};

/* Overwrite value[0..quantities-1] from parameters, x and nudges of one sequence b. */
typedef void (*unrolled_cell)(struct unrolled *u, int b);

/* W x_t + b for one row of weight_ih_l0 and bias_ih_l0. */
real unrolled_input(const struct unrolled *u, int row, int b, int t);

/* W h_{t-1} + b for one row of weight_hh_l0 and bias_hh_l0; h is quantity 0. */
real unrolled_hidden(const struct unrolled *u, int row, int b, int t);

/* unrolled_input + unrolled_hidden, and the logistic function 1 / (1 + e^-a) of that. */
real unrolled_sum(const struct unrolled *u, int row, int b, int t);
real unrolled_gate(const struct unrolled *u, int row, int b, int t);

/* Store value + nudge as that quantity's number k of step t, and return it. */
real unrolled_keep(struct unrolled *u, int quantity, int b, int t, int k, real value);

/*
 * What step t finds of a quantity that is handed on from step to step: what was kept for step
 * t-1, or the constant held across a cut; before the first step the layer's tensor `learned`,
 * or zero if it has none of that name.
 */
real unrolled_before(const struct unrolled *u, int quantity, const char *learned, int b, int t,
                     int k);

/* unrolled_before for the hidden state. */
real unrolled_hidden_before(const struct unrolled *u, int b, int t, int k);

/*
 * Run the layer of that case and the cell on the same numbers: what the layer traces must be
 * what the cell computed within 1e-12, and the gradients must match finite differences of the
 * cell.
 */
void assert_trace_is_the_unrolled_cell(const struct layer_case *sizes, unrolled_cell cell,
                                       int quantities, const char *const *names);

/*
 * The same for a layer whose gradient is cut at multiples of `cut` steps, where the cell holds
 * what is handed across; and the gradients of all tensors and of x against finite differences
 * of that cell.
 */
void assert_cut_is_a_constant_of_the_cell(const struct layer_case *sizes, unrolled_cell cell,
                                          int quantities, const char *const *names, int cut);

/* clang-format off */
#define UNROLLED_TEST(label, test, ...)                                                        \
    { .name = label, .test_func = test, .initial_state = &(struct layer_case){ __VA_ARGS__ } }

#define UNROLLED_BACKWARD(cell, label, ...)                                                    \
    UNROLLED_TEST(cell "_backward_" label "_matches_finite_differences",                       \
                  backward_matches_finite_differences, __VA_ARGS__)

#define UNROLLED_TRACE(cell, label, ...)                                                       \
    UNROLLED_TEST(cell "_trace_" label "_is_that_of_the_equations", __VA_ARGS__)

/* Rows for an array of struct CMUnitTest: one step, where the cell has those rows of zeros, */
#define UNROLLED_ONE_OF_EVERYTHING(cell, create, ...)                                          \
    UNROLLED_BACKWARD(cell, "of_one_of_everything", create, .batch = 1, .steps = 1, .in = 1,   \
                      .out = 1, .zeros = { __VA_ARGS__ })
#define UNROLLED_ONE_STEP(cell, create, ...)                                                   \
    UNROLLED_BACKWARD(cell, "of_one_step", create, .batch = 3, .steps = 1, .in = 5, .out = 2,  \
                      .zeros = { __VA_ARGS__ })

/* and more of them, where every number has a gradient. */
#define UNROLLED_TESTS(cell, create, trace_test)                                               \
    UNROLLED_BACKWARD(cell, "of_one_sequence", create, .batch = 1, .steps = 4, .in = 2,        \
                      .out = 3),                                                               \
    UNROLLED_BACKWARD(cell, "of_many_steps", create, .batch = 2, .steps = 7, .in = 3,          \
                      .out = 5),                                                               \
    UNROLLED_BACKWARD(cell, "of_a_wide_input", create, .batch = 2, .steps = 3, .in = 11,       \
                      .out = 4),                                                               \
    UNROLLED_TRACE(cell, "of_one_sequence", trace_test, create, .batch = 1, .steps = 5,        \
                   .in = 2, .out = 4),                                                         \
    UNROLLED_TRACE(cell, "of_many_steps", trace_test, create, .batch = 3, .steps = 6, .in = 4, \
                   .out = 5)

/* Gradients cut at every step, in windows that end with the sequence or before, and nowhere. */
#define UNROLLED_CUT(cell, label, create, cut_test, cut_steps)                                 \
    UNROLLED_TEST(cell "_cut_" label "_hands_on_constants", cut_test, create, .batch = 2,      \
                  .steps = 6, .in = 3, .out = 4, .cut = cut_steps)
#define UNROLLED_CUTS(cell, create, cut_test)                                                  \
    UNROLLED_CUT(cell, "at_every_step", create, cut_test, 1),                                  \
    UNROLLED_CUT(cell, "at_every_third_step", create, cut_test, 3),                            \
    UNROLLED_CUT(cell, "at_every_fourth_step", create, cut_test, 4),                           \
    UNROLLED_CUT(cell, "at_a_step_that_never_comes", create, cut_test, 9)
/* clang-format on */

#endif

/* Gradients of rnn/elman.c, in double, and what it traces. */
#include "tests/test.h"

#include <math.h>

#include "rnn/elman.h"
#include "tests/rnn/unrolled.h"

static struct layer *create(const struct layer_case *sizes)
{
    return elman_create(
        &(struct recurrent_options){ .inputs = sizes->in, .hidden = sizes->out, .depth = 2 });
}

enum quantity { HIDDEN, QUANTITIES };
static const char *const names[QUANTITIES] = { "hidden" };

static void unrolled_elman(struct unrolled *u, int b)
{
    for (int t = 0; t < u->T; t++)
        for (int k = 0; k < u->H; k++)
            unrolled_keep(u, HIDDEN, b, t, k,
                          tanh(unrolled_input(u, k, b, t) + unrolled_hidden(u, k, b, t)));
}

static void trace_is_the_unrolled_cell(void **state)
{
    assert_trace_is_the_unrolled_cell(*state, unrolled_elman, QUANTITIES, names);
}

/* clang-format off */
#define CASE(label, ...)                                              \
    { .name = "elman_backward_" label "_matches_finite_differences", \
      .test_func = backward_matches_finite_differences,               \
      .initial_state = &(struct layer_case){ create, __VA_ARGS__ } }

#define TRACE_CASE(label, ...)                                        \
    { .name = "elman_trace_" label "_is_that_of_the_equations",       \
      .test_func = trace_is_the_unrolled_cell,                        \
      .initial_state = &(struct layer_case){ create, __VA_ARGS__ } }

/* With one step there is no h_{t-1}, so W_hh has no gradient. */
static const struct CMUnitTest tests[] = {
    CASE("of_one_of_everything", .batch = 1, .steps = 1, .in = 1, .out = 1,
         .zeros = { { "weight_hh_l0", 0, 1 } }),
    CASE("of_one_step", .batch = 3, .steps = 1, .in = 5, .out = 2,
         .zeros = { { "weight_hh_l0", 0, 2 } }),
    CASE("of_one_sequence", .batch = 1, .steps = 4, .in = 2, .out = 3),
    CASE("of_many_steps", .batch = 2, .steps = 7, .in = 3, .out = 5),
    CASE("of_a_wide_input", .batch = 2, .steps = 3, .in = 11, .out = 4),
    TRACE_CASE("of_one_sequence", .batch = 1, .steps = 5, .in = 2, .out = 4),
    TRACE_CASE("of_many_steps", .batch = 3, .steps = 6, .in = 4, .out = 5),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Gradients of rnn/gru.c, in double, and what it traces. */
#include "tests/test.h"

#include <math.h>

#include "rnn/gru.h"
#include "tests/rnn/unrolled.h"

static struct layer *create(const struct layer_case *sizes)
{
    return gru_create(
        &(struct recurrent_options){ .inputs = sizes->in, .hidden = sizes->out, .depth = 2 });
}

enum quantity { HIDDEN, GATE_R, GATE_Z, GATE_N, QUANTITIES };
static const char *const names[QUANTITIES] = { "hidden", "gate.r", "gate.z", "gate.n" };

static real sigmoid(real a)
{
    return 1 / (1 + exp(-a));
}

static real sum(const struct unrolled *u, int row, int b, int t)
{
    return unrolled_input(u, row, b, t) + unrolled_hidden(u, row, b, t);
}

static void unrolled_gru(struct unrolled *u, int b)
{
    const int H = u->H;

    for (int t = 0; t < u->T; t++)
        for (int k = 0; k < H; k++) {
            const real r = unrolled_keep(u, GATE_R, b, t, k, sigmoid(sum(u, k, b, t)));
            const real z = unrolled_keep(u, GATE_Z, b, t, k, sigmoid(sum(u, H + k, b, t)));
            const real inside = unrolled_hidden(u, 2 * H + k, b, t); /* b_hn included */
            const real n = unrolled_keep(u, GATE_N, b, t, k,
                                         tanh(unrolled_input(u, 2 * H + k, b, t) + r * inside));

            unrolled_keep(u, HIDDEN, b, t, k,
                          (1 - z) * n + z * unrolled_at(u, HIDDEN, b, t - 1, k));
        }
}

static void trace_is_the_unrolled_cell(void **state)
{
    assert_trace_is_the_unrolled_cell(*state, unrolled_gru, QUANTITIES, names);
}

/* clang-format off */
#define CASE(label, ...)                                              \
    { .name = "gru_backward_" label "_matches_finite_differences", \
      .test_func = backward_matches_finite_differences,               \
      .initial_state = &(struct layer_case){ create, __VA_ARGS__ } }

#define TRACE_CASE(label, ...)                                        \
    { .name = "gru_trace_" label "_is_that_of_the_equations",       \
      .test_func = trace_is_the_unrolled_cell,                        \
      .initial_state = &(struct layer_case){ create, __VA_ARGS__ } }

/* With one step h_{t-1} is zero, so W_hh has no gradient; b_hn, inside the product, has. */
static const struct CMUnitTest tests[] = {
    CASE("of_one_of_everything", .batch = 1, .steps = 1, .in = 1, .out = 1,
         .zeros = { { "weight_hh_l0", 0, 3 } }),
    CASE("of_one_step", .batch = 3, .steps = 1, .in = 5, .out = 2,
         .zeros = { { "weight_hh_l0", 0, 6 } }),
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

/* Gradients of rnn/lstm.c, in double, and what it traces. */
#include "tests/test.h"

#include <math.h>

#include "rnn/lstm.h"
#include "tests/rnn/unrolled.h"

static struct layer *create(const struct layer_case *sizes)
{
    return lstm_create(
        &(struct recurrent_options){ .inputs = sizes->in, .hidden = sizes->out, .depth = 2 });
}

enum quantity { HIDDEN, CELL, GATE_I, GATE_F, GATE_G, GATE_O, QUANTITIES };
static const char *const names[QUANTITIES] = { "hidden", "cell",   "gate.i",
                                               "gate.f", "gate.g", "gate.o" };

static real sigmoid(real a)
{
    return 1 / (1 + exp(-a));
}

static real sum(const struct unrolled *u, int row, int b, int t)
{
    return unrolled_input(u, row, b, t) + unrolled_hidden(u, row, b, t);
}

static void unrolled_lstm(struct unrolled *u, int b)
{
    const int H = u->H;

    for (int t = 0; t < u->T; t++)
        for (int k = 0; k < H; k++) {
            const real i = unrolled_keep(u, GATE_I, b, t, k, sigmoid(sum(u, k, b, t)));
            const real f = unrolled_keep(u, GATE_F, b, t, k, sigmoid(sum(u, H + k, b, t)));
            const real g = unrolled_keep(u, GATE_G, b, t, k, tanh(sum(u, 2 * H + k, b, t)));
            const real o = unrolled_keep(u, GATE_O, b, t, k, sigmoid(sum(u, 3 * H + k, b, t)));
            const real c =
                unrolled_keep(u, CELL, b, t, k, f * unrolled_at(u, CELL, b, t - 1, k) + i * g);

            unrolled_keep(u, HIDDEN, b, t, k, o * tanh(c));
        }
}

static void trace_is_the_unrolled_cell(void **state)
{
    assert_trace_is_the_unrolled_cell(*state, unrolled_lstm, QUANTITIES, names);
}

/* clang-format off */
#define CASE(label, ...)                                              \
    { .name = "lstm_backward_" label "_matches_finite_differences", \
      .test_func = backward_matches_finite_differences,               \
      .initial_state = &(struct layer_case){ create, __VA_ARGS__ } }

#define TRACE_CASE(label, ...)                                        \
    { .name = "lstm_trace_" label "_is_that_of_the_equations",       \
      .test_func = trace_is_the_unrolled_cell,                        \
      .initial_state = &(struct layer_case){ create, __VA_ARGS__ } }

/* With one step h_{t-1} and c_{t-1} are zero: no gradient for W_hh and the forget gate. */
static const struct CMUnitTest tests[] = {
    CASE("of_one_of_everything", .batch = 1, .steps = 1, .in = 1, .out = 1,
         .zeros = { { "weight_hh_l0", 0, 4 }, { "weight_ih_l0", 1, 1 }, { "bias_ih_l0", 1, 1 }, { "bias_hh_l0", 1, 1 } }),
    CASE("of_one_step", .batch = 3, .steps = 1, .in = 5, .out = 2,
         .zeros = { { "weight_hh_l0", 0, 8 }, { "weight_ih_l0", 2, 2 }, { "bias_ih_l0", 2, 2 }, { "bias_hh_l0", 2, 2 } }),
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

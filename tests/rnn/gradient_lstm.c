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

static struct layer *create_learned(const struct layer_case *sizes)
{
    return lstm_create(&(struct recurrent_options){ .inputs = sizes->in,
                                                    .hidden = sizes->out,
                                                    .depth = 2,
                                                    .truncate = sizes->cut,
                                                    .learned_state = true });
}

enum quantity { HIDDEN, CELL, GATE_I, GATE_F, GATE_G, GATE_O, QUANTITIES };
static const char *const names[QUANTITIES] = { "hidden", "cell",   "gate.i",
                                               "gate.f", "gate.g", "gate.o" };

static void unrolled_lstm(struct unrolled *u, int b)
{
    const int H = u->H;

    for (int t = 0; t < u->T; t++)
        for (int k = 0; k < H; k++) {
            const real i = unrolled_keep(u, GATE_I, b, t, k, unrolled_gate(u, k, b, t));
            const real f = unrolled_keep(u, GATE_F, b, t, k, unrolled_gate(u, H + k, b, t));
            const real g =
                unrolled_keep(u, GATE_G, b, t, k, tanh(unrolled_sum(u, 2 * H + k, b, t)));
            const real o = unrolled_keep(u, GATE_O, b, t, k, unrolled_gate(u, 3 * H + k, b, t));
            const real c =
                unrolled_keep(u, CELL, b, t, k,
                              f * unrolled_before(u, CELL, "initial.cell_l0", b, t, k) + i * g);

            unrolled_keep(u, HIDDEN, b, t, k, o * tanh(c));
        }
}

static void trace_is_the_unrolled_cell(void **state)
{
    assert_trace_is_the_unrolled_cell(*state, unrolled_lstm, QUANTITIES, names);
}

static void cut_is_a_constant_of_the_cell(void **state)
{
    const struct layer_case *sizes = *state;

    assert_cut_is_a_constant_of_the_cell(sizes, unrolled_lstm, QUANTITIES, names, sizes->cut);
}

/* clang-format off */
/* With one step h_{t-1} and c_{t-1} are zero: no gradient for W_hh and the forget gate. */
static const struct CMUnitTest tests[] = {
    UNROLLED_ONE_OF_EVERYTHING("lstm", create, { "weight_hh_l0", 0, 4 }, { "weight_ih_l0", 1, 1 },
                               { "bias_ih_l0", 1, 1 }, { "bias_hh_l0", 1, 1 }),
    UNROLLED_ONE_STEP("lstm", create, { "weight_hh_l0", 0, 8 }, { "weight_ih_l0", 2, 2 },
                      { "bias_ih_l0", 2, 2 }, { "bias_hh_l0", 2, 2 }),
    UNROLLED_TESTS("lstm", create, trace_is_the_unrolled_cell),
    UNROLLED_ONE_STEP("lstm_with_a_learned_state", create_learned, { NULL, 0, 0 }),
    UNROLLED_TESTS("lstm_with_a_learned_state", create_learned, trace_is_the_unrolled_cell),
    UNROLLED_CUTS("lstm", create_learned, cut_is_a_constant_of_the_cell),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

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

static struct layer *create_learned(const struct layer_case *sizes)
{
    return gru_create(&(struct recurrent_options){ .inputs = sizes->in,
                                                   .hidden = sizes->out,
                                                   .depth = 2,
                                                   .truncate = sizes->cut,
                                                   .learned_state = true });
}

enum quantity { HIDDEN, GATE_R, GATE_Z, GATE_N, QUANTITIES };
static const char *const names[QUANTITIES] = { "hidden", "gate.r", "gate.z", "gate.n" };

static void unrolled_gru(struct unrolled *u, int b)
{
    const int H = u->H;

    for (int t = 0; t < u->T; t++)
        for (int k = 0; k < H; k++) {
            const real r = unrolled_keep(u, GATE_R, b, t, k, unrolled_gate(u, k, b, t));
            const real z = unrolled_keep(u, GATE_Z, b, t, k, unrolled_gate(u, H + k, b, t));
            const real inside = unrolled_hidden(u, 2 * H + k, b, t); /* b_hn included */
            const real n = unrolled_keep(u, GATE_N, b, t, k,
                                         tanh(unrolled_input(u, 2 * H + k, b, t) + r * inside));

            unrolled_keep(u, HIDDEN, b, t, k,
                          (1 - z) * n + z * unrolled_hidden_before(u, b, t, k));
        }
}

static void trace_is_the_unrolled_cell(void **state)
{
    assert_trace_is_the_unrolled_cell(*state, unrolled_gru, QUANTITIES, names);
}

static void cut_is_a_constant_of_the_cell(void **state)
{
    const struct layer_case *sizes = *state;

    assert_cut_is_a_constant_of_the_cell(sizes, unrolled_gru, QUANTITIES, names, sizes->cut);
}

/* clang-format off */
/* With one step h_{t-1} is zero, so W_hh has no gradient; b_hn, inside the product, has. */
static const struct CMUnitTest tests[] = {
    UNROLLED_ONE_OF_EVERYTHING("gru", create, { "weight_hh_l0", 0, 3 }),
    UNROLLED_ONE_STEP("gru", create, { "weight_hh_l0", 0, 6 }),
    UNROLLED_TESTS("gru", create, trace_is_the_unrolled_cell),
    UNROLLED_ONE_STEP("gru_with_a_learned_state", create_learned, { NULL, 0, 0 }),
    UNROLLED_TESTS("gru_with_a_learned_state", create_learned, trace_is_the_unrolled_cell),
    UNROLLED_CUTS("gru", create_learned, cut_is_a_constant_of_the_cell),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

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

static struct layer *create_learned(const struct layer_case *sizes)
{
    return elman_create(&(struct recurrent_options){ .inputs = sizes->in,
                                                     .hidden = sizes->out,
                                                     .depth = 2,
                                                     .truncate = sizes->cut,
                                                     .learned_state = true });
}

static struct layer *create_relu(const struct layer_case *sizes)
{
    return elman_create(&(struct recurrent_options){ .inputs = sizes->in,
                                                     .hidden = sizes->out,
                                                     .depth = 2,
                                                     .squash = RECURRENT_RELU,
                                                     .truncate = sizes->cut,
                                                     .learned_state = sizes->cut > 0 });
}

enum quantity { HIDDEN, QUANTITIES };
static const char *const names[QUANTITIES] = { "hidden" };

static void unrolled_elman(struct unrolled *u, int b)
{
    for (int t = 0; t < u->T; t++)
        for (int k = 0; k < u->H; k++)
            unrolled_keep(u, HIDDEN, b, t, k, tanh(unrolled_sum(u, k, b, t)));
}

/* Where finite differences mean something: no sum so near the kink that a step crosses it. */
static void unrolled_relu(struct unrolled *u, int b)
{
    for (int t = 0; t < u->T; t++)
        for (int k = 0; k < u->H; k++) {
            const real sum = unrolled_sum(u, k, b, t);

            assert_true(fabs((double)sum) > 1e-3);
            unrolled_keep(u, HIDDEN, b, t, k, sum > 0 ? sum : 0);
        }
}

static void trace_is_the_unrolled_cell(void **state)
{
    assert_trace_is_the_unrolled_cell(*state, unrolled_elman, QUANTITIES, names);
}

static void cut_is_a_constant_of_the_cell(void **state)
{
    const struct layer_case *sizes = *state;

    assert_cut_is_a_constant_of_the_cell(sizes, unrolled_elman, QUANTITIES, names, sizes->cut);
}

static void trace_is_the_unrolled_relu(void **state)
{
    assert_trace_is_the_unrolled_cell(*state, unrolled_relu, QUANTITIES, names);
}

static void gradients_are_those_of_the_unrolled_relu(void **state)
{
    const struct layer_case *sizes = *state;

    assert_cut_is_a_constant_of_the_cell(sizes, unrolled_relu, QUANTITIES, names, sizes->cut);
}

/* clang-format off */
/* With one step there is no h_{t-1}, so W_hh has no gradient. */
static const struct CMUnitTest tests[] = {
    UNROLLED_ONE_OF_EVERYTHING("elman", create, { "weight_hh_l0", 0, 1 }),
    UNROLLED_ONE_STEP("elman", create, { "weight_hh_l0", 0, 2 }),
    UNROLLED_TESTS("elman", create, trace_is_the_unrolled_cell),
    UNROLLED_ONE_STEP("elman_with_a_learned_state", create_learned, { NULL, 0, 0 }),
    UNROLLED_TESTS("elman_with_a_learned_state", create_learned, trace_is_the_unrolled_cell),
    UNROLLED_CUTS("elman", create_learned, cut_is_a_constant_of_the_cell),
    /* Three units may all be below the kink: relu has more of them. */
    UNROLLED_BACKWARD("elman_with_relu", "of_many_steps", create_relu, .batch = 2, .steps = 7,
                      .in = 3, .out = 5),
    UNROLLED_BACKWARD("elman_with_relu", "of_a_wide_input", create_relu, .batch = 2, .steps = 3,
                      .in = 11, .out = 8),
    UNROLLED_TRACE("elman_with_relu", "of_many_steps", trace_is_the_unrolled_relu, create_relu,
                   .batch = 3, .steps = 6, .in = 4, .out = 5),
    UNROLLED_CUTS("elman_with_relu", create_relu, gradients_are_those_of_the_unrolled_relu),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

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
            unrolled_keep(u, HIDDEN, b, t, k, tanh(unrolled_sum(u, k, b, t)));
}

static void trace_is_the_unrolled_cell(void **state)
{
    assert_trace_is_the_unrolled_cell(*state, unrolled_elman, QUANTITIES, names);
}

/* clang-format off */
/* With one step there is no h_{t-1}, so W_hh has no gradient. */
static const struct CMUnitTest tests[] = {
    UNROLLED_ONE_OF_EVERYTHING("elman", create, { "weight_hh_l0", 0, 1 }),
    UNROLLED_ONE_STEP("elman", create, { "weight_hh_l0", 0, 2 }),
    UNROLLED_TESTS("elman", create, trace_is_the_unrolled_cell),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

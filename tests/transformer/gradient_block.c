/* Gradients of transformer/block.c, in double, and what it traces. */
#include "tests/test.h"

#include "tests/transformer/traced_attention.h"
#include "tests/transformer/causal_block.h"

static struct layer *create(const struct layer_case *sizes)
{
    return causal_block_create(sizes->in, sizes->heads, TRACED_DEPTH);
}

static void trace_is_that_of_the_equations(void **state)
{
    static const struct traced_layer scalar = { scalar_block, "self_attn.", 6 };

    assert_trace_is_the_scalar_attention(*state, &scalar);
}

static void the_residual_is_what_enters_the_block(void **state)
{
    struct layer_fixture fx;
    struct trace trace = { 0 };
    const struct trace_entry *entry;
    const struct layer_case *sizes = *state;
    const int B = sizes->batch, T = sizes->steps, E = sizes->in;

    layer_fixture_create(&fx, sizes);
    layer_fixture_forward(&fx);
    layer_fixture_backward(&fx);
    fx.layer->kind->trace(fx.layer, &fx.pass, &trace);
    entry = trace_find(&trace, "residual", TRACED_DEPTH);
    assert_non_null(entry);
    assert_true(entry->state && entry->has_gradient);
    assert_int_equal(entry->count, fx.inputs);
    for (int t = 0; t < T; t++)
        for (int b = 0; b < B; b++) { /* batch first there, time first here */
            const int there = (b * T + t) * E, here = (t * B + b) * E;
            const size_t size = (size_t)E * sizeof(real);

            assert_memory_equal(entry->value + there, fx.x + here, size);
            assert_memory_equal(entry->gradient + there, fx.dx + here, size);
        }
    trace_free(&trace);
    layer_fixture_free(&fx);
}

/* clang-format off */
static const struct CMUnitTest tests[] = {
    ATTENTION_TESTS("block", create, "self_attn.", trace_is_that_of_the_equations),
    ATTENTION_TEST("the_residual_is_what_enters_the_block", the_residual_is_what_enters_the_block,
                   create, .batch = 3, .steps = 5, .in = 6, .heads = 2),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

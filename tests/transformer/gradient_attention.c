/* Gradients of transformer/attention.c, in double, and what it traces. */
#include "tests/test.h"

#include "tests/transformer/traced_attention.h"
#include "transformer/attention.h"

static struct layer *create(const struct layer_case *sizes)
{
    return attention_create(&(struct attention_options){
        .width = sizes->in, .heads = sizes->heads, .depth = TRACED_DEPTH });
}

static void trace_is_that_of_the_equations(void **state)
{
    static const struct traced_layer scalar = { scalar_attention, "", 1 };

    assert_trace_is_the_scalar_attention(*state, &scalar);
}

/* clang-format off */
static const struct CMUnitTest tests[] = {
    ATTENTION_TESTS("attention", create, "", trace_is_that_of_the_equations),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

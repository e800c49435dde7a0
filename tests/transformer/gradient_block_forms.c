/* Gradients of blocks of every form, and of attention over the layer below, in double. */
#include "tests/test.h"

#include "tests/layer_fixture.h"
#include "transformer/attend.h"
#include "transformer/block.h"

static struct layer *create(const struct layer_case *sizes, enum block_norm norm,
                            bool feed_forward, bool residual)
{
    const struct block_options options = {
        .attention = { .width = sizes->in, .heads = sizes->heads, .layers = 1 },
        .norm = norm,
        .feed_forward = feed_forward,
        .residual = residual,
    };

    return block_create(&options);
}

/* clang-format off */
#define FORM(name, norm, feed_forward, residual)                                               \
    static struct layer *name(const struct layer_case *sizes)                                  \
    {                                                                                          \
        return create(sizes, norm, feed_forward, residual);                                    \
    }
#define FORMS(name, norm)                                                                      \
    FORM(name, norm, true, true)                                                               \
    FORM(name##_no_residual, norm, true, false)                                                \
    FORM(name##_attention_only, norm, false, true)                                             \
    FORM(name##_attention_only_no_residual, norm, false, false)

FORMS(before, BLOCK_NORM_BEFORE)
FORMS(after, BLOCK_NORM_AFTER)
FORMS(none, BLOCK_NORM_NONE)
/* clang-format on */

static struct layer *attend(const struct layer_case *sizes)
{
    return attend_create(
        &(struct attention_options){ .width = sizes->in, .heads = sizes->heads });
}

/* clang-format off */
#define BACKWARD(create, prefix)                                                               \
    { .name = #create "_backward_matches_finite_differences",                                  \
      .test_func = backward_matches_finite_differences,                                        \
      .initial_state = &(struct layer_case){ create, .batch = 2, .steps = 5, .in = 6,          \
                                             .heads = 2,                                       \
                                             .zeros = { { prefix "in_proj_bias", 6, 6 } } } }
#define BACKWARDS(create)                                                                      \
    BACKWARD(create, "self_attn."), BACKWARD(create##_no_residual, "self_attn."),              \
    BACKWARD(create##_attention_only, "self_attn."),                                           \
    BACKWARD(create##_attention_only_no_residual, "self_attn.")

static const struct CMUnitTest tests[] = {
    BACKWARDS(before),
    BACKWARDS(after),
    BACKWARDS(none),
    BACKWARD(attend, ""),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

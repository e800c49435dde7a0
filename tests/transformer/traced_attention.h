/*
 * traced_attention.h - what attention and the block around it have in common to test: the
 * attention weights that they trace, and the table of sizes.
 */
#ifndef TESTS_TRANSFORMER_TRACED_ATTENTION_H
#define TESTS_TRANSFORMER_TRACED_ATTENTION_H

#include "tests/layer_fixture.h"
#include "tests/transformer/scalar_block.h"

enum { TRACED_DEPTH = 3 }; /* of the layer that a case creates */

/* The layer written a second time, and how its trace looks. */
struct traced_layer {
    void (*forward)(struct scalar_block *s, real *y, const real *x);
    const char *prefix; /* of attention's tensors */
    int entries;        /* of the trace */
};

/*
 * Run the layer of that case and the scalar one on the same numbers: outputs and traced weights
 * must be the same within 1e-12, and the weights' gradients must match finite differences of
 * the scalar one.
 */
void assert_trace_is_the_scalar_attention(const struct layer_case *sizes,
                                          const struct traced_layer *scalar);

/* clang-format off */
#define ATTENTION_TEST(label, test, ...)                                                       \
    { .name = label, .test_func = test, .initial_state = &(struct layer_case){ __VA_ARGS__ } }

#define ATTENTION_BACKWARD(layer, label, ...)                                                  \
    ATTENTION_TEST(layer "_backward_" label "_matches_finite_differences",                     \
                   backward_matches_finite_differences, __VA_ARGS__)

#define ATTENTION_TRACE(layer, label, ...)                                                     \
    ATTENTION_TEST(layer "_trace_" label "_is_that_of_the_equations", __VA_ARGS__)

/*
 * Rows for an array of struct CMUnitTest. The same number added to all scores of a row changes
 * no weight, so the bias of the keys never has a gradient; with one step the only weight is 1,
 * and queries and keys have none at all.
 */
#define ATTENTION_TESTS(layer, create, prefix, trace_test)                                     \
    ATTENTION_BACKWARD(layer, "of_one_step", create, .batch = 3, .steps = 1, .in = 4,          \
                       .heads = 2, .zeros = { { prefix "in_proj_weight", 0, 8 },               \
                                              { prefix "in_proj_bias", 0, 8 } }),              \
    ATTENTION_BACKWARD(layer, "of_one_head", create, .batch = 2, .steps = 5, .in = 3,          \
                       .heads = 1, .zeros = { { prefix "in_proj_bias", 3, 3 } }),              \
    ATTENTION_BACKWARD(layer, "of_one_sequence", create, .batch = 1, .steps = 4, .in = 6,      \
                       .heads = 2, .zeros = { { prefix "in_proj_bias", 6, 6 } }),              \
    ATTENTION_BACKWARD(layer, "of_heads_of_one_number", create, .batch = 2, .steps = 3,        \
                       .in = 5, .heads = 5, .zeros = { { prefix "in_proj_bias", 5, 5 } }),     \
    ATTENTION_BACKWARD(layer, "of_more_steps_than_a_group_of_queries", create, .batch = 2,     \
                       .steps = 29, .in = 4, .heads = 2,                                       \
                       .zeros = { { prefix "in_proj_bias", 4, 4 } }),                          \
    ATTENTION_TRACE(layer, "of_one_sequence", trace_test, create, .batch = 1, .steps = 6,      \
                    .in = 4, .heads = 2),                                                      \
    ATTENTION_TRACE(layer, "of_a_batch", trace_test, create, .batch = 3, .steps = 5, .in = 6,  \
                    .heads = 3),                                                               \
    ATTENTION_TRACE(layer, "of_more_steps_than_a_group_of_queries", trace_test, create,        \
                    .batch = 2, .steps = 27, .in = 4, .heads = 2)
/* clang-format on */

#endif

/* Gradients of transformer/block.c, in double, and what it traces. */
#include "tests/test.h"

#include <stdlib.h>

#include "tests/close.h"
#include "tests/layer_fixture.h"
#include "tests/transformer/scalar_block.h"
#include "transformer/block.h"

enum { DEPTH = 3 };

static struct layer *create(const struct layer_case *sizes)
{
    return block_create(sizes->in, sizes->heads, DEPTH);
}

struct comparison {
    struct layer_fixture fx;
    struct scalar_block scalar;
    real *y; /* (T, B, E) the scalar block's output */
};

static real scalar_loss(void *context)
{
    struct comparison *c = context;

    scalar_block(&c->scalar, c->y, c->fx.x);
    return (real)sum_of_products(c->y, c->fx.dy, c->fx.outputs);
}

static void comparison_create(struct comparison *c, const struct layer_case *sizes)
{
    const size_t T = (size_t)sizes->steps;
    const size_t weights = (size_t)sizes->batch * (size_t)sizes->heads * T * T;

    layer_fixture_create(&c->fx, sizes);
    c->y = calloc(c->fx.outputs, sizeof *c->y);
    c->scalar = (struct scalar_block){ .list = &c->fx.list,
                                       .parameters = c->fx.parameters,
                                       .prefix = "self_attn.",
                                       .T = sizes->steps,
                                       .B = sizes->batch,
                                       .E = sizes->in,
                                       .heads = sizes->heads,
                                       .p = calloc(weights, sizeof *c->y),
                                       .nudge = calloc(weights, sizeof *c->y) };
    assert_true(c->y != NULL && c->scalar.p != NULL && c->scalar.nudge != NULL);
}

static void comparison_free(struct comparison *c)
{
    free(c->y);
    free(c->scalar.p);
    free(c->scalar.nudge);
    layer_fixture_free(&c->fx);
}

static void assert_form(const struct trace_entry *entry, const struct layer_case *sizes)
{
    assert_non_null(entry);
    assert_true(entry->has_gradient);
    assert_int_equal(entry->rank, 4);
    assert_int_equal(entry->axes[1], AXIS_HEAD);
    assert_int_equal(entry->axes[2], AXIS_QUERY);
    assert_int_equal(entry->axes[3], AXIS_KEY);
    assert_int_equal(entry->extent[0], sizes->batch);
    assert_int_equal(entry->extent[1], sizes->heads);
    assert_int_equal(entry->extent[2], sizes->steps);
    assert_int_equal(entry->extent[3], sizes->steps);
}

static void trace_is_that_of_the_equations(void **state)
{
    struct comparison c;
    struct trace trace = { 0 };
    const struct trace_entry *entry;

    comparison_create(&c, *state);
    layer_fixture_forward(&c.fx);
    layer_fixture_backward(&c.fx);
    c.fx.layer->kind->trace(c.fx.layer, &c.fx.pass, &trace);
    assert_int_equal(trace.count, 2);
    entry = trace_find(&trace, "attention", DEPTH);
    assert_form(entry, *state);
    scalar_loss(&c);
    for (size_t i = 0; i < c.fx.outputs; i++)
        assert_close(c.fx.y[i], c.y[i], 1e-13, 1e-12);
    for (size_t i = 0; i < entry->count; i++)
        assert_close(entry->value[i], c.scalar.p[i], 1e-13, 1e-12);
    assert_gradient(
        &(struct gradient){ "attention", c.scalar.nudge, entry->gradient, entry->count, 0, 0 },
        scalar_loss, &c);
    trace_free(&trace);
    comparison_free(&c);
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
    entry = trace_find(&trace, "residual", DEPTH);
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
#define ROW(test, label, ...)                                              \
    { .name = label, .test_func = test,                                    \
      .initial_state = &(struct layer_case){ create, __VA_ARGS__ } }
#define CASE(label, ...)                                                   \
    ROW(backward_matches_finite_differences,                               \
        "block_backward_" label "_matches_finite_differences", __VA_ARGS__)
#define TRACE_CASE(label, ...)                                             \
    ROW(trace_is_that_of_the_equations,                                    \
        "block_trace_" label "_is_that_of_the_equations", __VA_ARGS__)

/*
 * The same number added to all scores of a row changes no weight, so the bias of the keys never has a
 * gradient; with one step the only weight is 1, and queries and keys have none at all.
 */
static const struct CMUnitTest tests[] = {
    CASE("of_one_step", .batch = 3, .steps = 1, .in = 4, .heads = 2,
         .zeros = { { "self_attn.in_proj_weight", 0, 8 }, { "self_attn.in_proj_bias", 0, 8 } }),
    CASE("of_one_head", .batch = 2, .steps = 5, .in = 3, .heads = 1,
         .zeros = { { "self_attn.in_proj_bias", 3, 3 } }),
    CASE("of_one_sequence", .batch = 1, .steps = 4, .in = 6, .heads = 2,
         .zeros = { { "self_attn.in_proj_bias", 6, 6 } }),
    CASE("of_heads_of_one_number", .batch = 2, .steps = 3, .in = 5, .heads = 5,
         .zeros = { { "self_attn.in_proj_bias", 5, 5 } }),
    CASE("of_more_steps_than_a_group_of_queries", .batch = 2, .steps = 29, .in = 4, .heads = 2,
         .zeros = { { "self_attn.in_proj_bias", 4, 4 } }),
    TRACE_CASE("of_one_sequence", .batch = 1, .steps = 6, .in = 4, .heads = 2),
    TRACE_CASE("of_a_batch", .batch = 3, .steps = 5, .in = 6, .heads = 3),
    TRACE_CASE("of_more_steps_than_a_group_of_queries", .batch = 2, .steps = 27, .in = 4,
               .heads = 2),
    ROW(the_residual_is_what_enters_the_block, "the_residual_is_what_enters_the_block",
        .batch = 3, .steps = 5, .in = 6, .heads = 2),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

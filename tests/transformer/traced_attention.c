#include "tests/transformer/traced_attention.h"

#include <stdlib.h>

#include "tests/close.h"

struct comparison {
    struct layer_fixture fx;
    struct scalar_block scalar;
    const struct traced_layer *layer;
    real *y; /* (T, B, E) the scalar layer's output */
};

static real scalar_loss(void *context)
{
    struct comparison *c = context;

    c->layer->forward(&c->scalar, c->y, c->fx.x);
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
                                       .prefix = c->layer->prefix,
                                       .T = sizes->steps,
                                       .B = sizes->batch,
                                       .E = sizes->in,
                                       .heads = sizes->heads,
                                       .options = sizes->attention,
                                       .lengths = sizes->lengths,
                                       .sources = sizes->sources,
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

void assert_trace_is_the_scalar_attention(const struct layer_case *sizes,
                                          const struct traced_layer *scalar)
{
    struct comparison c = { .layer = scalar };
    struct trace trace = { 0 };
    const struct trace_entry *entry;

    comparison_create(&c, sizes);
    layer_fixture_forward(&c.fx);
    layer_fixture_backward(&c.fx);
    c.fx.layer->kind->trace(c.fx.layer, &c.fx.pass, &trace);
    assert_int_equal(trace.count, scalar->entries);
    entry = trace_find(&trace, "attention", TRACED_DEPTH);
    assert_form(entry, sizes);
    scalar_loss(&c);
    for (size_t i = 0; i < c.fx.outputs; i++)
        assert_close((double)c.fx.y[i], (double)c.y[i], 1e-13, 1e-12);
    for (size_t i = 0; i < entry->count; i++)
        assert_close((double)entry->value[i], (double)c.scalar.p[i], 1e-13, 1e-12);
    assert_gradient(
        &(struct gradient){ "attention", c.scalar.nudge, entry->gradient, entry->count, 0, 0 },
        scalar_loss, &c);
    trace_free(&trace);
    comparison_free(&c);
}

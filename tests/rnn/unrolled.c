#include "tests/rnn/unrolled.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/close.h"

static const real *tensor(const struct unrolled *u, const char *name)
{
    return u->fx.parameters + parameter_find(&u->fx.list, name)->offset;
}

real unrolled_input(const struct unrolled *u, int row, int b, int t)
{
    const real *w = tensor(u, "weight_ih_l0");
    real sum = tensor(u, "bias_ih_l0")[row];

    for (int i = 0; i < u->D; i++)
        sum += w[row * u->D + i] * u->fx.x[(t * u->B + b) * u->D + i];
    return sum;
}

real unrolled_hidden(const struct unrolled *u, int row, int b, int t)
{
    const real *w = tensor(u, "weight_hh_l0");
    real sum = tensor(u, "bias_hh_l0")[row];

    for (int k = 0; k < u->H; k++)
        sum += w[row * u->H + k] * unrolled_at(u, 0, b, t - 1, k);
    return sum;
}

real unrolled_sum(const struct unrolled *u, int row, int b, int t)
{
    return unrolled_input(u, row, b, t) + unrolled_hidden(u, row, b, t);
}

real unrolled_gate(const struct unrolled *u, int row, int b, int t)
{
    return (real)(1 / (1 + exp(-(double)unrolled_sum(u, row, b, t))));
}

real unrolled_keep(struct unrolled *u, int quantity, int b, int t, int k, real value)
{
    const int at = (b * u->T + t) * u->H + k;

    return u->value[quantity][at] = value + u->nudge[quantity][at];
}

real unrolled_at(const struct unrolled *u, int quantity, int b, int t, int k)
{
    return t < 0 ? 0 : u->value[quantity][(b * u->T + t) * u->H + k];
}

struct walk {
    struct unrolled u;
    unrolled_cell cell;
};

static real walk_loss(void *context)
{
    struct walk *walk = context;
    struct unrolled *u = &walk->u;
    real sum = 0;

    for (int b = 0; b < u->B; b++) {
        walk->cell(u, b);
        for (int t = 0; t < u->T; t++)
            for (int k = 0; k < u->H; k++)
                sum += u->fx.dy[(t * u->B + b) * u->H + k] * unrolled_at(u, 0, b, t, k);
    }
    return sum;
}

static void walk_create(struct walk *walk, const struct layer_case *sizes)
{
    struct unrolled *u = &walk->u;

    layer_fixture_create(&u->fx, sizes);
    u->T = sizes->steps;
    u->B = sizes->batch;
    u->D = sizes->in;
    u->H = sizes->out;
    for (int q = 0; q < u->quantities; q++) {
        u->value[q] = calloc(u->fx.outputs, sizeof **u->value);
        u->nudge[q] = calloc(u->fx.outputs, sizeof **u->nudge);
        assert_true(u->value[q] != NULL && u->nudge[q] != NULL);
    }
}

static void walk_free(struct walk *walk)
{
    for (int q = 0; q < walk->u.quantities; q++) {
        free(walk->u.value[q]);
        free(walk->u.nudge[q]);
    }
    layer_fixture_free(&walk->u.fx);
}

static void assert_form(const struct trace_entry *entry, const struct unrolled *u)
{
    assert_non_null(entry);
    assert_int_equal(entry->state, strncmp(entry->quantity, "gate.", 5) != 0);
    assert_true(entry->has_gradient);
    assert_int_equal(entry->rank, 3);
    assert_int_equal(entry->axes[0], AXIS_BATCH);
    assert_int_equal(entry->axes[1], AXIS_TIME);
    assert_int_equal(entry->axes[2], AXIS_UNIT);
    assert_int_equal(entry->extent[0], u->B);
    assert_int_equal(entry->extent[1], u->T);
    assert_int_equal(entry->extent[2], u->H);
}

void assert_trace_is_the_unrolled_cell(const struct layer_case *sizes, unrolled_cell cell,
                                       int quantities, const char *const *names)
{
    struct walk walk = { .u = { .quantities = quantities, .names = names }, .cell = cell };
    struct unrolled *u = &walk.u;
    struct trace trace = { 0 };

    walk_create(&walk, sizes);
    layer_fixture_forward(&u->fx);
    layer_fixture_backward(&u->fx);
    u->fx.layer->kind->trace(u->fx.layer, &u->fx.pass, &trace);
    assert_int_equal(trace.count, quantities);
    for (int q = 0; q < quantities; q++) {
        const struct trace_entry *entry = trace_find(&trace, names[q], u->fx.layer->depth);

        assert_form(entry, u);
        walk_loss(&walk);
        for (size_t i = 0; i < entry->count; i++)
            assert_close((double)entry->value[i], (double)u->value[q][i], 1e-13, 1e-12);
        assert_gradient(
            &(struct gradient){ names[q], u->nudge[q], entry->gradient, entry->count, 0, 0 },
            walk_loss, &walk);
    }
    trace_free(&trace);
    walk_free(&walk);
}

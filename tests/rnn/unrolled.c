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
        sum += w[row * u->H + k] * unrolled_hidden_before(u, b, t, k);
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

real unrolled_before(const struct unrolled *u, int quantity, const char *learned, int b, int t,
                     int k)
{
    const struct parameter *start = parameter_find(&u->fx.list, learned);
    const int at = (b * u->T + t - 1) * u->H + k;

    if (t == 0)
        return start != NULL ? u->fx.parameters[start->offset + (size_t)k] : 0;
    return u->cut > 0 && t % u->cut == 0 ? u->held[quantity][at] : u->value[quantity][at];
}

real unrolled_hidden_before(const struct unrolled *u, int b, int t, int k)
{
    return unrolled_before(u, 0, "initial.hidden_l0", b, t, k);
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
                sum += u->fx.dy[(t * u->B + b) * u->H + k] *
                       u->value[0][(b * u->T + t) * u->H + k];
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
        u->held[q] = calloc(u->fx.outputs, sizeof **u->held);
        assert_true(u->value[q] != NULL && u->nudge[q] != NULL && u->held[q] != NULL);
    }
}

static void walk_free(struct walk *walk)
{
    for (int q = 0; q < walk->u.quantities; q++) {
        free(walk->u.value[q]);
        free(walk->u.nudge[q]);
        free(walk->u.held[q]);
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

/* The values without a cut, which does not change them, are what is held across. */
static void hold(struct walk *walk, int cut)
{
    struct unrolled *u = &walk->u;

    u->cut = 0;
    walk_loss(walk);
    for (int q = 0; q < u->quantities; q++)
        memcpy(u->held[q], u->value[q], u->fx.outputs * sizeof **u->held);
    u->cut = cut;
}

static void assert_trace(struct walk *walk)
{
    struct unrolled *u = &walk->u;
    struct trace trace = { 0 };

    u->fx.layer->kind->trace(u->fx.layer, &u->fx.pass, &trace);
    assert_int_equal(trace.count, u->quantities);
    for (int q = 0; q < u->quantities; q++) {
        const struct trace_entry *entry = trace_find(&trace, u->names[q], u->fx.layer->depth);

        assert_form(entry, u);
        walk_loss(walk);
        for (size_t i = 0; i < entry->count; i++)
            assert_close((double)entry->value[i], (double)u->value[q][i], 1e-13, 1e-12);
        assert_gradient(
            &(struct gradient){ u->names[q], u->nudge[q], entry->gradient, entry->count, 0, 0 },
            walk_loss, walk);
    }
    trace_free(&trace);
}

void assert_trace_is_the_unrolled_cell(const struct layer_case *sizes, unrolled_cell cell,
                                       int quantities, const char *const *names)
{
    struct walk walk = { .u = { .quantities = quantities, .names = names }, .cell = cell };

    walk_create(&walk, sizes);
    layer_fixture_forward(&walk.u.fx);
    layer_fixture_backward(&walk.u.fx);
    assert_trace(&walk);
    walk_free(&walk);
}

void assert_cut_is_a_constant_of_the_cell(const struct layer_case *sizes, unrolled_cell cell,
                                          int quantities, const char *const *names, int cut)
{
    struct walk walk = { .u = { .quantities = quantities, .names = names }, .cell = cell };
    struct layer_fixture *fx = &walk.u.fx;

    walk_create(&walk, sizes);
    layer_fixture_forward(fx);
    layer_fixture_backward(fx);
    hold(&walk, cut);
    assert_trace(&walk);
    assert_all_gradients(&fx->list, sizes->zeros, fx->parameters, fx->gradients, walk_loss,
                         &walk);
    assert_gradient(&(struct gradient){ "x", fx->x, fx->dx, fx->inputs, 0, 0 }, walk_loss,
                    &walk);
    walk_free(&walk);
}

#include "tests/layer_properties.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/close.h"

static real *copy_of(const real *values, size_t count)
{
    real *copy = malloc(count * sizeof *copy);

    assert_non_null(copy);
    memcpy(copy, values, count * sizeof *copy);
    return copy;
}

static void assert_same_bits(const real *actual, const real *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_false(isnan(actual[i]));
    assert_memory_equal(actual, expected, count * sizeof *actual);
}

void forward_twice_gives_the_same_bits(void **state)
{
    struct layer_fixture fx;
    real *y, *dx;

    layer_fixture_create(&fx, *state);
    layer_fixture_forward(&fx);
    layer_fixture_backward(&fx);
    y = copy_of(fx.y, fx.outputs);
    dx = copy_of(fx.dx, fx.inputs);
    layer_fixture_forward(&fx);
    layer_fixture_backward(&fx);
    assert_same_bits(fx.y, y, fx.outputs);
    assert_same_bits(fx.dx, dx, fx.inputs);
    free(y);
    free(dx);
    layer_fixture_free(&fx);
}

void backward_overwrites_dx_and_adds_to_the_gradients(void **state)
{
    struct layer_fixture fx;
    real *once, *dx;

    layer_fixture_create(&fx, *state);
    layer_fixture_forward(&fx);
    layer_fixture_backward(&fx);
    once = copy_of(fx.gradients, fx.list.total);
    dx = copy_of(fx.dx, fx.inputs);
    layer_fixture_backward(&fx);
    assert_same_bits(fx.dx, dx, fx.inputs);
    for (int i = 0; i < fx.list.count; i++) {
        const struct parameter *p = &fx.list.items[i];
        const double scale = largest_of(once + p->offset, p->count);

        assert_true(scale > 1e-3);
        for (size_t k = p->offset; k < p->offset + p->count; k++)
            assert_close((double)fx.gradients[k], 2 * (double)once[k], 1e-5 * scale, 1e-5);
    }
    free(once);
    free(dx);
    layer_fixture_free(&fx);
}

void parameter_gradients_are_the_same_without_dx(void **state)
{
    struct layer_fixture fx;
    real *with;

    layer_fixture_create(&fx, *state);
    layer_fixture_forward(&fx);
    layer_fixture_backward(&fx);
    with = copy_of(fx.gradients, fx.list.total);
    memset(fx.gradients, 0, fx.list.total * sizeof *fx.gradients);
    fx.pass.dx = NULL;
    fx.pass.recorded = NULL;
    layer_fixture_backward(&fx);
    assert_same_bits(fx.gradients, with, fx.list.total);
    free(with);
    layer_fixture_free(&fx);
}

/* Copy sequence b of (T, B, width) to or from an array of its own, (T, 1, width). */
static void take_sequence(real *own, const real *all, int T, int B, int b, int width)
{
    for (int t = 0; t < T; t++)
        memcpy(own + t * width, all + (t * B + b) * width, (size_t)width * sizeof *own);
}

static void assert_sequence(struct layer_fixture *one, const struct layer_fixture *all, int b)
{
    const int T = all->pass.extent.steps, B = all->pass.extent.batch;
    real *y = copy_of(one->y, one->outputs), *dx = copy_of(one->dx, one->inputs);

    take_sequence(one->dy, all->dy, T, B, b, all->layer->out);
    if (all->x != NULL)
        take_sequence(one->x, all->x, T, B, b, all->layer->in);
    one->pass.lengths = all->pass.lengths != NULL ? all->pass.lengths + b : NULL;
    one->pass.sources = all->pass.sources != NULL ? all->pass.sources + b : NULL;
    for (int t = 0; t < T && all->tokens != NULL; t++)
        one->tokens[t] = all->tokens[t * B + b];
    layer_fixture_forward(one);
    layer_fixture_backward(one);
    take_sequence(y, all->y, T, B, b, all->layer->out);
    take_sequence(dx, all->dx, T, B, b, all->layer->in);
    assert_same_bits(one->y, y, one->outputs);
    assert_same_bits(one->dx, dx, one->inputs);
    free(y);
    free(dx);
}

void a_batch_gives_the_bits_of_its_sequences(void **state)
{
    struct layer_case single = *(const struct layer_case *)*state;
    struct layer_fixture all, one;

    assert_true(single.batch > 1);
    layer_fixture_create(&all, *state);
    single.batch = 1;
    layer_fixture_create(&one,
                         &single); /* the same parameters: both fixtures draw them alike */
    assert_memory_equal(one.parameters, all.parameters,
                        all.list.total * sizeof *all.parameters);
    layer_fixture_forward(&all);
    layer_fixture_backward(&all);
    for (int b = 0; b < all.pass.extent.batch; b++)
        assert_sequence(&one, &all, b);
    layer_fixture_free(&one);
    layer_fixture_free(&all);
}

static void change_input(struct layer_fixture *fx, int t)
{
    const size_t B = (size_t)fx->pass.extent.batch, D = (size_t)fx->layer->in;

    for (size_t i = (size_t)t * B; i < (size_t)(t + 1) * B && fx->tokens != NULL; i++)
        fx->tokens[i] = (fx->tokens[i] + 1) % fx->layer->in;
    for (size_t i = (size_t)t * B * D; i < (size_t)(t + 1) * B * D && fx->x != NULL; i++)
        fx->x[i] +=
            (real)(0.5 + (double)(i % 3)); /* not the same for all: a norm would not see it */
}

void an_input_changes_no_earlier_output(void **state)
{
    struct layer_fixture fx;
    size_t step;

    layer_fixture_create(&fx, *state);
    step = fx.outputs / (size_t)fx.pass.extent.steps;
    for (int t = 0; t < fx.pass.extent.steps; t++) {
        real *before;

        layer_fixture_forward(&fx);
        before = copy_of(fx.y, fx.outputs);
        change_input(&fx, t);
        layer_fixture_forward(&fx);
        assert_same_bits(fx.y, before, (size_t)t * step);
        assert_memory_not_equal(fx.y + (size_t)t * step, before + (size_t)t * step,
                                step * sizeof *before);
        free(before);
    }
    layer_fixture_free(&fx);
}

void an_output_gives_later_inputs_no_gradient(void **state)
{
    struct layer_fixture fx;
    size_t step_in, step_out;

    layer_fixture_create(&fx, *state);
    step_in = fx.inputs / (size_t)fx.pass.extent.steps;
    step_out = fx.outputs / (size_t)fx.pass.extent.steps;
    layer_fixture_forward(&fx);
    for (int t = 0; t < fx.pass.extent.steps; t++) {
        memset(fx.dy, 0, fx.outputs * sizeof *fx.dy);
        fill_normal(fx.dy + (size_t)t * step_out, step_out, t, 1);
        layer_fixture_backward(&fx);
        assert_true(largest_of(fx.dx + (size_t)t * step_in, step_in) > 0);
        for (size_t i = (size_t)(t + 1) * step_in; i < fx.inputs; i++)
            assert_close((double)fx.dx[i], 0, 0, 0);
    }
    layer_fixture_free(&fx);
}

static void assert_first_values(const struct tensor_form *form, const real *values,
                                size_t count)
{
    const double most = largest_of(values, count);

    if (isinf(form->bound))
        return;
    for (size_t i = 0; i < count && form->bound <= 0; i++)
        assert_close((double)values[i], form->value, 0, 0);
    assert_true(form->bound <= 0 || most <= form->bound * (1 + 1e-6));
    assert_true(form->bound <= 0 || most > 0.8 * form->bound);
}

void tensors_and_work_are_as_expected(void **state)
{
    const struct layer_form *form = *state;
    struct layer_fixture fx;
    int count = 0;

    layer_fixture_create(&fx, &form->sizes);
    assert_int_equal(parameters_initialise(&fx.list, fx.parameters, 5), STATUS_OK);
    for (; form->tensors[count].name != NULL; count++) {
        const struct tensor_form *expected = &form->tensors[count];
        const struct parameter *p = &fx.list.items[count];

        assert_true(count < fx.list.count);
        assert_string_equal(p->name, expected->name);
        assert_int_equal(p->rank, expected->columns ? 2 : 1);
        assert_int_equal(p->shape[0], expected->rows);
        assert_int_equal(p->shape[1], expected->columns);
        assert_first_values(expected, fx.parameters + p->offset, p->count);
    }
    assert_int_equal(fx.list.count, count);
    assert_int_equal(fx.list.total, form->parameters);
    assert_close(fx.layer->kind->flops(fx.layer, form->sizes.steps), form->flops, 0, 1e-12);
    layer_fixture_free(&fx);
}

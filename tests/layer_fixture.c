#include "tests/layer_fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/numeric/random.h"
#include "tests/test.h"

enum { PARAMETERS, INPUT, OUTPUT_GRADIENT }; /* streams of random numbers */

void fill_normal(real *values, size_t count, int stream, double scale)
{
    struct random random = random_stream(7, RANDOM_PROBE, (uint64_t)stream, 0);

    for (size_t i = 0; i < count; i++)
        values[i] = (real)(scale * random_normal(&random));
}

double sum_of_products(const real *a, const real *b, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

static void poison(real *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (real)NAN;
}

/* Exactly that many, so that a sanitizer sees one too many; NULL for none. */
static real *reals(size_t count)
{
    real *values = count ? calloc(count, sizeof *values) : NULL;

    assert_true(count == 0 || values != NULL);
    return values;
}

static void make_tokens(struct layer_fixture *fx, int symbols)
{
    const size_t rows = extent_rows(fx->pass.extent);

    fx->tokens = calloc(rows, sizeof *fx->tokens);
    assert_non_null(fx->tokens);
    for (size_t row = 0; row < rows; row++)
        fx->tokens[row] = (int)((row * row + row / 2) % (size_t)symbols);
}

static void make_input(struct layer_fixture *fx, bool bare)
{
    const bool embedding = strcmp(fx->layer->kind->name, "embedding") == 0;

    if (embedding)
        make_tokens(fx, fx->layer->in);
    else if (fx->pass.extent.distinct > 0)
        make_tokens(fx, fx->pass.extent.distinct);
    if (!embedding) {
        fx->x = reals(fx->inputs);
        if (!bare)
            fill_normal(fx->x, fx->inputs, INPUT, 1);
    }
}

void layer_fixture_create(struct layer_fixture *fx, const struct layer_case *sizes)
{
    const struct extent extent = { .batch = sizes->batch,
                                   .steps = sizes->steps,
                                   .distinct = sizes->symbols };
    const size_t rows = sizes->symbols > 0 ? (size_t)sizes->symbols : extent_rows(extent);

    *fx = (struct layer_fixture){ .layer = sizes->create(sizes) };
    assert_non_null(fx->layer);
    fx->layer->kind->declare(fx->layer, &fx->list, "");
    assert_false(fx->list.failed);
    fx->sizes = fx->layer->kind->sizes(fx->layer, extent);
    fx->inputs = rows * (size_t)fx->layer->in;
    fx->outputs = extent_rows(extent) * (size_t)fx->layer->out;
    fx->pass.extent = extent;
    make_input(fx, sizes->bare);
    fx->parameters = reals(fx->list.total);
    fx->prepared = reals(layer_prepared_count(fx->layer));
    fx->gradients = reals(fx->list.total);
    fx->dx = reals(fx->inputs);
    fx->y = reals(fx->outputs);
    fx->dy = reals(fx->outputs);
    fx->saved = reals(fx->sizes.saved);
    fx->scratch = reals(fx->sizes.scratch);
    fx->recorded = reals(fx->sizes.recorded);
    fill_normal(fx->parameters, fx->list.total, PARAMETERS, 0.5);
    if (!sizes->bare)
        fill_normal(fx->dy, fx->outputs, OUTPUT_GRADIENT, 1);
    fx->pass = (struct layer_pass){ .extent = extent,
                                    .parameters = fx->parameters,
                                    .prepared = fx->prepared,
                                    .tokens = fx->tokens,
                                    .lengths = sizes->lengths,
                                    .sources = sizes->sources,
                                    .edits = sizes->edits,
                                    .x = fx->x,
                                    .y = fx->y,
                                    .saved = fx->saved,
                                    .scratch = fx->scratch,
                                    .dy = fx->dy,
                                    .dx = fx->dx,
                                    .gradients = fx->gradients,
                                    .recorded = fx->recorded };
}

void layer_fixture_free(struct layer_fixture *fx)
{
    real *const blocks[] = { fx->parameters, fx->prepared, fx->gradients, fx->x,
                             fx->dx,         fx->y,        fx->dy,        fx->saved,
                             fx->scratch,    fx->recorded };

    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        free(blocks[i]);
    free(fx->tokens);
    parameter_list_free(&fx->list);
    layer_destroy(fx->layer);
    *fx = (struct layer_fixture){ 0 };
}

void layer_fixture_forward(struct layer_fixture *fx)
{
    poison(fx->prepared, layer_prepared_count(fx->layer));
    poison(fx->y, fx->outputs);
    poison(fx->saved, fx->sizes.saved);
    poison(fx->scratch, fx->sizes.scratch);
    layer_prepare(fx->layer, fx->parameters, fx->prepared);
    fx->layer->kind->forward(fx->layer, &fx->pass);
}

void layer_fixture_backward(struct layer_fixture *fx)
{
    poison(fx->dx, fx->inputs);
    poison(fx->recorded, fx->sizes.recorded);
    poison(fx->scratch, fx->sizes.scratch);
    fx->layer->kind->backward(fx->layer, &fx->pass);
}

real layer_fixture_loss(void *fixture)
{
    struct layer_fixture *fx = fixture;

    layer_fixture_forward(fx);
    return (real)sum_of_products(fx->y, fx->dy, fx->outputs);
}

void backward_matches_finite_differences(void **state)
{
    const struct layer_case *sizes = *state;
    struct layer_fixture fx;

    layer_fixture_create(&fx, sizes);
    layer_fixture_forward(&fx);
    layer_fixture_backward(&fx);
    assert_all_gradients(&fx.list, sizes->zeros, fx.parameters, fx.gradients,
                         layer_fixture_loss, &fx);
    if (fx.x != NULL)
        assert_gradient(&(struct gradient){ "x", fx.x, fx.dx, fx.inputs, 0, 0 },
                        layer_fixture_loss, &fx);
    layer_fixture_free(&fx);
}

#include "common/layers/layer.h"

#include <stdlib.h>

void layer_destroy(struct layer *layer)
{
    if (layer == NULL)
        return;
    if (layer->kind->destroy != NULL)
        layer->kind->destroy(layer);
    else
        free(layer);
}

size_t layer_prepared_count(const struct layer *layer)
{
    return layer->kind->prepared_count ? layer->kind->prepared_count(layer) : 0;
}

void layer_prepare(const struct layer *layer, const real *parameters, real *prepared)
{
    if (layer->kind->prepare != NULL)
        layer->kind->prepare(layer, parameters, prepared);
}

static struct layer_sizes one_step_sizes(const struct layer *layer, int batch)
{
    return layer->kind->sizes(layer, (struct extent){ .batch = batch, .steps = 1 });
}

struct layer_step_sizes layer_stepwise_sizes(const struct layer *layer, int batch, int capacity)
{
    const struct layer_sizes sizes = one_step_sizes(layer, batch);

    (void)capacity;
    return (struct layer_step_sizes){ .scratch = sizes.saved + sizes.scratch };
}

void layer_stepwise(const struct layer *layer, const struct layer_step *step)
{
    const struct layer_pass pass = {
        .extent = { .batch = step->batch, .steps = 1 },
        .parameters = step->parameters,
        .prepared = step->prepared,
        .tokens = step->tokens,
        .x = step->x,
        .y = step->y,
        .saved = step->scratch,
        .scratch = step->scratch + one_step_sizes(layer, step->batch).saved,
    };

    layer->kind->forward(layer, &pass);
}

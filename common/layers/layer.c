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

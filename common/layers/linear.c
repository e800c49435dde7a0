#include "common/layers/linear.h"

#include <stdlib.h>

#include "common/layers/affine.h"

struct linear {
    struct layer layer;
    struct affine affine;
};

static const struct linear *linear_of(const struct layer *layer)
{
    return (const struct linear *)layer;
}

static void linear_declare(struct layer *layer, struct parameter_list *list, const char *prefix)
{
    struct linear *linear = (struct linear *)layer;
    const struct initial initial = affine_default_initial(layer->in);

    affine_declare(&linear->affine, list, prefix, "weight", initial, "bias", initial);
}

static struct layer_sizes linear_sizes(const struct layer *layer, struct extent extent)
{
    (void)layer;
    (void)extent;
    return (struct layer_sizes){ 0 };
}

static size_t linear_prepared_count(const struct layer *layer)
{
    return affine_prepared_count(&linear_of(layer)->affine);
}

static void linear_prepare(const struct layer *layer, const real *parameters, real *prepared)
{
    affine_prepare(&linear_of(layer)->affine, parameters, prepared);
}

static void linear_forward(const struct layer *layer, const struct layer_pass *pass)
{
    affine_forward(&linear_of(layer)->affine, pass->parameters, pass->prepared, pass->y,
                   pass->x, (int)extent_rows(pass->extent));
}

static void linear_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct affine *a = &linear_of(layer)->affine;
    const int rows = (int)extent_rows(pass->extent);

    affine_backward_parameters(a, pass->gradients, pass->dy, pass->x, rows);
    if (pass->dx != NULL)
        affine_backward_input(a, pass->prepared, pass->dx, pass->dy, rows, PRODUCT_SET);
}

static double linear_flops(const struct layer *layer, int steps)
{
    return steps * affine_flops(&linear_of(layer)->affine);
}

static const struct layer_kind linear_kind = {
    .name = "linear",
    .declare = linear_declare,
    .sizes = linear_sizes,
    .prepared_count = linear_prepared_count,
    .prepare = linear_prepare,
    .forward = linear_forward,
    .backward = linear_backward,
    .flops = linear_flops,
    .step_sizes = layer_stepwise_sizes,
    .step = layer_stepwise,
};

struct layer *linear_create(int in, int out)
{
    struct linear *linear = calloc(1, sizeof *linear);

    if (linear == NULL)
        return NULL;
    linear->layer = (struct layer){ .kind = &linear_kind, .in = in, .out = out, .depth = -1 };
    linear->affine = (struct affine){ .in = in, .out = out };
    return &linear->layer;
}

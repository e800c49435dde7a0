#include "transformer/positions.h"

#include <stdlib.h>
#include <string.h>

struct positions {
    struct layer layer;
    int rows;
    size_t weight; /* (rows, D) */
};

static const struct positions *positions_of(const struct layer *layer)
{
    return (const struct positions *)layer;
}

static void positions_declare(struct layer *layer, struct parameter_list *list,
                              const char *prefix)
{
    struct positions *positions = (struct positions *)layer;

    positions->weight = parameter_add(list, prefix, "weight", positions->rows, layer->in,
                                      (struct initial){ INITIAL_NORMAL, 1 });
}

static struct layer_sizes positions_sizes(const struct layer *layer, struct extent extent)
{
    (void)layer;
    (void)extent;
    return (struct layer_sizes){ 0 };
}

/* Where the row of step t begins in the model's block. */
static size_t row_offset(const struct layer *layer, int t)
{
    const struct positions *positions = positions_of(layer);
    const int row = t < positions->rows ? t : positions->rows - 1;

    return positions->weight + (size_t)row * (size_t)layer->in;
}

static void positions_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t D = (size_t)layer->in, B = (size_t)pass->extent.batch;

    for (int t = 0; t < pass->extent.steps; t++) {
        const real *p_t = pass->parameters + row_offset(layer, t);
        const real *x_t = pass->x + (size_t)t * B * D;
        real *y_t = pass->y + (size_t)t * B * D;

        for (size_t b = 0; b < B; b++)
            for (size_t k = 0; k < D; k++)
                y_t[b * D + k] = x_t[b * D + k] + p_t[k];
    }
}

static void positions_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t D = (size_t)layer->in, B = (size_t)pass->extent.batch;

    for (int t = 0; t < pass->extent.steps; t++) {
        real *dp_t = pass->gradients + row_offset(layer, t);
        const real *dy_t = pass->dy + (size_t)t * B * D;

        for (size_t b = 0; b < B; b++)
            for (size_t k = 0; k < D; k++)
                dp_t[k] += dy_t[b * D + k];
    }
    if (pass->dx != NULL)
        memcpy(pass->dx, pass->dy, extent_rows(pass->extent) * D * sizeof *pass->dx);
}

static double positions_flops(const struct layer *layer, int steps)
{
    (void)layer;
    (void)steps;
    return 0;
}

static const struct layer_kind positions_kind = {
    .name = "positions",
    .declare = positions_declare,
    .sizes = positions_sizes,
    .forward = positions_forward,
    .backward = positions_backward,
    .flops = positions_flops,
};

struct layer *positions_create(int width, int rows)
{
    struct positions *positions = calloc(1, sizeof *positions);

    if (positions == NULL)
        return NULL;
    positions->layer =
        (struct layer){ .kind = &positions_kind, .in = width, .out = width, .depth = -1 };
    positions->rows = rows;
    return &positions->layer;
}

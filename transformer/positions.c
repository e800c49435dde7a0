#include "transformer/positions.h"

#include <stdlib.h>
#include <string.h>

#include "transformer/sinusoid.h"

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

/* y (B, D) = x (B, D) + p (D) in every row. */
static void add_to_rows(real *y, const real *x, const real *p, size_t B, size_t D)
{
    for (size_t b = 0; b < B; b++)
        for (size_t k = 0; k < D; k++)
            y[b * D + k] = x[b * D + k] + p[k];
}

static void positions_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t D = (size_t)layer->in, B = (size_t)pass->extent.batch;

    for (int t = 0; t < pass->extent.steps; t++)
        add_to_rows(pass->y + (size_t)t * B * D, pass->x + (size_t)t * B * D,
                    pass->parameters + row_offset(layer, t), B, D);
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

static struct layer_step_sizes positions_step_sizes(const struct layer *layer, int batch,
                                                    int capacity)
{
    (void)layer;
    (void)batch;
    (void)capacity;
    return (struct layer_step_sizes){ 0 };
}

static void positions_step(const struct layer *layer, const struct layer_step *step)
{
    add_to_rows(step->y, step->x, step->parameters + row_offset(layer, step->t),
                (size_t)step->batch, (size_t)layer->in);
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
    .step_sizes = positions_step_sizes,
    .step = positions_step,
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

static void sinusoidal_declare(struct layer *layer, struct parameter_list *list,
                               const char *prefix)
{
    (void)layer;
    (void)list;
    (void)prefix;
}

/* scratch: the table (T, D). */
static struct layer_sizes sinusoidal_sizes(const struct layer *layer, struct extent extent)
{
    return (struct layer_sizes){ .scratch = (size_t)extent.steps * (size_t)layer->in };
}

static void sinusoidal_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t D = (size_t)layer->in, B = (size_t)pass->extent.batch;

    sinusoid_table(pass->scratch, pass->extent.steps, layer->in);
    for (int t = 0; t < pass->extent.steps; t++)
        add_to_rows(pass->y + (size_t)t * B * D, pass->x + (size_t)t * B * D,
                    pass->scratch + (size_t)t * D, B, D);
}

static void sinusoidal_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t states = extent_rows(pass->extent) * (size_t)layer->in;

    if (pass->dx != NULL) /* y_t = x_t + P[t] */
        memcpy(pass->dx, pass->dy, states * sizeof *pass->dx);
}

static struct layer_step_sizes sinusoidal_step_sizes(const struct layer *layer, int batch,
                                                     int capacity)
{
    (void)batch;
    (void)capacity;
    return (struct layer_step_sizes){ .scratch = (size_t)layer->in };
}

static void sinusoidal_step(const struct layer *layer, const struct layer_step *step)
{
    sinusoid_row(step->scratch, step->t, layer->in);
    add_to_rows(step->y, step->x, step->scratch, (size_t)step->batch, (size_t)layer->in);
}

static const struct layer_kind sinusoidal_kind = {
    .name = "sinusoidal",
    .declare = sinusoidal_declare,
    .sizes = sinusoidal_sizes,
    .forward = sinusoidal_forward,
    .backward = sinusoidal_backward,
    .flops = positions_flops,
    .step_sizes = sinusoidal_step_sizes,
    .step = sinusoidal_step,
};

struct layer *sinusoidal_create(int width)
{
    struct layer *layer = calloc(1, sizeof *layer);

    if (layer != NULL)
        *layer =
            (struct layer){ .kind = &sinusoidal_kind, .in = width, .out = width, .depth = -1 };
    return layer;
}

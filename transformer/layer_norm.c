#include "transformer/layer_norm.h"

#include <stdlib.h>

#include "common/numeric/functions.h"
#include "common/numeric/reduce.h"

static const double EPSILON = 1e-5; /* inside the root */

struct layer_norm {
    struct layer layer;
    size_t weight; /* (D) gamma */
    size_t bias;   /* (D) beta */
};

static const struct layer_norm *layer_norm_of(const struct layer *layer)
{
    return (const struct layer_norm *)layer;
}

static void layer_norm_declare(struct layer *layer, struct parameter_list *list,
                               const char *prefix)
{
    struct layer_norm *norm = (struct layer_norm *)layer;

    norm->weight = parameter_add(list, prefix, "weight", layer->in, 0,
                                 (struct initial){ INITIAL_CONSTANT, 1 });
    norm->bias = parameter_add(list, prefix, "bias", layer->in, 0,
                               (struct initial){ INITIAL_CONSTANT, 0 });
}

/* saved: (T, B) means, then (T, B) of 1 / sqrt(var + eps). scratch: two rows. */
static struct layer_sizes layer_norm_sizes(const struct layer *layer, struct extent extent)
{
    return (struct layer_sizes){ .saved = 2 * extent_rows(extent),
                                 .scratch = 2 * (size_t)layer->in };
}

static void layer_norm_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t D = (size_t)layer->in, rows = extent_rows(pass->extent);
    const real *gamma = pass->parameters + layer_norm_of(layer)->weight;
    const real *beta = pass->parameters + layer_norm_of(layer)->bias;

    for (size_t row = 0; row < rows; row++) {
        const real *x = pass->x + row * D;
        real *y = pass->y + row * D;
        const real mean = reduce_sum(x, D) / (real)D;
        real scale;

        for (size_t k = 0; k < D; k++)
            y[k] = x[k] - mean;
        scale = 1 / real_sqrt(reduce_dot(y, y, D) / (real)D + (real)EPSILON);
        for (size_t k = 0; k < D; k++)
            y[k] = gamma[k] * (y[k] * scale) + beta[k];
        pass->saved[row] = mean;
        pass->saved[rows + row] = scale;
    }
}

/*
 * With xhat = (x - mean) scale and dxhat = gamma dy:
 *
 *     dgamma += dy xhat    dbeta += dy
 *     dx = scale (dxhat - mean(dxhat) - xhat mean(dxhat xhat))
 */
static void layer_norm_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t D = (size_t)layer->in, rows = extent_rows(pass->extent);
    const real *gamma = pass->parameters + layer_norm_of(layer)->weight;
    real *dgamma = pass->gradients + layer_norm_of(layer)->weight;
    real *dbeta = pass->gradients + layer_norm_of(layer)->bias;
    real *xhat = pass->scratch, *dxhat = pass->scratch + D;

    for (size_t row = 0; row < rows; row++) {
        const real *x = pass->x + row * D, *dy = pass->dy + row * D;
        const real mean = pass->saved[row], scale = pass->saved[rows + row];
        real mean_dxhat, mean_product;

        for (size_t k = 0; k < D; k++) {
            xhat[k] = (x[k] - mean) * scale;
            dxhat[k] = gamma[k] * dy[k];
            dgamma[k] += dy[k] * xhat[k];
            dbeta[k] += dy[k];
        }
        if (pass->dx == NULL)
            continue;
        mean_dxhat = reduce_sum(dxhat, D) / (real)D;
        mean_product = reduce_dot(dxhat, xhat, D) / (real)D;
        for (size_t k = 0; k < D; k++)
            pass->dx[row * D + k] = scale * (dxhat[k] - mean_dxhat - xhat[k] * mean_product);
    }
}

static double layer_norm_flops(const struct layer *layer, int steps)
{
    (void)layer;
    (void)steps;
    return 0; /* element-wise work is not counted, as in the closed forms */
}

static const struct layer_kind layer_norm_kind = {
    .name = "layer_norm",
    .declare = layer_norm_declare,
    .sizes = layer_norm_sizes,
    .forward = layer_norm_forward,
    .backward = layer_norm_backward,
    .flops = layer_norm_flops,
    .step_sizes = layer_stepwise_sizes,
    .step = layer_stepwise,
};

struct layer *layer_norm_create(int width)
{
    struct layer_norm *norm = calloc(1, sizeof *norm);

    if (norm == NULL)
        return NULL;
    norm->layer =
        (struct layer){ .kind = &layer_norm_kind, .in = width, .out = width, .depth = -1 };
    return &norm->layer;
}

#include "transformer/layer_norm.h"

#include <stdlib.h>

#include "common/numeric/functions.h"
#include "common/numeric/partials.h"
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

/* saved: (T, B) means, then (T, B) of 1 / sqrt(var + eps). */
static struct layer_sizes layer_norm_sizes(const struct layer *layer, struct extent extent)
{
    (void)layer;
    return (struct layer_sizes){ .saved = 2 * extent_rows(extent) };
}

/* count <= PARTIALS of them; see reduce.c. Unrolled, gcc would make 16 scalar chains of it. */
static inline void add_squares(real *restrict partial, const real *restrict x, const int count,
                               real mean)
{
    _Pragma("GCC unroll 1") for (int j = 0; j < PARTIALS; j++)
    {
        const real away = j < count ? x[j] - mean : 0;

        partial[j] = fused(away, away, partial[j]);
    }
}

/* The sum of (x - mean)^2 over a row of D. */
static real sum_of_squares(const real *x, real mean, size_t D)
{
    real partial[PARTIALS] = { 0 };
    size_t k = 0;

    for (; k + PARTIALS <= D; k += PARTIALS)
        add_squares(partial, x + k, PARTIALS, mean);
    if (k < D)
        add_squares(partial, x + k, (int)(D - k), mean);
    return partials_fold(partial);
}

/*
 * The mean comes first, then the sum of squares around it: one pass would lose digits.
 *
 * What limits a norm is waiting: a row's mean, its variance, the root and y follow from one
 * another, and each sum ends in four dependent additions. Measured on a Zen 4, AVX-512, rows in
 * the L2 cache, ns an element: forward .38 at D = 64 and .32 at D = 256, backward .47 and .42;
 * reading and writing alone would take .07 and .11.
 */
static void layer_norm_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t D = (size_t)layer->in, rows = extent_rows(pass->extent);
    const real *restrict gamma = pass->parameters + layer_norm_of(layer)->weight;
    const real *restrict beta = pass->parameters + layer_norm_of(layer)->bias;

    for (size_t row = 0; row < rows; row++) {
        const real *restrict x = pass->x + row * D;
        real *restrict y = pass->y + row * D;
        const real mean = reduce_sum(x, D) / (real)D;
        const real variance = sum_of_squares(x, mean, D) / (real)D;
        const real scale = 1 / real_sqrt(variance + (real)EPSILON);

        for (size_t k = 0; k < D; k++)
            y[k] = fused(gamma[k], (x[k] - mean) * scale, beta[k]);
        pass->saved[row] = mean;
        pass->saved[rows + row] = scale;
    }
}

/* What backward reads: rows (rows, D), of each its mean and scale. */
struct normed {
    size_t rows, D;
    const real *x, *dy;       /* (rows, D) */
    const real *mean, *scale; /* (rows) */
    const real *gamma;        /* (D) */
};

/* `count` <= PARTIALS columns from k on, whose sums over all rows stay in registers. */
static inline void add_columns(const struct normed *n, size_t k, const int count,
                               real *restrict dgamma, real *restrict dbeta)
{
    real sum_gamma[PARTIALS], sum_beta[PARTIALS];

    for (int j = 0; j < count; j++) {
        sum_gamma[j] = dgamma[k + j];
        sum_beta[j] = dbeta[k + j];
    }
    for (size_t row = 0; row < n->rows; row++) {
        const real *restrict x = n->x + row * n->D + k, *restrict dy = n->dy + row * n->D + k;
        const real mean = n->mean[row], scale = n->scale[row];

        for (int j = 0; j < count; j++) {
            sum_gamma[j] = fused(dy[j], (x[j] - mean) * scale, sum_gamma[j]);
            sum_beta[j] += dy[j];
        }
    }
    for (int j = 0; j < count; j++) {
        dgamma[k + j] = sum_gamma[j];
        dbeta[k + j] = sum_beta[j];
    }
}

/* y = gamma xhat + beta: dgamma += dy xhat, dbeta += dy. */
static void add_parameters(const struct normed *n, real *dgamma, real *dbeta)
{
    size_t k = 0;

    for (; k + PARTIALS <= n->D; k += PARTIALS)
        add_columns(n, k, PARTIALS, dgamma, dbeta);
    if (k < n->D)
        add_columns(n, k, (int)(n->D - k), dgamma, dbeta);
}

/* Of dxhat and of dxhat xhat, over one row. */
struct means {
    real dxhat, product;
};

static struct means row_means(const real *restrict x, const real *restrict dy,
                              const real *restrict gamma, real mean, real scale, size_t D)
{
    real sum[PARTIALS] = { 0 }, product[PARTIALS] = { 0 };
    size_t k = 0;

    for (; k + PARTIALS <= D; k += PARTIALS)
        for (int j = 0; j < PARTIALS; j++) {
            const real dxhat = gamma[k + j] * dy[k + j];

            sum[j] += dxhat;
            product[j] = fused(dxhat, (x[k + j] - mean) * scale, product[j]);
        }
    for (int j = 0; k < D; k++, j++) {
        const real dxhat = gamma[k] * dy[k];

        sum[j] += dxhat;
        product[j] = fused(dxhat, (x[k] - mean) * scale, product[j]);
    }
    return (struct means){ partials_fold(sum) / (real)D, partials_fold(product) / (real)D };
}

/*
 * With xhat = (x - mean) scale and dxhat = gamma dy:
 *
 *     dx = scale (dxhat - mean(dxhat) - xhat mean(dxhat xhat))
 */
static void rows_backward(const struct normed *n, real *restrict dx)
{
    const real *restrict gamma = n->gamma;

    for (size_t row = 0; row < n->rows; row++, dx += n->D) {
        const real *restrict x = n->x + row * n->D, *restrict dy = n->dy + row * n->D;
        const real mean = n->mean[row], scale = n->scale[row];
        const struct means m = row_means(x, dy, gamma, mean, scale, n->D);

        for (size_t k = 0; k < n->D; k++) {
            const real xhat = (x[k] - mean) * scale;

            dx[k] = scale * fused(-xhat, m.product, fused(gamma[k], dy[k], -m.dxhat));
        }
    }
}

static void layer_norm_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t rows = extent_rows(pass->extent);
    const struct normed n = { .rows = rows,
                              .D = (size_t)layer->in,
                              .x = pass->x,
                              .dy = pass->dy,
                              .mean = pass->saved,
                              .scale = pass->saved + rows,
                              .gamma = pass->parameters + layer_norm_of(layer)->weight };

    add_parameters(&n, pass->gradients + layer_norm_of(layer)->weight,
                   pass->gradients + layer_norm_of(layer)->bias);
    if (pass->dx != NULL)
        rows_backward(&n, pass->dx);
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

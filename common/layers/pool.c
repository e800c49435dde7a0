#include "common/layers/pool.h"

#include <stdlib.h>
#include <string.h>

struct pool {
    struct layer layer;
    enum pool_kind kind;
};

static enum pool_kind kind_of(const struct layer *layer)
{
    return ((const struct pool *)layer)->kind;
}

/* A layer without tensors. */
static void pool_declare(struct layer *layer, struct parameter_list *list, const char *prefix)
{
    (void)layer;
    (void)list;
    (void)prefix;
}

static struct layer_sizes pool_sizes(const struct layer *layer, struct extent extent)
{
    (void)layer;
    (void)extent;
    return (struct layer_sizes){ 0 };
}

/* The steps that count for sequence b, first .. end - 1. */
struct span {
    int first, end;
};

static struct span span_of(const struct layer *layer, const struct layer_pass *pass, int b)
{
    const int n = pass_length(pass, b);

    return (struct span){ kind_of(layer) == POOL_LAST ? n - 1 : 0, n };
}

static void pool_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const int B = pass->extent.batch, D = layer->in;

    for (int b = 0; b < B; b++) {
        const struct span span = span_of(layer, pass, b);
        const real share = 1 / (real)(span.end - span.first);
        real *y = pass->y + b * D;

        memset(y, 0, (size_t)D * sizeof *y);
        for (int t = span.first; t < span.end; t++)
            for (int k = 0; k < D; k++)
                y[k] += pass->x[((size_t)t * (size_t)B + (size_t)b) * (size_t)D + (size_t)k];
        for (int k = 0; k < D; k++)
            y[k] *= share;
    }
}

static void pool_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const int B = pass->extent.batch, D = layer->in;

    if (pass->dx == NULL)
        return;
    memset(pass->dx, 0, extent_rows(pass->extent) * (size_t)D * sizeof *pass->dx);
    for (int b = 0; b < B; b++) {
        const struct span span = span_of(layer, pass, b);
        const real share = 1 / (real)(span.end - span.first);

        for (int t = span.first; t < span.end; t++) /* y = share * the sum of x_t */
            for (int k = 0; k < D; k++)
                pass->dx[((size_t)t * (size_t)B + (size_t)b) * (size_t)D + (size_t)k] =
                    share * pass->dy[b * D + k];
    }
}

/* Of the mean: the sum of the steps so far, (B, D). */
static struct layer_step_sizes pool_step_sizes(const struct layer *layer, int batch,
                                               int capacity)
{
    const size_t sums = (size_t)batch * (size_t)layer->in;

    (void)capacity;
    return (struct layer_step_sizes){ .state = kind_of(layer) == POOL_MEAN ? sums : 0 };
}

/* What the sequence would give if it ended here. */
static void pool_step(const struct layer *layer, const struct layer_step *step)
{
    const size_t sums = (size_t)step->batch * (size_t)layer->in;
    const real share = 1 / (real)(step->t + 1);

    if (kind_of(layer) == POOL_LAST) {
        memcpy(step->y, step->x, sums * sizeof *step->y);
        return;
    }
    if (step->t == 0)
        memset(step->state, 0, sums * sizeof *step->state);
    for (size_t k = 0; k < sums; k++) {
        step->state[k] += step->x[k];
        step->y[k] = step->state[k] * share;
    }
}

static double pool_flops(const struct layer *layer, int steps)
{
    (void)layer;
    (void)steps;
    return 0; /* element-wise work is not counted, as in the closed forms */
}

static const struct layer_kind pool_kind = {
    .name = "pool",
    .declare = pool_declare,
    .sizes = pool_sizes,
    .forward = pool_forward,
    .backward = pool_backward,
    .flops = pool_flops,
    .step_sizes = pool_step_sizes,
    .step = pool_step,
};

struct layer *pool_create(int width, enum pool_kind kind)
{
    struct pool *pool = calloc(1, sizeof *pool);

    if (pool == NULL)
        return NULL;
    pool->layer = (struct layer){ .kind = &pool_kind, .in = width, .out = width, .depth = -1 };
    pool->kind = kind;
    return &pool->layer;
}

#include "transformer/feed_forward.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "common/layers/affine.h"
#include "common/numeric/gelu.h"

enum { WIDENING = 4 };
static const double GPT2_DEVIATION = 0.02;

struct feed_forward {
    struct layer layer;
    enum attention_initial initial;
    int layers;
    struct affine linear1; /* (4D, D) */
    struct affine linear2; /* (D, 4D) */
};

static const struct feed_forward *feed_forward_of(const struct layer *layer)
{
    return (const struct feed_forward *)layer;
}

static void feed_forward_declare(struct layer *layer, struct parameter_list *list,
                                 const char *prefix)
{
    struct feed_forward *ff = (struct feed_forward *)layer;
    const struct initial narrow = affine_default_initial(ff->linear1.in);
    const struct initial wide = affine_default_initial(ff->linear2.in);
    const struct initial zero = { INITIAL_CONSTANT, 0 };
    const struct initial gpt2 = { INITIAL_NORMAL, GPT2_DEVIATION };
    const struct initial residual = { INITIAL_NORMAL, GPT2_DEVIATION / sqrt(2 * ff->layers) };

    if (ff->initial == ATTENTION_GPT2) {
        affine_declare(&ff->linear1, list, prefix, "linear1.weight", gpt2, "linear1.bias",
                       zero);
        affine_declare(&ff->linear2, list, prefix, "linear2.weight", residual, "linear2.bias",
                       zero);
        return;
    }
    affine_declare(&ff->linear1, list, prefix, "linear1.weight", narrow, "linear1.bias",
                   narrow);
    affine_declare(&ff->linear2, list, prefix, "linear2.weight", wide, "linear2.bias", wide);
}

/* Reals of (T, B, 4D). */
static size_t wide_count(const struct layer *layer, struct extent extent)
{
    return extent_rows(extent) * (size_t)layer->in * WIDENING;
}

static struct layer_sizes feed_forward_sizes(const struct layer *layer, struct extent extent)
{
    const size_t wide = wide_count(layer, extent);

    return (struct layer_sizes){ .saved = 2 * wide, .scratch = wide };
}

static size_t feed_forward_prepared_count(const struct layer *layer)
{
    const struct feed_forward *ff = feed_forward_of(layer);

    return affine_prepared_count(&ff->linear1) + affine_prepared_count(&ff->linear2);
}

static void feed_forward_prepare(const struct layer *layer, const real *parameters,
                                 real *prepared)
{
    const struct feed_forward *ff = feed_forward_of(layer);

    affine_prepare(&ff->linear1, parameters, prepared);
    affine_prepare(&ff->linear2, parameters, prepared + affine_prepared_count(&ff->linear1));
}

static void feed_forward_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct feed_forward *ff = feed_forward_of(layer);
    const size_t wide = wide_count(layer, pass->extent);
    const int rows = (int)extent_rows(pass->extent);
    real *g = pass->saved, *slope = pass->saved + wide; /* (T, B, 4D) */

    affine_forward(&ff->linear1, pass->parameters, pass->prepared, g, pass->x, rows);
    gelu(g, slope, wide);
    affine_forward(&ff->linear2, pass->parameters,
                   pass->prepared + affine_prepared_count(&ff->linear1), pass->y, g, rows);
}

static void multiply(real *restrict out, const real *restrict a, size_t n)
{
    for (size_t k = 0; k < n; k++)
        out[k] *= a[k];
}

static void feed_forward_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct feed_forward *ff = feed_forward_of(layer);
    const size_t wide = wide_count(layer, pass->extent);
    const int rows = (int)extent_rows(pass->extent);
    const real *g = pass->saved, *slope = pass->saved + wide;
    real *da = pass->scratch; /* (T, B, 4D) first the gradient on g, then on a */

    /* y = g W_2' + b_2 */
    affine_backward_parameters(&ff->linear2, pass->gradients, pass->dy, g, rows);
    affine_backward_input(&ff->linear2, pass->prepared + affine_prepared_count(&ff->linear1),
                          da, pass->dy, rows, PRODUCT_SET);
    multiply(da, slope, wide); /* g = gelu(a) */
    /* a = x W_1' + b_1 */
    affine_backward_parameters(&ff->linear1, pass->gradients, da, pass->x, rows);
    if (pass->dx != NULL)
        affine_backward_input(&ff->linear1, pass->prepared, pass->dx, da, rows, PRODUCT_SET);
}

static double feed_forward_flops(const struct layer *layer, int steps)
{
    const struct feed_forward *ff = feed_forward_of(layer);

    return steps * (affine_flops(&ff->linear1) + affine_flops(&ff->linear2));
}

static const struct layer_kind feed_forward_kind = {
    .name = "feed_forward",
    .declare = feed_forward_declare,
    .sizes = feed_forward_sizes,
    .prepared_count = feed_forward_prepared_count,
    .prepare = feed_forward_prepare,
    .forward = feed_forward_forward,
    .backward = feed_forward_backward,
    .flops = feed_forward_flops,
    .step_sizes = layer_stepwise_sizes,
    .step = layer_stepwise,
};

struct layer *feed_forward_create(int width, enum attention_initial initial, int layers)
{
    struct feed_forward *ff = calloc(1, sizeof *ff);

    assert(initial != ATTENTION_GPT2 || layers > 0);
    if (ff == NULL)
        return NULL;
    ff->layer =
        (struct layer){ .kind = &feed_forward_kind, .in = width, .out = width, .depth = -1 };
    ff->initial = initial;
    ff->layers = layers;
    ff->linear1 = (struct affine){ .in = width, .out = WIDENING * width };
    ff->linear2 = (struct affine){ .in = WIDENING * width, .out = width };
    return &ff->layer;
}

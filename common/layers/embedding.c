#include "common/layers/embedding.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/numeric/product.h"
#include "common/numeric/reduce.h"

struct embedding {
    struct layer layer;
    size_t weight; /* (V, out) */
};

static const struct embedding *embedding_of(const struct layer *layer)
{
    return (const struct embedding *)layer;
}

static void embedding_declare(struct layer *layer, struct parameter_list *list,
                              const char *prefix)
{
    struct embedding *embedding = (struct embedding *)layer;

    embedding->weight = parameter_add(list, prefix, "weight", layer->in, layer->out,
                                      (struct initial){ INITIAL_NORMAL, 1 });
}

static struct layer_sizes embedding_sizes(const struct layer *layer, struct extent extent)
{
    (void)layer;
    (void)extent;
    return (struct layer_sizes){ 0 };
}

static void embedding_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const real *table = pass->parameters + embedding_of(layer)->weight;
    const size_t width = (size_t)layer->out;
    const size_t rows = extent_rows(pass->extent);

    for (size_t row = 0; row < rows; row++)
        assert(pass->tokens[row] >= 0 && pass->tokens[row] < layer->in);
    if (pass->extent.distinct > 0) {
        memcpy(pass->y, table, (size_t)layer->in * width * sizeof *table);
        return;
    }
    for (size_t row = 0; row < rows; row++)
        memcpy(pass->y + row * width, table + (size_t)pass->tokens[row] * width,
               width * sizeof *table);
}

static void embedding_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t weight = embedding_of(layer)->weight;
    const size_t width = (size_t)layer->out;
    const size_t rows = extent_rows(pass->extent);

    if (pass->extent.distinct > 0) { /* equal rows are one already */
        assert(pass->dx == NULL);
        reduce_add(pass->gradients + weight, pass->dy, (size_t)layer->in * width);
        return;
    }
    for (size_t row = 0; row < rows; row++) /* y_tb = E[token_tb] */
        reduce_add(pass->gradients + weight + (size_t)pass->tokens[row] * width,
                   pass->dy + row * width, width);
    if (pass->dx != NULL) /* as if y_tb = E' onehot_tb */
        product(pass->dx, layer->in, (struct strided){ pass->dy, layer->out, 1 },
                (struct strided){ pass->parameters + weight, 1, layer->out }, (int)rows,
                layer->in, layer->out, PRODUCT_SET);
}

static double embedding_flops(const struct layer *layer, int steps)
{
    (void)layer;
    (void)steps;
    return 0; /* a copy */
}

static const struct layer_kind embedding_kind = {
    .name = "embedding",
    .declare = embedding_declare,
    .sizes = embedding_sizes,
    .forward = embedding_forward,
    .backward = embedding_backward,
    .flops = embedding_flops,
    .step_sizes = layer_stepwise_sizes,
    .step = layer_stepwise,
};

struct layer *embedding_create(int vocabulary, int out)
{
    struct embedding *embedding = calloc(1, sizeof *embedding);

    if (embedding == NULL)
        return NULL;
    embedding->layer =
        (struct layer){ .kind = &embedding_kind, .in = vocabulary, .out = out, .depth = -1 };
    return &embedding->layer;
}

#include "common/model/generator.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static enum status check(const struct sequence_model *model, struct error *error)
{
    if (model->shape.input != INPUT_TOKENS)
        return error_set(error, STATUS_USAGE,
                         "this model cannot generate: its inputs are numbers, not tokens that "
                         "an output could choose");
    for (int i = 0; i < model->layers.count; i++) {
        const struct stack_item *item = &model->layers.items[i];

        if (item->layer->kind->step == NULL)
            return error_set(error, STATUS_USAGE,
                             "this model cannot generate: an output of %.*s (%s) needs inputs "
                             "that come after it",
                             (int)(strlen(item->prefix) - 1), item->prefix,
                             item->layer->kind->name);
    }
    return STATUS_OK;
}

/* Point everything into block, or with no block count the reals it needs. */
static size_t lay_out(struct generator *g, real *block)
{
    size_t used = 0, scratch = 0;

    g->state_count = 0;
    for (int i = 0; i < g->model->layers.count; i++) {
        const struct layer *layer = g->model->layers.items[i].layer;
        const struct layer_step_sizes sizes =
            layer->kind->step_sizes(layer, g->batch, g->capacity);

        if (block != NULL) {
            g->y[i] = block + used;
            g->state[i] = block + used + (size_t)g->batch * (size_t)layer->out;
        }
        used += (size_t)g->batch * (size_t)layer->out + sizes.state;
        g->state_count += sizes.state;
        if (sizes.scratch > scratch)
            scratch = sizes.scratch;
    }
    if (block != NULL)
        g->scratch = block + used;
    return used + scratch;
}

enum status generator_create(struct generator *generator, const struct sequence_model *model,
                             struct weights weights, int batch, int capacity,
                             struct error *error)
{
    struct generator made = {
        .model = model, .weights = weights, .batch = batch, .capacity = capacity
    };
    const enum status status = check(model, error);

    assert(batch > 0 && capacity > 0);
    if (status != STATUS_OK)
        return status;
    made.block = calloc(lay_out(&made, NULL), sizeof *made.block);
    made.sources = calloc((size_t)batch, sizeof *made.sources);
    if (made.block == NULL || made.sources == NULL) {
        generator_free(&made);
        return error_set(error, STATUS_NO_MEMORY,
                         "no memory to generate %d sequences of %d steps", batch, capacity);
    }
    lay_out(&made, made.block);
    *generator = made;
    return STATUS_OK;
}

void generator_free(struct generator *generator)
{
    free(generator->block);
    free(generator->sources);
    *generator = (struct generator){ 0 };
}

void generator_reset(struct generator *g, const int *sources)
{
    g->t = 0;
    for (int b = 0; b < g->batch; b++)
        g->sources[b] = sources != NULL ? sources[b] : 0;
}

const real *generator_step(struct generator *g, const int *tokens)
{
    const int layers = g->model->layers.count;
    const real *prepared = g->weights.prepared;

    assert(g->t < g->capacity);
    for (int i = 0; i < layers; i++) {
        const struct layer *layer = g->model->layers.items[i].layer;
        const struct layer_step step = {
            .batch = g->batch,
            .t = g->t,
            .capacity = g->capacity,
            .parameters = g->weights.parameters,
            .prepared = prepared,
            .tokens = i == 0 ? tokens : NULL,
            .x = i > 0 ? g->y[i - 1] : NULL,
            .y = g->y[i],
            .state = g->state[i],
            .scratch = g->scratch,
            .sources = g->sources,
        };

        layer->kind->step(layer, &step);
        prepared += layer_prepared_count(layer);
    }
    g->t++;
    return g->y[layers - 1];
}

size_t generator_state_bytes(const struct generator *generator)
{
    return generator->state_count * sizeof(real);
}

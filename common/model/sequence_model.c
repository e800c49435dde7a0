#include "common/model/sequence_model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/layers/embedding.h"
#include "common/layers/linear.h"
#include "common/layers/pool.h"
#include "common/numeric/reals.h"

static struct layer *input_layer(const struct batch_shape *shape, int width)
{
    return shape->input == INPUT_TOKENS ? embedding_create(shape->inputs, width)
                                        : linear_create(shape->inputs, width);
}

static const char *input_prefix(const struct batch_shape *shape)
{
    return shape->input == INPUT_TOKENS ? "embedding." : "input.";
}

/*
 * Input layer, the core's layers, pool, readout: the layers move, core is left empty. Between
 * features and a readout alone an input layer would be a second linear map behind the first,
 * and is left out.
 */
static void assemble(struct stack *layers, const struct batch_shape *shape, int width,
                     struct stack *core)
{
    const bool direct = core->count == 0 && shape->input == INPUT_FEATURES;
    int top = direct ? shape->inputs : width;

    if (!direct)
        stack_add(layers, input_layer(shape, width), input_prefix(shape));
    for (int i = 0; i < core->count; i++) {
        assert(core->items[i].layer->in == top);
        top = core->items[i].layer->out;
        stack_add(layers, core->items[i].layer, core->items[i].prefix);
    }
    if (shape->readout != READOUT_EVERY)
        stack_add(layers,
                  pool_create(top, shape->readout == READOUT_LAST ? POOL_LAST : POOL_MEAN),
                  "pool.");
    stack_add(layers, linear_create(top, shape->outputs), "readout.");
    *core = (struct stack){ 0 };
}

enum status model_create(struct sequence_model *model, const struct batch_shape *shape,
                         int width, struct stack *core, struct error *error)
{
    struct sequence_model made = { .shape = *shape };

    assert(core->count + 3 <= STACK_MAX);
    if (core->failed) {
        stack_free(core);
        return error_set(error, STATUS_NO_MEMORY, "no memory for the layers of a model");
    }
    assemble(&made.layers, shape, width, core);
    for (int i = 0; i < made.layers.count && !made.layers.failed; i++) {
        struct layer *layer = made.layers.items[i].layer;

        layer->kind->declare(layer, &made.parameters, made.layers.items[i].prefix);
        made.prepared_count += layer_prepared_count(layer);
    }
    if (made.layers.failed || made.parameters.failed) {
        model_free(&made);
        return error_set(error, STATUS_NO_MEMORY, "no memory for the layers of a model");
    }
    *model = made;
    return STATUS_OK;
}

void model_free(struct sequence_model *model)
{
    stack_free(&model->layers);
    parameter_list_free(&model->parameters);
    *model = (struct sequence_model){ 0 };
}

void model_prepare_layer(const struct sequence_model *model, int index, const real *parameters,
                         real *prepared)
{
    for (int i = 0; i < index; i++)
        prepared += layer_prepared_count(model->layers.items[i].layer);
    layer_prepare(model->layers.items[index].layer, parameters, prepared);
}

void model_prepare(const struct sequence_model *model, const real *parameters, real *prepared)
{
    for (int i = 0; i < model->layers.count; i++)
        model_prepare_layer(model, i, parameters, prepared);
}

size_t model_core_parameters(const struct sequence_model *model)
{
    size_t count = 0;

    for (int i = 0; i < model->parameters.count; i++)
        if (strncmp(model->parameters.items[i].name, "core.", 5) == 0)
            count += model->parameters.items[i].count;
    return count;
}

/* Steps that layer i works on: above a pool there is one. */
static int layer_steps(const struct sequence_model *model, int i, int steps)
{
    const bool readout = i == model->layers.count - 1;

    return readout && model->shape.readout != READOUT_EVERY ? 1 : steps;
}

/* Rows of layer i's output: those the layer above works on, or the readout gives. */
static size_t output_rows(const struct sequence_model *model, int i, struct extent extent)
{
    const int above = i + 1 < model->layers.count ? i + 1 : i;

    return (size_t)layer_steps(model, above, extent.steps) * (size_t)extent.batch;
}

double model_core_flops(const struct sequence_model *model, int steps)
{
    double flops = 0;

    for (int i = 0; i < model->layers.count; i++) {
        const struct layer *layer = model->layers.items[i].layer;

        if (strncmp(model->layers.items[i].prefix, "core.", 5) == 0)
            flops += layer->kind->flops(layer, steps);
    }
    return flops;
}

double model_flops(const struct sequence_model *model, int steps)
{
    double flops = 0;

    for (int i = 0; i < model->layers.count; i++) {
        const struct layer *layer = model->layers.items[i].layer;

        flops += layer->kind->flops(layer, layer_steps(model, i, steps));
    }
    return flops;
}

/* The widest array that is handed backwards: any layer's output. */
static int widest(const struct sequence_model *model)
{
    int width = 0;

    for (int i = 0; i < model->layers.count; i++)
        if (model->layers.items[i].layer->out > width)
            width = model->layers.items[i].layer->out;
    return width;
}

/* Between two pieces of a block the address sanitizer sees whoever leaves one. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
enum { FENCE = REALS_LINE / sizeof(real) };
#else
enum { FENCE = 0 };
#define ASAN_POISON_MEMORY_REGION(from, bytes) ((void)(from), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(from, bytes) ((void)(from), (void)(bytes))
#endif

/*
 * Hands out consecutive pieces of a block, each on a cache line; counts only, while block is
 * NULL.
 */
struct pieces {
    real *block;
    size_t used;
};

static real *take(struct pieces *pieces, size_t count)
{
    const size_t line = REALS_LINE / sizeof(real);
    const size_t whole = (count + line - 1) / line * line + FENCE;
    real *piece = pieces->block ? pieces->block + pieces->used : NULL;

    pieces->used += whole;
    if (piece != NULL)
        ASAN_POISON_MEMORY_REGION(piece + count, (whole - count) * sizeof *piece);
    return count ? piece : NULL;
}

/*
 * Does the layer above the embedding work symbol by symbol? It pays where symbols repeat: by
 * the workspace's capacity, so that no smaller batch needs more memory. A probe wants the
 * gradient of every step by itself.
 */
static int distinct_rows(const struct workspace *ws, const struct sequence_model *model)
{
    const int V = model->shape.inputs;

    if (ws->recording || model->shape.input != INPUT_TOKENS || model->layers.count < 2 ||
        !model->layers.items[1].layer->kind->by_symbol ||
        extent_rows(ws->capacity) < 2 * (size_t)V)
        return 0;
    return V;
}

/* Rows of layer i's output in that workspace. */
static size_t kept_rows(const struct workspace *ws, const struct sequence_model *model, int i)
{
    const int V = distinct_rows(ws, model);

    return i == 0 && V > 0 ? (size_t)V : output_rows(model, i, ws->extent);
}

static struct extent layer_extent(const struct workspace *ws,
                                  const struct sequence_model *model, int i)
{
    return (struct extent){ .batch = ws->extent.batch,
                            .steps = layer_steps(model, i, ws->extent.steps),
                            .distinct = i < 2 ? distinct_rows(ws, model) : 0,
                            .forward_only = ws->extent.forward_only };
}

/*
 * Where nobody goes back, a layer's output is wanted by the next one alone, and what it saves
 * by nobody: the outputs alternate between two places, and all save in the same.
 */
static void lay_out_forward(struct workspace *ws, const struct sequence_model *model,
                            struct pieces *pieces)
{
    const int last = model->layers.count - 1;
    size_t saved = 0, scratch = 0, outputs[2] = { 0 };
    real *y[2], *shared;

    for (int i = 0; i <= last; i++) {
        const struct layer *layer = model->layers.items[i].layer;
        const struct extent extent = layer_extent(ws, model, i);
        const struct layer_sizes sizes = layer->kind->sizes(layer, extent);

        ws->passes[i] = (struct layer_pass){ .extent = extent };
        saved = larger_size(saved, sizes.saved);
        scratch = larger_size(scratch, sizes.scratch);
        outputs[i % 2] =
            larger_size(outputs[i % 2], kept_rows(ws, model, i) * (size_t)layer->out);
    }
    y[0] = take(pieces, outputs[0]);
    y[1] = take(pieces, outputs[1]);
    shared = take(pieces, saved);
    ws->scratch = take(pieces, scratch);
    for (int i = 0; i <= last; i++) {
        ws->passes[i].y = y[i % 2];
        ws->passes[i].saved = shared;
    }
    ws->output = y[last % 2];
}

/*
 * Lay out the workspace for that extent in pieces->block; with no block, only count. The
 * readout's output and its gradient are `output` and `doutput`.
 */
static void lay_out(struct workspace *ws, const struct sequence_model *model,
                    struct extent extent, struct pieces *pieces)
{
    const int last = model->layers.count - 1;
    const size_t rows = larger_size(extent_rows(extent), (size_t)distinct_rows(ws, model));
    size_t scratch = 0;

    ws->extent = extent;
    ws->extent.forward_only = ws->capacity.forward_only;
    if (ws->extent.forward_only) {
        lay_out_forward(ws, model, pieces);
        return;
    }
    for (int i = 0; i <= last; i++) {
        const struct layer *layer = model->layers.items[i].layer;
        const struct extent own = layer_extent(ws, model, i);
        const struct layer_sizes sizes = layer->kind->sizes(layer, own);

        ws->passes[i] =
            (struct layer_pass){ .extent = own,
                                 .y =
                                     take(pieces, kept_rows(ws, model, i) * (size_t)layer->out),
                                 .saved = take(pieces, sizes.saved),
                                 .recorded = take(pieces, ws->recording ? sizes.recorded : 0) };
        scratch = larger_size(scratch, sizes.scratch);
    }
    ws->scratch = take(pieces, scratch);
    ws->gradient[0] = take(pieces, rows * (size_t)widest(model));
    ws->gradient[1] = take(pieces, rows * (size_t)widest(model));
    ws->dinput = take(pieces, ws->recording ? rows * (size_t)model->shape.inputs : 0);
    ws->output = ws->passes[last].y;
    ws->doutput =
        take(pieces, extent_rows(ws->passes[last].extent) * (size_t)model->shape.outputs);
}

size_t workspace_bytes(const struct sequence_model *model, struct extent capacity,
                       bool recording)
{
    struct workspace plan = { .capacity = capacity, .recording = recording };
    struct pieces pieces = { 0 };

    lay_out(&plan, model, capacity, &pieces);
    return pieces.used * sizeof(real);
}

enum status workspace_create(struct workspace *workspace, const struct sequence_model *model,
                             struct extent capacity, bool recording, struct error *error)
{
    const size_t bytes = workspace_bytes(model, capacity, recording);
    struct workspace made = { .capacity = capacity,
                              .recording = recording,
                              .count = bytes / sizeof(real) };

    assert(!(recording && capacity.forward_only));
    made.block = aligned_alloc(REALS_LINE, bytes);
    if (made.block == NULL)
        return error_set(error, STATUS_NO_MEMORY,
                         "no memory for the activations of %d sequences of %d steps (%zu MB)",
                         capacity.batch, capacity.steps, bytes >> 20);
    *workspace = made;
    return STATUS_OK;
}

void workspace_free(struct workspace *workspace)
{
    free(workspace->block);
    *workspace = (struct workspace){ 0 };
}

/* Point every pass at its weights, its input and the shared scratch. */
static void connect(const struct sequence_model *model, struct weights weights,
                    struct workspace *ws, const struct batch *batch)
{
    const real *prepared = weights.prepared;

    for (int i = 0; i < model->layers.count; i++) {
        struct layer_pass *pass = &ws->passes[i];

        pass->parameters = weights.parameters;
        pass->prepared = prepared;
        pass->scratch = ws->scratch;
        pass->tokens = i == 0 || pass->extent.distinct > 0 ? batch->tokens : NULL;
        pass->lengths = batch->lengths;
        pass->sources = batch->sources;
        pass->edits = ws->edits;
        pass->x = i == 0 ? batch->features : ws->passes[i - 1].y;
        prepared += layer_prepared_count(model->layers.items[i].layer);
    }
}

size_t workspace_outputs(const struct workspace *workspace, const struct sequence_model *model,
                         int index)
{
    return kept_rows(workspace, model, index) * (size_t)model->layers.items[index].layer->out;
}

void model_forward(const struct sequence_model *model, struct weights weights,
                   struct workspace *workspace, const struct batch *batch)
{
    struct pieces pieces = { .block = workspace->block };

    assert(batch->extent.batch <= workspace->capacity.batch &&
           batch->extent.steps <= workspace->capacity.steps);
    ASAN_UNPOISON_MEMORY_REGION(workspace->block, workspace->count * sizeof(real));
    lay_out(workspace, model, batch->extent, &pieces);
    assert(pieces.used <= workspace->count); /* fewer sequences never need more */
    connect(model, weights, workspace, batch);
    for (int i = 0; i < model->layers.count; i++) {
        const struct layer *layer = model->layers.items[i].layer;

        layer->kind->forward(layer, &workspace->passes[i]);
    }
}

void model_backward(const struct sequence_model *model, struct workspace *workspace,
                    real *gradients)
{
    const real *dy = workspace->doutput;

    assert(!workspace->extent.forward_only);
    for (int i = model->layers.count - 1; i >= 0; i--) {
        const struct layer *layer = model->layers.items[i].layer;
        struct layer_pass *pass = &workspace->passes[i];
        real *dx = workspace->gradient[i % 2];

        pass->gradients = gradients;
        pass->dy = dy;
        pass->dx = i == 0 ? workspace->dinput : dx;
        layer->kind->backward(layer, pass);
        dy = dx;
    }
}

void model_trace(const struct sequence_model *model, const struct workspace *workspace,
                 struct trace *trace)
{
    assert(workspace->recording);
    trace_reset(trace);
    for (int i = 0; i < model->layers.count; i++) {
        const struct layer *layer = model->layers.items[i].layer;

        if (layer->kind->trace != NULL)
            layer->kind->trace(layer, &workspace->passes[i], trace);
    }
}

#include "tests/golden/golden.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/model/loss.h"
#include "rnn/bidirectional.h"
#include "tests/close.h"
#include "tests/score_parts.h"

/* One file, our model with its weights, and what that made of its batch. */
struct golden {
    const struct golden_row *row;
    struct safetensors file;
    struct sequence_model model;
    struct batch batch;
    struct workspace workspace;
    struct trace trace;
    struct loss loss;
    real *parameters;
    real *prepared;
    real *gradients; /* of the sum of the loss, as the model gives them */
};

static const double VALUES = 1e-5, GRADIENTS = 2e-5; /* measured: 1e-6 and 4e-6 */

void golden_recurrent(struct stack *core, const struct golden_row *row)
{
    const struct golden_options *o = &row->options;
    int inputs = row->width;

    for (int i = 0; i < row->layers; i++) {
        const struct recurrent_options options = {
            .inputs = inputs,
            .hidden = row->hidden,
            .number = i,
            .depth = i,
            .squash = o->relu ? RECURRENT_RELU : RECURRENT_TANH,
            .truncate = o->truncate,
            .learned_state = o->learned,
        };

        stack_add(core,
                  o->both ? bidirectional_create(row->create, &options) : row->create(&options),
                  "core.");
        inputs = (o->both ? 2 : 1) * row->hidden;
    }
}

/* The tensor "prefix + name" of the file, which must have `count` elements of that type. */
static const void *stored(const struct golden *g, const char *prefix, const char *name,
                          enum safetensors_dtype dtype, size_t count)
{
    const struct safetensors_tensor *tensor;
    char full[128];

    snprintf(full, sizeof full, "%s%s", prefix, name);
    tensor = safetensors_find(&g->file, full);
    if (tensor == NULL)
        fail_msg("%s has no tensor %s", g->row->name, full);
    if (tensor->dtype != dtype || safetensors_elements(tensor) != count)
        fail_msg("%s of %s is %s and has %zu elements, not %zu", full, g->row->name,
                 safetensors_dtype_name(tensor->dtype), safetensors_elements(tensor), count);
    return tensor->data;
}

/* (B, T, n) -> (T, B, n), or back with the two extents exchanged. */
static void exchange(void *out, const void *in, int B, int T, size_t bytes)
{
    for (int b = 0; b < B; b++)
        for (int t = 0; t < T; t++)
            memcpy((char *)out + (size_t)(t * B + b) * bytes,
                   (const char *)in + (size_t)(b * T + t) * bytes, bytes);
}

static void exchange_classes(int *out, const int64_t *in, int B, int T)
{
    for (int b = 0; b < B; b++)
        for (int t = 0; t < T; t++)
            out[t * B + b] = (int)in[b * T + t];
}

/* A file of padded sequences says how long they are. */
static bool has_lengths(const struct golden *g)
{
    return safetensors_find(&g->file, "lengths") != NULL;
}

static void read_batch(struct golden *g)
{
    const struct batch_shape *shape = &g->row->shape;
    const int B = g->row->batch, T = shape->steps, T_out = output_steps(shape);
    const size_t rows = (size_t)(B * T), rows_out = (size_t)(B * T_out);
    const size_t inputs = (size_t)shape->inputs, outputs = (size_t)shape->outputs;

    assert_int_equal(batch_create(&g->batch, shape, B, NULL), STATUS_OK);
    if (has_lengths(g))
        exchange_classes(g->batch.lengths, stored(g, "", "lengths", SAFETENSORS_I64, (size_t)B),
                         B, 1);
    if (shape->input == INPUT_TOKENS)
        exchange_classes(g->batch.tokens, stored(g, "", "input", SAFETENSORS_I64, rows), B, T);
    else
        exchange(g->batch.features, stored(g, "", "input", SAFETENSORS_F32, rows * inputs), B,
                 T, inputs * sizeof(real));
    if (shape->target == TARGET_CLASSES)
        exchange_classes(g->batch.classes, stored(g, "", "target", SAFETENSORS_I64, rows_out),
                         B, T_out);
    else
        exchange(g->batch.values, stored(g, "", "target", SAFETENSORS_F32, rows_out * outputs),
                 B, T_out, outputs * sizeof(real));
}

static void read_sources(struct golden *g)
{
    const int B = g->row->batch;
    const int64_t *sources = stored(g, "", "sources", SAFETENSORS_I64, (size_t)B);

    for (int b = 0; b < B; b++)
        g->batch.sources[b] = (int)sources[b];
}

static void read_model(struct golden *g)
{
    struct stack core = { 0 };

    g->row->build(&core, g->row);
    assert_int_equal(model_create(&g->model, &g->row->shape, g->row->width, &core, NULL),
                     STATUS_OK);
    g->parameters = calloc(g->model.parameters.total, sizeof *g->parameters);
    g->gradients = calloc(g->model.parameters.total, sizeof *g->gradients);
    g->prepared = calloc(g->model.prepared_count, sizeof *g->prepared);
    assert_true(g->parameters != NULL && g->gradients != NULL && g->prepared != NULL);
    for (int i = 0; i < g->model.parameters.count; i++) {
        const struct parameter *p = &g->model.parameters.items[i];

        memcpy(g->parameters + p->offset, stored(g, "", p->name, SAFETENSORS_F32, p->count),
               p->count * sizeof(real));
    }
    model_prepare(&g->model, g->parameters, g->prepared);
}

static void run(struct golden *g)
{
    const struct weights weights = { g->parameters, g->prepared };

    assert_int_equal(workspace_create(&g->workspace, &g->model, g->batch.extent, true, NULL),
                     STATUS_OK);
    model_forward(&g->model, weights, &g->workspace, &g->batch);
    g->loss = loss_evaluate(&g->batch, g->workspace.output, g->workspace.doutput);
    model_backward(&g->model, &g->workspace, g->gradients);
    model_trace(&g->model, &g->workspace, &g->trace);
    assert_false(g->trace.failed);
}

int golden_setup(void **state)
{
    struct golden *g = calloc(1, sizeof *g);
    struct error error = { 0 };
    char path[128];

    assert_non_null(g);
    g->row = *state;
    *state = g;
    snprintf(path, sizeof path, "tests/golden/%s.safetensors", g->row->name);
    if (safetensors_open(&g->file, path, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    read_batch(g);
    if (g->row->sources)
        read_sources(g);
    read_model(g);
    run(g);
    return 0;
}

int golden_teardown(void **state)
{
    struct golden *g = *state;

    safetensors_free(&g->file);
    model_free(&g->model);
    batch_free(&g->batch);
    workspace_free(&g->workspace);
    trace_free(&g->trace);
    free(g->parameters);
    free(g->prepared);
    free(g->gradients);
    free(g);
    return 0;
}

/*
 * actual (count) x scale, batch first, against the file's "prefix + name". What is small beside
 * the largest element may be off by more of itself.
 */
static void compare(const struct golden *g, const char *prefix, const char *name,
                    const real *actual, size_t count, double scale, double tolerance)
{
    const float *expected = stored(g, prefix, name, SAFETENSORS_F32, count);
    const double largest = largest_of(expected, count);

    if (!(largest > 1e-6))
        fail_msg("%s%s of %s is zero everywhere: that proves nothing", prefix, name,
                 g->row->name);
    for (size_t i = 0; i < count; i++) {
        const double found = scale * (double)actual[i], wanted = (double)expected[i];

        if (!(fabs(found - wanted) <= tolerance * (fabs(wanted) + 0.1 * largest)))
            fail_msg("%s%s of %s, element %zu, is %.9g, PyTorch has %.9g (largest %g)", prefix,
                     name, g->row->name, i, found, wanted, largest);
    }
}

/* The same for an array in the engine's own order, (T, B, n). */
static void compare_time_major(const struct golden *g, const char *prefix, const char *name,
                               const real *actual, int T, int n, double scale, double tolerance)
{
    const int B = g->row->batch;
    const size_t count = (size_t)(B * T * n);
    real *batch_first = calloc(count, sizeof *batch_first);

    assert_non_null(batch_first);
    exchange(batch_first, actual, T, B, (size_t)n * sizeof(real));
    compare(g, prefix, name, batch_first, count, scale, tolerance);
    free(batch_first);
}

static void assert_shape(const struct golden *g, const char *name, const int *shape, int rank)
{
    const struct safetensors_tensor *tensor = safetensors_find(&g->file, name);

    if (tensor == NULL)
        fail_msg("%s has no tensor %s", g->row->name, name);
    assert_int_equal(tensor->rank, rank);
    for (int i = 0; i < rank; i++)
        assert_int_equal(tensor->shape[i], shape[i]);
}

void golden_tensors(void **state)
{
    enum { ENDS = 6 /* input and logits with their gradients, target, loss */ };
    const struct golden *g = *state;
    const struct parameter_list *list = &g->model.parameters;
    int entries = 0; /* that the file has */

    for (int i = 0; i < list->count; i++)
        assert_shape(g, list->items[i].name, list->items[i].shape, list->items[i].rank);
    for (int i = 0; i < g->trace.count; i++) {
        assert_int_equal(g->trace.entries[i].has_gradient,
                         !is_score_part(&g->trace.entries[i]));
        if (is_score_part(&g->trace.entries[i]))
            continue;
        entries++;
        assert_shape(g, g->trace.entries[i].name, g->trace.entries[i].extent,
                     g->trace.entries[i].rank);
    }
    assert_int_equal(g->file.tensor_count, 2 * (list->count + entries) + ENDS + has_lengths(g) +
                                               (g->row->sources ? 1 : 0));
}

void golden_outputs(void **state)
{
    const struct golden *g = *state;
    const struct batch_shape *shape = &g->row->shape;
    const real mean = (real)(g->loss.sum / (double)g->loss.elements);

    compare_time_major(g, "", "logits", g->workspace.output, output_steps(shape),
                       shape->outputs, 1, VALUES);
    compare(g, "", "loss", &mean, 1, 1, VALUES);
}

void golden_gradients(void **state)
{
    const struct golden *g = *state;
    const struct batch_shape *shape = &g->row->shape;
    const struct parameter_list *list = &g->model.parameters;
    const double mean = 1 / (double)g->loss.elements;

    compare_time_major(g, "gradient.", "logits", g->workspace.doutput, output_steps(shape),
                       shape->outputs, mean, GRADIENTS);
    compare_time_major(g, "gradient.", "input", g->workspace.dinput, shape->steps,
                       shape->inputs, mean, GRADIENTS);
    for (int i = 0; i < list->count; i++)
        compare(g, "gradient.", list->items[i].name, g->gradients + list->items[i].offset,
                list->items[i].count, mean, GRADIENTS);
}

void golden_states(void **state)
{
    const struct golden *g = *state;

    for (int i = 0; i < g->trace.count; i++)
        if (!is_score_part(&g->trace.entries[i]))
            compare(g, "", g->trace.entries[i].name, g->trace.entries[i].value,
                    g->trace.entries[i].count, 1, VALUES);
}

void golden_state_gradients(void **state)
{
    const struct golden *g = *state;

    for (int i = 0; i < g->trace.count; i++)
        if (!is_score_part(&g->trace.entries[i]))
            compare(g, "gradient.", g->trace.entries[i].name, g->trace.entries[i].gradient,
                    g->trace.entries[i].count, 1 / (double)g->loss.elements, GRADIENTS);
}

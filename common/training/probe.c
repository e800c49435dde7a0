#include "common/training/probe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/utf8.h"
#include "common/model/loss.h"
#include "common/numeric/reals.h"
#include "common/training/trainer.h"

/* How many of the fixed sequences pass at once. */
static int many_at_once(const struct sequence_model *model, const struct task *task)
{
    const struct extent all = { .batch = PROBE_SEQUENCES, .steps = task->shape.steps };

    return shard_plan(model, all).slice;
}

size_t probe_bytes(const struct sequence_model *model, const struct task *task)
{
    const struct extent many = { .batch = many_at_once(model, task),
                                 .steps = task->shape.steps };

    return 2 * workspace_bytes(model, many, true) + probe_trace_bytes(model, task) +
           batch_bytes(&task->shape, 1) + batch_bytes(&task->shape, many.batch) +
           model->parameters.total * sizeof(real);
}

size_t probe_trace_bytes(const struct sequence_model *model, const struct task *task)
{
    const struct extent one = { .batch = 1, .steps = task->shape.steps };
    size_t traced = 0;

    for (int i = 0; i < model->layers.count; i++) {
        const struct layer *layer = model->layers.items[i].layer;

        const struct layer_sizes sizes = layer->kind->sizes(layer, one);

        traced += sizes.traced + sizes.summed;
    }
    return workspace_bytes(model, one, true) + traced * sizeof(real);
}

enum status probe_create(struct probe *probe, const struct sequence_model *model,
                         const struct task *task, uint64_t seed, struct error *error)
{
    const struct extent capacity = { .batch = many_at_once(model, task),
                                     .steps = task->shape.steps };
    struct probe made = { .model = model, .task = *task, .seed = seed, .loss_at = PROBE_LAST };
    enum status status = workspace_create(&made.workspace, model, capacity, true, error);

    if (status == STATUS_OK)
        status = batch_create(&made.one, &task->shape, 1, error);
    if (status == STATUS_OK)
        status = batch_create(&made.many, &task->shape, many_at_once(model, task), error);
    if (status == STATUS_OK) {
        made.gradients = reals_create(model->parameters.total);
        made.onehot =
            calloc((size_t)task->shape.steps * (size_t)task->shape.inputs, sizeof *made.onehot);
        made.states.states_only = true;
        if (made.gradients == NULL || made.onehot == NULL)
            status = error_set(error, STATUS_NO_MEMORY, "no memory for a probe's gradients");
    }
    if (status != STATUS_OK) {
        probe_free(&made);
        return status;
    }
    probe_pin(&made, 0);
    *probe = made;
    return STATUS_OK;
}

void probe_free(struct probe *probe)
{
    workspace_free(&probe->workspace);
    batch_free(&probe->one);
    batch_free(&probe->many);
    free(probe->gradients);
    free(probe->onehot);
    trace_free(&probe->states);
    trace_free(&probe->trace);
    trace_free(&probe->mean);
    profile_free(&probe->profile);
    *probe = (struct probe){ 0 };
}

void probe_pin(struct probe *probe, long sample)
{
    task_fill(&probe->task, probe->seed, RANDOM_PROBE, 0, (uint32_t)sample, &probe->one);
}

enum status probe_input(struct probe *probe, const char *text, struct error *error)
{
    const size_t length = strlen(text), bad = utf8_find_unprintable(text, length);

    if (bad < length)
        return error_set(error, STATUS_USAGE,
                         "byte %zu of the sequence is 0x%02X: not a line of text in UTF-8",
                         bad + 1, (unsigned)(unsigned char)text[bad]);
    return task_parse(&probe->task, text, &probe->one, error);
}

/* The step whose output is asked, for sequence b. */
static int asked_step(const struct probe *probe, const struct batch *batch, int b)
{
    const int t = probe->loss_at;

    if (t >= 0 && t < probe->task.shape.steps && task_is_scored(&probe->task, batch, b, t))
        return t;
    return task_last_scored(&probe->task, batch, b);
}

static void scale(real *x, size_t n, double factor)
{
    for (size_t k = 0; k < n; k++)
        x[k] = (real)(factor * (double)x[k]);
}

/* Of the gradient on every output keep that of the asked one, made a unit vector if wanted. */
static void keep_asked_outputs(struct probe *probe, const struct batch *batch, real *doutput)
{
    const size_t V = (size_t)batch->shape.outputs;
    const int B = batch->extent.batch, rows = output_steps(&batch->shape) * B;

    for (int row = 0; row < rows; row++) {
        const int b = row % B;
        real *d_row = doutput + (size_t)row * V;
        double squares = 0;

        if (row != task_output_row(&probe->task, batch, b, asked_step(probe, batch, b))) {
            memset(d_row, 0, V * sizeof *d_row);
            continue;
        }
        for (size_t v = 0; v < V; v++)
            squares += (double)d_row[v] * (double)d_row[v];
        probe->error = sqrt(squares);
        if (probe->from == PROBE_UNIT && squares > 0)
            scale(d_row, V, 1 / sqrt(squares));
    }
}

/* Of each sequence the gradient of its own mean loss, however many pass at once. */
static void scale_to_means(const struct batch *batch, real *doutput)
{
    const size_t V = (size_t)batch->shape.outputs;
    const int B = batch->extent.batch, T_out = output_steps(&batch->shape);

    for (int b = 0; b < B; b++) {
        long elements = 0;

        for (int t = 0; t < T_out; t++)
            elements += loss_elements(batch, t * B + b);
        for (int t = 0; t < T_out && elements > 0; t++)
            scale(doutput + (size_t)(t * B + b) * V, V, 1 / (double)elements);
    }
}

/* Forward, loss, seed, backward; returns the mean loss. */
static double pass(struct probe *probe, struct weights weights, const struct batch *batch)
{
    struct workspace *ws = &probe->workspace;
    struct loss loss;

    probe->error = (double)NAN;
    model_forward(probe->model, weights, ws, batch);
    loss = loss_evaluate(batch, ws->output, ws->doutput);
    if (probe->from == PROBE_MEAN)
        scale_to_means(batch, ws->doutput);
    else
        keep_asked_outputs(probe, batch, ws->doutput);
    memset(probe->gradients, 0, probe->model->parameters.total * sizeof *probe->gradients);
    model_backward(probe->model, ws, probe->gradients);
    return loss.elements ? loss.sum / (double)loss.elements : 0;
}

/* sums (T) += the squares of x (B, T, units), over sequences and units, in double. */
static void add_squares(double *sums, const real *x, int B, int T, int units)
{
    for (int b = 0; b < B; b++)
        for (int t = 0; t < T; t++)
            for (int k = 0; k < units; k++, x++)
                sums[t] += (double)*x * (double)*x;
}

/* The same for the engine's own order, (T, B, units). */
static void add_squares_time_major(double *sums, const real *x, int B, int T, int units)
{
    for (int t = 0; t < T; t++)
        for (int k = 0; k < B * units; k++, x++)
            sums[t] += (double)*x * (double)*x;
}

static double *norms(struct profile_row *row, bool many)
{
    return many ? row->rms : row->one;
}

/* Add this pass's squares to a row of each kind: `one` while pinned, else `rms`. */
static void add_norms(struct probe *probe, const struct trace *trace, const struct batch *batch,
                      bool many)
{
    struct profile *profile = &probe->profile;
    const int B = batch->extent.batch, T = batch->extent.steps;

    add_squares_time_major(norms(&profile->input, many), probe->workspace.dinput, B, T,
                           batch->shape.inputs);
    for (int i = 0; i < trace->count; i++) {
        const struct trace_entry *entry = &trace->entries[i];
        struct profile_row *part = profile_part(profile, entry->layer, entry->quantity);

        if (!entry->state || !entry->has_gradient || entry->layer >= profile->layers)
            continue;
        add_squares(norms(&profile->state[entry->layer], many), entry->gradient, B, T,
                    entry->extent[2]);
        if (part != NULL)
            add_squares(norms(part, many), entry->gradient, B, T, entry->extent[2]);
    }
}

static void clear_rows(struct profile *profile, bool many)
{
    for (int row = 0; row < profile_rows(profile); row++)
        for (int t = 0; t < profile->steps; t++)
            norms(profile_row_at(profile, row), many)[t] = 0;
}

static void forget_many(struct profile *profile)
{
    for (int row = 0; row < profile_rows(profile); row++)
        for (int t = 0; t < profile->steps; t++)
            profile_row_at(profile, row)->rms[t] = (double)NAN;
}

/* From sums of squares over `sequences` to the root of their mean, and the slope. */
static void finish_rows(struct profile *profile, bool many, int sequences)
{
    for (int r = 0; r < profile_rows(profile); r++) {
        struct profile_row *row = profile_row_at(profile, r);
        double *norm = norms(row, many);

        for (int t = 0; t < profile->steps; t++)
            norm[t] = sqrt(norm[t] / sequences);
        profile_fit(row, profile->steps, profile->tau);
    }
}

/* The pinned input as (T, inputs): features as they are, tokens as one-hot rows. */
static const real *input_rows(struct probe *probe)
{
    const struct batch *batch = &probe->one;
    const int T = batch->extent.steps, V = batch->shape.inputs;

    if (batch->features != NULL)
        return batch->features;
    memset(probe->onehot, 0, (size_t)T * (size_t)V * sizeof *probe->onehot);
    for (int t = 0; t < T; t++)
        probe->onehot[(size_t)t * (size_t)V + (size_t)batch->tokens[t]] = 1;
    return probe->onehot;
}

/* The task's input and the model's outputs, beside what the layers have. */
static void trace_ends(struct probe *probe)
{
    const struct batch *batch = &probe->one;
    const struct workspace *ws = &probe->workspace;
    const int T = batch->extent.steps, inputs = batch->shape.inputs, V = batch->shape.outputs;

    trace_add_rows(&probe->trace, "input", -1, false, TRACE_SIGNED, T, 1, inputs,
                   (struct trace_rows){ input_rows(probe), inputs },
                   (struct trace_rows){ ws->dinput, inputs });
    trace_add_rows(&probe->trace, "logits", -1, false, TRACE_SIGNED,
                   output_steps(&batch->shape), 1, V, (struct trace_rows){ ws->output, V },
                   (struct trace_rows){ ws->doutput, V });
}

/* Room for the profile; what was measured for another output is forgotten. */
static enum status prepare_profile(struct probe *probe, struct error *error)
{
    struct profile *profile = &probe->profile;
    const int T = probe->one.extent.steps, layers = trace_layers(&probe->trace);
    const int tau = asked_step(probe, &probe->one, 0);
    enum status status;

    if (profile->steps == T && profile->layers == layers && profile->tau == tau &&
        probe->profile_from == probe->from)
        return STATUS_OK;
    status = profile_resize_for(profile, T, &probe->trace, error);
    if (status != STATUS_OK)
        return status;
    profile->tau = tau;
    profile->raw = probe->from == PROBE_RAW;
    profile->local = probe->from == PROBE_MEAN;
    probe->profile_from = probe->from;
    return STATUS_OK;
}

enum status probe_run(struct probe *probe, struct weights weights, struct error *error)
{
    enum status status;

    probe->workspace.edits = &probe->edits;
    probe->loss = pass(probe, weights, &probe->one);
    model_trace(probe->model, &probe->workspace, &probe->trace);
    probe->workspace.edits = NULL;
    status = prepare_profile(probe, error);
    if (status != STATUS_OK)
        return status;
    probe->profile.error = probe->error;
    clear_rows(&probe->profile, false);
    add_norms(probe, &probe->trace, &probe->one, false);
    finish_rows(&probe->profile, false, 1);
    trace_ends(probe);
    if (probe->trace.failed)
        return error_set(error, STATUS_NO_MEMORY, "no memory for the trace of %d steps",
                         probe->one.extent.steps);
    return STATUS_OK;
}

/* What layers have added up, over all sequences. */
static void finish_mean(struct trace *mean)
{
    for (int i = 0; i < mean->count; i++)
        for (size_t k = 0; k < mean->entries[i].count; k++)
            mean->entries[i].value[k] /= PROBE_SEQUENCES;
}

enum status probe_run_states(struct probe *probe, struct weights weights, long sample,
                             struct error *error)
{
    probe->many.extent.batch = 1;
    task_fill(&probe->task, probe->seed, RANDOM_PROBE, 0, (uint32_t)sample, &probe->many);
    pass(probe, weights, &probe->many);
    model_trace(probe->model, &probe->workspace, &probe->states);
    if (probe->states.failed)
        return error_set(error, STATUS_NO_MEMORY, "no memory for the states of a probe");
    return STATUS_OK;
}

/* Half a sum is no norm, and no mean. */
static void forget_sums(struct probe *probe)
{
    forget_many(&probe->profile);
    trace_reset(&probe->mean);
}

enum status probe_run_many(struct probe *probe, struct weights weights, struct error *error)
{
    const int at_once = many_at_once(probe->model, &probe->task);

    clear_rows(&probe->profile, true);
    trace_reset(&probe->mean);
    if (!probe->average)
        trace_free(&probe->mean);
    for (int first = 0; first < PROBE_SEQUENCES; first += at_once) {
        const int left = PROBE_SEQUENCES - first;

        if (interrupt_asked(probe->interrupt)) {
            forget_sums(probe);
            return STATUS_INTERRUPTED;
        }
        probe->many.extent.batch = left < at_once ? left : at_once;
        task_fill(&probe->task, probe->seed, RANDOM_PROBE, 1, (uint32_t)first, &probe->many);
        pass(probe, weights, &probe->many);
        probe->states.sums = probe->average ? &probe->mean : NULL;
        model_trace(probe->model, &probe->workspace, &probe->states);
        if (probe->states.failed) {
            forget_sums(probe);
            return error_set(error, STATUS_NO_MEMORY, "no memory for the states of a probe");
        }
        add_norms(probe, &probe->states, &probe->many, true);
    }
    finish_rows(&probe->profile, true, PROBE_SEQUENCES);
    finish_mean(&probe->mean);
    return STATUS_OK;
}

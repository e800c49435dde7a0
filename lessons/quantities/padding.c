/*
 * padding.c - what a sequence notices of the padding behind it, and of its neighbours
 * in a batch: nothing, which is checked on the sequences of probe.h, a few at a time.
 */
#include "lessons/quantities/quantities.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/model/loss.h"
#include "common/numeric/reals.h"
#include "lessons/measure.h"

enum { SEARCHED = 4096 /* sequences, for one of a certain length */ };

/* A batch with padding, and one of its sequences alone. */
struct padded {
    const struct sequence_model *model;
    const struct task *task;
    uint64_t seed;
    struct weights weights;
    struct batch batch, alone;
    struct workspace workspace, one;
    real *gradients; /* of parameters: nobody reads them */
};

/* What is compared, summed up over batches with quantity_larger. */
struct found {
    double padding; /* on padded steps, or between a batch and alone */
    double real;    /* on the others */
    bool any;       /* was there padding? */
};

static void padded_free(struct padded *p)
{
    batch_free(&p->batch);
    batch_free(&p->alone);
    workspace_free(&p->workspace);
    workspace_free(&p->one);
    free(p->gradients);
}

/* False: no memory. padded_free in every case. */
static bool padded_create(struct padded *p, const struct measured *m)
{
    const struct task *task = &m->lab->task;
    struct extent all = { .batch = PROBE_SEQUENCES, .steps = task->shape.steps };
    const struct extent one = { .batch = 1, .steps = task->shape.steps };

    *p = (struct padded){ .model = &m->arm->model,
                          .task = task,
                          .seed = m->arm->probe.seed,
                          .weights = trainer_weights(&m->arm->trainer) };
    all.batch = shard_plan(p->model, all).slice;
    p->gradients = reals_create(p->model->parameters.total);
    return p->gradients != NULL &&
           batch_create(&p->batch, &task->shape, all.batch, NULL) == STATUS_OK &&
           batch_create(&p->alone, &task->shape, 1, NULL) == STATUS_OK &&
           workspace_create(&p->workspace, p->model, all, true, NULL) == STATUS_OK &&
           workspace_create(&p->one, p->model, one, false, NULL) == STATUS_OK;
}

/* Run the fixed sequences, as many at a time as there is room for; `look` at each batch. */
static struct found look_at_batches(struct padded *p,
                                    void (*look)(struct padded *p, struct found *found))
{
    const int at_once = p->batch.extent.batch;
    struct found found = { 0 };

    for (int first = 0; first < PROBE_SEQUENCES; first += at_once) {
        const int left = PROBE_SEQUENCES - first;

        p->batch.extent.batch = left < at_once ? left : at_once;
        task_fill(p->task, p->seed, RANDOM_PROBE, 1, (uint32_t)first, &p->batch);
        found.any = found.any || batch_padding_share(&p->batch) > 0;
        model_forward(p->model, p->weights, &p->workspace, &p->batch);
        look(p, &found);
    }
    return found;
}

/* The difference ----------------------------------------------------------------------------- */

/* Sequence b with as many steps as it has: no neighbour, no padding. */
static void take_alone(struct padded *p, int b)
{
    const int B = p->batch.extent.batch, n = batch_length(&p->batch, b);
    const size_t features = (size_t)p->batch.shape.inputs;

    p->alone.shape.steps = p->alone.extent.steps = n;
    p->alone.lengths[0] = n;
    p->alone.sources[0] = p->batch.sources[b];
    for (int t = 0; t < n; t++) {
        const size_t row = (size_t)t * (size_t)B + (size_t)b;

        if (p->batch.tokens != NULL)
            p->alone.tokens[t] = p->batch.tokens[row];
        else
            memcpy(p->alone.features + (size_t)t * features, p->batch.features + row * features,
                   features * sizeof(real));
    }
}

static void compare_alone(struct padded *p, struct found *found)
{
    const int B = p->batch.extent.batch, V = p->batch.shape.outputs;

    for (int b = 0; b < B; b++) {
        take_alone(p, b);
        model_forward(p->model, p->weights, &p->one, &p->alone);
        for (int t = 0; t < output_steps(&p->alone.shape); t++)
            for (int v = 0; v < V; v++) {
                const double among = (double)p->workspace.output[(t * B + b) * V + v];
                const double alone = (double)p->one.output[t * V + v];

                found->padding = quantity_larger(found->padding, fabs(among - alone));
                found->real = quantity_larger(found->real, fabs(alone));
            }
    }
}

/* The gradient ------------------------------------------------------------------------------- */

/* Of the loss on all scored outputs, on the input of each step. */
static void compare_gradients(struct padded *p, struct found *found)
{
    const int B = p->batch.extent.batch, inputs = p->batch.shape.inputs;

    loss_evaluate(&p->batch, p->workspace.output, p->workspace.doutput);
    memset(p->gradients, 0, p->model->parameters.total * sizeof *p->gradients);
    model_backward(p->model, &p->workspace, p->gradients);
    for (int row = 0; row < p->batch.extent.steps * B; row++) {
        const bool padding = row / B >= batch_length(&p->batch, row % B);
        double *most = padding ? &found->padding : &found->real;

        for (int k = 0; k < inputs; k++)
            *most = quantity_larger(*most, fabs((double)p->workspace.dinput[row * inputs + k]));
    }
}

/* ------------------------------------------------------------------------------------------ */

/* What was found on padding; NaN: there is none, nothing elsewhere, or no memory. */
static double largest(const struct measured *m,
                      void (*look)(struct padded *p, struct found *found))
{
    struct padded padded;
    struct found found = { 0 };

    if (padded_create(&padded, m))
        found = look_at_batches(&padded, look);
    padded_free(&padded);
    return found.any && found.real > 0 ? found.padding : (double)NAN;
}

double quantity_padding_difference(const struct measured *measured, double argument)
{
    (void)argument;
    return largest(measured, compare_alone);
}

double quantity_padding_gradient(const struct measured *measured, double argument)
{
    (void)argument;
    return largest(measured, compare_gradients);
}

/* The share ---------------------------------------------------------------------------------- */

/* Steps of what stands in sequence 0: of its source, if it has one. */
static int own_length(const struct batch *batch)
{
    return batch->sources[0] > 0 ? batch->sources[0] : batch_length(batch, 0);
}

/* Is there a sequence that long among the first of those that training never draws? */
static bool is_drawn(const struct measured *m, struct batch *batch, int length)
{
    for (uint32_t i = 0; i < SEARCHED; i++) {
        task_fill_one(&m->lab->task, m->arm->probe.seed, RANDOM_PROBE, 0, i, batch, 0);
        if (own_length(batch) == length)
            return true;
    }
    return false;
}

/* The digits of 359, as lengths; 0: it has others than 1 to 9. */
static int read_digits(double number, int digits[16])
{
    int count = 0;
    char text[32];

    if (!(number >= 1 && number < 1e15 && number == floor(number)))
        return 0;
    for (int at = snprintf(text, sizeof text, "%.0f", number); at > 0; at--, count++) {
        digits[count] = text[at - 1] - '0';
        if (digits[count] == 0)
            return 0;
    }
    return count;
}

double quantity_padding_share(const struct measured *m, double lengths)
{
    int digits[16], longest = 1;
    const int count = read_digits(lengths, digits);
    struct batch one = { 0 }, matrix = { 0 };
    struct batch_shape shape = m->lab->task.shape;
    double share = (double)NAN;

    for (int i = 0; i < count; i++)
        longest = digits[i] > longest ? digits[i] : longest;
    if (count == 0 || batch_create(&one, &shape, 1, NULL) != STATUS_OK)
        return share;
    shape.steps = longest;
    if (batch_create(&matrix, &shape, count, NULL) == STATUS_OK) {
        bool all = true;

        for (int i = 0; i < count && all; i++) {
            all = is_drawn(m, &one, digits[i]);
            batch_set_length(&matrix, i, digits[i]);
        }
        share = all ? batch_padding_share(&matrix) : (double)NAN;
    }
    batch_free(&one);
    batch_free(&matrix);
    return share;
}

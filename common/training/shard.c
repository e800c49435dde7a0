#include "common/training/shard.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/numeric/parallel.h"

enum { SHARD_LARGEST = 8, SHARD_SMALLEST = 2, SHARD_ROWS = 1024, SLICE_ROWS = 256 };

/* As many sequences as have that many rows, but from least to most. */
static int sequences_of(int rows, int steps, int least, int most)
{
    const int sequences = rows / steps;

    if (sequences > most)
        return most;
    return sequences < least ? least : sequences;
}

static bool has_products(const struct sequence_model *model, enum layer_products products)
{
    for (int i = 0; i < model->layers.count; i++)
        if (model->layers.items[i].layer->kind->products == products)
            return true;
    return false;
}

struct shard_plan shard_plan(const struct sequence_model *model, struct extent batch)
{
    const bool steps = has_products(model, PRODUCTS_OF_STEPS);
    const bool rows = has_products(model, PRODUCTS_OF_ROWS);
    struct shard_plan plan = { .size = SHARD_LARGEST };

    if (rows || !steps)
        plan.size = sequences_of(SHARD_ROWS, batch.steps, SHARD_SMALLEST, SHARD_LARGEST);
    if (plan.size > batch.batch)
        plan.size = batch.batch;
    plan.slice =
        rows && !steps ? sequences_of(SLICE_ROWS, batch.steps, 1, plan.size) : plan.size;
    return plan;
}

struct shards shards_planned(const struct sequence_model *model, const struct task *task,
                             int sequences, int threads, bool forward_only)
{
    const struct extent batch = { .batch = sequences, .steps = task->shape.steps };
    struct shards plan = { .model = model,
                           .plan = shard_plan(model, batch),
                           .forward_only = forward_only };

    plan.count = (sequences + plan.plan.size - 1) / plan.plan.size;
    plan.threads = threads ? threads : parallel_available();
    if (plan.threads > plan.count)
        plan.threads = plan.count;
    return plan;
}

static struct extent capacity(const struct shards *shards, const struct task *task)
{
    return (struct extent){ .batch = shards->plan.slice,
                            .steps = task->shape.steps,
                            .forward_only = shards->forward_only };
}

size_t shards_bytes(const struct shards *plan, const struct task *task)
{
    return (size_t)plan->threads * (workspace_bytes(plan->model, capacity(plan, task), false) +
                                    batch_bytes(&task->shape, plan->plan.slice));
}

static enum status worker_create(struct worker *worker, const struct shards *shards,
                                 const struct task *task, struct error *error)
{
    const enum status status =
        batch_create(&worker->batch, &task->shape, shards->plan.slice, error);

    if (status != STATUS_OK)
        return status;
    return workspace_create(&worker->workspace, shards->model, capacity(shards, task), false,
                            error);
}

enum status shards_create(struct shards *plan, const struct task *task, struct error *error)
{
    enum status status = STATUS_OK;

    plan->items = calloc((size_t)plan->count, sizeof *plan->items);
    plan->workers = calloc((size_t)plan->threads, sizeof *plan->workers);
    if (plan->items == NULL || plan->workers == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for %d shards", plan->count);
    for (int i = 0; i < plan->threads && status == STATUS_OK; i++)
        status = worker_create(&plan->workers[i], plan, task, error);
    return status;
}

void shards_free(struct shards *shards)
{
    for (int i = 0; shards->workers != NULL && i < shards->threads; i++) {
        batch_free(&shards->workers[i].batch);
        workspace_free(&shards->workers[i].workspace);
    }
    free(shards->items);
    free(shards->workers);
    *shards = (struct shards){ 0 };
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

void worker_forward(struct worker *worker, const struct sequence_model *model,
                    const struct round *round, int first, int count)
{
    struct batch *batch = &worker->batch;

    batch->extent.batch = count;
    if (round->samples == NULL)
        task_fill(round->task, round->seed, round->purpose, round->index,
                  round->first_row + (uint32_t)first, batch);
    for (int b = 0; b < count && round->samples != NULL; b++)
        task_fill_sample(round->task, round->seed, round->samples[first + b], batch, b);
    model_forward(model, round->weights, &worker->workspace, batch);
}

/* A round as the parallel loop sees it. */
struct work {
    struct shards *shards;
    const struct round *round;
    int sequences;
};

/* Some sequences from their data to their gradients; adds to the shard and to gradients. */
static void run_slice(const struct work *work, struct worker *worker, struct shard *shard,
                      int first, int count, real *gradients)
{
    const struct sequence_model *model = work->shards->model;
    struct workspace *ws = &worker->workspace;

    worker_forward(worker, model, work->round, first, count);
    loss_add(&shard->loss,
             loss_evaluate(&worker->batch, ws->output, gradients ? ws->doutput : NULL));
    score_add(&shard->score,
              metric_evaluate(&work->round->task->metric, &worker->batch, ws->output));
    if (gradients != NULL)
        model_backward(model, ws, gradients);
}

/* The body of the one parallel loop. */
static void run_shard(void *context, int index, int thread)
{
    const struct work *work = context;
    const struct shard_plan plan = work->shards->plan;
    const size_t total = work->shards->model->parameters.total;
    const int begin = index * plan.size, end = smaller(begin + plan.size, work->sequences);
    real *gradients =
        work->round->gradients ? work->round->gradients + (size_t)index * total : NULL;

    work->shards->items[index] = (struct shard){ 0 };
    if (gradients != NULL)
        memset(gradients, 0, total * sizeof *gradients);
    for (int first = begin; first < end; first += plan.slice) {
        if (interrupt_asked(work->round->interrupt)) {
            work->shards->items[index].interrupted = true;
            return;
        }
        run_slice(work, &work->shards->workers[thread], &work->shards->items[index], first,
                  smaller(plan.slice, end - first), gradients);
    }
}

enum status shards_run(struct shards *shards, const struct round *round, int sequences,
                       struct loss *loss, struct score *score)
{
    const int size = shards->plan.size, count = (sequences + size - 1) / size;
    struct work work = { shards, round, sequences };

    assert(count <= shards->count);
    parallel_for(count, shards->threads, run_shard, &work);
    for (int i = 0; i < count; i++)
        if (shards->items[i].interrupted)
            return STATUS_INTERRUPTED;
    for (int i = 0; i < count; i++) { /* in a fixed order: floating-point sums depend on it */
        loss_add(loss, shards->items[i].loss);
        score_add(score, shards->items[i].score);
    }
    return STATUS_OK;
}

void shards_run_all(struct shards *shards, const struct round *round, int sequences,
                    struct loss *loss, struct score *score)
{
    const int at_once = shards->count * shards->plan.size;
    struct round part = *round;

    assert(round->interrupt == NULL);
    for (int done = 0; done < sequences; done += at_once) {
        part.first_row = (uint32_t)done;
        shards_run(shards, &part, smaller(at_once, sequences - done), loss, score);
    }
}

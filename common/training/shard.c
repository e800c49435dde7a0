#include "common/training/shard.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/numeric/parallel.h"

enum { SHARD_LARGEST = 8, SHARD_SMALLEST = 2, SHARD_ROWS = 1024 };

int shard_size(struct extent batch)
{
    int size = SHARD_ROWS / batch.steps;

    if (size > SHARD_LARGEST)
        size = SHARD_LARGEST;
    if (size < SHARD_SMALLEST)
        size = SHARD_SMALLEST;
    return size < batch.batch ? size : batch.batch;
}

struct shards shards_planned(const struct sequence_model *model, const struct task *task,
                             int sequences, int threads)
{
    const struct extent batch = { .batch = sequences, .steps = task->shape.steps };
    struct shards plan = { .model = model, .size = shard_size(batch) };

    plan.count = (sequences + plan.size - 1) / plan.size;
    plan.threads = threads ? threads : parallel_available();
    if (plan.threads > plan.count)
        plan.threads = plan.count;
    return plan;
}

static struct extent capacity(const struct shards *shards, const struct task *task)
{
    return (struct extent){ .batch = shards->size, .steps = task->shape.steps };
}

size_t shards_bytes(const struct shards *plan, const struct task *task)
{
    return (size_t)plan->threads * workspace_bytes(plan->model, capacity(plan, task), false) +
           (size_t)plan->count * batch_bytes(&task->shape, plan->size);
}

enum status shards_create(struct shards *plan, const struct task *task, struct error *error)
{
    enum status status = STATUS_OK;

    plan->items = calloc((size_t)plan->count, sizeof *plan->items);
    plan->workspaces = calloc((size_t)plan->threads, sizeof *plan->workspaces);
    if (plan->items == NULL || plan->workspaces == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for %d shards", plan->count);
    for (int i = 0; i < plan->count && status == STATUS_OK; i++)
        status = batch_create(&plan->items[i].batch, &task->shape, plan->size, error);
    for (int i = 0; i < plan->threads && status == STATUS_OK; i++)
        status = workspace_create(&plan->workspaces[i], plan->model, capacity(plan, task),
                                  false, error);
    return status;
}

void shards_free(struct shards *shards)
{
    for (int i = 0; shards->items != NULL && i < shards->count; i++)
        batch_free(&shards->items[i].batch);
    for (int i = 0; shards->workspaces != NULL && i < shards->threads; i++)
        workspace_free(&shards->workspaces[i]);
    free(shards->items);
    free(shards->workspaces);
    *shards = (struct shards){ 0 };
}

/* A round as the parallel loop sees it. */
struct work {
    struct shards *shards;
    const struct round *round;
};

/* Sequences first, first + 1, ... of the round. */
static void fill(const struct round *round, int first, struct batch *batch)
{
    if (round->samples == NULL) {
        task_fill(round->task, round->seed, round->purpose, round->index,
                  round->first_row + (uint32_t)first, batch);
        return;
    }
    for (int b = 0; b < batch->extent.batch; b++)
        task_fill_sample(round->task, round->seed, round->samples[first + b], batch, b);
}

/* The body of the one parallel loop: a shard from its data to its gradients. */
static void run_shard(void *context, int index, int thread)
{
    const struct work *work = context;
    const struct round *round = work->round;
    const struct sequence_model *model = work->shards->model;
    struct shard *shard = &work->shards->items[index];
    struct workspace *ws = &work->shards->workspaces[thread];
    const size_t total = model->parameters.total;
    real *gradients = round->gradients ? round->gradients + (size_t)index * total : NULL;

    fill(round, index * work->shards->size, &shard->batch);
    model_forward(model, round->weights, ws, &shard->batch);
    shard->loss = loss_evaluate(&shard->batch, ws->output, gradients ? ws->doutput : NULL);
    shard->score = metric_evaluate(&round->task->metric, &shard->batch, ws->output);
    if (gradients == NULL)
        return;
    memset(gradients, 0, total * sizeof *gradients);
    model_backward(model, ws, gradients);
}

void shards_run(struct shards *shards, const struct round *round, int sequences,
                struct loss *loss, struct score *score)
{
    const int count = (sequences + shards->size - 1) / shards->size;
    struct work work = { shards, round };

    assert(count <= shards->count);
    for (int i = 0; i < count; i++) {
        const int left = sequences - i * shards->size;

        shards->items[i].batch.extent.batch = left < shards->size ? left : shards->size;
    }
    parallel_for(count, shards->threads, run_shard, &work);
    for (int i = 0; i < count; i++) { /* in a fixed order: floating-point sums depend on it */
        loss->sum += shards->items[i].loss.sum;
        loss->elements += shards->items[i].loss.elements;
        score->right += shards->items[i].score.right;
        score->counted += shards->items[i].score.counted;
    }
}

void shards_run_all(struct shards *shards, const struct round *round, int sequences,
                    struct loss *loss, struct score *score)
{
    const int at_once = shards->count * shards->size;
    struct round part = *round;

    for (int done = 0; done < sequences; done += at_once) {
        const int left = sequences - done;

        part.first_row = (uint32_t)done;
        shards_run(shards, &part, left < at_once ? left : at_once, loss, score);
    }
}

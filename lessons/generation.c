#include "lessons/generation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/numeric/reals.h"
#include "lessons/lab.h"

enum status generation_writes(const struct task *task, enum writes *writes, struct error *error)
{
    struct batch batch;
    bool feeds_back;
    enum status status = writer_feeds_back(task, &feeds_back, error);

    if (status != STATUS_OK)
        return status;
    *writes = WRITES_NOTHING;
    if (!feeds_back)
        return STATUS_OK;
    status = batch_create(&batch, &task->shape, 1, error);
    if (status != STATUS_OK)
        return status;
    task_fill(task, 0, RANDOM_TEST, 0, 0, &batch);
    *writes = task_is_scored(task, &batch, 0, 0) ? WRITES_ON : WRITES_ANSWER;
    batch_free(&batch);
    return STATUS_OK;
}

size_t generation_bytes(const struct sequence_model *model)
{
    return (model->parameters.total + model->prepared_count) * sizeof(real);
}

static enum status copy_weights(struct generation *g, const struct lab *lab,
                                const struct lab_arm *arm, struct error *error)
{
    const struct weights now = lab_looked_weights(lab, arm);
    const size_t total = arm->model.parameters.total, prepared = arm->model.prepared_count;

    g->weights = reals_create(total + prepared);
    if (g->weights == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a copy of %zu weights", total);
    memcpy(g->weights, now.parameters, total * sizeof *g->weights);
    if (prepared > 0)
        memcpy(g->weights + total, now.prepared, prepared * sizeof *g->weights);
    return STATUS_OK;
}

/* Read the prompt and open the writer; *wanted is how many symbols are asked for. */
static enum status open_writer(struct generation *g, const struct lab *lab,
                               const struct lab_arm *arm, int *wanted, struct error *error)
{
    enum status status = batch_create(&g->prompt, &lab->task.shape, 1, error);

    *wanted = g->written.wish.count;
    if (status == STATUS_OK)
        status = task_parse(&lab->task, g->written.wish.prompt, &g->prompt, error);
    if (status == STATUS_OK && *wanted == 0)
        status = writer_wanted(&lab->task, &g->prompt, wanted, error);
    if (status == STATUS_OK)
        status = copy_weights(g, lab, arm, error);
    if (status == STATUS_OK)
        status = writer_open(
            &g->writer, &lab->task, &arm->model,
            (struct weights){ g->weights, g->weights + arm->model.parameters.total },
            &g->prompt, *wanted > 1 ? GENERATION_MOST : 1, &g->written.wish.sampling,
            &g->random, error);
    return status;
}

static void close_writer(struct generation *g)
{
    writer_close(&g->writer);
    batch_free(&g->prompt);
    free(g->weights);
    g->weights = NULL;
    g->written.open = g->written.going = false;
}

void generation_begin(struct generation *g, const struct lab *lab, const struct lab_arm *arm,
                      const struct generation_wish *wish)
{
    const long number = g->written.number;
    struct error error;
    int wanted;

    generation_free(g);
    g->written.any = true;
    g->written.number = number + 1;
    g->written.step = lab_looked_step(lab, arm);
    g->written.wish = *wish;
    g->random = random_stream(wish->seed, RANDOM_WRITING, 0, 0);
    if (open_writer(g, lab, arm, &wanted, &error) != STATUS_OK) {
        snprintf(g->written.refusal, sizeof g->written.refusal, "%s", error.message);
        close_writer(g);
        return;
    }
    g->written.open = true;
    g->first = arm->model.layers.items[0].layer;
    generation_more(g, wanted);
}

void generation_free(struct generation *g)
{
    close_writer(g);
    *g = (struct generation){ 0 };
}

void generation_check(struct generation *g, const struct lab_arm *arm)
{
    if (g->written.open && g->first != arm->model.layers.items[0].layer)
        close_writer(g);
}

void generation_more(struct generation *g, int count)
{
    const int room = GENERATION_MOST - g->written.count;

    if (!g->written.open || g->written.ended)
        return;
    g->limit = g->written.count + (count < room ? count : room);
    g->written.going = g->written.count < g->limit;
}

/* What the model itself gave the symbol. */
static double probability_of(const real *logits, int V, int symbol)
{
    double sum = 0;

    for (int v = 0; v < V; v++)
        sum += exp((double)logits[v] - (double)logits[symbol]);
    return 1 / sum;
}

static void keep_symbol(struct generation *g)
{
    const struct task *task = g->writer.task;
    struct written_symbol *kept = &g->written.symbol[g->written.count++];

    task_symbol_text(task, g->writer.last, kept->text);
    kept->probability =
        (float)probability_of(g->writer.logits, task->shape.outputs, g->writer.last);
    g->written.ended = g->writer.ended;
    g->written.going = !g->written.ended && g->written.count < g->limit;
}

void generation_go_on(struct generation *g, double seconds)
{
    const double end = clock_seconds() + seconds;

    while (g->written.going) {
        if (writer_step(&g->writer))
            keep_symbol(g);
        if (clock_seconds() >= end)
            break;
    }
}

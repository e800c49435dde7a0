#include "common/training/trainer.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/numeric/parallel.h"
#include "common/numeric/reduce.h"
#include "common/training/diagnosis.h"
#include "common/training/shard.h"

/*
 * Parameters are updated in pieces of one tensor each, so that any thread may take any piece.
 */
enum { PIECE = 4096, SHARD_LARGEST = 8, SHARD_SMALLEST = 2, SHARD_ROWS = 1024 };

/* One training step or evaluation, as the parallel loop sees it. */
struct round {
    struct trainer *trainer;
    enum random_purpose purpose;
    uint64_t index;
    uint32_t first_row;
    bool learn;
};

int trainer_shard_size(struct extent batch)
{
    int size = SHARD_ROWS / batch.steps;

    if (size > SHARD_LARGEST)
        size = SHARD_LARGEST;
    if (size < SHARD_SMALLEST)
        size = SHARD_SMALLEST;
    return size < batch.batch ? size : batch.batch;
}

/* Piece number `index` of the list of tensors. */
struct piece {
    size_t offset, count;
    bool matrix;
};

static int pieces_of(const struct parameter *p)
{
    return (int)((p->count + PIECE - 1) / PIECE);
}

static int piece_count(const struct parameter_list *list)
{
    int count = 0;

    for (int i = 0; i < list->count; i++)
        count += pieces_of(&list->items[i]);
    return count;
}

static struct piece piece_at(const struct parameter_list *list, int index)
{
    const struct parameter *p = list->items;
    size_t begin;

    for (; index >= pieces_of(p); p++)
        index -= pieces_of(p);
    begin = (size_t)index * PIECE;
    return (struct piece){ .offset = p->offset + begin,
                           .count = p->count - begin < PIECE ? p->count - begin : PIECE,
                           .matrix = p->rank == 2 };
}

static real *zeroed(size_t count)
{
    return calloc(count ? count : 1, sizeof(real));
}

static enum status allocate(struct trainer *t, struct error *error)
{
    const size_t total = t->model->parameters.total;
    const struct extent extent = { .batch = t->shard_size, .steps = t->task.shape.steps };
    enum status status = STATUS_OK;

    t->parameters = zeroed(total);
    t->prepared = zeroed(t->model->prepared_count);
    t->usable = zeroed(total);
    t->gradients = zeroed((size_t)t->shard_count * total);
    t->state[0] = zeroed(total);
    t->state[1] = zeroed(total);
    t->squares = calloc((size_t)piece_count(&t->model->parameters), sizeof *t->squares);
    t->shards = calloc((size_t)t->shard_count, sizeof *t->shards);
    t->workspaces = calloc((size_t)t->threads, sizeof *t->workspaces);
    if (t->parameters == NULL || t->prepared == NULL || t->usable == NULL ||
        t->gradients == NULL || t->state[0] == NULL || t->state[1] == NULL ||
        t->squares == NULL || t->shards == NULL || t->workspaces == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for %zu parameters and %d shards",
                         total, t->shard_count);
    for (int i = 0; i < t->shard_count && status == STATUS_OK; i++)
        status = batch_create(&t->shards[i].batch, &t->task.shape, t->shard_size, error);
    for (int i = 0; i < t->threads && status == STATUS_OK; i++)
        status = workspace_create(&t->workspaces[i], t->model, extent, false, error);
    return status;
}

/* A trainer with its counts set and nothing allocated. */
static struct trainer planned(const struct sequence_model *model, const struct task *task,
                              const struct trainer_options *options)
{
    const struct extent batch = { .batch = options->batch, .steps = task->shape.steps };
    struct trainer plan = { .model = model, .task = *task, .options = *options };

    plan.shard_size = trainer_shard_size(batch);
    plan.shard_count = (options->batch + plan.shard_size - 1) / plan.shard_size;
    plan.threads = options->threads ? options->threads : parallel_available();
    if (plan.threads > plan.shard_count)
        plan.threads = plan.shard_count;
    return plan;
}

size_t trainer_bytes(const struct sequence_model *model, const struct task *task,
                     const struct trainer_options *options)
{
    const struct trainer plan = planned(model, task, options);
    const struct extent shard = { .batch = plan.shard_size, .steps = task->shape.steps };
    const size_t weights = ((size_t)plan.shard_count + 4) * model->parameters.total;

    return sizeof(real) * (weights + model->prepared_count) +
           (size_t)plan.threads * workspace_bytes(model, shard, false);
}

enum status trainer_create(struct trainer *trainer, const struct sequence_model *model,
                           const struct task *task, const struct trainer_options *options,
                           struct error *error)
{
    struct trainer made = planned(model, task, options);
    enum status status;

    status = allocate(&made, error);
    if (status == STATUS_OK) {
        status = parameters_initialise(&model->parameters, made.parameters, options->seed);
        if (status != STATUS_OK)
            error_set(error, status, "no memory for the first weights");
    }
    if (status != STATUS_OK) {
        trainer_free(&made);
        return status;
    }
    trainer_weights_changed(&made);
    *trainer = made;
    return STATUS_OK;
}

void trainer_free(struct trainer *trainer)
{
    for (int i = 0; trainer->shards != NULL && i < trainer->shard_count; i++)
        batch_free(&trainer->shards[i].batch);
    for (int i = 0; trainer->workspaces != NULL && i < trainer->threads; i++)
        workspace_free(&trainer->workspaces[i]);
    free(trainer->shards);
    free(trainer->workspaces);
    free(trainer->parameters);
    free(trainer->prepared);
    free(trainer->usable);
    free(trainer->gradients);
    free(trainer->state[0]);
    free(trainer->state[1]);
    free(trainer->squares);
    *trainer = (struct trainer){ 0 };
}

struct weights trainer_weights(const struct trainer *trainer)
{
    return (struct weights){ trainer->parameters, trainer->prepared };
}

/*
 * A small model is added up, updated and prepared by one thread sooner than by several that
 * wait for each other, most of all on a machine that others use too. The bits are the same
 * either way.
 */
static int update_threads(const struct trainer *t)
{
    static const size_t WORTH_SHARING = 1 << 20; /* numbers to add */

    return t->model->parameters.total * (size_t)t->shard_count < WORTH_SHARING ? 1 : t->threads;
}

static void prepare_layer(void *context, int index, int thread)
{
    const struct trainer *t = context;

    (void)thread;
    model_prepare_layer(t->model, index, t->parameters, t->prepared);
}

void trainer_weights_changed(struct trainer *trainer)
{
    trainer->has_usable = false;
    parallel_for(trainer->model->layers.count, update_threads(trainer), prepare_layer, trainer);
}

/* The body of the one parallel loop: a shard from its data to its gradients. */
static void run_shard(void *context, int index, int thread)
{
    const struct round *round = context;
    struct trainer *t = round->trainer;
    struct shard *shard = &t->shards[index];
    struct workspace *ws = &t->workspaces[thread];
    const size_t total = t->model->parameters.total;
    real *gradients = t->gradients + (size_t)index * total;

    task_fill(&t->task, t->options.seed, round->purpose, round->index,
              round->first_row + (uint32_t)(index * t->shard_size), &shard->batch);
    model_forward(t->model, trainer_weights(t), ws, &shard->batch);
    shard->loss = loss_evaluate(&shard->batch, ws->output, round->learn ? ws->doutput : NULL);
    shard->score = metric_evaluate(&t->task.metric, &shard->batch, ws->output);
    if (!round->learn)
        return;
    memset(gradients, 0, total * sizeof *gradients);
    model_backward(t->model, ws, gradients);
}

/*
 * Run `sequences` sequences in shards; the last shard takes what is left. Returns their sums.
 */
static void run_shards(struct round *round, int sequences, struct loss *loss,
                       struct score *score)
{
    struct trainer *t = round->trainer;
    const int count = (sequences + t->shard_size - 1) / t->shard_size;

    assert(count <= t->shard_count);
    for (int i = 0; i < count; i++) {
        const int left = sequences - i * t->shard_size;

        t->shards[i].batch.extent.batch = left < t->shard_size ? left : t->shard_size;
    }
    parallel_for(count, t->threads, run_shard, round);
    for (int i = 0; i < count; i++) { /* in a fixed order: floating-point sums depend on it */
        loss->sum += t->shards[i].loss.sum;
        loss->elements += t->shards[i].loss.elements;
        score->right += t->shards[i].score.right;
        score->counted += t->shards[i].score.counted;
    }
}

static struct report make_report(struct loss loss, struct score score)
{
    return (struct report){
        .loss = loss.elements ? loss.sum / (double)loss.elements : 0,
        .accuracy = score.counted ? (double)score.right / (double)score.counted : 0,
        .gradient_norm = (double)NAN,
    };
}

/* Pieces of all tensors, shared out over threads. */
struct update {
    struct trainer *trainer;
    double scale;    /* 1 / scored elements, in the gradient's reduction */
    double *squares; /* of each piece */
    struct optimizer_step optimizer;
};

/* gradients[0] = scale x the sum over shards in order, and the sum of its squares. */
static void reduce_piece(void *context, int index, int thread)
{
    const struct update *update = context;
    const struct trainer *t = update->trainer;
    const struct piece piece = piece_at(&t->model->parameters, index);
    const real scale = (real)update->scale;
    real *sum = t->gradients + piece.offset;

    (void)thread;
    for (int i = 1; i < t->shard_count; i++) {
        const real *other = sum + (size_t)i * t->model->parameters.total;

        for (size_t k = 0; k < piece.count; k++)
            sum[k] += other[k];
    }
    for (size_t k = 0; k < piece.count; k++)
        sum[k] *= scale;
    update->squares[index] = reduce_squares(sum, piece.count);
}

static void update_piece(void *context, int index, int thread)
{
    const struct update *update = context;
    struct trainer *t = update->trainer;
    const struct piece piece = piece_at(&t->model->parameters, index);
    const int states = optimizer_states(t->options.optimizer.kind);

    (void)thread;
    memcpy(t->usable + piece.offset, t->parameters + piece.offset,
           piece.count * sizeof *t->usable);
    optimizer_update(&update->optimizer, t->parameters + piece.offset,
                     t->gradients + piece.offset,
                     states > 0 ? t->state[0] + piece.offset : NULL,
                     states > 1 ? t->state[1] + piece.offset : NULL, piece.count, piece.matrix);
}

/*
 * What the gradients are multiplied by, 1 or less after clipping; 0 if no update is possible:
 * the norm is not finite, or even the clipped step would take the weights to the edge of the
 * number type within a few more. (adam's steps do not grow with the gradient, but its squares
 * do.)
 */
static double usable_factor(const struct trainer *t, double norm)
{
    static const double LARGEST_STEP = 1e15;
    const double factor = clip_factor(norm, t->options.clip);

    if (!isfinite(norm))
        return 0;
    return norm * factor * fmax(1, t->options.optimizer.learning_rate) < LARGEST_STEP ? factor
                                                                                      : 0;
}

/*
 * Add the shards' gradients, clip, update. False, and nothing is changed, if no update is
 * possible. *norm is the gradient's, before clipping.
 */
static bool learn(struct trainer *t, const struct loss *loss, double *norm)
{
    const int pieces = piece_count(&t->model->parameters);
    struct update update = { .trainer = t,
                             .scale = loss->elements ? 1 / (double)loss->elements : 0,
                             .squares = t->squares };
    double sum = 0, factor;

    parallel_for(pieces, update_threads(t), reduce_piece, &update);
    for (int i = 0; i < pieces; i++)
        sum += t->squares[i];
    *norm = sqrt(sum);
    factor = usable_factor(t, *norm);
    if (factor == 0)
        return false;
    update.optimizer = optimizer_begin(&t->options.optimizer, t->step + 1, factor);
    parallel_for(pieces, update_threads(t), update_piece, &update);
    return true;
}

/* To the weights before the last update. */
static void take_back(struct trainer *t)
{
    if (!t->has_usable)
        return;
    memcpy(t->parameters, t->usable, t->model->parameters.total * sizeof *t->usable);
    t->step--;
    trainer_weights_changed(t);
}

enum status trainer_step(struct trainer *trainer, struct report *report, struct error *error)
{
    struct round round = { .trainer = trainer,
                           .purpose = RANDOM_TRAIN,
                           .index = (uint64_t)trainer->step,
                           .learn = true };
    struct loss loss = { 0 };
    struct score score = { 0 };

    run_shards(&round, trainer->options.batch, &loss, &score);
    *report = make_report(loss, score);
    if (!isfinite(report->loss) || !learn(trainer, &loss, &report->gradient_norm)) {
        diagnose(trainer, report, error);
        take_back(trainer);
        return STATUS_DIVERGED;
    }
    trainer->step++;
    trainer_weights_changed(trainer);
    trainer->has_usable = true;
    return STATUS_OK;
}

void trainer_evaluate(struct trainer *trainer, enum random_purpose purpose, int samples,
                      struct report *report)
{
    struct round round = { .trainer = trainer, .purpose = purpose };
    const int at_once = trainer->shard_count * trainer->shard_size;
    struct loss loss = { 0 };
    struct score score = { 0 };

    for (int done = 0; done < samples; done += at_once) {
        const int left = samples - done;

        round.first_row = (uint32_t)done;
        run_shards(&round, left < at_once ? left : at_once, &loss, &score);
    }
    *report = make_report(loss, score);
}

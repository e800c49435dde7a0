#include "common/training/trainer.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/numeric/reals.h"
#include "common/numeric/parallel.h"
#include "common/numeric/reduce.h"
#include "common/training/diagnosis.h"

/*
 * Parameters are updated in pieces of one tensor each, so that any thread may take any piece.
 */
enum { PIECE = 4096 };

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

/* The shuffled set of samples, if it is a finite one. */
static enum status allocate_order(struct trainer *t, struct error *error)
{
    if (t->options.samples == 0)
        return STATUS_OK;
    t->drawn = calloc((size_t)t->options.batch, sizeof *t->drawn);
    if (t->drawn == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a batch of %d samples",
                         t->options.batch);
    return data_order_create(&t->order, (uint32_t)t->options.samples, (uint32_t)t->task.group,
                             t->options.seed, error);
}

static enum status allocate(struct trainer *t, struct error *error)
{
    const size_t total = t->model->parameters.total;
    enum status status;

    t->parameters = reals_create(total);
    t->prepared = reals_create(t->model->prepared_count);
    t->usable = reals_create(total);
    t->gradients = reals_create((size_t)t->shards.count * total);
    t->state[0] = reals_create(total);
    t->state[1] = reals_create(total);
    t->squares = calloc((size_t)piece_count(&t->model->parameters), sizeof *t->squares);
    if (t->parameters == NULL || t->prepared == NULL || t->usable == NULL ||
        t->gradients == NULL || t->state[0] == NULL || t->state[1] == NULL ||
        t->squares == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for %zu parameters and %d shards",
                         total, t->shards.count);
    status = shards_create(&t->shards, &t->task, error);
    return status == STATUS_OK ? allocate_order(t, error) : status;
}

/* A trainer with its counts set and nothing allocated. */
static struct trainer planned(const struct sequence_model *model, const struct task *task,
                              const struct trainer_options *options)
{
    struct trainer plan = { .model = model, .task = *task, .options = *options };

    plan.shards = shards_planned(model, task, options->batch, options->threads, false);
    plan.threads = plan.shards.threads;
    return plan;
}

size_t trainer_bytes(const struct sequence_model *model, const struct task *task,
                     const struct trainer_options *options)
{
    const struct trainer plan = planned(model, task, options);
    const size_t weights = ((size_t)plan.shards.count + 4) * model->parameters.total;

    return sizeof(real) * (weights + model->prepared_count) +
           sizeof *plan.order.order * (size_t)options->samples +
           shards_bytes(&plan.shards, task);
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
    shards_free(&trainer->shards);
    data_order_free(&trainer->order);
    free(trainer->drawn);
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

    return t->model->parameters.total * (size_t)t->shards.count < WORTH_SHARING ? 1
                                                                                : t->threads;
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

enum status trainer_rooms_create(struct trainer_rooms *rooms, const struct trainer *trainer,
                                 const struct sequence_model *model,
                                 const struct trainer_options *options, struct error *error)
{
    const struct trainer plan = planned(model, &trainer->task, options);
    struct trainer_rooms made = { .options = *options, .shards = plan.shards };
    enum status status = STATUS_OK;

    assert(model->parameters.total == trainer->model->parameters.total);
    assert(plan.shards.count == trainer->shards.count); /* the gradients have room for these */
    assert(options->optimizer.kind == trainer->options.optimizer.kind);
    made.prepared = reals_create(model->prepared_count);
    if (made.prepared == NULL)
        status = error_set(error, STATUS_NO_MEMORY, "no memory for %zu prepared weights",
                           model->prepared_count);
    if (status == STATUS_OK)
        status = shards_create(&made.shards, &trainer->task, error);
    if (status != STATUS_OK) {
        trainer_rooms_free(&made);
        return status;
    }
    *rooms = made;
    return STATUS_OK;
}

void trainer_rooms_free(struct trainer_rooms *rooms)
{
    shards_free(&rooms->shards);
    free(rooms->prepared);
    *rooms = (struct trainer_rooms){ 0 };
}

void trainer_move(struct trainer *trainer, struct trainer_rooms *rooms,
                  const struct sequence_model *model)
{
    const bool has_usable = trainer->has_usable;

    shards_free(&trainer->shards);
    free(trainer->prepared);
    trainer->model = model;
    trainer->options = rooms->options;
    trainer->shards = rooms->shards;
    trainer->shards.model = model;
    trainer->threads = rooms->shards.threads;
    trainer->prepared = rooms->prepared;
    *rooms = (struct trainer_rooms){ 0 };
    trainer_weights_changed(trainer);
    trainer->has_usable = has_usable;
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
    for (int i = 1; i < t->shards.count; i++) {
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

double trainer_learning_rate(const struct trainer *trainer)
{
    return trainer->options.optimizer.learning_rate *
           schedule_factor(&trainer->options.schedule, trainer->step);
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
    return norm * factor * fmax(1, trainer_learning_rate(t)) < LARGEST_STEP ? factor : 0;
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
    struct optimizer optimizer = t->options.optimizer;
    double sum = 0, factor;

    parallel_for(pieces, update_threads(t), reduce_piece, &update);
    for (int i = 0; i < pieces; i++)
        sum += t->squares[i];
    *norm = sqrt(sum);
    factor = usable_factor(t, *norm);
    if (factor == 0)
        return false;
    optimizer.learning_rate = trainer_learning_rate(t);
    update.optimizer = optimizer_begin(&optimizer, t->step + 1, factor);
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

/* The sequences of step number trainer->step. */
static struct round next_round(struct trainer *t)
{
    struct round round = { .task = &t->task,
                           .weights = trainer_weights(t),
                           .seed = t->options.seed,
                           .purpose = RANDOM_TRAIN,
                           .index = (uint64_t)t->step,
                           .gradients = t->gradients,
                           .interrupt = t->interrupt };

    if (t->options.samples > 0) {
        const uint64_t batch = (uint64_t)t->options.batch;

        data_order_draw(&t->order, (uint64_t)t->step * batch, t->options.batch, t->drawn);
        round.purpose = RANDOM_SAMPLE;
        round.samples = t->drawn;
    }
    return round;
}

enum status trainer_step(struct trainer *trainer, struct report *report, struct error *error)
{
    const struct round round = next_round(trainer);
    struct loss loss = { 0 };
    struct score score = { 0 };

    if (shards_run(&trainer->shards, &round, trainer->options.batch, &loss, &score) !=
        STATUS_OK)
        return STATUS_INTERRUPTED;
    *report = report_of(loss, score);
    if (!isfinite(report->loss) || !learn(trainer, &loss, &report->gradient_norm)) {
        diagnose(trainer, &round, report, error);
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
    const struct round round = { .task = &trainer->task,
                                 .weights = trainer_weights(trainer),
                                 .seed = trainer->options.seed,
                                 .purpose = purpose };
    struct loss loss = { 0 };
    struct score score = { 0 };

    shards_run_all(&trainer->shards, &round, samples, &loss, &score);
    *report = report_of(loss, score);
}

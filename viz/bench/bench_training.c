#include "viz/bench/bench_training.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/training/evaluation.h"
#include "lessons/models.h"

enum { PASSES_MOST = 20000 };
static const double WARM_SECONDS = 0.05;

static void noise_shape(struct task *task)
{
    task->shape = (struct batch_shape){ .steps = task->length,
                                        .input = INPUT_TOKENS,
                                        .inputs = BENCH_VOCABULARY,
                                        .target = TARGET_CLASSES,
                                        .outputs = BENCH_VOCABULARY,
                                        .readout = READOUT_EVERY };
    task->metric = (struct metric){ .kind = METRIC_TOKENS };
}

static void noise_fill(const struct task *task, struct random *random, bool held_out,
                       struct batch *batch, int b)
{
    const int B = batch->extent.batch;

    (void)held_out;
    for (int t = 0; t < task->shape.steps; t++) {
        batch->tokens[t * B + b] = (int)random_below(random, BENCH_VOCABULARY);
        batch->classes[t * B + b] = (int)random_below(random, BENCH_VOCABULARY);
    }
}

static const struct task_kind noise_task = {
    .name = "noise",
    .title = "random answers",
    .shape = noise_shape,
    .fill = noise_fill,
};

static struct arm_config arm_of(const struct bench_shape *shape)
{
    struct arm_config arm = config_default().arm[0];

    arm.layers = shape->layers;
    arm.hidden = arm.width = shape->width;
    arm.heads = shape->heads > 0 ? shape->heads : 1;
    if (shape->window > 0) {
        arm.mask = MASK_WINDOW;
        arm.span = shape->window;
    }
    strcpy(arm.model, shape->model);
    return arm;
}

enum status bench_training_create(struct bench_training *training,
                                  const struct bench_shape *shape, int threads,
                                  struct error *error)
{
    const struct arm_config arm = arm_of(shape);
    const struct trainer_options options = {
        .batch = shape->batch,
        .threads = threads,
        .seed = 1,
        .optimizer = { .kind = OPTIMIZER_ADAM, .learning_rate = 1e-3 },
        .clip = 1,
    };
    struct task task = { .kind = &noise_task, .length = shape->steps };
    enum status status;

    noise_shape(&task);
    status = arm_model(&training->model, &arm, &task.shape, error);
    if (status != STATUS_OK)
        return status;
    status = trainer_create(&training->trainer, &training->model, &task, &options, error);
    if (status != STATUS_OK)
        model_free(&training->model);
    return status;
}

void bench_training_free(struct bench_training *training)
{
    trainer_free(&training->trainer);
    model_free(&training->model);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double bench_median(double *numbers, int count)
{
    qsort(numbers, (size_t)count, sizeof *numbers, compare);
    return count % 2 ? numbers[count / 2] : (numbers[count / 2 - 1] + numbers[count / 2]) / 2;
}

/* An evaluation runs in memory of its own, which is less than a trainer's. */
static enum status make_pass(struct trainer *trainer, struct evaluation *evaluation,
                             struct error *error)
{
    struct report report;

    if (evaluation->task == NULL)
        return trainer_step(trainer, &report, error);
    evaluation_run(evaluation, trainer_weights(trainer), RANDOM_TEST, trainer->options.batch,
                   &report);
    return STATUS_OK;
}

static enum status evaluation_for(struct evaluation *evaluation, const struct trainer *trainer,
                                  struct error *error)
{
    return evaluation_create(evaluation, trainer->model, &trainer->task, trainer->options.seed,
                             trainer->options.threads, error);
}

enum status bench_training_time(struct bench_training *training, enum bench_pass pass,
                                double seconds, double *median, struct error *error)
{
    const double limits[] = { WARM_SECONDS, seconds };
    double *took = calloc(PASSES_MOST, sizeof *took);
    struct evaluation evaluation = { 0 };
    enum status status = STATUS_OK;
    int count = 0;

    if (took == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for %d times", PASSES_MOST);
    if (pass == BENCH_EVALUATE)
        status = evaluation_for(&evaluation, &training->trainer, error);
    for (int phase = 0; phase < 2; phase++) {
        const double begin = clock_seconds();

        count = 0;
        while (status == STATUS_OK && count < PASSES_MOST &&
               (count == 0 || clock_seconds() - begin < limits[phase])) {
            const double start = clock_seconds();

            status = make_pass(&training->trainer, &evaluation, error);
            took[count++] = clock_seconds() - start;
        }
    }
    if (status == STATUS_OK)
        *median = bench_median(took, count);
    evaluation_free(&evaluation);
    free(took);
    return status;
}

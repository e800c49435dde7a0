/*
 * bench.c - `duet bench`: how long a training step of each standard shape takes.
 *
 * A step makes its data, runs forward, cross-entropy at every position and backward, clips,
 * and updates with Adam. Vocabulary 16, embedding as wide as the core. The shapes are those
 * that are measured elsewhere with PyTorch; a name is MODEL-LAYERS-WIDTH[-HEADS]-T-BATCH.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/numeric/parallel.h"
#include "common/training/trainer.h"
#include "lessons/models.h"
#include "viz/commands/bench_generate.h"
#include "viz/commands/command.h"
#include "viz/commands/report_json.h"

enum { VOCABULARY = 16, NAME_SIZE = 64, STEPS_LEAST = 3, STEPS_MOST = 2000 };
static const double WARM_SECONDS = 0.1, MEASURE_SECONDS = 0.5;

static const struct option_kind options[] = {
    { "filter", "SHAPE", "only shapes whose name contains that" },
    { "generate", NULL, "time for a token that is generated, early and late, instead" },
    { "threads", "N", "0 (if not given): as many as the machine runs at once" },
    { "json", NULL, "one JSON object per shape on standard output" },
};

struct shape {
    int layers, width, heads, steps, batch;
};

/* clang-format off */
static const struct shape recurrent[] = {
    { 1, 32, 0, 20, 16 },     { 1, 32, 0, 100, 32 },    { 1, 32, 0, 400, 32 },
    { 1, 64, 0, 20, 32 },     { 1, 64, 0, 100, 32 },    { 1, 64, 0, 100, 64 },
    { 1, 64, 0, 400, 32 },    { 1, 128, 0, 100, 32 },   { 1, 128, 0, 400, 64 },
    { 1, 256, 0, 100, 32 },   { 2, 64, 0, 100, 32 },    { 2, 128, 0, 100, 64 },
    { 2, 256, 0, 20, 64 },
};
static const struct shape attentive[] = {
    { 1, 32, 2, 20, 16 },     { 1, 32, 2, 100, 32 },    { 2, 32, 2, 100, 32 },
    { 1, 64, 2, 100, 32 },    { 2, 64, 4, 20, 32 },     { 2, 64, 4, 100, 32 },
    { 2, 64, 4, 100, 64 },    { 2, 64, 4, 400, 16 },    { 2, 128, 4, 100, 32 },
    { 4, 128, 4, 100, 32 },   { 2, 128, 4, 400, 32 },   { 2, 256, 4, 20, 64 },
    { 4, 256, 4, 100, 32 },
};
/* clang-format on */

static const struct {
    const char *model;
    int gates; /* 0: a Transformer */
    const struct shape *shapes;
    int count;
} families[] = {
    { "elman", 1, recurrent, sizeof recurrent / sizeof recurrent[0] },
    { "gru", 3, recurrent, sizeof recurrent / sizeof recurrent[0] },
    { "lstm", 4, recurrent, sizeof recurrent / sizeof recurrent[0] },
    { "transformer", 0, attentive, sizeof attentive / sizeof attentive[0] },
};
enum { FAMILIES = sizeof families / sizeof families[0] };

static void noise_shape(struct task *task)
{
    task->shape = (struct batch_shape){ .steps = task->length,
                                        .input = INPUT_TOKENS,
                                        .inputs = VOCABULARY,
                                        .target = TARGET_CLASSES,
                                        .outputs = VOCABULARY,
                                        .readout = READOUT_EVERY };
    task->metric = (struct metric){ .kind = METRIC_TOKENS };
}

static void noise_fill(const struct task *task, struct random *random, bool held_out,
                       struct batch *batch, int b)
{
    const int B = batch->extent.batch;

    (void)held_out;
    for (int t = 0; t < task->shape.steps; t++) {
        batch->tokens[t * B + b] = (int)random_below(random, VOCABULARY);
        batch->classes[t * B + b] = (int)random_below(random, VOCABULARY);
    }
}

/* Nothing to be learned, at every step: only the time counts. */
static const struct task_kind noise_task = {
    .name = "noise",
    .title = "random answers",
    .shape = noise_shape,
    .fill = noise_fill,
};

/* Nominal: what the arithmetic of the equations is, whatever a kernel saves of it. */
static double shape_flops(const struct shape *s, int gates)
{
    const double d = s->width, T = s->steps;
    const double layer = gates ? 2 * gates * d * (d + d) : 24 * d * d + 2 * d * (T + 1);

    return 3.0 * s->batch * T * (s->layers * layer + 2 * d * VOCABULARY);
}

static void shape_name(char name[NAME_SIZE], const char *model, const struct shape *s)
{
    char heads[16] = "";

    if (s->heads > 0)
        snprintf(heads, sizeof heads, "-%d", s->heads);
    snprintf(name, NAME_SIZE, "%s-%d-%d%s-%d-%d", model, s->layers, s->width, heads, s->steps,
             s->batch);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Steps until time and number suffice; the median of their seconds. */
static enum status measure(struct trainer *trainer, double *median, struct error *error)
{
    static const double limits[] = { WARM_SECONDS, MEASURE_SECONDS };
    double *seconds = calloc(STEPS_MOST, sizeof *seconds);
    enum status status = STATUS_OK;
    int count = 0;

    if (seconds == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for %d times", STEPS_MOST);
    for (int phase = 0; phase < 2; phase++) {
        const double begin = clock_seconds();
        const int least = phase ? STEPS_LEAST : 1;

        count = 0;
        while (status == STATUS_OK && count < STEPS_MOST &&
               (count < least || clock_seconds() - begin < limits[phase])) {
            const double start = clock_seconds();
            struct report report;

            status = trainer_step(trainer, &report, error);
            seconds[count++] = clock_seconds() - start;
        }
    }
    qsort(seconds, (size_t)count, sizeof *seconds, compare);
    *median = seconds[count / 2];
    free(seconds);
    return status;
}

static enum status time_shape(const char *model, const struct shape *s, int threads,
                              double *median, struct error *error)
{
    struct arm_config arm = config_default().arm[0];
    const struct trainer_options training = {
        .batch = s->batch,
        .threads = threads,
        .seed = 1,
        .optimizer = { .kind = OPTIMIZER_ADAM, .learning_rate = 1e-3 },
        .clip = 1,
    };
    struct task task = { .kind = &noise_task, .length = s->steps };
    struct sequence_model made;
    struct trainer trainer = { 0 };
    enum status status;

    arm.layers = s->layers;
    arm.hidden = arm.width = s->width;
    arm.heads = s->heads > 0 ? s->heads : 1;
    strcpy(arm.model, model);
    noise_shape(&task);
    status = arm_model(&made, &arm, &task.shape, error);
    if (status != STATUS_OK)
        return status;
    status = trainer_create(&trainer, &made, &task, &training, error);
    if (status == STATUS_OK)
        status = measure(&trainer, median, error);
    trainer_free(&trainer);
    model_free(&made);
    return status;
}

/* How a measured shape is told. */
struct row {
    const char *name;
    int threads;
    double milliseconds, tokens_per_second, gflops;
};

static enum status print_row(const struct row *row, bool json, struct error *error)
{
    cJSON *object;

    if (!json) {
        printf("%-28s %7d %12.3f %17.0f %8.1f\n", row->name, row->threads, row->milliseconds,
               row->tokens_per_second, row->gflops);
        fflush(stdout);
        return STATUS_OK;
    }
    object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "shape", row->name);
    json_number(object, "threads", row->threads);
    json_number(object, "milliseconds", row->milliseconds);
    json_number(object, "tokens_per_second", row->tokens_per_second);
    json_number(object, "gflops", row->gflops);
    return json_print(object, error);
}

/* Measure one shape of family f and print it. */
static enum status bench_one(const char *name, int f, const struct shape *s, int threads,
                             bool json, struct error *error)
{
    double seconds = 0;
    enum status status = time_shape(families[f].model, s, threads, &seconds, error);
    struct row row = { .name = name, .threads = threads, .milliseconds = 1e3 * seconds };

    if (status != STATUS_OK)
        return status;
    row.tokens_per_second = s->batch * s->steps / seconds;
    row.gflops = shape_flops(s, families[f].gates) / seconds * 1e-9;
    return print_row(&row, json, error);
}

/* The shapes whose names contain the filter; *count says how many. */
static enum status bench_all(const char *filter, int threads, bool json, int *count,
                             struct error *error)
{
    enum status status = STATUS_OK;

    for (int f = 0; f < FAMILIES; f++)
        for (int i = 0; i < families[f].count && status == STATUS_OK; i++) {
            char name[NAME_SIZE];

            shape_name(name, families[f].model, &families[f].shapes[i]);
            if (strstr(name, filter) == NULL)
                continue;
            if ((*count)++ == 0 && !json)
                printf("%-28s %7s %12s %17s %8s\n", "shape", "threads", "milliseconds",
                       "tokens per second", "gflops");
            status = bench_one(name, f, &families[f].shapes[i], threads, json, error);
        }
    return status;
}

static int bench(const struct command *command, const struct arguments *arguments)
{
    const char *filter = arguments_value(arguments, "filter");
    const bool json = arguments_value(arguments, "json") != NULL;
    struct error error;
    long threads = 0;
    int count = 0;
    enum status status = arguments_integer(arguments, "threads", 0, 256, &threads, &error);

    if (status == STATUS_OK && arguments_value(arguments, "generate") != NULL) {
        status = filter ? error_set(&error, STATUS_USAGE,
                                    "--filter: chooses training shapes, not --generate")
                        : bench_generate(json, &error);
        return status == STATUS_OK ? EXIT_GOOD : command_failed(command->name, &error);
    }
    if (status == STATUS_OK)
        status = bench_all(filter ? filter : "", threads ? (int)threads : parallel_available(),
                           json, &count, &error);
    if (status == STATUS_OK && count == 0)
        status = error_set(&error, STATUS_USAGE,
                           "--filter: no shape contains \"%.60s\"; they are called "
                           "lstm-1-64-100-32 or transformer-2-64-4-100-32",
                           filter);
    return status == STATUS_OK ? EXIT_GOOD : command_failed(command->name, &error);
}

const struct command bench_command = {
    .name = "bench",
    .operands = "",
    .about = "how long a training step takes, for the standard shapes",
    .details =
        "A step: data, forward, cross-entropy at every position, backward, clipping, Adam.\n"
        "Vocabulary 16. Names: MODEL-LAYERS-WIDTH[-HEADS]-T-BATCH. Times are medians; gflops\n"
        "are those of the equations, forward and twice that backward.\n"
        "\n"
        "--generate times one token at position n on one thread, for a gru and a transformer\n"
        "of two blocks with as many parameters: constant for the one, linear in n for the\n"
        "other, because its keys and values are.\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .run = bench,
};

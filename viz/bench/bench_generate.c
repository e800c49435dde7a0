#include "viz/bench/bench_generate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/model/generator.h"
#include "lessons/match.h"
#include "lessons/models.h"
#include "viz/commands/report_json.h"

enum { WIDTH = 64, HEADS = 2, AROUND = 32 /* tokens */, REPEATS = 7 };
static const int positions[] = { 64, 128, 256, 512, 1024, 2048 };
enum { POSITIONS = sizeof positions / sizeof positions[0] };

/* A model that writes nothing sensible: only the time counts. */
struct bench {
    const char *name;
    struct sequence_model model;
    real *parameters, *prepared;
    struct generator generator;
};

static void bench_free(struct bench *bench)
{
    generator_free(&bench->generator);
    model_free(&bench->model);
    free(bench->parameters);
    free(bench->prepared);
}

static enum status bench_create(struct bench *bench, const struct arm_config *arm,
                                const struct batch_shape *shape, struct error *error)
{
    struct sequence_model *model = &bench->model;
    enum status status = arm_model(model, arm, shape, error);

    if (status != STATUS_OK)
        return status;
    bench->name = arm->model;
    bench->parameters = calloc(model->parameters.total, sizeof *bench->parameters);
    bench->prepared = calloc(model->prepared_count, sizeof *bench->prepared);
    if (bench->parameters == NULL || bench->prepared == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a %s", arm->model);
    status = parameters_initialise(&model->parameters, bench->parameters, 1);
    if (status != STATUS_OK)
        return error_set(error, status, "no memory for the first values of a %s", arm->model);
    model_prepare(model, bench->parameters, bench->prepared);
    return generator_create(&bench->generator, model,
                            (struct weights){ bench->parameters, bench->prepared }, 1,
                            shape->steps, error);
}

/* Microseconds of one token, the best mean over AROUND tokens before each position. */
static void measure(struct bench *bench, double microseconds[POSITIONS])
{
    for (int i = 0; i < POSITIONS; i++)
        microseconds[i] = 1e30;
    for (int repeat = 0; repeat < REPEATS; repeat++) {
        int t = 0;

        generator_reset(&bench->generator, NULL);
        for (int i = 0; i < POSITIONS; i++) {
            double begin, mean;

            for (; t < positions[i] - AROUND; t++)
                generator_step(&bench->generator, &(int){ t % BENCH_VOCABULARY });
            begin = clock_seconds();
            for (; t < positions[i]; t++)
                generator_step(&bench->generator, &(int){ t % BENCH_VOCABULARY });
            mean = 1e6 * (clock_seconds() - begin) / AROUND;
            if (mean < microseconds[i])
                microseconds[i] = mean;
        }
    }
}

/* Bytes that are carried on at position n: those of a generator made for so many steps. */
static size_t state_bytes(const struct bench *bench, int n)
{
    size_t reals = 0;

    for (int i = 0; i < bench->model.layers.count; i++) {
        const struct layer *layer = bench->model.layers.items[i].layer;

        reals += layer->kind->step_sizes(layer, 1, n).state;
    }
    return reals * sizeof(real);
}

static cJSON *row_json(const struct bench *bench, int n, double microseconds)
{
    cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "model", bench->name);
    json_number(object, "position", n);
    json_number(object, "core_parameters", (double)model_core_parameters(&bench->model));
    json_number(object, "microseconds_per_token", microseconds);
    json_number(object, "state_bytes", (double)state_bytes(bench, n));
    return object;
}

static enum status print_row(const struct bench_report *report, const struct bench *bench,
                             int n, double microseconds, struct error *error)
{
    char text[160];

    snprintf(text, sizeof text,
             report->format == BENCH_MARKDOWN ? "| %s | %d | %zu | %.2f | %zu |"
                                              : "%-12s %9d %12zu %17.2f %12zu",
             bench->name, n, model_core_parameters(&bench->model), microseconds,
             state_bytes(bench, n));
    return bench_report_line(
        report, text, report->format == BENCH_JSON ? row_json(bench, n, microseconds) : NULL,
        error);
}

static enum status bench_arm(const struct bench_report *report, const struct arm_config *arm,
                             const struct batch_shape *shape, struct error *error)
{
    struct bench bench = { 0 };
    double microseconds[POSITIONS];
    enum status status = bench_create(&bench, arm, shape, error);

    if (status == STATUS_OK)
        measure(&bench, microseconds);
    for (int i = 0; i < POSITIONS && status == STATUS_OK; i++)
        status = print_row(report, &bench, positions[i], microseconds[i], error);
    bench_free(&bench);
    return status;
}

static void print_head(enum bench_format format)
{
    if (format == BENCH_TABLE)
        printf("%-12s %9s %12s %17s %12s\n", "model", "position", "parameters",
               "microseconds each", "state bytes");
    else if (format == BENCH_MARKDOWN)
        puts(
            "| model | position | parameters | us each | state bytes |\n|---|---|---|---|---|");
}

enum status bench_generate(enum bench_format format, struct error *error)
{
    const struct batch_shape shape = { .steps = positions[POSITIONS - 1],
                                       .input = INPUT_TOKENS,
                                       .inputs = BENCH_VOCABULARY,
                                       .target = TARGET_CLASSES,
                                       .outputs = BENCH_VOCABULARY };
    const struct bench_report report = { .format = format };
    struct lab_config config = config_default();
    enum status status;

    strcpy(config.arm[0].model, "gru");
    config.arm[1].width = WIDTH;
    config.arm[1].heads = HEADS;
    config.training.match = MATCH_PARAMETERS;
    status = match_apply(&config, &shape, error);
    if (status == STATUS_OK)
        print_head(format);
    for (int i = 0; i < 2 && status == STATUS_OK; i++)
        status = bench_arm(&report, &config.arm[i], &shape, error);
    return status;
}

#include "viz/bench/bench_long.h"

#include <stdio.h>

#include "viz/bench/bench_measure.h"
#include "viz/commands/report_json.h"

enum { WIDTH = 64, HEADS = 2, WINDOW = 64, BATCH = 8 };

static const struct {
    const char *name; /* in a table */
    struct bench_shape shape;
} models[] = {
    { "gru", { .model = "gru", .gates = 3 } },
    { "lstm", { .model = "lstm", .gates = 4 } },
    { "transformer, window 64", { .model = "transformer", .heads = HEADS, .window = WINDOW } },
    { "transformer", { .model = "transformer", .heads = HEADS } },
};
enum { MODELS = sizeof models / sizeof models[0] };

/* A model at one length, and what a token costs in training and in evaluation. */
struct length {
    const char *name;
    const struct bench_shape *shape;
    double step, evaluation; /* microseconds */
    double step_megabytes, evaluation_megabytes;
};

static cJSON *length_json(const struct length *length)
{
    cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "model", length->shape->model);
    if (length->shape->window > 0)
        json_number(object, "window", length->shape->window);
    json_number(object, "length", length->shape->steps);
    json_number(object, "microseconds_per_token", length->step);
    json_number(object, "megabytes", length->step_megabytes);
    json_number(object, "evaluation_microseconds_per_token", length->evaluation);
    json_number(object, "evaluation_megabytes", length->evaluation_megabytes);
    return object;
}

/* first is the same model at its shortest. */
static enum status print(const struct bench_report *report, const struct length *length,
                         const struct length *first, struct error *error)
{
    const bool page = report->format == BENCH_MARKDOWN;
    char text[200];

    snprintf(text, sizeof text,
             page ? "| %s | %d | %.2f | %.2f | %.0f | %.2f | %.2f | %.0f |"
                  : "%-24s %6d %9.2f %6.2fx %7.1f %11.2f %6.2fx %7.1f",
             length->name, length->shape->steps, length->step, length->step / first->step,
             length->step_megabytes, length->evaluation, length->evaluation / first->evaluation,
             length->evaluation_megabytes);
    return bench_report_line(report, text,
                             report->format == BENCH_JSON ? length_json(length) : NULL, error);
}

static void print_head(const struct bench_report *report)
{
    if (report->format == BENCH_TABLE)
        printf("%-24s %6s %9s %7s %7s %11s %7s %7s\n", "microseconds per token", "T",
               "training", "of 64's", "MB", "evaluation", "of 64's", "MB");
    else if (report->format == BENCH_MARKDOWN)
        puts("| us/token | T | training | of 64's | MB | evaluation | of 64's | MB |\n"
             "|---|---|---|---|---|---|---|---|");
}

static enum status measure(struct length *length, const struct bench_plan *plan,
                           struct error *error)
{
    const struct bench_order orders[] = {
        { length->shape, 1, BENCH_STEP, plan->seconds },
        { length->shape, 1, BENCH_EVALUATE, plan->seconds },
    };
    const double each = 1e6 / (length->shape->steps * BATCH);
    struct bench_found found[2];
    const enum status status = bench_measure_in_turn(found, orders, 2, plan->rounds, error);

    if (status != STATUS_OK)
        return status;
    length->step = each * found[0].seconds;
    length->step_megabytes = found[0].megabytes;
    length->evaluation = each * found[1].seconds;
    length->evaluation_megabytes = found[1].megabytes;
    return STATUS_OK;
}

enum status bench_long(const struct bench_plan *plan, int longest, enum bench_format format,
                       struct error *error)
{
    const struct bench_report report = { .format = format };
    enum status status = STATUS_OK;

    print_head(&report);
    for (int i = 0; i < MODELS; i++) {
        struct bench_shape shape = models[i].shape;
        struct length length = { .name = models[i].name, .shape = &shape }, first = length;

        shape.layers = 1;
        shape.width = WIDTH;
        shape.batch = BATCH;
        for (shape.steps = BENCH_SHORTEST; shape.steps <= longest && status == STATUS_OK;
             shape.steps *= 2) {
            status = measure(&length, plan, error);
            if (shape.steps == BENCH_SHORTEST)
                first = length;
            if (status == STATUS_OK)
                status = print(&report, &length, &first, error);
        }
    }
    return status;
}

#include "viz/bench/bench_scaling.h"

#include <stdio.h>
#include <string.h>

#include "viz/bench/bench_measure.h"
#include "viz/commands/report_json.h"

static const char *const shapes[BENCH_CLASSES] = {
    "lstm-1-32-100-32",           "lstm-1-64-100-32",           "lstm-1-128-100-32",
    "lstm-1-256-100-32",          "transformer-2-32-2-100-32",  "transformer-2-64-4-100-32",
    "transformer-2-128-4-100-32", "transformer-4-256-4-100-32",
};

enum { COUNTS = 16 }; /* more than there are powers of two up to 256 */

/* 1, 2, 4, ... and most. Returns how many. */
static int thread_counts(int counts[COUNTS], int most)
{
    int count = 0;

    for (int threads = 1; threads < most; threads *= 2)
        counts[count++] = threads;
    counts[count++] = most;
    return count;
}

static cJSON *scaling_json(const char *shape, int threads, const struct bench_found *found,
                           double speed_up)
{
    cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "scaling", shape);
    json_number(object, "threads", threads);
    json_number(object, "milliseconds", 1e3 * found->seconds);
    json_number(object, "speed_up", speed_up);
    json_number(object, "megabytes", found->megabytes);
    return object;
}

static enum status print(const struct bench_report *report, const char *shape, int threads,
                         const struct bench_found *found, double speed_up, struct error *error)
{
    const bool page = report->format == BENCH_MARKDOWN;
    char text[160];

    snprintf(text, sizeof text,
             page ? "| `%s` | %d | %.3f | %.2f | %.0f |" : "%-27s %7d %12.3f %7.2fx %7.1f",
             shape, threads, 1e3 * found->seconds, speed_up, found->megabytes);
    return bench_report_line(
        report, text,
        report->format == BENCH_JSON ? scaling_json(shape, threads, found, speed_up) : NULL,
        error);
}

static enum status scale_one(const char *name, const struct bench_plan *plan,
                             const struct bench_report *report, struct error *error)
{
    struct bench_order orders[COUNTS];
    struct bench_found found[COUNTS];
    int counts[COUNTS];
    const int count = thread_counts(counts, plan->threads);
    struct bench_shape shape;
    enum status status = bench_shape_find(&shape, name, error);

    for (int i = 0; i < count; i++)
        orders[i] = (struct bench_order){ &shape, counts[i], BENCH_STEP, plan->seconds };
    if (status == STATUS_OK)
        status = bench_measure_in_turn(found, orders, count, plan->rounds, error);
    for (int i = 0; i < count && status == STATUS_OK; i++)
        status = print(report, name, counts[i], &found[i], found[0].seconds / found[i].seconds,
                       error);
    return status;
}

enum status bench_scaling(const struct bench_plan *plan, const char *filter,
                          enum bench_format format, struct error *error)
{
    const struct bench_report report = { .format = format };
    enum status status = STATUS_OK;
    int count = 0;

    for (int i = 0; i < BENCH_CLASSES && status == STATUS_OK; i++) {
        if (strstr(shapes[i], filter) == NULL)
            continue;
        if (count++ == 0 && format == BENCH_TABLE)
            printf("%-27s %7s %12s %8s %7s\n", "shape", "threads", "milliseconds", "speed-up",
                   "MB");
        else if (count == 1 && format == BENCH_MARKDOWN)
            puts("| shape | threads | ms | speed-up | MB |\n|---|---|---|---|---|");
        status = scale_one(shapes[i], plan, &report, error);
    }
    if (status == STATUS_OK && count == 0)
        return error_set(error, STATUS_USAGE,
                         "--filter: no shape of --scaling contains \"%.60s\"; they are of "
                         "lstm and transformer, with 100 steps of 32 sequences",
                         filter);
    return status;
}

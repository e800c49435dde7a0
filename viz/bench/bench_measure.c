#include "viz/bench/bench_measure.h"

#include <math.h>
#include <stdlib.h>

#include "viz/bench/bench_child.h"
#include "viz/bench/bench_operations.h"

static enum status measure(const void *context, void *result, struct error *error)
{
    const struct bench_order *order = context;
    struct bench_found *found = result;
    struct bench_training training;
    enum status status = bench_training_create(&training, order->shape, order->threads, error);

    if (status != STATUS_OK)
        return status;
    found->flops = bench_executed_flops(order->shape, &training.trainer.shards);
    status =
        bench_training_time(&training, order->pass, order->seconds, &found->seconds, error);
    bench_training_free(&training);
    return status;
}

enum status bench_measure(struct bench_found *found, const struct bench_order *order,
                          struct error *error)
{
    struct bench_found made = { 0 };
    double megabytes = 0;
    const enum status status =
        bench_child_run(measure, order, &made, sizeof made, &megabytes, error);

    made.megabytes = megabytes;
    if (status == STATUS_OK)
        *found = made;
    return status;
}

enum status bench_measure_in_turn(struct bench_found *found, const struct bench_order *orders,
                                  int count, int rounds, struct error *error)
{
    double *seconds = calloc((size_t)(count * rounds), sizeof *seconds);
    enum status status = STATUS_OK;

    if (seconds == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for %d times", count * rounds);
    for (int round = 0; round < rounds && status == STATUS_OK; round++)
        for (int i = 0; i < count && status == STATUS_OK; i++) {
            const double before = round > 0 ? found[i].megabytes : 0;

            status = bench_measure(&found[i], &orders[i], error);
            found[i].megabytes = fmax(before, found[i].megabytes);
            seconds[i * rounds + round] = found[i].seconds;
        }
    for (int i = 0; i < count && status == STATUS_OK; i++)
        found[i].seconds = bench_median(seconds + i * rounds, rounds);
    free(seconds);
    return status;
}

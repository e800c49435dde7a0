/*
 * bench_measure.h - one measurement of one shape, in a process of its own (bench_child.h).
 */
#ifndef VIZ_BENCH_BENCH_MEASURE_H
#define VIZ_BENCH_BENCH_MEASURE_H

#include "viz/bench/bench_training.h"

struct bench_order {
    const struct bench_shape *shape;
    int threads;
    enum bench_pass pass;
    double seconds; /* to measure for */
};

struct bench_found {
    double seconds; /* of one pass, the median */
    double flops;   /* that the matrix products of a training step really do */
    double megabytes;
};

enum status bench_measure(struct bench_found *found, const struct bench_order *order,
                          struct error *error);

/*
 * The same `rounds` times for each of `count` orders in turn: seconds are medians over the
 * rounds, megabytes the most. STATUS_NO_MEMORY as well.
 */
enum status bench_measure_in_turn(struct bench_found *found, const struct bench_order *orders,
                                  int count, int rounds, struct error *error);

#endif

/*
 * bench_scaling.h - what more threads bring: a training step of one shape for each class, all
 * of 32 sequences and 100 steps, on 1, 2, 4, ... threads and on all.
 */
#ifndef VIZ_BENCH_BENCH_SCALING_H
#define VIZ_BENCH_BENCH_SCALING_H

#include "viz/bench/bench_report.h"

/*
 * Measure and print those whose name contains filter; STATUS_USAGE if there is none. plan is
 * bench_row.h's, its threads the most.
 */
enum status bench_scaling(const struct bench_plan *plan, const char *filter,
                          enum bench_format format, struct error *error);

#endif

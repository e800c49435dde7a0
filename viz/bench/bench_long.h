/*
 * bench_long.h - what a token costs in a longer sequence.
 *
 * A recurrent model does the same at every step, and so does a Transformer that looks at a
 * window; one that looks at everything before does work in proportion to T for each token, and
 * needs that much memory for each while it trains.
 */
#ifndef VIZ_BENCH_BENCH_LONG_H
#define VIZ_BENCH_BENCH_LONG_H

#include "viz/bench/bench_report.h"

/*
 * Measure and print gru, lstm, and a Transformer with and without a window, of one layer of
 * width 64, on one thread, 8 sequences of T = 64, 128, ... longest: microseconds a token and
 * memory, training and evaluating. plan's threads are not looked at.
 */
enum { BENCH_SHORTEST = 64 };
enum status bench_long(const struct bench_plan *plan, int longest, enum bench_format format,
                       struct error *error);

#endif

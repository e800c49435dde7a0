/*
 * bench_start.h - how long it takes until there is something to look at, and how much memory.
 *
 * The program is started anew, as a user would start it: `duet --version` is what loading costs
 * alone; then the window of the first lesson, paused at step 0, without a display (SDL's dummy
 * driver), until the first frame in which both models are drawn has been presented.
 */
#ifndef VIZ_BENCH_BENCH_START_H
#define VIZ_BENCH_BENCH_START_H

#include "viz/bench/bench_report.h"

/*
 * Measure, plan->rounds times, and print; without a window in this program only the first. In
 * the program that was started so (DUET_BENCH_START in the environment) show the window
 * instead. STATUS_FILE: it cannot be started, or not opened.
 */
enum status bench_start(const struct bench_plan *plan, enum bench_format format,
                        struct error *error);

#endif

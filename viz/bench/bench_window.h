/*
 * bench_window.h - what it costs a training to be watched.
 *
 * A lesson trains for a while alone and for a while in its window, in turn, on one thread (so
 * that a core is free to draw) and on all; the window once shows what is new, and once a hand
 * moves over it all the time. It has 1280 x 720 pixels, drawn in software, and nobody sees it
 * (SDL's dummy driver), unless SDL_VIDEODRIVER names another.
 */
#ifndef VIZ_BENCH_BENCH_WINDOW_H
#define VIZ_BENCH_BENCH_WINDOW_H

#include "viz/bench/bench_report.h"

/*
 * Measure lessons 3 and 6, plan->rounds times for BENCH_WINDOW_TIMES * plan->seconds each, and
 * print medians. STATUS_FILE: no window in this program, none that opens, or no such lesson.
 */
enum { BENCH_WINDOW_TIMES = 8 }; /* a second has 20 pictures, and thousands of steps */
enum status bench_window(const struct bench_plan *plan, enum bench_format format,
                         struct error *error);

#endif

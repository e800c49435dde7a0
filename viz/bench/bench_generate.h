/*
 * bench_generate.h - what a generated token costs, early and late in a sequence.
 */
#ifndef VIZ_BENCH_BENCH_GENERATE_H
#define VIZ_BENCH_BENCH_GENERATE_H

#include "viz/bench/bench_report.h"

/*
 * Time gru and transformer, of the same size, at growing positions n, and print a row for each:
 * microseconds for the token, and bytes that are carried to the next. A recurrent layer's are
 * the same for all n; the Transformer's grow with it.
 */
enum status bench_generate(enum bench_format format, struct error *error);

#endif

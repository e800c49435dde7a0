/*
 * bench_steps.h - the standard shapes one after another, with whatever they are held against.
 */
#ifndef VIZ_BENCH_BENCH_STEPS_H
#define VIZ_BENCH_BENCH_STEPS_H

#include "viz/bench/bench_report.h"

struct bench_steps {
    const char *filter;  /* only shapes whose name contains that; "": all */
    const char *against; /* a peer's command; NULL: none */
    double patience;     /* seconds to wait for its answer */
    const char *compare; /* an earlier output to compare with; NULL: none */
    const char *from;    /* an earlier output to print instead of measuring; NULL: measure */
    struct bench_plan plan;
    enum bench_format format;
};

/*
 * Measure and print. STATUS_USAGE: no shape of such a name. STATUS_FILE: an earlier output that
 * is none; or, after everything else has been measured and printed, what was wrong with the
 * peer.
 */
enum status bench_steps_run(const struct bench_steps *steps, struct error *error);

#endif

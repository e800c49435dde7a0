/*
 * bench_earlier.h - an earlier output of `duet bench --json`.
 */
#ifndef VIZ_BENCH_BENCH_EARLIER_H
#define VIZ_BENCH_BENCH_EARLIER_H

#include "viz/bench/bench_machine.h"
#include "viz/bench/bench_row.h"

struct bench_earlier {
    struct bench_machine machine; /* cpu is "": it does not say */
    struct bench_row *rows;       /* (count) owned */
    int count;
};

/*
 * Read the file: its machine and its rows; other lines of JSON are passed over. STATUS_FILE: it
 * cannot be read, a line is no JSON object (the message has its number), or there is no row.
 * STATUS_NO_MEMORY. Free with bench_earlier_free.
 */
enum status bench_earlier_read(struct bench_earlier *earlier, const char *path,
                               struct error *error);
void bench_earlier_free(struct bench_earlier *earlier); /* safe on a zeroed one */

/* The row of that shape and number of threads, or NULL. */
const struct bench_row *bench_earlier_find(const struct bench_earlier *earlier,
                                           const char *shape, int threads);

#endif

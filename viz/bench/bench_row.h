/*
 * bench_row.h - what there is to say about a training step of one shape: ours, and that of a
 * peer (bench_peer.h) in the same session.
 *
 * Rounds alternate: ours, the peer's, ours, ... so that whatever else the machine does strikes
 * both. A time is the median over the rounds of each round's median. Ours is measured in a
 * process of its own for each round (bench_child.h).
 */
#ifndef VIZ_BENCH_BENCH_ROW_H
#define VIZ_BENCH_BENCH_ROW_H

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "viz/bench/bench_heard.h"
#include "viz/bench/bench_shapes.h"

struct bench_row {
    struct bench_shape shape;
    int threads;
    double milliseconds;
    double tokens_per_second;
    double gflops;            /* nominal: bench_shape_flops */
    double executed_gflops;   /* of what was really done: bench_executed_flops */
    double share_of_peak;     /* of the machine's; 0: the peak is not known */
    double megabytes;         /* the most that was resident in any round */
    struct bench_answer peer; /* its medians; zeroed: there is none */
    double before;            /* milliseconds in an earlier output; 0: none */
};

/* How it is measured. */
struct bench_plan {
    int threads;
    int rounds;     /* 1 .. BENCH_ROUNDS_MOST */
    double seconds; /* of each side in each round */
    double peak_gflops;
};

/*
 * Measure shape and overwrite row. peer may be NULL or one with process 0: it is not asked. A
 * peer that is of no more use says so in *peer_error, is stopped, and does not disturb the
 * rest; peer_error keeps the first such status and must begin as STATUS_OK.
 */
enum status bench_row_measure(struct bench_row *row, const struct bench_shape *shape,
                              const struct bench_plan *plan, struct bench_peer *peer,
                              struct error *peer_error, struct error *error);

/* How many times as long the peer's way number i takes. */
double bench_row_ratio(const struct bench_row *row, int way);

/* {"shape": ..., "threads": ..., ...}; NULL: no memory. */
cJSON *bench_row_json(const struct bench_row *row);

/*
 * The other way; false if the object is no row, or of a shape that is no standard one. What it
 * does not have stays 0.
 */
bool bench_row_read(struct bench_row *row, const cJSON *object);

#endif

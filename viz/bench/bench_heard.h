/*
 * bench_heard.h - what a peer says about one shape, round after round, and its medians.
 */
#ifndef VIZ_BENCH_BENCH_HEARD_H
#define VIZ_BENCH_BENCH_HEARD_H

#include <stdbool.h>

#include "viz/bench/bench_peer.h"

enum { BENCH_ROUNDS_MOST = 99 };

/* Zeroed: nothing was said yet. */
struct bench_heard {
    struct bench_answer last; /* its ways are those of all answers, in the order of the first */
    double milliseconds[BENCH_WAYS_MAX][BENCH_ROUNDS_MOST];
    int rounds[BENCH_WAYS_MAX]; /* in which a way was named */
};

/* Take an answer in; after one that refuses the shape nothing counts. */
void bench_heard_add(struct bench_heard *heard, const struct bench_answer *answer);

/* Has the peer refused? */
bool bench_heard_refusal(const struct bench_heard *heard);

/* Overwrite answer with the median of each way. */
void bench_heard_medians(struct bench_heard *heard, struct bench_answer *answer);

#endif

/*
 * bench_child.h - run something in a process of its own, so that the memory it takes is its
 * alone and one measurement leaves nothing behind for the next.
 *
 * The process is forked, which is possible only while it has one thread: whoever measures this
 * way never calls parallel_for itself.
 */
#ifndef VIZ_BENCH_BENCH_CHILD_H
#define VIZ_BENCH_BENCH_CHILD_H

#include <stddef.h>

#include "common/error.h"

/* What runs there. Fills result, plain bytes without pointers, which come back. */
typedef enum status bench_work(const void *context, void *result, struct error *error);

/*
 * Run work in a child and wait for it. Overwrites result (size bytes) and, unless it is NULL,
 * *megabytes: the most that was resident there at a time, 10^6 bytes, the program itself
 * included; of a program that the work started and waited for, that one's, if larger. The
 * child's own failure comes back as it is; STATUS_FILE: no process could be made, or it ended
 * without an answer, by a signal, say.
 */
enum status bench_child_run(bench_work *work, const void *context, void *result, size_t size,
                            double *megabytes, struct error *error);

#endif

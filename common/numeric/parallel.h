/*
 * parallel.h - the one place that knows OpenMP.
 *
 * parallel_for runs body(context, index, thread) for index 0..count-1 on up to `threads`
 * threads. Which thread takes which index is not fixed, so a body writes only to what belongs
 * to its index, or to scratch that belongs to `thread` (0 <= thread < threads). Inside another
 * parallel_for it is serial. Without OpenMP it is a loop.
 */
#ifndef COMMON_NUMERIC_PARALLEL_H
#define COMMON_NUMERIC_PARALLEL_H

void parallel_for(int count, int threads, void (*body)(void *context, int index, int thread),
                  void *context);

/* Threads that this machine can run at once; at least 1. */
int parallel_available(void);

#endif

/*
 * parallel.c - OpenMP behind one function.
 */
#include "common/numeric/parallel.h"

#include <assert.h>
#include <unistd.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#ifdef _OPENMP
/* Dynamic, one index at a time: shards differ in length and the cores may be shared. */
void parallel_for(int count, int threads, void (*body)(void *context, int index, int thread),
                  void *context)
{
    assert(threads >= 1);
    if (count < threads)
        threads = count;
    if (threads <= 1 || omp_in_parallel()) {
        for (int index = 0; index < count; index++)
            body(context, index, 0);
        return;
    }
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (int index = 0; index < count; index++)
        body(context, index, omp_get_thread_num());
}

int parallel_available(void)
{
    return omp_get_num_procs(); /* heeds the process's affinity mask */
}
#else
void parallel_for(int count, int threads, void (*body)(void *context, int index, int thread),
                  void *context)
{
    assert(threads >= 1);
    for (int index = 0; index < count; index++)
        body(context, index, 0);
}

int parallel_available(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);

    return online < 1 ? 1 : (int)online;
}
#endif

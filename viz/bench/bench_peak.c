#include "viz/bench/bench_peak.h"

#include <stdlib.h>

#include "common/clock.h"
#include "common/numeric/parallel.h"
#include "common/numeric/vector.h"

/*
 * Chains of multiply-adds that do not wait for each other: a processor finishes two a cycle and
 * each takes four or five cycles, so ten at least are needed; they must fit into the registers,
 * beside the two operands.
 */
enum {
    CHAINS = VECTOR_REGISTERS >= 32 ? 24 : 12,
    TURNS = 100000, /* of all chains: some milliseconds for each run */
    APART = 64 / sizeof(float)
};
static const double SECONDS = 0.4;

/* gcc keeps an array in registers only if its loops are gone early; clang does unasked. */
#ifdef __clang__
#define UNROLLED
#else
#define UNROLLED _Pragma("GCC unroll 24")
#endif

/* clang-format off */

/* x -> x times something below 1, and more: never large, never denormal. */
static float run_chains(float start)
{
    const vector by = vector_held(vector_set(0.999f)), more = vector_held(vector_set(start));
    vector chain[CHAINS];
    float lanes[VECTOR_LANES], sum = 0;

    UNROLLED for (int i = 0; i < CHAINS; i++)
        chain[i] = vector_set(start * (float)i);
    for (int turn = 0; turn < TURNS; turn++)
        UNROLLED for (int i = 0; i < CHAINS; i++)
            chain[i] = vector_held(vector_fused(chain[i], by, more));
    UNROLLED for (int i = 0; i < CHAINS; i++) {
        vector_store(lanes, chain[i]);
        sum += lanes[0];
    }
    return sum;
}

/* clang-format on */

static void run_thread(void *context, int index, int thread)
{
    float *results = context;

    (void)thread;
    results[index * APART] = run_chains(results[index * APART]);
    results[index * APART] = results[index * APART] > 0 ? 1e-3f : 2e-3f; /* so it is needed */
}

double bench_peak_gflops(int threads)
{
    const double each = 2.0 * VECTOR_LANES * CHAINS * TURNS;
    float *results = calloc((size_t)threads * APART, sizeof *results);
    const double begin = clock_seconds();
    double best = 0;

    if (results == NULL)
        return 0;
    for (int i = 0; i < threads; i++)
        results[i * APART] = 1e-3f;
    while (clock_seconds() - begin < SECONDS) {
        const double start = clock_seconds();
        double rate;

        parallel_for(threads, threads, run_thread, results);
        rate = 1e-9 * each * threads / (clock_seconds() - start);
        if (rate > best)
            best = rate;
    }
    free(results);
    return best;
}

/*
 * softmax.c - a row in whole vectors, its end too.
 *
 * Rows of attention are short and of every length: 1, 2, 3, ... keys under the causal mask.
 * What counts is that the last, shorter block of sixteen costs as much as a full one and not up
 * to fifteen exponentials one by one.
 *
 * Arithmetic is the limit, 12 multiplications and fused multiply-adds for an exponential, of
 * which AVX-512 on a Zen 4 starts one vector a cycle (.20 ns an element). Measured: .29 ns in
 * rows of 400, 71 % of it, and .39 in rows of 100, where the constants' loading and the fold of
 * the sum show.
 */
#include "common/numeric/softmax.h"

#include <math.h>
#include <stdbool.h>

#include "common/numeric/functions.h"
#include "common/numeric/partials.h"
#include "common/numeric/reduce.h"

/* count <= PARTIALS of them; see reduce.c for the condition. */
static inline void block_exponentials(real *restrict partial, real *restrict s, const int count,
                                      real highest, real scale)
{
    for (int j = 0; j < PARTIALS; j++) {
        real e = 0;

        if (j < count) {
            e = real_exp((s[j] - highest) * scale);
            s[j] = e;
        }
        partial[j] += e;
    }
}

real softmax_exponentials(real *s, size_t n, real highest, real scale)
{
    real partial[PARTIALS] = { 0 };
    size_t i = 0;

    for (; i + PARTIALS <= n; i += PARTIALS)
        block_exponentials(partial, s + i, PARTIALS, highest, scale);
    if (i < n)
        block_exponentials(partial, s + i, (int)(n - i), highest, scale);
    return partials_fold(partial);
}

void softmax_shares(real *p, int columns, int from, int until, real share)
{
    for (int j = 0; j < columns; j++)
        p[j] = from <= j && j < until ? p[j] * share : 0;
}

void softmax_row(real *s, int columns, int from, int until, real scale)
{
    const size_t n = (size_t)(until - from);
    const real total = softmax_exponentials(s + from, n, reduce_max(s + from, n), scale);

    softmax_shares(s, columns, from, until, 1 / total);
}

void softmax_backward(real *restrict dp, const real *restrict p, size_t n, real dot, real scale)
{
    for (size_t j = 0; j < n; j++)
        dp[j] = scale * p[j] * (dp[j] - dot);
}

void softmax_reference(real *s, int columns, int from, int until, real scale)
{
    double highest = (double)s[from], total = 0;

    for (int j = from; j < until; j++) /* gcc 12 for ARM64 ends in an internal error at fmax */
        highest = (double)s[j] > highest ? (double)s[j] : highest;
    for (int j = from; j < until; j++)
        total += exp(((double)s[j] - highest) * (double)scale);
    for (int j = 0; j < columns; j++) {
        const bool seen = from <= j && j < until;

        s[j] = seen ? (real)(exp(((double)s[j] - highest) * (double)scale) / total) : 0;
    }
}

/* reduce.c - sums of the shape that partials.h describes. */
#include "common/numeric/reduce.h"

#include <assert.h>

#include "common/numeric/partials.h"

/*
 * The block functions take `count` <= PARTIALS numbers. Written as a condition on each lane,
 * the last, shorter one becomes a masked vector where the machine has those.
 */
static inline void add_block(real *restrict partial, const real *restrict x, const int count)
{
    for (int j = 0; j < PARTIALS; j++)
        partial[j] += j < count ? x[j] : 0;
}

real reduce_sum(const real *x, size_t n)
{
    real partial[PARTIALS] = { 0 };
    size_t i = 0;

    for (; i + PARTIALS <= n; i += PARTIALS)
        add_block(partial, x + i, PARTIALS);
    if (i < n)
        add_block(partial, x + i, (int)(n - i));
    return partials_fold(partial);
}

static inline void add_products(real *restrict partial, const real *restrict x,
                                const real *restrict y, const int count)
{
    for (int j = 0; j < PARTIALS; j++)
        partial[j] += j < count ? x[j] * y[j] : 0;
}

real reduce_dot(const real *x, const real *y, size_t n)
{
    real partial[PARTIALS] = { 0 };
    size_t i = 0;

    for (; i + PARTIALS <= n; i += PARTIALS)
        add_products(partial, x + i, y + i, PARTIALS);
    if (i < n)
        add_products(partial, x + i, y + i, (int)(n - i));
    return partials_fold(partial);
}

static inline void raise_to(real *restrict partial, const real *restrict x, const int count)
{
    _Pragma("GCC unroll 1") for (int j = 0; j < PARTIALS; j++)
    {
        const real here = j < count ? x[j] : partial[j];

        partial[j] = here > partial[j] ? here : partial[j];
    }
}

static inline void larger_half(real *partial, const int half)
{
    for (int j = 0; j < half; j++)
        partial[j] = partial[j + half] > partial[j] ? partial[j + half] : partial[j];
}

/* No rounding, so any order gives the same value. */
real reduce_max(const real *x, size_t n)
{
    assert(n >= 1);
    real partial[PARTIALS];
    size_t i = 0;

    for (int j = 0; j < PARTIALS; j++)
        partial[j] = x[0];
    for (; i + PARTIALS <= n; i += PARTIALS)
        raise_to(partial, x + i, PARTIALS);
    if (i < n)
        raise_to(partial, x + i, (int)(n - i));
    larger_half(partial, 8);
    larger_half(partial, 4);
    larger_half(partial, 2);
    larger_half(partial, 1);
    return partial[0];
}

double reduce_squares(const real *x, size_t n)
{
    double partial[PARTIALS] = { 0 };
    size_t i = 0;

    for (; i + PARTIALS <= n; i += PARTIALS)
        for (int j = 0; j < PARTIALS; j++)
            partial[j] += (double)x[i + j] * (double)x[i + j];
    for (int j = 0; i < n; i++, j++)
        partial[j] += (double)x[i] * (double)x[i];
    for (int half = PARTIALS / 2; half > 0; half /= 2)
        for (int j = 0; j < half; j++)
            partial[j] += partial[j + half];
    return partial[0];
}

/* In blocks of columns whose sums stay in registers: the same additions in the same order. */
void reduce_rows_add(real *restrict out, const real *restrict x, int M, int N)
{
    enum { BLOCK = 64 };
    int n = 0;

    for (; n + BLOCK <= N; n += BLOCK) {
        real sum[BLOCK];

        for (int j = 0; j < BLOCK; j++)
            sum[j] = out[n + j];
        for (int m = 0; m < M; m++)
            for (int j = 0; j < BLOCK; j++)
                sum[j] += x[(size_t)m * (size_t)N + (size_t)(n + j)];
        for (int j = 0; j < BLOCK; j++)
            out[n + j] = sum[j];
    }
    for (int m = 0; m < M; m++)
        for (int j = n; j < N; j++)
            out[j] += x[(size_t)m * (size_t)N + (size_t)j];
}

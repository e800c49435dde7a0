/* reduce.c - sums of the shape that partials.h describes. */
#include "common/numeric/reduce.h"

#include <assert.h>

#include "common/numeric/partials.h"

real reduce_sum(const real *x, size_t n)
{
    real partial[PARTIALS] = { 0 };
    size_t i = 0;

    for (; i + PARTIALS <= n; i += PARTIALS)
        for (int j = 0; j < PARTIALS; j++)
            partial[j] += x[i + j];
    for (int j = 0; i < n; i++, j++)
        partial[j] += x[i];
    return partials_fold(partial);
}

real reduce_dot(const real *x, const real *y, size_t n)
{
    real partial[PARTIALS] = { 0 };
    size_t i = 0;

    for (; i + PARTIALS <= n; i += PARTIALS)
        for (int j = 0; j < PARTIALS; j++)
            partial[j] += x[i + j] * y[i + j];
    for (int j = 0; i < n; i++, j++)
        partial[j] += x[i] * y[i];
    return partials_fold(partial);
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
        for (int j = 0; j < PARTIALS; j++)
            partial[j] = x[i + j] > partial[j] ? x[i + j] : partial[j];
    for (; i < n; i++)
        partial[0] = x[i] > partial[0] ? x[i] : partial[0];
    for (int j = 1; j < PARTIALS; j++)
        partial[0] = partial[j] > partial[0] ? partial[j] : partial[0];
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

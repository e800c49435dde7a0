/*
 * reduce.h - sums whose shape is fixed, so that their bits do not depend on the vector width.
 *
 * A sum of n numbers is 16 partial sums, element i in partial i % 16, folded pairwise at the
 * end.
 */
#ifndef COMMON_NUMERIC_REDUCE_H
#define COMMON_NUMERIC_REDUCE_H

#include <stddef.h>

#include "common/numeric/real.h"

real reduce_sum(const real *x, size_t n);
real reduce_dot(const real *x, const real *y, size_t n);
real reduce_max(const real *x, size_t n); /* n >= 1; NaN is not looked for */

/* Sum of squares in double: squares of tiny gradients underflow in float. */
double reduce_squares(const real *x, size_t n);

/* sum (n) += x (n). */
static inline void reduce_add(real *restrict sum, const real *restrict x, size_t n)
{
    for (size_t k = 0; k < n; k++)
        sum[k] += x[k];
}

/* out (N) += the sum over rows of x (M, N), row by row in order. */
void reduce_rows_add(real *restrict out, const real *restrict x, int M, int N);

#endif

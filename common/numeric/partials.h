/*
 * partials.h - the shape that every sum of this program has, for loops that keep one.
 *
 *     partial_j = sum over i = j (mod 16) of x_i, in order;
 *     then partial_j += partial_{j+8}, j < 8, partial_j += partial_{j+4}, j < 4, ... partial_0.
 *
 * The sixteen partials are independent, so loops over them become one AVX-512 register, two of
 * AVX2 or four of SSE2 and NEON, with the same additions in the same order.
 */
#ifndef COMMON_NUMERIC_PARTIALS_H
#define COMMON_NUMERIC_PARTIALS_H

#include "common/numeric/real.h"

enum { PARTIALS = 16 };

/* With a constant: a loop whose count is not known would go through memory. */
static inline void partials_halve(real *partial, const int half)
{
    for (int j = 0; j < half; j++)
        partial[j] += partial[j + half];
}

/* The sum of partial (PARTIALS), pairwise; overwrites it. */
static inline real partials_fold(real *partial)
{
    partials_halve(partial, 8);
    partials_halve(partial, 4);
    partials_halve(partial, 2);
    return partial[0] + partial[1];
}

#endif

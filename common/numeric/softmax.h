/*
 * softmax.h - shares of one row that sum to 1, and the way back.
 *
 *     p_j = exp(scale (s_j - max s)) / sum over k of exp(scale (s_k - max s))
 *
 * A row may be one piece, or several that lie apart in memory: then the caller finds the
 * largest of all pieces (reduce_max), adds the sums, and divides each piece by the total.
 */
#ifndef COMMON_NUMERIC_SOFTMAX_H
#define COMMON_NUMERIC_SOFTMAX_H

#include <stddef.h>

#include "common/numeric/real.h"

/* In place s (n) -> exp(scale (s - highest)); returns their sum, of reduce.h's shape. */
real softmax_exponentials(real *s, size_t n, real highest, real scale);

/* In place: multiply columns from .. until - 1 by `share`; the others of `columns` become 0. */
void softmax_shares(real *p, int columns, int from, int until, real share);

/* In place, a row of one piece: softmax of columns from .. until - 1, the others become 0. */
void softmax_row(real *s, int columns, int from, int until, real scale);

/*
 * In place dp (n) -> ds = scale p (dp - dot), where dot is the sum over j of p_j dp_j over the
 * whole row. Where p is 0 so is ds, whatever dp is, if that is finite.
 */
void softmax_backward(real *restrict dp, const real *restrict p, size_t n, real dot,
                      real scale);

/* The reference of softmax_row: the C library's exp, in double, one element after another. */
void softmax_reference(real *s, int columns, int from, int until, real scale);

#endif

/*
 * product.h - matrix products at the sizes of this lab: 8..800 rows, 16..1024 columns.
 *
 *     C (M, N) = A (M, K) B (K, N)          or  C += A B
 *
 * Every element of C is reduced over k in order, from what C held (or 0), by one fused
 * multiply-add per k. So the result does not depend on the tile, the vector width or the number
 * of rows asked for: a product of 8 rows gives the bits of the same rows in a product of 800.
 *
 * A is addressed through two strides, so that a transposed A costs nothing; B is either given
 * by rows (ldb) or packed beforehand, which a weight matrix is once per training step.
 *
 *     stride a_row: from A(m, k) to A(m+1, k);  a_col: from A(m, k) to A(m, k+1);  in reals
 */
#ifndef COMMON_NUMERIC_PRODUCT_H
#define COMMON_NUMERIC_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/numeric/real.h"

/* A matrix operand that is read through two strides. */
struct strided {
    const real *data;
    ptrdiff_t row; /* reals from one row to the next */
    ptrdiff_t col; /* reals from one column to the next */
};

/* What to do with the old contents of C. */
enum product_mode {
    PRODUCT_SET, /* C  = A B */
    PRODUCT_ADD  /* C += A B */
};

/*
 * C (M, N), rows ldc apart, from A (M, K) and B (K, N). Fastest where b.col == 1; else blocks
 * of B are copied to the stack first, which costs little from some 50 rows on. C must not
 * overlap A or B. K == 0 is allowed: SET then writes zeros. Allocates nothing.
 */
void product(real *c, ptrdiff_t ldc, struct strided a, struct strided b, int M, int N, int K,
             enum product_mode mode);

/* Reals that a packed B (K, N) takes. */
size_t product_packed_count(int K, int N);

/*
 * Overwrite packed with B (K, N): product_packed's order, padded with zeros. The first columns
 * of it are the packed form of a B with fewer columns.
 */
void product_pack(real *packed, struct strided b, int K, int N);

/* As product, with B packed beforehand. The same bits. */
void product_packed(real *c, ptrdiff_t ldc, struct strided a, const real *packed, int M, int N,
                    int K, enum product_mode mode);

/*
 * What the sums of C begin with: row m of C with the N reals at data + (pick ? pick[m] : m) *
 * row. row == 0 begins all rows alike, with a bias; pick takes rows out of a table. data NULL:
 * with zeros.
 */
struct product_start {
    const real *data;
    ptrdiff_t row;   /* reals from one row to the next */
    const int *pick; /* (M), or NULL */
};

/* C = start + A B. start may be C itself, row for row; otherwise it must not overlap C. */
void product_packed_from(real *c, ptrdiff_t ldc, struct product_start start, struct strided a,
                         const real *packed, int M, int N, int K);

/* The reference: three loops, no tiles. The others give its bits (tests). */
void product_reference(real *c, ptrdiff_t ldc, struct strided a, struct strided b, int M, int N,
                       int K, enum product_mode mode);

#endif

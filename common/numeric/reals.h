/*
 * reals.h - memory for many numbers.
 *
 * Begins on a cache line, as the vectors of the kernels like it: a vector that lies across two
 * lines is two loads (measured, Zen 4: weights and gradients on malloc's 16 bytes make a step
 * of lstm-1-256-100-32 5 % longer).
 */
#ifndef COMMON_NUMERIC_REALS_H
#define COMMON_NUMERIC_REALS_H

#include <stddef.h>

#include "common/numeric/real.h"

/* The larger of two counts. */
static inline size_t larger_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

enum { REALS_LINE = 64 /* bytes */ };

/* `count` zeros, at least one number; NULL: no memory. The caller frees it with free(). */
real *reals_create(size_t count);

#endif

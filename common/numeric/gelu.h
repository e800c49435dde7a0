/*
 * gelu.h - the Gaussian error linear unit and its slope, which share all their work.
 *
 *     gelu(a) = a Phi(a)        gelu'(a) = Phi(a) + a phi(a)
 *
 * phi and Phi are the normal distribution's density and its integral (Hendrycks and Gimpel
 * 2016). Forward makes both, so that backward is one multiplication.
 */
#ifndef COMMON_NUMERIC_GELU_H
#define COMMON_NUMERIC_GELU_H

#include <stddef.h>

#include "common/numeric/real.h"

/*
 * Replace a (n) by gelu(a), and overwrite slope (n) with gelu'(a). Absolute error below 1.5e-7
 * (1 + |a|) in float; a result for NaN is NaN.
 */
void gelu(real *restrict a, real *restrict slope, size_t n);

/* The reference: the C library's erf and exp, in double, one element at a time. */
void gelu_reference(real *a, real *slope, size_t n);

#endif

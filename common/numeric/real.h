/*
 * real.h - the number type every layer computes in.
 *
 * float in the program; double in the gradient checks, where finite differences need the extra
 * digits. The same sources are compiled twice: -DREAL_IS_DOUBLE picks double, the reference
 * kernels and the C library's exp and tanh.
 */
#ifndef COMMON_NUMERIC_REAL_H
#define COMMON_NUMERIC_REAL_H

#ifdef REAL_IS_DOUBLE
typedef double real;
#else
typedef float real;
#endif

#endif

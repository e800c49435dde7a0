/*
 * functions.h - exp, tanh, sigmoid, erf and their friends, written so that a loop over them becomes
 * vector code.
 *
 * Each function is branch-free straight-line arithmetic with explicit fused multiply-adds (fused()):
 * the compiler vectorises a plain loop around it, and every vector width, scalar code included,
 * gives the same bits. Real division, no approximate reciprocals. In double (gradient checks) they
 * are the C library's.
 *
 *     function        largest error in float, measured over all floats of the range (tests)
 */
#ifndef COMMON_NUMERIC_FUNCTIONS_H
#define COMMON_NUMERIC_FUNCTIONS_H

#include "common/numeric/real.h"

/* a * b + c, fused where the machine can do it in one instruction. */
static inline real fused(real a, real b, real c);
static inline real real_exp(real x);     /* 0 below -104, +inf above 88.7, NaN stays NaN */
static inline real real_log(real x);     /* x > 0, normal */
static inline real real_tanh(real x);
static inline real real_sigmoid(real x); /* 1 / (1 + exp(-x)) */
static inline real real_erf(real x);
static inline real real_sqrt(real x);

#endif

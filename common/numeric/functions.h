/*
 * functions.h - exp, tanh, sigmoid, erf and their friends, written so that a loop over them
 * becomes vector code.
 *
 * Each function is branch-free straight-line arithmetic with explicit fused multiply-adds
 * (fused()): the compiler vectorises a plain loop around it, and every vector width, scalar
 * code included, gives the same bits. Real division, no approximate reciprocals. In double
 * (gradient checks) they are the C library's.
 *
 *     function     largest error in ulp, with fused multiply-add and without
 *     real_exp     1.02, 0.99    below 2^-126 digits are lost gradually
 *     real_log     0.93, 0.93    normal x > 0; +inf and NaN pass through
 *     real_tanh    1.34, 1.34    exactly +-1 from |x| = 9.02 on
 *     real_sigmoid 2.41, 2.41    down to the subnormal results at x = -103
 *     real_erf     1.13, 1.35    exactly +-1 from |x| = 4 on
 *     real_sqrt    0.50          correctly rounded
 *
 * In a loop, on one core of a Zen 4 EPYC with AVX-512: exp .24 ns an element, sigmoid .33, tanh
 * .42, erf .49; a division alone is .10. Arithmetic is the limit, in the L1 cache.
 *
 * Measured over every float of 2^-12 < |x| < 128, where all that varies lies, and of real_log's
 * whole range; the tests look at every thousandth of all floats.
 *
 * How they work. exp: x = n ln 2 + r, |r| <= ln(2)/2, a polynomial for exp(r), and 2^n written
 * into exponent bits. tanh and erf: an odd polynomial for small x, elsewhere 1 minus an
 * exponential; both are computed and one is selected. The coefficients were fitted for this
 * file: minimax on the stated interval in the error's own measure (relative, or relative to the
 * whole result) by iteratively reweighted least squares (Lawson), each rounded to float in turn
 * from the lowest power up and the others refitted to it.
 */
#ifndef COMMON_NUMERIC_FUNCTIONS_H
#define COMMON_NUMERIC_FUNCTIONS_H

#include <stdint.h>
#include <string.h>

#include "common/numeric/real.h"

/* Whether one instruction computes a * b + c with one rounding. */
#if defined(__FP_FAST_FMAF) || defined(__FMA__) || defined(__ARM_FEATURE_FMA)
#define FUSED_IN_HARDWARE 1
#else
#define FUSED_IN_HARDWARE 0
#endif

/* base^n, n >= 0, by repeated squaring: the same bits everywhere, unlike pow. */
static inline double power_integer(double base, long n)
{
    double result = 1.0;

    for (; n > 0; n >>= 1, base *= base)
        if (n & 1)
            result *= base;
    return result;
}

#ifdef REAL_IS_DOUBLE

#include <math.h>

static inline real fused(real a, real b, real c)
{
#if FUSED_IN_HARDWARE
    return __builtin_fma(a, b, c);
#else
    return a * b + c;
#endif
}

static inline real real_exp(real x)
{
    return exp(x);
}

static inline real real_log(real x)
{
    return log(x);
}

static inline real real_tanh(real x)
{
    return tanh(x);
}

static inline real real_sigmoid(real x)
{
    return 1.0 / (1.0 + exp(-x));
}

static inline real real_erf(real x)
{
    return erf(x);
}

static inline real real_sqrt(real x)
{
    return sqrt(x);
}

#else

/* a * b + c, fused where the machine can do it in one instruction. */
static inline real fused(real a, real b, real c)
{
#if FUSED_IN_HARDWARE
    return __builtin_fmaf(a, b, c);
#else
    return a * b + c;
#endif
}

static inline uint32_t float_bits(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float float_from_bits(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/*
 * exp(x) = *mantissa 2^n, mantissa in about 0.7..1.42, |x| < 2^21. Returns a word whose low
 * nine bits hold n + bias, to be shifted into an exponent; the rest of it is noise.
 *
 * Adding 1.5 2^23 rounds to an integer and leaves it in the low bits of the sum. LN2_HIGH has
 * 15 bits, so that its product with n is exact with or without fused multiply-add.
 */
static inline uint32_t float_exp_parts(float x, float bias, float *mantissa)
{
    const float ROUNDER = 0x1.8p23f + bias, LOG2_E = 0x1.715476p+0f;
    const float LN2_HIGH = 0x1.62e4p-1f, LN2_LOW = 0x1.7f7d1cp-20f;

    float shifted = fused(x, LOG2_E, ROUNDER);
    float n = shifted - ROUNDER;
    float r = fused(-n, LN2_LOW, fused(-n, LN2_HIGH, x));

    /* exp(r) = 1 + r + r^2 P(r), relative error 3e-9 */
    float p = 0x1.6a48fcp-10f;
    p = fused(p, r, 0x1.12399cp-7f);
    p = fused(p, r, 0x1.5558b4p-5f);
    p = fused(p, r, 0x1.555492p-3f);
    p = fused(p, r, 0x1.fffffcp-2f);
    *mantissa = 1.0f + fused(r * r, p, r);
    return float_bits(shifted);
}

/* exp(x) for -87 <= x <= 88: one exponent is enough. */
static inline float float_exp_moderate(float x)
{
    float mantissa;
    uint32_t n = float_exp_parts(x, 127.0f, &mantissa);

    return mantissa * float_from_bits(n << 23);
}

/*
 * 2^n is multiplied in two halves, each with its bias of 127: only the second can overflow or
 * round, so results below 2^-126 are rounded once. Beyond the two bounds the product is noise;
 * NaN is beyond neither.
 */
static inline real real_exp(real x) /* 0 below -104, +inf above 88.73, NaN stays NaN */
{
    float mantissa;
    uint32_t n = float_exp_parts(x, 254.0f, &mantissa), half = n >> 1;
    float y = mantissa * float_from_bits(half << 23) * float_from_bits((n - half) << 23);

    y = x < -104.0f ? 0.0f : y;
    return x > 88.73f ? __builtin_inff() : y;
}

static inline real real_log(real x) /* x > 0, normal */
{
    const uint32_t SQRT_HALF = 0x3F3504F3, MANTISSA = 0x007FFFFF;
    const float LN2_HIGH = 0x1.62e4p-1f, LN2_LOW = 0x1.7f7d1cp-20f;

    /* x = 2^e (1 + f): counting from sqrt(1/2) upwards centres 1 + f on 1 */
    uint32_t bits = float_bits(x) - SQRT_HALF + (127u << 23);
    float e = (float)((int32_t)(bits >> 23) - 127);
    float f = float_from_bits((bits & MANTISSA) + SQRT_HALF) - 1.0f;

    /* log(1 + f) = f - f^2 / 2 + f^3 P(f), relative error 6e-9 */
    float p = -0x1.38dc2cp-4f;
    p = fused(p, f, 0x1.056c1ep-3f);
    p = fused(p, f, -0x1.0d854cp-3f);
    p = fused(p, f, 0x1.22d792p-3f);
    p = fused(p, f, -0x1.54720cp-3f);
    p = fused(p, f, 0x1.99a028p-3f);
    p = fused(p, f, -0x1.000228p-2f);
    p = fused(p, f, 0x1.555554p-2f);
    float tail = f * f * fused(p, f, -0.5f);
    float y = fused(e, LN2_HIGH, f + fused(e, LN2_LOW, tail));
    return x < __builtin_inff() ? y : x;
}

static inline real real_tanh(real x)
{
    float size = __builtin_fabsf(x), z = x * x;

    /* tanh(x) = x + x z P(z), z = x^2, |x| < 0.625; relative error 5e-9 */
    float p = -0x1.750ce4p-8f;
    p = fused(p, z, 0x1.51f8cep-6f);
    p = fused(p, z, -0x1.b835a4p-5f);
    p = fused(p, z, 0x1.1106f6p-3f);
    p = fused(p, z, -0x1.555532p-2f);
    float small = fused(size * z, p, size);

    /* beyond 10 the result is 1 in float */
    float bounded = 10.0f < size ? 10.0f : size;
    float large = 1.0f - 2.0f / (float_exp_moderate(2.0f * bounded) + 1.0f);
    return __builtin_copysignf(size < 0.625f ? small : large, x);
}

/* With e = exp(-|x|): e / (1 + e) for x < 0, else 1 / (1 + e). e cannot overflow. */
static inline real real_sigmoid(real x) /* 1 / (1 + exp(-x)) */
{
    float e = real_exp(-__builtin_fabsf(x));

    return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

static inline real real_erf(real x)
{
    float size = __builtin_fabsf(x), z = x * x;

    /* erf(x) = x + x P(z), z = x^2, |x| < 0.925; relative error 2e-8 */
    float p = -0x1.38741cp-11f;
    p = fused(p, z, 0x1.46d9e2p-8f);
    p = fused(p, z, -0x1.b67c04p-6f);
    p = fused(p, z, 0x1.ce1986p-4f);
    p = fused(p, z, -0x1.8126e2p-2f);
    p = fused(p, z, 0x1.06eba6p-3f);
    float small = fused(size, p, size);

    /* erf(x) = 1 - exp(Q(x)), x in 0.92..4; absolute error 2e-9 */
    float t = 4.0f < size ? 4.0f : size;
    float q = 0x1.9ae7b8p-13f;
    q = fused(q, t, -0x1.8ee130p-9f);
    q = fused(q, t, 0x1.6c2a82p-6f);
    q = fused(q, t, -0x1.a9b43ep-4f);
    q = fused(q, t, -0x1.463cbep-1f);
    q = fused(q, t, -0x1.20af5ap+0f);
    q = fused(q, t, -0x1.9a5c86p-13f);
    float large = 1.0f - float_exp_moderate(q);
    return __builtin_copysignf(size < 0.925f ? small : large, x);
}

static inline real real_sqrt(real x)
{
    return __builtin_sqrtf(x);
}

#endif

#endif

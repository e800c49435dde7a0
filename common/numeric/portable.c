/*
 * portable.c - logarithm, exponential and cosine from power series.
 *
 * Each reduces its argument to a short interval around 0 and sums the Taylor series there,
 * which needs no fitted coefficients, only enough terms for the first one left out to be below
 * 2^-53:
 *
 *     log(2^e m)  = e ln 2 + 2 atanh(s),  s = (m - 1) / (m + 1),  m in sqrt(1/2)..sqrt(2)
 *     2^x         = 2^n exp(f ln 2),  n = x rounded,  |f| <= 1/2
 *     cos(2 pi t) : a sine or cosine of t less its nearest quarter turn,  |angle| <= pi / 4
 */
#include "common/numeric/portable.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

/* Adding and subtracting it rounds a double of moderate size to the nearest integer. */
static const double ROUNDER = 0x1.8p52;

/* ln 2 in two parts; the first has 21 trailing zero bits, so that n times it is exact. */
static const double LN2_HIGH = 0x1.62e42feep-1, LN2_LOW = 0x1.a39ef35793c76p-33;
static const double TWO_PI = 0x1.921fb54442d18p+2;

static uint64_t bits_of(double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double from_bits(uint64_t bits)
{
    double x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

double portable_log(double x)
{
    static const uint64_t SQRT_HALF = 0x3FE6A09E667F3BCD, MANTISSA = 0x000FFFFFFFFFFFFF;
    assert(x > 0.0);

    /* Counting the exponent from sqrt(1/2) upwards centres the mantissa on 1. */
    uint64_t bits = bits_of(x) - SQRT_HALF + ((uint64_t)1023 << 52);
    double e = (double)((int)(bits >> 52) - 1023);
    double m = from_bits((bits & MANTISSA) + SQRT_HALF);
    double s = (m - 1.0) / (m + 1.0), s2 = s * s, tail = 0.0;

    for (int power = 23; power >= 3; power -= 2)
        tail = (tail + 1.0 / power) * s2;
    return e * LN2_HIGH + (2.0 * s + (2.0 * s * tail + e * LN2_LOW));
}

double portable_exp2(double x)
{
    assert(-1022.0 <= x && x < 1023.0);

    double n = (x + ROUNDER) - ROUNDER;
    double r = (x - n) * (LN2_HIGH + LN2_LOW), tail = 0.0;

    for (int term = 16; term >= 2; term--)
        tail = (1.0 + tail) * r / term;
    return (1.0 + (r + r * tail)) * from_bits((uint64_t)((int64_t)n + 1023) << 52);
}

/* Sine of a small angle, in radians. */
static double sine_series(double angle)
{
    double a2 = angle * angle, tail = 0.0;

    for (int term = 18; term >= 2; term -= 2)
        tail = -(1.0 + tail) * a2 / (term * (term + 1));
    return angle + angle * tail;
}

static double cosine_series(double angle)
{
    double a2 = angle * angle, tail = 0.0;

    for (int term = 17; term >= 1; term -= 2)
        tail = -(1.0 + tail) * a2 / (term * (term + 1));
    return 1.0 + tail;
}

double portable_cosine(double turns)
{
    double quarter = (4.0 * turns + ROUNDER) - ROUNDER;
    double angle = (turns - 0.25 * quarter) * TWO_PI;

    switch ((int64_t)quarter & 3) {
    case 0:
        return cosine_series(angle);
    case 1:
        return -sine_series(angle);
    case 2:
        return -cosine_series(angle);
    default:
        return sine_series(angle);
    }
}

double portable_sine(double turns)
{
    double quarter = (4.0 * turns + ROUNDER) - ROUNDER;
    double angle = (turns - 0.25 * quarter) * TWO_PI;

    switch ((int64_t)quarter & 3) {
    case 0:
        return sine_series(angle);
    case 1:
        return cosine_series(angle);
    case 2:
        return -sine_series(angle);
    default:
        return -cosine_series(angle);
    }
}

/*
 * close.h - comparison of numbers that need not be equal, and what they are measured by.
 *
 * cmocka's own assert_float_equal computes in float and lets NaN pass; this one does neither.
 */
#ifndef TESTS_CLOSE_H
#define TESTS_CLOSE_H

#include <math.h>

#include "common/numeric/real.h"
#include "tests/test.h"

/* Fails unless |actual - expected| <= absolute + relative |expected|, or the two are equal. */
#define assert_close(actual, expected, absolute, relative) \
    assert_close_in(actual, expected, absolute, relative, __FILE__, __LINE__)

static inline void assert_close_in(double actual, double expected, double absolute,
                                   double relative, const char *file, int line)
{
    if (actual == expected)
        return;
    if (isfinite(expected) && fabs(actual - expected) <= absolute + relative * fabs(expected))
        return; /* false for a NaN or an infinity */
    print_error("%.17g, should be %.17g within %g + %g of it\n", actual, expected, absolute,
                relative);
    _fail(file, line);
}

/* The largest |values[i]|, i < count; NaN is not looked for. */
static inline double largest_of(const real *values, size_t count)
{
    double most = 0;

    for (size_t i = 0; i < count; i++) { /* with fmax, gcc 12 for ARM64 ends in its own error */
        const double size = fabs((double)values[i]);

        most = size > most ? size : most;
    }
    return most;
}

#endif

/*
 * close.h - comparison of numbers that need not be equal.
 *
 * cmocka's own assert_float_equal computes in float and lets NaN pass; this one does neither.
 */
#ifndef TESTS_CLOSE_H
#define TESTS_CLOSE_H

#include <math.h>

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

#endif

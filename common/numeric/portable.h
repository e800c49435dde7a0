/*
 * portable.h - logarithm, powers of two, sine and cosine in double that give the same bits on
 * every machine.
 *
 * The C library's differ in their last bits from one system to the next, and one bit in an
 * initial weight is another run. These use IEEE additions, multiplications and divisions only,
 * not fused, in a written order. They are for data, weights and schedules: a few calls, not
 * inner loops (for those: functions.h).
 *
 *     function           largest relative error on the range the tests measure
 *     portable_log       4e-16 on (0, 1e300)
 *     portable_exp2      4e-16 on (-1022, 1023); exact for integers
 *     portable_cosine    4e-16, absolute: the whole turns are taken off exactly
 *     portable_sine      the same
 */
#ifndef COMMON_NUMERIC_PORTABLE_H
#define COMMON_NUMERIC_PORTABLE_H

double portable_log(double x);        /* x normal and > 0 */
double portable_exp2(double x);       /* 2^x, -1022 <= x < 1023 */
double portable_cosine(double turns); /* cos(2 pi turns), |turns| < 2^48 */
double portable_sine(double turns);   /* sin(2 pi turns) */

#endif

/*
 * portable.h - log and cosine in double that give the same bits on every machine.
 *
 * The C library's differ in their last bits from one system to the next, and one bit in an
 * initial weight is another run. These use IEEE additions, multiplications and divisions only,
 * not fused, in a written order. They are for data, weights and schedules: a few calls, not
 * inner loops (for those: functions.h).
 *
 *     function           largest relative error on the range the tests measure
 *     portable_log       4e-16 on (0, 1e300)
 *     portable_cosine    4e-16, absolute: the whole turns are taken off exactly
 */
#ifndef COMMON_NUMERIC_PORTABLE_H
#define COMMON_NUMERIC_PORTABLE_H

double portable_log(double x);        /* x normal and > 0 */
double portable_cosine(double turns); /* cos(2 pi turns), |turns| < 2^48 */

#endif

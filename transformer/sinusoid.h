/*
 * sinusoid.h - the number of a step as sines and cosines (Vaswani and others 2017, section
 * 3.5).
 *
 *     row t:   (t, 2c) = sin(t theta^(-2c / width))     (t, 2c + 1) = cos(t theta^(-2c / width))
 *
 * theta is 10000: the first pair turns once in 6 steps, the last once in about 60,000. Added to
 * a step they are sinusoidal positions (positions.h); as angles that queries and keys are
 * turned by they are rope (rope.h). Portable: the same bits on every machine.
 */
#ifndef TRANSFORMER_SINUSOID_H
#define TRANSFORMER_SINUSOID_H

#include "common/numeric/real.h"

/* Overwrite row (width) with that of step t >= 0. An odd width ends with a sine. */
void sinusoid_row(real *row, int t, int width);

/*
 * Overwrite table (steps, width) with the rows 0 .. steps - 1: each pair is turned on from the
 * row before, in double, which is some thirty times less work and within 1e-12 of sinusoid_row
 * for 10,000 steps.
 */
void sinusoid_table(real *table, int steps, int width);

#endif

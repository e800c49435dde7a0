/*
 * rope.h - rotary positions (Su and others 2021, RoFormer): queries and keys are turned by
 * angles in proportion to their steps.
 *
 *     x'_2c     = x_2c cos(t f_c) - x_2c+1 sin(t f_c)          f_c = 10000^(-2c / width)
 *     x'_2c+1   = x_2c sin(t f_c) + x_2c+1 cos(t f_c)          width: of one head
 *
 * so q'_i . k'_j depends on the distance i - j only, not on where the two are. Neighbours 2c
 * and 2c + 1 are a pair, as in the paper (GPT-NeoX and Llama in PyTorch pair c with c + width /
 * 2, which is the same up to the order of W's rows). The last number of an odd width is not
 * turned.
 */
#ifndef TRANSFORMER_ROPE_H
#define TRANSFORMER_ROPE_H

#include "common/numeric/real.h"

/* Turn x (width) in place; row is sinusoid.h's row of its step for that width. */
void rope_forward(real *x, const real *row, int width);

/* Turn dx (width) back in place: the gradient on x' becomes the gradient on x. */
void rope_backward(real *dx, const real *row, int width);

#endif

/*
 * positions.h - y_t = x_t + P[t]: attention by itself does not know the order of what it looks
 * at; these layers tell it.
 *
 *     learned      P is a parameter (rows, D), first N(0, 1), one row for each step trained on; a
 *                  step past the table uses its last row
 *     sinusoidal   P[t] is sinusoid.h's row of step t: nothing to learn, and no end
 *
 *     parameters: learned has weight (rows, D), outside the core that PyTorch loads
 */
#ifndef TRANSFORMER_POSITIONS_H
#define TRANSFORMER_POSITIONS_H

#include "common/layers/layer.h"

/* Learned positions. Owned by the caller (layer_destroy); NULL if memory ran out. */
struct layer *positions_create(int width, int rows);

/* Sinusoidal positions; the same. */
struct layer *sinusoidal_create(int width);

#endif

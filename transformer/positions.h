/*
 * positions.h - learned positions: y_t = x_t + P[t].
 *
 * Attention by itself does not know the order of what it looks at; this table tells it. P has
 * one row for each step trained on, N(0, 1); a step past the table uses its last row.
 *
 *     parameters: positions.weight (rows, D), outside the core that PyTorch loads
 */
#ifndef TRANSFORMER_POSITIONS_H
#define TRANSFORMER_POSITIONS_H

#include "common/layers/layer.h"

/* Owned by the caller (layer_destroy); NULL if memory ran out. */
struct layer *positions_create(int width, int rows);

#endif

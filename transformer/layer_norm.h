/*
 * layer_norm.h - layer normalisation (Ba, Kiros, Hinton 2016), PyTorch's nn.LayerNorm.
 *
 *     mean, var over the D numbers of one row (var biased)
 *     xhat = (x - mean) / sqrt(var + 1e-5)        y = gamma * xhat + beta
 *
 *     parameters: weight (D) = gamma = 1, bias (D) = beta = 0    saved: mean and 1/sqrt per row
 */
#ifndef TRANSFORMER_LAYER_NORM_H
#define TRANSFORMER_LAYER_NORM_H

#include "common/layers/layer.h"

/* Owned by the caller (layer_destroy); NULL if memory ran out. */
struct layer *layer_norm_create(int width);

#endif

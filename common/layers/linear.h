/*
 * linear.h - the layer y = x W' + b, at every step: the input of a regression task, and the
 * readout.
 *
 * PyTorch's nn.Linear: W (out, in) and b (out), both U(-1/sqrt in, 1/sqrt in).
 */
#ifndef COMMON_LAYERS_LINEAR_H
#define COMMON_LAYERS_LINEAR_H

#include "common/layers/layer.h"

/* A new layer, owned by the caller; NULL if memory ran out. */
struct layer *linear_create(int in, int out);

#endif

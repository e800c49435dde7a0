/*
 * pool.h - the layer that makes one row out of a sequence: its last step, or the mean of all.
 *
 *     last    y_b = x_{n-1, b}                mean    y_b = (1/n) sum over t < n of x_tb
 *
 * n is the number of steps of sequence b that are no padding, so a padded sequence gives what
 * it would give alone. The only layer whose y has one step: y (1, B, D) from x (T, B, D). No
 * parameters.
 */
#ifndef COMMON_LAYERS_POOL_H
#define COMMON_LAYERS_POOL_H

#include "common/layers/layer.h"

enum pool_kind { POOL_LAST, POOL_MEAN };

/* A new layer, owned by the caller; NULL if memory ran out. */
struct layer *pool_create(int width, enum pool_kind kind);

#endif

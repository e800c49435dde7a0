/*
 * embedding.h - the layer that looks a token up in a table: y_tb = E[token_tb].
 *
 * PyTorch's nn.Embedding: E (V, out), N(0, 1). The only layer without pass->x. With
 * extent.distinct its y is the table itself, (V, out), for a layer above that looks tokens up
 * by itself; dy likewise, and dx cannot be wanted. Else dx, if wanted, is the gradient on the
 * one-hot input, (T, B, V): E dy_tb. That is what the "input view" of the gradient per time
 * step compares between the two families.
 */
#ifndef COMMON_LAYERS_EMBEDDING_H
#define COMMON_LAYERS_EMBEDDING_H

#include "common/layers/layer.h"

/* A table of `vocabulary` rows. Owned by the caller; NULL if memory ran out. */
struct layer *embedding_create(int vocabulary, int out);

#endif

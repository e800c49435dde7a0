/*
 * feed_forward.h - the two-layer network that a Transformer applies to each position by itself.
 *
 *     y = gelu(x W_1' + b_1) W_2' + b_2        W_1 (4D, D)    W_2 (D, 4D)
 *     gelu(a) = a Phi(a) = a (1 + erf(a / sqrt 2)) / 2
 *
 * GELU (Hendrycks and Gimpel 2016) in its exact form, PyTorch's default; GPT-2 used a tanh
 * approximation of it. Names linear1 and linear2 are nn.TransformerEncoderLayer's.
 *
 *     saved: gelu of the 4D sums, and its slope    parameters: 8 D^2 + 5 D
 *     first values: nn.Linear's, or GPT-2's (Radford and others 2019): W_1 N(0, .02^2), W_2,
 *     which writes to the residual stream that the 2L branches of L blocks add to,
 *     N(0, .02^2 / (2L)), biases 0
 */
#ifndef TRANSFORMER_FEED_FORWARD_H
#define TRANSFORMER_FEED_FORWARD_H

#include "common/layers/layer.h"
#include "transformer/attention.h"

/*
 * `layers` is L, of ATTENTION_GPT2 alone. Owned by the caller (layer_destroy); NULL if memory
 * ran out.
 */
struct layer *feed_forward_create(int width, enum attention_initial initial, int layers);

#endif

/*
 * block.h - one pre-norm Transformer block, nn.TransformerEncoderLayer(norm_first=True).
 *
 *     m = x + attention(norm1(x))
 *     y = m + feed_forward(norm2(m))
 *
 * The two additions are the residual stream: a road on which a gradient passes unchanged from
 * the last block to the first (pre-norm: Xiong and others 2020).
 *
 *     trace: "residual", the stream as it enters the block, and attention's "attention"
 *     parameters: 12 D^2 + 13 D, named norm1.*, self_attn.*, norm2.*, linear1.*, linear2.*
 */
#ifndef TRANSFORMER_BLOCK_H
#define TRANSFORMER_BLOCK_H

#include "common/layers/layer.h"

/* heads must divide width. Owned by the caller (layer_destroy); NULL if memory ran out. */
struct layer *block_create(int width, int heads, int depth);

#endif

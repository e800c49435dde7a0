/*
 * block.h - one Transformer block: attention, then a feed-forward network for each position.
 *
 *     norm before     m = x + attention(norm1(x))        y = m + feed_forward(norm2(m))
 *     norm after      m = norm1(x + attention(x))        y = norm2(m + feed_forward(m))
 *     no norm         m = x + attention(x)               y = m + feed_forward(m)
 *
 * The first is nn.TransformerEncoderLayer(norm_first=True), the second norm_first=False, the
 * form of Vaswani and others 2017. The additions are the residual stream: with norm before, a
 * road on which a gradient passes unchanged from the last block to the first (Xiong and others
 * 2020), which is why a stack of such blocks ends in a norm of its own and the other two do
 * not. Without `residual` the `x +` and `m +` are left out, without `feed_forward` y is m, and
 * norm2 is not there: attention alone.
 *
 *     trace: "residual", what enters the block, and what attention.h lists
 *     parameters: 12 D^2 + 13 D with everything, named norm1.*, self_attn.*, norm2.*,
 *     linear1.*, linear2.*; listed in the order of the forward pass
 */
#ifndef TRANSFORMER_BLOCK_H
#define TRANSFORMER_BLOCK_H

#include "transformer/attention.h"

enum block_norm { BLOCK_NORM_BEFORE, BLOCK_NORM_AFTER, BLOCK_NORM_NONE };

/* The block of GPT-2 and its like: norm before, with both yes. */
struct block_options {
    struct attention_options attention; /* width, heads, depth, mask, first values, ... */
    enum block_norm norm;
    bool feed_forward;
    bool residual;
};

/* Owned by the caller (layer_destroy); NULL if memory ran out. */
struct layer *block_create(const struct block_options *options);

#endif

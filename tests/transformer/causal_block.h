/*
 * causal_block.h - the block with every default, for tests of what stands around it.
 */
#ifndef TESTS_TRANSFORMER_CAUSAL_BLOCK_H
#define TESTS_TRANSFORMER_CAUSAL_BLOCK_H

#include "transformer/block.h"

/* Norm before, causal, no position code; NULL if memory ran out. */
static inline struct layer *causal_block_create(int width, int heads, int depth)
{
    return block_create(&(struct block_options){
        .attention = { .width = width, .heads = heads, .depth = depth, .layers = 1 },
        .feed_forward = true,
        .residual = true });
}

#endif

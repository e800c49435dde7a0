/*
 * bench_operations.h - the multiply-adds that the matrix products of a training step really do.
 *
 * Fewer than nominal where work is saved, more where a tile of attention holds something
 * forbidden:
 *
 *     a recurrent layer above an embedding multiplies each of the V symbols once for a slice;
 *     at the first step nothing comes from a hidden state that is 0, and nothing goes back;
 *     attention works on the tiles of mask.h;
 *     nobody asks for a gradient below the embedding, which is a copy.
 *
 * Element-wise work, data, clipping and Adam are no products and not counted.
 */
#ifndef VIZ_BENCH_BENCH_OPERATIONS_H
#define VIZ_BENCH_BENCH_OPERATIONS_H

#include "common/training/shard.h"
#include "viz/bench/bench_shapes.h"

/* FLOPs of one training step cut into those shards; a multiply-add counts as two. */
double bench_executed_flops(const struct bench_shape *shape, const struct shards *shards);

#endif

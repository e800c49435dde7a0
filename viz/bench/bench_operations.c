#include "viz/bench/bench_operations.h"

#include "transformer/mask.h"

enum { PASSES = 3 /* forward, gradient on the weights, gradient on the input */ };

/*
 * Multiply-adds of a recurrent layer of input width H, for B sequences in a workspace for
 * `slice` of them.
 */
static double recurrent_layer(const struct bench_shape *s, int layer, int B, int slice)
{
    const double H = s->width, GH = s->gates * H, V = BENCH_VOCABULARY;
    const double rows = (double)B * s->steps;
    const double different = layer == 0 && V <= (double)slice * s->steps / 2 ? V : rows;

    return PASSES * GH * H * (different + (rows - B));
}

/* Of a Transformer's block: 12 d^2 a row, and six products over the tiles of a sequence. */
static double block(const struct bench_shape *s, int B)
{
    const double d = s->width, rows = (double)B * s->steps;
    const enum attention_mask kind = s->window > 0 ? ATTENTION_WINDOW : ATTENTION_CAUSAL;
    const double tiles = (double)mask_storage(kind, s->window, s->steps, false).all;

    return PASSES * 12 * d * d * rows + 6 * tiles * d * B;
}

static double slice_of(const struct bench_shape *s, int B, int slice)
{
    double sum = PASSES * (double)B * s->steps * s->width * BENCH_VOCABULARY; /* readout */

    for (int layer = 0; layer < s->layers; layer++)
        sum += s->gates > 0 ? recurrent_layer(s, layer, B, slice) : block(s, B);
    return sum;
}

double bench_executed_flops(const struct bench_shape *shape, const struct shards *shards)
{
    const int size = shards->plan.size, slice = shards->plan.slice;
    double sum = 0;

    for (int done = 0; done < shape->batch;) {
        const int in_shard = size - done % size, left = shape->batch - done;
        int B = slice < in_shard ? slice : in_shard;

        B = B < left ? B : left;
        sum += slice_of(shape, B, slice);
        done += B;
    }
    return 2 * sum;
}

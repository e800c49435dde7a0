/*
 * attention_step.c - one more step of attention while a model generates.
 *
 * The same additions in the same order as head.c's, so the same bits, but for the last digit of
 * an angle of rope.
 */
#include <string.h>

#include "common/numeric/functions.h"
#include "common/numeric/reduce.h"
#include "common/numeric/softmax.h"
#include "transformer/alibi.h"
#include "transformer/attention_parts.h"
#include "transformer/rope.h"
#include "transformer/sinusoid.h"

/* Where the pieces of a step's state and scratch lie. */
struct cache {
    real *steps;  /* (capacity, B, 2E) k and v of each step */
    real *means;  /* (blocks, B, 2E) of each block; of the last one the sum so far */
    real *qkv;    /* (B, 3E) of this step */
    real *mix;    /* (B, E) */
    real *scores; /* one row */
    real *turns;  /* (width) */
};

static size_t blocks_count(const struct attention_options *options, int capacity)
{
    return options->mask == ATTENTION_TWO_LEVEL ? (size_t)(capacity / options->span + 1) : 0;
}

/* A row has at most capacity keys: those of its second run stand for as many steps or more. */
struct layer_step_sizes attention_step_sizes(const struct layer *layer, int batch, int capacity)
{
    const struct attention_options *options = &attention_of(layer)->options;
    const size_t states = (size_t)batch * (size_t)layer->in;
    const size_t width = (size_t)(layer->in / options->heads);

    return (struct layer_step_sizes){
        .state = ((size_t)capacity + blocks_count(options, capacity)) * 2 * states,
        .scratch = 4 * states + (size_t)capacity + width,
    };
}

static struct cache cache_of(const struct layer *layer, const struct layer_step *step)
{
    const size_t states = (size_t)step->batch * (size_t)layer->in;
    struct cache cache = { .steps = step->state, .qkv = step->scratch };

    cache.means = cache.steps + (size_t)step->capacity * 2 * states;
    cache.mix = cache.qkv + 3 * states;
    cache.scores = cache.mix + states;
    cache.turns = cache.scores + step->capacity;
    return cache;
}

/* q, k, v of this step, with rope turned. */
static void project(const struct layer *layer, const struct layer_step *step,
                    const struct cache *cache)
{
    const struct attention *attention = attention_of(layer);
    const int E = layer->in, width = E / attention->options.heads;

    affine_forward(&attention->in_proj, step->parameters, step->prepared, cache->qkv, step->x,
                   step->batch);
    if (attention->options.position != ATTENTION_ROPE)
        return;
    sinusoid_row(cache->turns, step->t, width);
    for (int b = 0; b < step->batch; b++)
        for (int at = 0; at < 2 * E; at += width) /* q, then k, head by head */
            rope_forward(cache->qkv + (ptrdiff_t)b * 3 * E + at, cache->turns, width);
}

/* Keep k and v of this step, and add them to the mean of its block. */
static void keep(const struct layer *layer, const struct layer_step *step,
                 const struct cache *cache)
{
    const struct attention_options *options = &attention_of(layer)->options;
    const size_t E = (size_t)layer->in, B = (size_t)step->batch, row = 2 * B * E;
    real *here = cache->steps + (size_t)step->t * row, *mean;

    for (size_t b = 0; b < B; b++)
        memcpy(here + b * 2 * E, cache->qkv + b * 3 * E + E, 2 * E * sizeof *here);
    if (options->mask != ATTENTION_TWO_LEVEL)
        return;
    mean = cache->means + (size_t)(step->t / options->span) * row;
    if (step->t % options->span == 0)
        memset(mean, 0, row * sizeof *mean);
    for (size_t i = 0; i < row; i++)
        mean[i] += here[i];
    for (size_t i = 0; i < row && step->t % options->span == options->span - 1; i++)
        mean[i] /= (real)options->span;
}

/* The keys of a run, one head of one sequence; its values are E further on. */
struct run_rows {
    const real *k;
    ptrdiff_t row; /* from one key to the next */
};

static struct run_rows rows_of(const struct layer *layer, const struct layer_step *step,
                               const struct cache *cache, const struct mask_run *run, int b,
                               int h)
{
    const ptrdiff_t E = layer->in, row = 2 * (ptrdiff_t)step->batch * E;
    const ptrdiff_t offset = b * 2 * E + h * (E / attention_of(layer)->options.heads);

    return (struct run_rows){
        (run->means ? cache->means : cache->steps) + run->first * row + offset, run->step * row
    };
}

/* Unscaled scores of one run: s_j = q . k_j - slope / scale |i - j|. */
static void run_scores(const struct layer *layer, const struct mask_run *run, int t, int h,
                       real *s, const real *q, struct run_rows keys)
{
    const struct attention_options *options = &attention_of(layer)->options;
    const int width = layer->in / options->heads;
    const real first = run->means ? (real)(options->span - 1) / 2 : (real)run->first;
    const real apart = (real)(run->means ? options->span : run->step);

    product(s, 1, (struct strided){ keys.k, keys.row, 1 }, (struct strided){ q, 1, 1 },
            run->count, 1, width, PRODUCT_SET);
    if (options->position == ATTENTION_ALIBI)
        alibi_add(s, run->count, (real)t - first, apart,
                  alibi_slope(h, options->heads) * real_sqrt((real)width));
}

/* p = softmax(scale s) over all runs, in place; each is summed by itself, as head.c does it. */
static void softmax(real *p, const struct mask_run *runs, int count, int keys, real scale)
{
    const real highest = reduce_max(p, (size_t)keys);
    real sum = 0;

    for (int i = 0, at = 0; i < count; at += runs[i++].count)
        sum += softmax_exponentials(p + at, (size_t)runs[i].count, highest, scale);
    softmax_shares(p, keys, 0, keys, 1 / sum);
}

/* mix (width) of head h of sequence b. */
static void step_head(const struct layer *layer, const struct layer_step *step,
                      const struct cache *cache, int b, int h)
{
    const struct attention_options *options = &attention_of(layer)->options;
    const int E = layer->in, width = E / options->heads;
    const struct mask mask = {
        .kind = options->mask,
        .span = options->span,
        .steps = step->t + 1,
        .source = options->sources && step->sources != NULL ? step->sources[b] : 0,
    };
    struct mask_run runs[MASK_RUNS];
    const int count = mask_runs(&mask, step->t, runs);
    real *mix = cache->mix + (ptrdiff_t)b * E + h * width, *end = cache->scores;

    for (int i = 0; i < count; end += runs[i++].count)
        run_scores(layer, &runs[i], step->t, h, end,
                   cache->qkv + (ptrdiff_t)b * 3 * E + h * width,
                   rows_of(layer, step, cache, &runs[i], b, h));
    softmax(cache->scores, runs, count, (int)(end - cache->scores), 1 / real_sqrt((real)width));
    end = cache->scores;
    for (int i = 0; i < count; end += runs[i++].count) {
        const struct run_rows keys = rows_of(layer, step, cache, &runs[i], b, h);

        product(mix, E, (struct strided){ end, 0, 1 },
                (struct strided){ keys.k + E, keys.row, 1 }, 1, width, runs[i].count,
                i == 0 ? PRODUCT_SET : PRODUCT_ADD);
    }
}

void attention_step(const struct layer *layer, const struct layer_step *step)
{
    const struct attention *attention = attention_of(layer);
    const struct cache cache = cache_of(layer, step);

    project(layer, step, &cache);
    keep(layer, step, &cache);
    for (int b = 0; b < step->batch; b++)
        for (int h = 0; h < attention->options.heads; h++)
            step_head(layer, step, &cache, b, h);
    affine_forward(&attention->out_proj, step->parameters,
                   attention_out_prepared(layer, step->prepared), step->y, cache.mix,
                   step->batch);
}

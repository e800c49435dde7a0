/* attention_trace.c - what a probe sees of an attention: weights and what they come from. */
#include <math.h>
#include <string.h>

#include "transformer/attention_parts.h"

/*
 * Spread a tile over the (T, T) of its head, zeros before or a sum of other sequences: the
 * weight of a mean is that of its block's steps. gradient may be NULL.
 */
static void trace_tile(const struct mask_tile *tile, int span, int T, real *value,
                       real *gradient, const real *p, const real *dp)
{
    const int steps = tile->means ? span : 1; /* that share a column */

    for (int r = 0; r < tile->rows; r++) {
        const ptrdiff_t row = (ptrdiff_t)(tile->query + r * tile->query_step) * T;

        for (int c = mask_from(tile, r); c < mask_until(tile, r); c++) {
            const size_t at = tile->offset + (size_t)r * (size_t)tile->columns + (size_t)c;
            const int key = (tile->key + c * tile->key_step) * steps;

            for (int j = key; j < key + steps; j++) {
                value[row + j] += p[at] / (real)steps;
                if (gradient != NULL)
                    gradient[row + j] = dp[at];
            }
        }
    }
}

/* Scores of the pairs in a tile; those of a mean stand at each step of its block. */
static void trace_scores(const struct head *head, const struct mask_tile *tile, int T,
                         real *score)
{
    const int steps = tile->means ? head->mask.span : 1; /* that share a column */

    for (int r = 0; r < tile->rows; r++) {
        const ptrdiff_t row = (ptrdiff_t)(tile->query + r * tile->query_step) * T;

        for (int c = mask_from(tile, r); c < mask_until(tile, r); c++) {
            const int key = (tile->key + c * tile->key_step) * steps;

            for (int j = key; j < key + steps; j++)
                score[row + j] = head_score(head, tile, r, c);
        }
    }
}

static struct trace_form map_form(const struct layer *layer, int batch, int T,
                                  enum trace_range range)
{
    return (struct trace_form){
        .range = range,
        .rank = 4,
        .axes = { AXIS_BATCH, AXIS_HEAD, AXIS_QUERY, AXIS_KEY },
        .extent = { batch, attention_of(layer)->options.heads, T, T },
    };
}

/* What p and scores are made of. */
static void trace_vectors(const struct layer *layer, const struct layer_pass *pass,
                          const real *qkv, struct trace *trace)
{
    static const char *const names[] = { "query", "key", "value" };
    const int E = layer->in;

    for (int i = 0; i < 3; i++)
        trace_add_rows(trace, names[i], layer->depth, false, TRACE_SIGNED, pass->extent.steps,
                       pass->extent.batch, E, (struct trace_rows){ qkv + i * E, 3 * E },
                       (struct trace_rows){ NULL, 0 });
}

/* Where the maps of all heads go; what is NULL is not wanted. */
struct maps {
    real *weight, *gradient, *score; /* (B, heads, T, T); the first two go together */
    real *sum;                       /* (heads, T, T) of weights, added to */
};

static void fill_maps(const struct layer *layer, const struct layer_pass *pass,
                      const struct maps *maps)
{
    const struct attention_options *options = &attention_of(layer)->options;
    const struct attention_saved s = attention_saved_of(layer, pass);
    const int T = pass->extent.steps;
    const size_t map = (size_t)T * (size_t)T;

    for (int b = 0; b < pass->extent.batch; b++)
        for (int h = 0; h < options->heads; h++) {
            const struct head head = attention_head_of(layer, pass, &s, b, h);
            const real *dp = pass->recorded + attention_nth_head(layer, b, h, s.n.p);
            const size_t at = attention_nth_head(layer, b, h, map);
            struct mask_walk walk = { .mask = head.mask };
            struct mask_tile tile;

            while (mask_next(&walk, &tile)) {
                if (maps->weight != NULL)
                    trace_tile(&tile, options->span, T, maps->weight + at, maps->gradient + at,
                               head.p, dp);
                if (maps->score != NULL)
                    trace_scores(&head, &tile, T, maps->score + at);
                if (maps->sum != NULL)
                    trace_tile(&tile, options->span, T, maps->sum + (size_t)h * map, NULL,
                               head.p, NULL);
            }
        }
}

void attention_trace(const struct layer *layer, const struct layer_pass *pass,
                     struct trace *trace)
{
    const int T = pass->extent.steps, B = pass->extent.batch;
    const struct trace_form one = map_form(layer, 1, T, TRACE_SHARE),
                            all = map_form(layer, B, T, TRACE_SHARE),
                            signs = map_form(layer, B, T, TRACE_SIGNED);
    struct maps maps = { .sum = trace_sum(trace, "attention", layer->depth, &one) };
    struct trace_entry *entry = trace_add(trace, "attention", layer->depth, true, &all);

    if (entry != NULL) {
        memset(entry->value, 0, entry->count * sizeof *entry->value);
        memset(entry->gradient, 0, entry->count * sizeof *entry->gradient);
        maps.weight = entry->value;
        maps.gradient = entry->gradient;
    }
    trace_vectors(layer, pass, attention_saved_of(layer, pass).qkv, trace);
    entry = trace_add(trace, "score", layer->depth, false, &signs);
    if (entry != NULL) {
        for (size_t i = 0; i < entry->count; i++)
            entry->value[i] = -(real)INFINITY;
        maps.score = entry->value;
    }
    if (maps.weight != NULL || maps.score != NULL || maps.sum != NULL)
        fill_maps(layer, pass, &maps);
}

/*
 * head.c - the core of attention.
 *
 * Multiply-adds are the limit, but small ones: at width 16 each of the six products of a tile
 * has 16 columns, or 16 k's. So a tile has 16 queries (mask.h), keys are packed once for all of
 * them, and where a tile has its queries for itself it goes from scores to mix while it is in
 * the L1 cache.
 *
 * Measured on one core of a Zen 4 EPYC (118 GFLOP/s), gcc 12, in a training step of
 * transformer-2-64-4-100-32: the products take 12 % of it, at four fifths of the limit;
 * softmax, forwards and backwards, 5 % (softmax.c).
 */
#include "transformer/head.h"

#include <math.h>
#include <string.h>

#include "common/numeric/functions.h"
#include "common/numeric/reduce.h"
#include "common/numeric/softmax.h"
#include "transformer/alibi.h"

size_t head_packed_count(enum attention_mask kind, int width, int T)
{
    return mask_keys_are_leading(kind) ? product_packed_count(width, T) : 0;
}

/* Rows that begin at `first`, every step-th of an array whose rows are `row` apart. */
static struct strided rows_of(const real *data, ptrdiff_t row, int first, int step)
{
    return (struct strided){ data + first * row, step * row, 1 };
}

static struct strided transposed(struct strided a)
{
    return (struct strided){ a.data, a.col, a.row };
}

/* (rows, width) of q, or of an array like it. */
static struct strided tile_queries(const struct mask_tile *tile, const real *q, ptrdiff_t row)
{
    return rows_of(q, row, tile->query, tile->query_step);
}

/* (columns, width) of k or v, or of their means. */
static struct strided tile_keys(const struct head *head, const struct mask_tile *tile,
                                const real *k, const real *mean_k)
{
    return tile->means ? rows_of(mean_k, head->width, tile->key, tile->key_step)
                       : rows_of(k, head->qkv_row, tile->key, tile->key_step);
}

static int tile_query(const struct mask_tile *tile, int r)
{
    return tile->query + r * tile->query_step;
}

/*
 * c (rows, columns) = a (rows, width) times the keys' transpose. Where all tiles begin with the
 * sequence's first key, packed holds all keys.
 */
static void times_keys(const struct head *head, const struct mask_tile *tile, real *c,
                       struct strided a, struct strided keys, const real *packed)
{
    if (mask_keys_are_leading(head->mask.kind))
        product_packed(c, tile->columns, a, packed, tile->rows, tile->columns, head->width,
                       PRODUCT_SET);
    else
        product(c, tile->columns, a, transposed(keys), tile->rows, tile->columns, head->width,
                PRODUCT_SET);
}

static void pack_keys(const struct head *head, const real *k, real *packed)
{
    if (mask_keys_are_leading(head->mask.kind))
        product_pack(packed, (struct strided){ k, 1, head->qkv_row }, head->width,
                     head->mask.steps);
}

/* mean (means, width) = the mean of each block's rows of k. */
static void make_means(const struct head *head, real *mean, const real *k)
{
    const int span = head->mask.span, width = head->width;

    for (int m = 0; m < mask_means(&head->mask); m++) {
        real *mean_m = mean + (ptrdiff_t)m * width;

        memset(mean_m, 0, (size_t)width * sizeof *mean_m);
        for (int j = m * span; j < (m + 1) * span; j++)
            for (int c = 0; c < width; c++)
                mean_m[c] += k[j * head->qkv_row + c];
        for (int c = 0; c < width; c++)
            mean_m[c] /= (real)span;
    }
}

/* s_ij of one tile, without the scale: alibi's part is divided by it. */
static void tile_scores(const struct head *head, const struct mask_tile *tile,
                        const struct head_scratch *scratch)
{
    const real apart = (real)(tile->means ? head->mask.span : tile->key_step);
    const real first = tile->means ? (real)(head->mask.span - 1) / 2 : (real)tile->key;
    real *s = head->p + tile->offset;

    times_keys(head, tile, s, tile_queries(tile, head->q, head->qkv_row),
               tile_keys(head, tile, head->k, head->mean_k), scratch->packed);
    for (int r = 0; r < tile->rows && head->slope > 0; r++)
        alibi_add(s + (ptrdiff_t)r * tile->columns, tile->columns,
                  (real)tile_query(tile, r) - first, apart, head->slope / head->scale);
}

static void tile_highest(const struct head *head, const struct mask_tile *tile, real *highest)
{
    for (int r = 0; r < tile->rows; r++) {
        const int from = mask_from(tile, r);
        const real *s = head->p + tile->offset + (ptrdiff_t)r * tile->columns + from;
        const real here = reduce_max(s, (size_t)(mask_until(tile, r) - from));
        real *most = &highest[tile_query(tile, r)];

        *most = tile->opens || here > *most ? here : *most;
    }
}

static void tile_exponentials(const struct head *head, const struct mask_tile *tile,
                              const real *highest, real *sum)
{
    for (int r = 0; r < tile->rows; r++) {
        const int from = mask_from(tile, r), i = tile_query(tile, r);
        real *s = head->p + tile->offset + (ptrdiff_t)r * tile->columns + from;
        const real here = softmax_exponentials(s, (size_t)(mask_until(tile, r) - from),
                                               highest[i], head->scale);

        sum[i] = here + (tile->opens ? 0 : sum[i]);
    }
}

/* p_ij = exp(s_ij) / sum; what row r may not look at becomes 0. */
static void tile_shares(const struct head *head, const struct mask_tile *tile, const real *sum)
{
    for (int r = 0; r < tile->rows; r++)
        softmax_shares(head->p + tile->offset + (ptrdiff_t)r * tile->columns, tile->columns,
                       mask_from(tile, r), mask_until(tile, r), 1 / sum[tile_query(tile, r)]);
}

/* All three in one, where rows have no other tile. */
static void tile_softmax(const struct head *head, const struct mask_tile *tile)
{
    for (int r = 0; r < tile->rows; r++)
        softmax_row(head->p + tile->offset + (ptrdiff_t)r * tile->columns, tile->columns,
                    mask_from(tile, r), mask_until(tile, r), head->scale);
}

static void tile_mix(const struct head *head, const struct mask_tile *tile, real *mix)
{
    const ptrdiff_t row = head->mix_row;

    product(mix + tile->query * row, tile->query_step * row,
            (struct strided){ head->p + tile->offset, tile->columns, 1 },
            tile_keys(head, tile, head->v, head->mean_v), tile->rows, head->width,
            tile->columns, tile->opens ? PRODUCT_SET : PRODUCT_ADD);
}

/* The next tile of a stage; the first if tile is zeroed. */
static bool next_in_stage(struct mask_walk *walk, struct mask_tile *tile)
{
    return !tile->closes && mask_next(walk, tile);
}

/* The weights of a stage that a hand has set; highest and sum are used up. */
static void edit_stage(const struct head *head, const struct mask_walk *stage,
                       const struct head_scratch *scratch)
{
    real *set = scratch->highest, *rest = scratch->sum;
    const struct mask_tile none = { 0 };
    struct mask_walk walk = *stage;
    struct mask_tile tile = none;

    while (next_in_stage(&walk, &tile))
        head_edit_gather(&head->edits, &tile, head->p + tile.offset, set, rest);
    for (walk = *stage, tile = none; next_in_stage(&walk, &tile);)
        head_edit_apply(&head->edits, &tile, head->p + tile.offset, set, rest);
}

/* A stage of several tiles: rows are complete only with the last of them. */
static void tiles_forward(const struct head *head, const struct mask_walk *stage, real *mix,
                          const struct head_scratch *scratch)
{
    const struct mask_tile none = { 0 };
    struct mask_walk walk = *stage;
    struct mask_tile tile = none;

    while (next_in_stage(&walk, &tile)) {
        tile_scores(head, &tile, scratch);
        tile_highest(head, &tile, scratch->highest);
    }
    for (walk = *stage, tile = none; next_in_stage(&walk, &tile);)
        tile_exponentials(head, &tile, scratch->highest, scratch->sum);
    for (walk = *stage, tile = none; next_in_stage(&walk, &tile);)
        tile_shares(head, &tile, scratch->sum);
    if (head->edits.list != NULL)
        edit_stage(head, stage, scratch);
    for (walk = *stage, tile = none; next_in_stage(&walk, &tile);)
        tile_mix(head, &tile, mix);
}

void head_forward(const struct head *head, real *mix, const struct head_scratch *scratch)
{
    struct mask_walk stage = { .mask = head->mask }, after = stage;
    struct mask_tile tile;

    make_means(head, head->mean_k, head->k);
    make_means(head, head->mean_v, head->v);
    pack_keys(head, head->k, scratch->packed);
    while (mask_next(&after, &tile)) {
        if (tile.closes) {
            tile_scores(head, &tile, scratch);
            tile_softmax(head, &tile);
            if (head->edits.list != NULL)
                edit_stage(head, &stage, scratch);
            tile_mix(head, &tile, mix);
        } else {
            tiles_forward(head, &stage, mix, scratch);
            while (next_in_stage(&after, &tile))
                continue;
        }
        if (head->forward_only)
            after.offset = 0;
        stage = after;
    }
}

real head_score(const struct head *head, const struct mask_tile *tile, int r, int c)
{
    const int query = tile_query(tile, r), key = tile->key + c * tile->key_step;
    const real *q = head->q + query * head->qkv_row;
    const real *k = tile->means ? head->mean_k + (ptrdiff_t)key * head->width
                                : head->k + key * head->qkv_row;
    const double place =
        tile->means ? key * head->mask.span + (head->mask.span - 1) / 2.0 : (double)key;
    double product = 0;

    for (int n = 0; n < head->width; n++)
        product += (double)q[n] * (double)k[n];
    return (real)(product * (double)head->scale - (double)head->slope * fabs(query - place));
}

/* mix_i = sum over j of p_ij v_j: dv, and dp in the place of ds. */
static void tile_mix_backward(const struct head *head, const struct mask_tile *tile, real *ds,
                              const struct head_gradients *g, const real *dmix,
                              const struct head_scratch *scratch)
{
    const struct strided dmix_i = tile_queries(tile, dmix, head->mix_row);
    const struct strided v = tile_keys(head, tile, head->v, head->mean_v);
    const ptrdiff_t row = head->qkv_row;

    times_keys(head, tile, ds, dmix_i, v, scratch->packed);
    product(tile->means ? scratch->dmean_v : g->dv + tile->key * row,
            tile->means ? head->width : tile->key_step * row,
            (struct strided){ head->p + tile->offset, 1, tile->columns }, dmix_i, tile->columns,
            head->width, tile->rows, PRODUCT_ADD);
}

/*
 * Of each row the sum over j of dp_ij p_ij, all of whose terms are 0 where the mask forbids;
 * and dp itself for a probe.
 */
static void tile_dots(const struct mask_tile *tile, const real *p, const real *dp, real *dot,
                      real *recorded)
{
    for (int r = 0; r < tile->rows; r++) {
        const ptrdiff_t at = (ptrdiff_t)r * tile->columns;
        const real here = reduce_dot(dp + at, p + at, (size_t)tile->columns);
        const int i = tile_query(tile, r), from = mask_from(tile, r);

        dot[i] = here + (tile->opens ? 0 : dot[i]);
        if (recorded != NULL)
            memcpy(recorded + tile->offset + at + from, dp + at + from,
                   (size_t)(mask_until(tile, r) - from) * sizeof *dp);
    }
}

/* In place dp -> ds: p_i = softmax(scale s_i) gives ds_ij = scale p_ij (dp_ij - dot_i). */
static void tile_softmax_backward(const struct head *head, const struct mask_tile *tile,
                                  real *ds, const real *dot)
{
    const real *p = head->p + tile->offset;
    const size_t columns = (size_t)tile->columns;

    for (int r = 0; r < tile->rows; r++)
        softmax_backward(ds + (size_t)r * columns, p + (size_t)r * columns, columns,
                         dot[tile_query(tile, r)], head->scale);
}

/* s_ij = q_i . k_j */
static void tile_scores_backward(const struct head *head, const struct mask_tile *tile,
                                 const real *ds, const struct head_gradients *g,
                                 const struct head_scratch *scratch)
{
    const ptrdiff_t row = head->qkv_row;

    product(g->dq + tile->query * row, tile->query_step * row,
            (struct strided){ ds, tile->columns, 1 },
            tile_keys(head, tile, head->k, head->mean_k), tile->rows, head->width,
            tile->columns, PRODUCT_ADD);
    product(tile->means ? scratch->dmean_k : g->dk + tile->key * row,
            tile->means ? head->width : tile->key_step * row,
            (struct strided){ ds, 1, tile->columns },
            tile_queries(tile, head->q, head->qkv_row), tile->columns, head->width, tile->rows,
            PRODUCT_ADD);
}

/* Take *stage through all its tiles, and on to the next; false if there was none. */
static bool stage_backward(const struct head *head, struct mask_walk *stage,
                           const struct head_gradients *g, const real *dmix,
                           const struct head_scratch *scratch)
{
    const struct mask_tile none = { 0 };
    const size_t begin = stage->offset;
    struct mask_walk walk = *stage;
    struct mask_tile tile = none;

    while (next_in_stage(&walk, &tile)) {
        real *dp = scratch->ds + (tile.offset - begin);

        tile_mix_backward(head, &tile, dp, g, dmix, scratch);
        tile_dots(&tile, head->p + tile.offset, dp, scratch->highest, g->recorded);
        if (head->edits.list != NULL)
            head_edit_gather_dots(&head->edits, &tile, head->p + tile.offset, dp, scratch->sum,
                                  scratch->highest);
    }
    for (walk = *stage, tile = none; next_in_stage(&walk, &tile);) {
        real *ds = scratch->ds + (tile.offset - begin);

        if (head->edits.list != NULL)
            head_edit_scale_dots(&tile, scratch->sum, scratch->highest);
        tile_softmax_backward(head, &tile, ds, scratch->highest);
        if (head->edits.list != NULL)
            head_edit_clear(&head->edits, &tile, ds);
        tile_scores_backward(head, &tile, ds, g, scratch);
    }
    *stage = walk;
    return tile.closes;
}

/* kbar_m = the mean of the block's k_j: each of them gets its share of dkbar_m. */
static void means_backward(const struct head *head, real *dk, const real *dmean)
{
    const int span = head->mask.span, width = head->width;

    for (int j = 0; j < mask_means(&head->mask) * span; j++)
        for (int c = 0; c < width; c++)
            dk[j * head->qkv_row + c] += dmean[(ptrdiff_t)(j / span) * width + c] / (real)span;
}

void head_backward(const struct head *head, const struct head_gradients *gradients,
                   const real *dmix, const struct head_scratch *scratch)
{
    const size_t means = (size_t)mask_means(&head->mask) * (size_t)head->width;
    struct mask_walk stage = { .mask = head->mask };

    memset(scratch->dmean_k, 0, means * sizeof(real));
    memset(scratch->dmean_v, 0, means * sizeof(real));
    pack_keys(head, head->v, scratch->packed);
    while (stage_backward(head, &stage, gradients, dmix, scratch))
        continue;
    means_backward(head, gradients->dk, scratch->dmean_k);
    means_backward(head, gradients->dv, scratch->dmean_v);
}

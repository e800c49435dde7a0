#include "transformer/mask.h"

#include <assert.h>

#include "common/numeric/reals.h"

/*
 * Queries are taken in tiles of this many rows. Small tiles hold less of what is forbidden,
 * large ones fill the registers of a product. Where the span is shorter tiles are too, but not
 * below FEWEST_ROWS.
 */
enum { QUERY_ROWS = 16, FEWEST_ROWS = 4 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

/* Steps that follow the mask among themselves; those after them look at the source. */
static int followers(const struct mask *mask)
{
    return mask->source > 0 ? least(mask->source, mask->steps) : mask->steps;
}

/* The first step that i sees without a gap up to itself. */
static int first_near(const struct mask *mask, int i)
{
    switch (mask->kind) {
    case ATTENTION_WINDOW:
    case ATTENTION_STRIDED:
        return most(0, i - mask->span + 1);
    case ATTENTION_BLOCK:
    case ATTENTION_TWO_LEVEL:
        return i - i % mask->span;
    case ATTENTION_CAUSAL:
    case ATTENTION_FULL:
        break;
    }
    return 0;
}

int mask_runs(const struct mask *mask, int i, struct mask_run runs[MASK_RUNS])
{
    const int own = followers(mask), first = first_near(mask, i);
    int count = 1;

    assert(0 <= i && i < mask->steps);
    if (i >= own) {
        runs[0] = (struct mask_run){ .step = 1, .count = own };
        return 1;
    }
    runs[0] = (struct mask_run){
        .first = first,
        .step = 1,
        .count = (mask->kind == ATTENTION_FULL ? own : i + 1) - first,
    };
    if (mask->kind == ATTENTION_STRIDED && i >= mask->span)
        runs[count++] = (struct mask_run){ .first = i % mask->span,
                                           .step = mask->span,
                                           .count = i / mask->span };
    if (mask->kind == ATTENTION_TWO_LEVEL && i >= mask->span)
        runs[count++] = (struct mask_run){ .means = true, .step = 1, .count = i / mask->span };
    return count;
}

/* 1 + 2 + ... + n */
static size_t triangle(size_t n)
{
    return n * (n + 1) / 2;
}

/* The sum over i < n of floor(i / span): what the second run of a row has. */
static size_t second_runs(size_t n, size_t span)
{
    const size_t blocks = n / span;

    return blocks == 0 ? 0 : span * triangle(blocks - 1) + n % span * blocks;
}

size_t mask_pairs(enum attention_mask kind, int span, int n)
{
    const size_t N = (size_t)n, S = (size_t)most(1, span), W = S < N ? S : N;
    const size_t window = N * W - W * (W > 0 ? W - 1 : 0) / 2;
    const size_t block = N / S * triangle(S) + triangle(N % S);

    switch (kind) {
    case ATTENTION_CAUSAL:
        break;
    case ATTENTION_FULL:
        return N * N;
    case ATTENTION_WINDOW:
        return window;
    case ATTENTION_BLOCK:
        return block;
    case ATTENTION_STRIDED:
        return window + second_runs(N, S);
    case ATTENTION_TWO_LEVEL:
        return block + second_runs(N, S);
    }
    return triangle(N);
}

int mask_means(const struct mask *mask)
{
    const int own = followers(mask);

    return mask->kind == ATTENTION_TWO_LEVEL && own > 0 ? (own - 1) / mask->span : 0;
}

bool mask_keys_are_leading(enum attention_mask kind)
{
    return kind == ATTENTION_CAUSAL || kind == ATTENTION_FULL;
}

/* Rows of the tile that begins at query q. */
static int near_rows(const struct mask *mask, int q, int own)
{
    const int rows = least(QUERY_ROWS, own - q);

    switch (mask->kind) {
    case ATTENTION_WINDOW:
    case ATTENTION_STRIDED:
        return least(rows, most(FEWEST_ROWS, mask->span));
    case ATTENTION_BLOCK:
    case ATTENTION_TWO_LEVEL:
        return least(rows, mask->span - q % mask->span);
    case ATTENTION_CAUSAL:
    case ATTENTION_FULL:
        break;
    }
    return rows;
}

/* What rows q.. see without a gap: the first run of mask_runs. */
static struct mask_tile near_tile(const struct mask *mask, int q, int own)
{
    const int rows = near_rows(mask, q, own), key = first_near(mask, q);
    const bool full = mask->kind == ATTENTION_FULL;
    const bool slides = mask->kind == ATTENTION_WINDOW || mask->kind == ATTENTION_STRIDED;
    const int columns = (full ? own : q + rows) - key;

    return (struct mask_tile){ .query = q,
                               .query_step = 1,
                               .rows = rows,
                               .key = key,
                               .key_step = 1,
                               .columns = columns,
                               .from = slides ? q - mask->span + 1 - key : 0,
                               .from_slides = slides,
                               .until = full ? columns : q + 1 - key,
                               .until_slides = !full,
                               .opens = true };
}

/* The second run of the same queries: the means of the blocks before theirs. */
static struct mask_tile means_tile(const struct mask *mask, const struct mask_tile *near)
{
    const int blocks = near->query / mask->span;

    return (struct mask_tile){ .query = near->query,
                               .query_step = 1,
                               .rows = near->rows,
                               .means = true,
                               .key_step = 1,
                               .columns = blocks,
                               .until = blocks };
}

/*
 * The second run of every s-th query, from number `row` of those with that remainder on. Number
 * m sees those before it, m of them.
 */
static struct mask_tile far_tile(const struct mask *mask, int remainder, int row, int rows)
{
    return (struct mask_tile){ .query = remainder + row * mask->span,
                               .query_step = mask->span,
                               .rows = rows,
                               .key = remainder,
                               .key_step = mask->span,
                               .columns = row + rows - 1,
                               .until = row,
                               .until_slides = true };
}

static bool next_near(struct mask_walk *walk, struct mask_tile *tile)
{
    const struct mask *mask = &walk->mask;
    const int own = followers(mask);

    if (walk->query >= own)
        return false;
    *tile = near_tile(mask, walk->query, own);
    if (walk->means)
        *tile = means_tile(mask, tile);
    walk->means = mask->kind == ATTENTION_TWO_LEVEL && tile->opens && walk->query >= mask->span;
    if (walk->means)
        return true;
    walk->query += tile->rows;
    tile->closes = mask->kind != ATTENTION_STRIDED || (walk->query >= own && own <= mask->span);
    return true;
}

static bool next_far(struct mask_walk *walk, struct mask_tile *tile)
{
    const struct mask *mask = &walk->mask;
    const int own = followers(mask);
    const int remainders = least(mask->span, own - mask->span);
    int last, row;

    if (mask->kind != ATTENTION_STRIDED || walk->far >= remainders)
        return false;
    last = (own - 1 - walk->far) / mask->span;
    row = walk->far_row + 1; /* number 0 sees nothing far */
    *tile = far_tile(mask, walk->far, row, least(QUERY_ROWS, last - row + 1));
    walk->far_row += tile->rows;
    if (walk->far_row == last) {
        walk->far++;
        walk->far_row = 0;
    }
    tile->closes = walk->far == remainders;
    return true;
}

/* Steps after the source look at all of it. */
static bool next_after_source(struct mask_walk *walk, struct mask_tile *tile)
{
    const int own = followers(&walk->mask),
              rows = least(QUERY_ROWS, walk->mask.steps - walk->query);

    if (rows <= 0)
        return false;
    *tile = (struct mask_tile){ .query = walk->query,
                                .query_step = 1,
                                .rows = rows,
                                .key_step = 1,
                                .columns = own,
                                .until = own,
                                .opens = true,
                                .closes = true };
    walk->query += rows;
    return true;
}

bool mask_next(struct mask_walk *walk, struct mask_tile *tile)
{
    if (!next_near(walk, tile) && !next_far(walk, tile) && !next_after_source(walk, tile))
        return false;
    tile->offset = walk->offset;
    walk->offset += (size_t)tile->rows * (size_t)tile->columns;
    return true;
}

struct mask_storage mask_storage(enum attention_mask kind, int span, int n, bool sources)
{
    struct mask_walk walk = { .mask = { .kind = kind, .span = span, .steps = n } };
    struct mask_storage storage = { 0 };
    struct mask_tile tile;
    size_t stage = 0; /* where it began */

    while (mask_next(&walk, &tile))
        if (tile.closes) {
            storage.stage = larger_size(storage.stage, walk.offset - stage);
            stage = walk.offset;
        }
    storage.all = walk.offset;
    if (sources && n > 0) {
        /*
         * a row after the source is as long as the source, at most n - 1; causal ones are
         * longer
         */
        storage.stage = larger_size(storage.stage, (size_t)QUERY_ROWS * (size_t)n);
        if (!mask_keys_are_leading(kind))
            storage.all += (size_t)(n / 2) * (size_t)(n - n / 2);
    }
    return storage;
}

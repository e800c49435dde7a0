/*
 * mask.h - which steps a step may look at, and how that is cut into rectangles.
 *
 *     causal       j <= i                                              n (n + 1) / 2 pairs
 *     full         all j                                               n^2
 *     window w     i - w < j <= i                                      n w - w (w - 1) / 2
 *     block b      j <= i inside i's own block of b steps              n (b + 1) / 2
 *     strided s    j <= i, and i - j < s or s divides i - j            n s - s (s - 1) / 2
 *                                                                          + n (n / s - 1) / 2
 *     two-level b  block b, and for each finished block before i's     n (b + 1) / 2
 *                  own one the mean of its keys and of its values          + n (n / b - 1) / 2
 *
 * n steps; w, b and s are the span (the counts are for w <= n, and b and s that divide n).
 * Strided: Child and others 2019, sparse Transformers. Window: Beltagy and others 2020,
 * Longformer.
 *
 * Whatever the mask, a sequence that begins with a source of so many steps is read as an
 * encoder and a decoder would: steps of the source follow the mask among themselves, all later
 * ones look at the whole source and at nothing else. Padding is what lies behind the mask's
 * `steps`: nobody looks there, and nobody looks from there.
 *
 * The allowed pairs are given twice. mask_runs says it row by row: the definition, and what a
 * model that generates needs. mask_next gives the same pairs as rectangular tiles of a few
 * queries by their keys, ready for matrix products, with as little forbidden in them as a tile
 * of useful height can have: what a mask forbids costs neither time nor memory.
 */
#ifndef TRANSFORMER_MASK_H
#define TRANSFORMER_MASK_H

#include <stdbool.h>
#include <stddef.h>

enum attention_mask {
    ATTENTION_CAUSAL,   /* itself and all earlier ones: j <= i */
    ATTENTION_FULL,     /* every one: a bidirectional layer */
    ATTENTION_WINDOW,   /* the last w: i - w < j <= i */
    ATTENTION_BLOCK,    /* causal, inside its own block of b steps: truncation */
    ATTENTION_STRIDED,  /* the last s, and every s-th before them */
    ATTENTION_TWO_LEVEL /* its own block causally, and the mean of each finished block of b */
};

/* The mask of one sequence. */
struct mask {
    enum attention_mask kind;
    int span;   /* w, b or s, at least 1; not looked at by causal and full */
    int steps;  /* without padding */
    int source; /* of these, leading ones that are a source; 0: there is none */
};

/* Keys that one query looks at: first, first + step, ... `count` of them. */
struct mask_run {
    bool means; /* they are means of blocks, not steps */
    int first, step, count;
};

enum { MASK_RUNS = 2 };

/*
 * Overwrite runs with those of query i < steps, which together are not empty; returns how many.
 */
int mask_runs(const struct mask *mask, int i, struct mask_run runs[MASK_RUNS]);

/* Pairs of a query and a key that n steps without a source have, for any n and span >= 1. */
size_t mask_pairs(enum attention_mask kind, int span, int n);

/* Means of finished blocks that some step looks at; 0 unless two-level. */
int mask_means(const struct mask *mask);

/*
 * All tiles have their keys at the beginning of the sequence, one after another: they may share
 * one packed matrix of keys.
 */
bool mask_keys_are_leading(enum attention_mask kind);

/* Some queries by some keys; rows and columns count from 0. */
struct mask_tile {
    int query, query_step, rows; /* row r is the query of step query + r query_step */
    bool means;                  /* keys are means of blocks */
    int key, key_step, columns;  /* column c is key + c key_step */
    int from, until;             /* row 0 looks at the columns max(0, from) .. until - 1 */
    bool from_slides;            /* by one column from each row to the next */
    bool until_slides;
    bool opens;    /* no earlier tile has these queries */
    bool closes;   /* no later tile has queries of the tiles up to here */
    size_t offset; /* elements of the tiles before it: rows x columns each */
};

/*
 * The columns of row r are mask_from .. mask_until - 1; in a row of means or far keys at least
 * 1.
 */
static inline int mask_from(const struct mask_tile *tile, int r)
{
    const int from = tile->from + (tile->from_slides ? r : 0);

    return from > 0 ? from : 0;
}

static inline int mask_until(const struct mask_tile *tile, int r)
{
    return tile->until + (tile->until_slides ? r : 0);
}

/*
 * Where one is among the tiles: begin with .mask set and the rest 0, copy it to come back.
 * Tiles between two that close are a stage: its queries' rows are complete with it.
 */
struct mask_walk {
    struct mask mask;
    int query;     /* next of those that follow the mask, then of those after the source */
    bool means;    /* the next tile is the means of the last one's queries */
    int far;       /* strided: queries that leave this remainder ... */
    int far_row;   /* ... when divided by s, but for so many */
    size_t offset; /* of the next tile */
};

/* Overwrite tile with the next one; false if there is none. */
bool mask_next(struct mask_walk *walk, struct mask_tile *tile);

/* Elements of all tiles together, and the most that one stage has. */
struct mask_storage {
    size_t all, stage;
};

/* Of n steps; with `sources` of at most n steps, whatever their source. */
struct mask_storage mask_storage(enum attention_mask kind, int span, int n, bool sources);

#endif

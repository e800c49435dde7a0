/*
 * head.h - one attention head of one sequence, tile by tile of its mask.
 *
 *     s_ij = q_i . k_j / sqrt(width) - slope |i - j|
 *     p_i  = softmax over the keys that the mask lets i look at
 *     mix_i = sum over j of p_ij v_j
 *
 * A key may be the mean of a block (two-level): kbar_m = the mean of the block's k_j, vbar_m
 * that of its v_j, and its place is the mean of theirs.
 *
 *     T steps of the array; the mask's `steps` of them are no padding. Rows are (width),
 *     `..._row` reals apart, since heads and sequences lie between one another.
 */
#ifndef TRANSFORMER_HEAD_H
#define TRANSFORMER_HEAD_H

#include <stddef.h>

#include "common/numeric/product.h"
#include "common/numeric/real.h"
#include "transformer/head_edit.h"
#include "transformer/mask.h"

struct head {
    struct mask mask;
    int width;
    ptrdiff_t qkv_row; /* from one step's q, k or v to the next */
    ptrdiff_t mix_row;
    real scale;            /* 1 / sqrt(width) */
    real slope;            /* of alibi; 0: no position code, or rope has turned q and k */
    const real *q, *k, *v; /* (steps, width) */
    real *mean_k, *mean_v; /* (mask_means, width) one after another; forward makes them */
    real *p;               /* the mask's tiles, one after another */
    struct head_edits edits;
    bool forward_only; /* p has room for one stage of them, each overwrites the last */
};

/* Memory that one head works with, undefined before and after. */
struct head_scratch {
    real *packed;  /* head_packed_count */
    real *highest; /* (T) of a row's scores; in backward the sum over j of dp_ij p_ij */
    real *sum;     /* (T) of a row's exponentials */
    real *ds;      /* the largest stage of the mask's tiles; backward only */
    real *dmean_k; /* (mask_means, width); backward only */
    real *dmean_v;
};

/* Reals of head_scratch.packed, for sequences of T steps. */
size_t head_packed_count(enum attention_mask kind, int width, int T);

/* Overwrites head->p, the means, and the rows of mix (T, width) that are no padding. */
void head_forward(const struct head *head, real *mix, const struct head_scratch *scratch);

/*
 * After head_forward: s_ij of row r and column c of one of its tiles, as the softmax has it,
 * before any edit.
 */
real head_score(const struct head *head, const struct mask_tile *tile, int r, int c);

/* Where head_backward leaves gradients; rows as far apart as those of q, k and v. */
struct head_gradients {
    real *dq, *dk, *dv; /* (T, width) added to */
    real *recorded;     /* dp in the order of head->p, or NULL; overwritten where p is not 0 */
};

/* After head_forward, with dmix (T, width), rows mix_row apart. */
void head_backward(const struct head *head, const struct head_gradients *gradients,
                   const real *dmix, const struct head_scratch *scratch);

#endif

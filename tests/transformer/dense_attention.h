/*
 * dense_attention.h - attention by its definition: every pair of steps is asked whether it may
 * look, every angle is the C library's. What transformer/mask.c and head.c are held against.
 */
#ifndef TESTS_TRANSFORMER_DENSE_ATTENTION_H
#define TESTS_TRANSFORMER_DENSE_ATTENTION_H

#include <stdbool.h>

#include "tests/transformer/scalar_block.h"
#include "transformer/mask.h"

/* Whether i looks at step j itself. */
bool dense_sees(const struct mask *mask, int i, int j);

/* Whether i looks at the mean of block m, steps m span .. (m + 1) span - 1. */
bool dense_sees_mean(const struct mask *mask, int i, int m);

/* The same of the trace: at j itself or at the mean of its block. */
bool dense_shows(const struct mask *mask, int i, int j);

/* The mask of sequence b of a batch of `steps`; lengths and sources may be NULL. */
struct mask dense_mask(const struct attention_options *options, int steps, const int *lengths,
                       const int *sources, int b);

/*
 * mix (E) += row i of one head of sequence b, whose q, k and v are qkv (T, 3E). Overwrites the
 * row of s->p, nudges included; a mean's weight is nudged by its steps' nudges, and shown in
 * equal shares.
 */
void dense_attention_row(struct scalar_block *s, real *mix, const real *qkv, int b, int head,
                         int i);

#endif

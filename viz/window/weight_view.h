/*
 * weight_view.h - what a viewer knows of a tensor from its name and shape: its gates, whether a
 * state passes through it again and again, which one to begin with.
 */
#ifndef VIZ_WINDOW_WEIGHT_VIEW_H
#define VIZ_WINDOW_WEIGHT_VIEW_H

#include "lessons/snapshot_weights.h"

/* Rows of a tensor that belong together: a gate's, or those that make queries, keys, values. */
struct weight_block {
    const char *name; /* "i", "f" .. ; "" where all rows are one block */
    int first, rows;
};

enum { WEIGHT_BLOCKS_MAX = 4 };

/* Blocks of the tensor of that number, from top to bottom; returns how many, at least 1. */
int weight_blocks(const struct snapshot_weights *weights, int tensor,
                  struct weight_block blocks[WEIGHT_BLOCKS_MAX]);

/* Does each block of it lead from the state of one step to that of the next (weight_hh)? */
bool weight_is_recurrent(const struct snapshot_weights *weights, int tensor);

/* What is looked at first: the recurrent matrix, else attention's, else the first tensor. */
int weight_first(const struct snapshot_weights *weights);

/* The root of the sum of squares, and the largest |value|, of some rows of it. */
double weight_norm(const struct snapshot_weights *weights, int tensor, struct weight_block of);
double weight_largest(const struct snapshot_weights *weights, int tensor,
                      struct weight_block of);

#endif

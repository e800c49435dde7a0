/*
 * alibi.h - attention with linear biases (Press, Smith and Lewis 2022): the further away a key
 * is, the lower its score.
 *
 *     s_ij = q_i . k_j / sqrt(width) - slope_h |i - j|       slope_h = 2^(-8 h / H), h = 1..H
 *
 * Nothing is learned and no step has a place of its own, so it works at lengths never trained
 * on. (The authors' program has other slopes where H is no power of two; the formula is the
 * paper's.)
 */
#ifndef TRANSFORMER_ALIBI_H
#define TRANSFORMER_ALIBI_H

#include "common/numeric/real.h"

/* The slope of head `head`, counted from 0, of `heads`. */
real alibi_slope(int head, int heads);

/*
 * scores[c] -= slope |distance - c step|, for c < columns: one query, whose first key is
 * `distance` steps back and whose keys are `step` apart.
 */
void alibi_add(real *scores, int columns, real distance, real step, real slope);

#endif

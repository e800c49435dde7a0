/*
 * head_edit.h - attention weights that a hand has set (common/layers/edit.h), between head.c's
 * softmax and its mix. With F the keys of row i that are set, to w_j, and W their sum:
 *
 *     p'_ij = w_j, j in F        p'_ij = p_ij (1 - W) / sum over k not in F of p_ik, else
 *     ds_ij = 0, j in F          ds_ij = scale p'_ij (dp_ij - dot_i), else, with
 *                                dot_i = sum over k not in F of p'_ik dp_ik / (1 - W)
 *
 * A row may lie in several tiles: first all of a stage are gathered, then all are changed.
 */
#ifndef TRANSFORMER_HEAD_EDIT_H
#define TRANSFORMER_HEAD_EDIT_H

#include <stdbool.h>

#include "common/layers/edit.h"
#include "common/numeric/real.h"
#include "transformer/mask.h"

/* The edits of one head. */
struct head_edits {
    const struct edits *list; /* of all layers and heads; NULL: this head has none */
    int depth, head;
};

/* Those of that head; list NULL if there are none. */
struct head_edits head_edits_of(const struct edits *edits, int depth, int head);

/* Is the head out? */
bool head_is_out(const struct edits *edits, int depth, int head);

/*
 * Forward, after the softmax: p holds the tile, (rows, columns). In each row i with edits,
 * overwrites the cells that are set with 0; set_i += their weights, rest_i += what the others
 * hold. Both (T), begun anew where the tile opens its rows; set_i stays -1 where there is none.
 */
void head_edit_gather(const struct head_edits *edits, const struct mask_tile *tile, real *p,
                      real *set, real *rest);
void head_edit_apply(const struct head_edits *edits, const struct mask_tile *tile, real *p,
                     const real *set, const real *rest);

/*
 * Backward. gather: set_i as above, and dot_i (T), the sum over all keys of p' dp, loses the
 * cells that are set. scale: dot_i /= 1 - set_i, once, in the tile that opens its rows. clear:
 * the cells that are set become 0 in ds.
 */
void head_edit_gather_dots(const struct head_edits *edits, const struct mask_tile *tile,
                           const real *p, const real *dp, real *set, real *dot);
void head_edit_scale_dots(const struct mask_tile *tile, const real *set, real *dot);
void head_edit_clear(const struct head_edits *edits, const struct mask_tile *tile, real *ds);

#endif

/*
 * edit.h - what a hand changes inside a pass, to see what that does to the answer.
 *
 *     head out      the head gives 0 at every step; its weights are what they were
 *     weight w      query i looks at key j with weight w, and at its other keys in their old
 *                   proportions with 1 - w between them. w = 0 is what a score of minus
 *                   infinity before the softmax does: key j is forbidden
 *
 *     state zero, hold, set
 *                   after a step of a recurrent layer its state, h and the lstm's c, is 0, or
 *                   what it was before the step, or what is given: that of another sequence.
 *                   The layer's output at the step is that h. In a bidirectional layer each
 *                   half counts its own steps, and an edit may be of one half alone
 *
 * Several weights of one query hold together: the others share what these leave. A query whose
 * only keys are forbidden looks at nothing, and gets 0. Keys that the mask does not show stay
 * hidden: an edit of one has no effect, nor has one of a key that is a mean of others. Of
 * several edits of one state the first holds.
 */
#ifndef COMMON_LAYERS_EDIT_H
#define COMMON_LAYERS_EDIT_H

#include <stdbool.h>

#include "common/numeric/real.h"

enum edit_kind { EDIT_HEAD_OUT, EDIT_WEIGHT, EDIT_STATE_ZERO, EDIT_STATE_HOLD, EDIT_STATE_SET };

/* Of a bidirectional layer; another one is a forward half. */
enum edit_half { EDIT_BOTH_HALVES, EDIT_FORWARD_HALF, EDIT_REVERSE_HALF };

struct edit {
    enum edit_kind kind;
    int depth; /* of the layer: layer->depth, its number in a trace */
    int head;
    int step;            /* EDIT_WEIGHT: the query; EDIT_STATE_*: the step. Of every sequence */
    int key;             /* EDIT_WEIGHT: a step */
    double weight;       /* EDIT_WEIGHT: 0..1; those of one query add up to 1 at most */
    const real *state;   /* EDIT_STATE_SET: h (H), and behind it c (H) of an lstm. Not owned */
    enum edit_half half; /* EDIT_STATE_* */
    long other; /* EDIT_STATE_SET: for who fills `state`: whose it is. No layer reads it */
};

static inline bool edit_is_of_state(const struct edit *edit)
{
    return edit->kind == EDIT_STATE_ZERO || edit->kind == EDIT_STATE_HOLD ||
           edit->kind == EDIT_STATE_SET;
}

/* A zeroed list changes nothing. */
struct edits {
    const struct edit *items;
    int count;
};

/* Is that head of that layer out? */
static inline bool edits_head_out(struct edits edits, int depth, int head)
{
    for (int i = 0; i < edits.count; i++)
        if (edits.items[i].kind == EDIT_HEAD_OUT && edits.items[i].depth == depth &&
            edits.items[i].head == head)
            return true;
    return false;
}

#endif

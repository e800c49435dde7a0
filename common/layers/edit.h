/*
 * edit.h - what a hand changes inside a pass, to see what that does to the answer.
 *
 *     head out      the head gives 0 at every step; its weights are what they were
 *     weight w      query i looks at key j with weight w, and at its other keys in their old
 *                   proportions with 1 - w between them. w = 0 is what a score of minus
 *                   infinity before the softmax does: key j is forbidden
 *
 * Several weights of one query hold together: the others share what these leave. A query whose
 * only keys are forbidden looks at nothing, and gets 0. Keys that the mask does not show stay
 * hidden: an edit of one has no effect, nor has one of a key that is a mean of others.
 */
#ifndef COMMON_LAYERS_EDIT_H
#define COMMON_LAYERS_EDIT_H

enum edit_kind { EDIT_HEAD_OUT, EDIT_WEIGHT };

struct edit {
    enum edit_kind kind;
    int depth; /* of the layer: layer->depth, its number in a trace */
    int head;
    int query, key; /* EDIT_WEIGHT: steps, of every sequence of the pass */
    double weight;  /* EDIT_WEIGHT: 0..1; those of one query add up to 1 at most */
};

/* A zeroed list changes nothing. */
struct edits {
    const struct edit *items;
    int count;
};

#endif

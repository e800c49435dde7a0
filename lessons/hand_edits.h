/*
 * hand_edits.h - the edits of a hand as the layers of an arm read them.
 *
 * A hand counts the steps of a state as a trace does, in the order of time, for both halves of
 * a bidirectional layer; a layer counts those of its reverse half from the end of the sequence.
 * A hand names the sequence whose state is to be set; a layer wants that state.
 */
#ifndef LESSONS_HAND_EDITS_H
#define LESSONS_HAND_EDITS_H

#include "common/training/probe.h"

enum { LAB_EDITS_MAX = 512 /* two rows of the longest map that fits a screen */ };

/* `other` of an edit: the sequence after the pinned one, whichever that is. */
enum { EDIT_NEXT_SAMPLE = -1 };

/* A zeroed one is empty. */
struct hand_edits {
    struct edit items[2 * LAB_EDITS_MAX]; /* (count), one for each half */
    int count;
    real *states;    /* owned: what the items point to */
    size_t capacity; /* reals */
};

/* Bytes that the states of as many edits as there can be take. */
size_t hand_edits_bytes(const struct sequence_model *model);

/*
 * Overwrite with what those `count` edits come to in probe->one, number `pinned`. The state
 * that another sequence has at the same step, with these weights and nothing edited, costs one
 * pass for each other sequence in a row. Of a step where a half has only padding there is no
 * edit. STATUS_NO_MEMORY.
 */
enum status hand_edits_make(struct hand_edits *made, const struct edit *edits, int count,
                            struct probe *probe, struct weights weights, long pinned,
                            struct error *error);

void hand_edits_free(struct hand_edits *made); /* safe on a zeroed one */

#endif

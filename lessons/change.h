/*
 * change.h - what can be changed in a lab between two steps, without beginning anew.
 *
 * Whatever leaves every weight its name and shape: learning rates, clip and what else only the
 * optimizer or the clock look at; what a Transformer may look at, its heads and where it knows
 * positions from; an elman's squash; the gain of recurrent matrices. Weights, the optimizer's
 * state, step numbers and curves stay.
 */
#ifndef LESSONS_CHANGE_H
#define LESSONS_CHANGE_H

#include "lessons/lab.h"

/* What a change of a key means for a lab that runs. */
enum change_kind {
    CHANGE_RESTART, /* other weights, or other data: begin anew */
    CHANGE_NOTHING, /* never changes a bit of the result: threads, times to save */
    CHANGE_OPTION,  /* of the next updates: learning rate, clip, schedule */
    CHANGE_MODEL,   /* the same weights mean something else: mask, heads */
    CHANGE_GAIN     /* recurrent matrices are multiplied */
};

/* The kind for that key when it goes from its value in `now` to that in `next`; arm -1: none. */
enum change_kind change_kind_of(const struct config_key *key, int arm,
                                const struct lab_config *now, const struct lab_config *next);

/* Does the key, of that arm if it is one of arms, have two values? */
bool change_differs(const struct config_key *key, int arm, const struct lab_config *now,
                    const struct lab_config *next);

/* Can every key that differs be changed in a running lab? Keys of absent arms do not count. */
bool change_is_at_once(const struct lab_config *now, const struct lab_config *next);

/*
 * Make such a change between two steps. What it means:
 *
 *   learning rates, clip, schedule ...  those of the next update. training.steps also becomes
 *          lab->limit
 *   mask, span, heads, positions (but learned ones), residual, squash, truncate  the same
 *          weights in another network. Looks at sequences held back begin anew, and an arm that
 *          had finished learns on
 *   gain   with initial = orthogonal or identity: every W_hh is multiplied by new / old. Before
 *          training that is the matrix the new gain stands for, up to rounding. Later it is
 *          what training has made of it, larger or smaller by that factor: the optimizer's
 *          state stays as it is, though it was gathered at the old size. The rest as above.
 *          From a gain of (almost) nothing there is no way back: that is no change at once
 *
 * An arm that has stopped stays so. Where nothing that matters differs, not a bit changes.
 *
 * STATUS_USAGE: the configuration cannot be, takes too much memory or needs a restart;
 * STATUS_NO_MEMORY. Nothing has changed then.
 */
enum status lab_change(struct lab *lab, const struct lab_config *next, struct error *error);

#endif

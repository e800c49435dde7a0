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

/* What differs, by kind, of the task and the training (arm -1), or of that arm. */
struct change_extent {
    bool restart, option, model, gain, threads;
};
struct change_extent change_extent(int arm, const struct lab_config *now,
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
 *          had finished learns on. What a hand set in the arm's pinned sequence is taken back
 *   gain   with initial = orthogonal or identity: every W_hh is multiplied by new / old. Before
 *          training that is the matrix the new gain stands for, up to rounding. Later it is
 *          what training has made of it, larger or smaller by that factor: the optimizer's
 *          state stays as it is, though it was gathered at the old size. The rest as above.
 *          From a gain of (almost) nothing there is no way back: that is no change at once
 *
 * An arm that has stopped stays so. Where nothing that matters differs, not a bit changes.
 *
 * What changes a bit of the result is kept in lab->events; what does not, in lab->origin, too.
 * Changes of options that follow each other between the same two steps count as one.
 *
 * STATUS_USAGE: the configuration cannot be, takes too much memory, needs a restart, or there
 * were EVENTS_MAX changes; STATUS_NO_MEMORY. Nothing has changed then.
 */
enum status lab_change(struct lab *lab, const struct lab_config *next, struct error *error);

/*
 * Let training go on beyond its end, up to `limit` updates of each arm: lab->limit, and an
 * event, because an arm has its best weights at the end. As lab_change.
 */
enum status lab_extend(struct lab *lab, long limit, struct error *error);

/*
 * Forget the changes that were made when arm number i of the lab had made step[i] updates, any
 * i, or later: configuration, models, options and limit become what they were before these. For
 * who puts the arms' weights, optimizer state and steps back to that moment, next: until then
 * they are those of another. STATUS_NO_MEMORY, STATUS_USAGE: nothing has changed.
 */
enum status lab_forget_events(struct lab *lab, const long step[ARMS_MAX], struct error *error);

/* The same of all but the first `kept` of lab->events. */
enum status lab_forget_last_events(struct lab *lab, int kept, struct error *error);

#endif

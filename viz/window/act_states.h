/*
 * act_states.h - what a hand does in the states: a unit and a step chosen, and the state after a
 * step set to zero, held, or exchanged for the one of the next sequence.
 */
#ifndef VIZ_WINDOW_ACT_STATES_H
#define VIZ_WINDOW_ACT_STATES_H

#include "common/layers/edit.h"
#include "viz/window/view.h"

/* `value` of ACT_STATE_EDIT: that kind of edit at the chosen step (-1), or at another. */
long act_states_value(enum edit_kind kind, int step);

/* Nothing is chosen any more, in no arm. */
void act_states_let_go(struct view *view);

#endif

/*
 * act.h - what actions do. actions.c has the table; each file act_*.c a subject.
 *
 * A handler changes the view, or sends a wish, or leaves a request. view->press says how the
 * hand asked: most handlers need not look.
 */
#ifndef VIZ_WINDOW_ACT_H
#define VIZ_WINDOW_ACT_H

#include "viz/window/view.h"

typedef void act(struct view *view, enum action action, int arm, long value);

/* Each does nothing before the first snapshot if it needs one. */
act act_train;     /* run, step, which sequence, where the loss is */
act act_restart;   /* what begins anew */
act act_control;   /* one key of the configuration, in the rail */
act act_rail;      /* how far the rail is scrolled */
act act_clip;      /* the largest gradient, which acts at once */
act act_edit;      /* changes by hand in the pinned sequence */
act act_attention; /* tools, cells and means of attention maps */
act act_states;    /* a unit and a step chosen in the states, and its state changed */
act act_look;      /* what is shown */
act act_switch;    /* how it is shown: one way, or the other */
act act_predict;   /* a sequence of one's own, and what arms write */
act act_weights;   /* which tensor is shown */
act act_past;      /* the timeline: where one looks, and forks */
act act_zoom;      /* the part of the time axis that is shown */
act act_lesson;    /* the lesson's pages and predictions */
act act_link;      /* what its links do */
act act_sketch;    /* a curve that is predicted */
act act_files;     /* what is written to files, and read from them */
act act_window;    /* what leaves the lab, or concerns the window itself */

/* Is what the link would do so already? */
bool act_link_done(const struct view *view, const struct link *link);

/* The part of a link that changes the view alone: no wish, no request. */
void act_link_show(struct view *view, const struct link *link);

/* ---- for handlers ----------------------------------------------------------------------- */

/*
 * Send a wish, and keep what the next event has to build on. False: there was no room, which
 * has been said.
 */
bool act_send(struct view *view, const struct wish *wish);
bool act_send_number(struct view *view, enum wish_kind kind, long number);

/*
 * What is, or what was wished so lately that no snapshot can show it yet. act_config is valid
 * until the next wish or frame.
 */
const struct lab_config *act_config(const struct view *view);
long act_sample(const struct view *view);
long act_looking_at(const struct view *view);
bool act_running(const struct view *view);

/*
 * Send what a control waits with, if it does; in every frame, if it is due; and look which words
 * of the choice that is unfolded can be.
 */
void controls_send(struct view *view);
void controls_frame(struct view *view);
void controls_possible(struct view *view);

#endif

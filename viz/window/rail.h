/*
 * rail.h - what the controls at the left remember between two frames: how far they are scrolled,
 * which choice is unfolded, and what a hand has set that is not on its way to the trainer yet.
 */
#ifndef VIZ_WINDOW_RAIL_H
#define VIZ_WINDOW_RAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "lessons/config.h"
#include "viz/window/hot.h"

enum { RAIL_VALUE_MAX = 40, RAIL_HINT_MAX = 256, RAIL_HINTS = 96 };

/*
 * A control is under the hand, or was turned a moment ago. What begins anew waits until the
 * hand lets go, what acts at once for the next frame: however fast a hand is, the trainer gets
 * one wish for what it meant.
 */
struct pending {
    bool held;                /* a slider is being dragged, from: */
    bool moved;               /* far enough to be no click */
    double x, share;          /* where the mouse and its bar were */
    bool on;                  /* there is something to send */
    bool checked;             /* config is what adjust_set made with everything looked at */
    int control, arm;         /* which, in the table of controls.h */
    struct lab_config base;   /* without it */
    struct lab_config config; /* with it: what is shown */
    char value[RAIL_VALUE_MAX];
    uint64_t due_ms; /* when it is sent at the latest */
};

struct rail {
    int scroll, scroll_most;     /* of what is below the buttons, in pixels */
    uint64_t scrolling_until_ms; /* the wheel scrolls until then, whatever passes under it */
    struct hot followed;         /* what the focus was on when it was last scrolled to */
    bool unfolded;               /* a choice shows all its words */
    int open, open_arm;
    uint32_t possible; /* bit i: word i of it can be */
    struct pending pending;
    char hint[RAIL_HINTS][RAIL_HINT_MAX]; /* of this frame */
    int hints;
    char size_hint[2][RAIL_HINT_MAX]; /* of the columns' headers */
};

#endif

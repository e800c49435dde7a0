/*
 * hot.h - parts of the screen that can be pressed, and how a hand presses them: by a click, a
 * drag, the wheel, a key, or with what is typed there.
 */
#ifndef VIZ_WINDOW_HOT_H
#define VIZ_WINDOW_HOT_H

#include <stdbool.h>

#include "viz/window/action.h"
#include "viz/window/raster.h"

/* What lies under a part of the screen. A click presses it; the flags say what else does. */
struct hot {
    struct rect rect;
    enum action action;
    int arm;
    long value;
    const char *hint; /* one line; NULL: none. Lives until the next frame is drawn */
    bool drag;        /* while the button is held every motion presses it, and the release */
    bool wheel;       /* the wheel over it turns it; arrows, while it has the focus */
    bool entry;       /* a double click, or Enter while it has the focus: something is typed */
    bool right;       /* the other button presses it, too */
    bool arrows;      /* arrows press it, all four, while it has the focus */
    bool ground;      /* only the wheel means it: a click goes through, and so does Tab */
};

/* How a hand asked for an action. */
enum press_kind {
    PRESS_KEY,     /* a key, or Enter with the focus on it */
    PRESS_CLICK,   /* a button went down on it */
    PRESS_DRAG,    /* moved with the button down */
    PRESS_RELEASE, /* after that */
    PRESS_WHEEL,   /* turned */
    PRESS_ARROW,   /* an arrow: x to the right, y down, each -1, 0 or 1 */
    PRESS_ENTRY,   /* something shall be typed: the handler calls view_type */
    PRESS_TYPED    /* it has been */
};

struct press {
    enum press_kind kind;
    double x, y;      /* of the mouse, share of the rectangle, 0..1; a drag may leave that */
    double turned;    /* PRESS_WHEEL: notches, up or to the right above 0 */
    bool fine, right; /* with shift; by the other button */
    const char *text; /* PRESS_TYPED: what was typed, valid in the handler */
};

/* Do both do the same, wherever they are? */
static inline bool hot_does_same(const struct hot *a, const struct hot *b)
{
    return a->action == b->action && a->arm == b->arm && a->value == b->value;
}

/* A hot rectangle, to be found again in the next frame: by what it does. */
struct focus {
    bool on;
    struct hot hot;
    int nth;      /* of those of the frame that do the same */
    bool clicked; /* by a mouse, which hints go on to follow */
};

enum { TYPED_MAX = 512 };

/* What is being typed, and where. */
struct typing {
    bool on;
    struct hot hot;
    char text[TYPED_MAX];
    bool whole; /* all of it is selected: the first letter takes its place */
    bool skip;  /* the letter of the key that began it is still to come */
};

#endif

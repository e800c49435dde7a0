/*
 * panel_at.h - which panel lies at a place of the window: for whatever acts on "the panel under
 * the pointer".
 */
#ifndef VIZ_WINDOW_PANEL_AT_H
#define VIZ_WINDOW_PANEL_AT_H

#include "viz/window/view.h"

enum panel_kind {
    PANEL_NONE,
    PANEL_RACE,
    PANEL_GRADIENT, /* from here on: of a column */
    PANEL_TOKENS,
    PANEL_STATES,
    PANEL_ATTENTION,
    PANEL_GATES,
    PANEL_CELL,
    PANEL_PREDICTION,
    PANEL_WEIGHTS
};

struct panel_place {
    enum panel_kind kind;
    int column; /* in which it is, 0 or 1 */
    int arm;    /* that it shows, number in the snapshot */
    struct rect rect;
};

/* "gradient", as it stands in a file's name; "window" for none. */
const char *panel_kind_name(enum panel_kind kind);

/* The panel at that pixel of the last frame, which showed that snapshot; PANEL_NONE. */
struct panel_place panel_at(struct view *view, const struct snapshot *snapshot, int x, int y);

/*
 * The panel that a hand means: the one with what has the focus of the keyboard, else the one
 * under the mouse.
 */
struct panel_place panel_meant(struct view *view, const struct snapshot *snapshot);

#endif

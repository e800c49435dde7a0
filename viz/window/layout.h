/*
 * layout.h - where everything is: all rectangles of the window from its size, in one place.
 *
 * A window that is too small for everything drops what matters least, in this order: lesson
 * text, controls, race, timeline, the lower panel, the states, the second arm. The gradient stays.
 */
#ifndef VIZ_WINDOW_LAYOUT_H
#define VIZ_WINDOW_LAYOUT_H

#include "viz/window/raster.h"

/* Parts of a column that can be made large. */
enum layout_part { LAYOUT_EVEN, LAYOUT_GRADIENT, LAYOUT_STATES, LAYOUT_LOWER };

/* What is asked for. */
struct layout_wish {
    int w, h;                  /* of the output, in pixels */
    double scale;              /* pixels to a unit */
    int arms;                  /* that exist */
    int strip_rows;            /* rows of attention over the tokens, 0: none */
    bool text;                 /* lesson text beside the arms */
    bool text_asked;           /* by a hand: in a narrower window, too */
    bool text_bar;             /* one line in its place where there is none */
    enum layout_part enlarged; /* gets most of a column's height */
};

/* One arm, from top to bottom; left and right ends of all time axes are the same. */
struct layout_column {
    struct rect card; /* around all of it */
    struct rect header;
    struct rect gradient;
    struct rect strip; /* attention of the asked output, over the tokens */
    struct rect tokens;
    struct rect states;
    struct rect lower; /* attention, or gates */
    int axis_x, axis_w;
};

/* A rectangle of width 0 is not there. */
struct layout {
    double scale;
    struct rect rail, race, lesson, lesson_bar, timeline, status;
    int columns; /* arms shown: 1 or 2 */
    struct layout_column column[2];
};

/* Where everything goes in a window of that wish. Overwrites *layout. */
void layout_compute(struct layout *layout, const struct layout_wish *wish);

#endif

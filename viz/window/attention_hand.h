/*
 * attention_hand.h - what a hand does in an attention map: the tool it holds, the cell it has
 * locked, the cells it paints.
 *
 * Events only note which cells were touched: what the mask shows, and what is painted already,
 * is known when the next frame draws the map from its snapshot (attention_paint.c).
 */
#ifndef VIZ_WINDOW_ATTENTION_HAND_H
#define VIZ_WINDOW_ATTENTION_HAND_H

#include <stdbool.h>

#include "viz/window/raster.h"

enum attention_tool {
    TOOL_LOOK,   /* a click locks a cell and shows its numbers */
    TOOL_FORBID, /* weight 0 */
    TOOL_FORCE,  /* the weight that the tool is set to */
    TOOLS
};

enum { STROKE_MAX = 512 };

struct attention_cell {
    int query, key;
};

/* Cells painted from the button's going down to its coming up, each once. */
struct attention_stroke {
    int arm;
    bool layer;          /* in all heads of the layer */
    bool decided, erase; /* the first cell decides: painted already, all are taken back */
    int count, done;     /* touched; of these, wished for */
    struct attention_cell cell[STROKE_MAX];
};

struct attention_hand {
    struct rect plot[2]; /* of the maps of both columns, in the last frame */
    enum attention_tool tool;
    double less;  /* what TOOL_FORCE's weight is below 1 */
    bool average; /* show the mean of 64 sequences */

    bool locked;
    int arm; /* of the locked cell */
    struct attention_cell cell;

    struct attention_stroke stroke;
    bool out;              /* a head was asked to be knocked out: */
    int out_arm, out_head; /* counted through all layers */
};

struct view;

/* A key while a cell is locked: arrows move it, Escape lets it go. True: it was for that. */
bool attention_key(struct view *view, int code, bool shift);

#endif

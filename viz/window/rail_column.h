/*
 * rail_column.h - the rail from top to bottom: where the next control goes. panel_rail.c has what
 * is always there, rail_controls.c what is behind More.
 */
#ifndef VIZ_WINDOW_RAIL_COLUMN_H
#define VIZ_WINDOW_RAIL_COLUMN_H

#include "viz/window/panels.h"

enum { RAIL_FIELD_H = 22, RAIL_SPACE = 10 };

struct rail_column {
    struct view *view;
    const struct snapshot *snapshot;
    int x, y, w;      /* pixels; y grows */
    struct rect area; /* what of it can be seen, if it scrolls; width 0: all */
};

/* The next row of so many units, with so much space below it. */
struct rect rail_row(struct rail_column *c, double height, double space);

/* Is any of the row to be seen? Of one that is not, only its hot is noted: for the focus. */
bool rail_sees(const struct rail_column *c, struct rect row);

/* A button over the whole width; without letters where it is scrolled away. */
void rail_button(struct rail_column *c, const char *label, const char *key, bool primary,
                 enum action action, const char *hint);
void rail_label(struct rail_column *c, enum text_style style, struct colour colour,
                const char *label);

/* The number that an arm of the snapshot has in the configuration. */
int rail_arm(const struct snapshot *snapshot, int arm);

/* Task, the arms that are shown, training. */
void rail_more(struct rail_column *c);

#endif

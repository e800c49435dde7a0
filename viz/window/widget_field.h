/*
 * widget_field.h - one row of the rail: a label at the left, its value at the right.
 */
#ifndef VIZ_WINDOW_WIDGET_FIELD_H
#define VIZ_WINDOW_WIDGET_FIELD_H

#include "viz/window/view.h"

struct field {
    const char *label;
    bool anew;         /* setting it begins anew: marked so */
    const char *value; /* its label gives way to it */
    bool word;         /* it is no number */
    double share;      /* of a bar under it, 0..1; below 0: there is no bar */
    bool held;         /* under the hand */
    bool locked;       /* something else decides it: nothing to press but its hint */
    struct hot hot;    /* hot.rect is where it is drawn */
};

/* A value that is dragged, turned and typed into: the share is drawn as a bar. */
void widget_slider(struct view *view, const struct field *field);

/* A small number with two buttons that move it, whose rectangles are overwritten. */
void widget_stepper(struct view *view, const struct field *field, struct hot less,
                    struct hot more);

/* A word of several; unfolded: all of them are shown below it. */
void widget_choice(struct view *view, const struct field *field, bool unfolded);

#endif

/*
 * widgets.h - buttons. Each draws itself and notes what a click on it does.
 */
#ifndef VIZ_WINDOW_WIDGETS_H
#define VIZ_WINDOW_WIDGETS_H

#include "viz/window/view.h"

struct button {
    const char *label;
    const char *key; /* the key that does the same, at the right end; NULL: none */
    bool on;         /* the one that is chosen */
    bool faint;      /* of a chip: a press does nothing now but say why */
    bool primary;    /* what a beginner should press */
    struct hot hot;  /* hot.rect is where it is drawn */
};

/* A button that fills its rectangle. */
void widget_button(struct view *view, const struct button *button);

/* A small button as wide as its label, `h` high, with its left top at (x, y). Returns its
 * width. */
int widget_chip(struct view *view, int x, int y, int h, const struct button *button);

/* The width that chip would have. */
int widget_chip_width(struct view *view, const char *label);

/* A row of equal buttons that share the rectangle; button i has value values[i]. */
struct choice {
    const char *label;
    long value;
    bool on;
};
void widget_choices(struct view *view, struct rect rect, const struct choice *choices,
                    int count, struct hot hot);

/*
 * Break the text into lines of at most `width` pixels and draw them from the top of the
 * rectangle down, as many as fit. Returns the height used.
 */
int widget_paragraph(struct view *view, struct rect rect, enum text_style style,
                     struct colour colour, const char *text);

/* The height it would use. */
int widget_paragraph_height(struct view *view, struct rect rect, enum text_style style,
                            const char *text);

#endif

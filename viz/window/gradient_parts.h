/*
 * gradient_parts.h - what the files gradient_*.c and panel_gradient.c make one panel of.
 */
#ifndef VIZ_WINDOW_GRADIENT_PARTS_H
#define VIZ_WINDOW_GRADIENT_PARTS_H

#include "viz/window/panels.h"

/* The rows of the arm's profile that are shown: input view, or a layer's state or part of it. */
struct gradient_rows {
    const struct profile_row *now;
    const struct profile_row *first; /* of step 0, a ghost; NULL: none */
    double first_times;              /* brings the ghost to the unit, or raw, seed of `now` */
};

/* False: this profile is not of the sequence that is shown. */
bool gradient_rows(const struct arm_panel *panel, struct gradient_rows *rows);

/* Parts of the state of the layer that is shown, 0 if it has but one; and the name of each. */
int gradient_parts(const struct arm_panel *panel);
const char *gradient_part_label(const struct arm_panel *panel, int part);

/* Changes with whatever decides which rows and lines are drawn. */
int gradient_option(const struct arm_panel *panel);

/* gradient_title.c: the panel's name and its switches. */
void gradient_title(const struct arm_panel *panel, struct rect row);

/*
 * gradient_theory.c: the line that theory lays over the bars, where it has one for the rows
 * shown, or NULL with the reason.
 */
const struct theory *gradient_theory(const struct arm_panel *panel, const char **because);
bool gradient_theory_shown(const struct arm_panel *panel); /* asked for, and there is one */
void gradient_theory_line(const struct arm_panel *panel, struct pixels *pixels,
                          const struct profile_row *now);
void gradient_theory_note(const struct arm_panel *panel, struct rect place);

/* gradient_readout.c: what is at the cursor, in both columns; `place` is its first line. */
void gradient_readout(const struct arm_panel *panel, struct rect place,
                      const struct profile_row *now);

/*
 * gradient_notes.c: where the error is; the lines of letters at the left top, which end at the
 * row that is returned; and the legend below the plot.
 */
enum { GRADIENT_LEGEND_H = 15 };
void gradient_error(const struct arm_panel *panel, struct rect plot);
int gradient_notes(const struct arm_panel *panel, struct rect plot,
                   const struct profile_row *now);
void gradient_legend(const struct arm_panel *panel, struct rect plot, bool many, bool ghost);

/* panel_gradient.c: what title and legend leave of the panel. */
struct rect gradient_plot(const struct arm_panel *panel);

/* panel_gradient.c: a line through T norms; what cannot be on the axis breaks it. */
void gradient_line(const struct arm_panel *panel, struct pixels *pixels, const double *norm,
                   double times, double width, struct dashes dashes, struct colour colour);

#endif

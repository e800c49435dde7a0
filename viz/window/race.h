/*
 * race.h - what the files of the race share: a plot, and what its curves are drawn over.
 *
 * Arms that make the same steps may pay different prices for them, so each arm has its own way
 * from a step to a place on the axis.
 */
#ifndef VIZ_WINDOW_RACE_H
#define VIZ_WINDOW_RACE_H

#include "viz/window/format.h"
#include "viz/window/view.h"

enum measure { MEASURE_LOSS, MEASURE_ACCURACY, MEASURE_NORM };

struct plot {
    enum measure measure;
    struct rect frame, area; /* with and without titles and axes */
    struct value_axis axis;
    enum race_x unit;
    double last; /* at the right end, in the unit */
};

/* ---- race_axis.c ------------------------------------------------------------------------ */

/*
 * Where arm number `arm` is at that point: updates it has made; the examples in them; nominal
 * FLOPs, three times those of a forward pass (the backward pass counts two) for each of them;
 * seconds spent in its updates.
 */
double race_x_of(const struct snapshot *s, int arm, enum race_x unit,
                 const struct curve_point *point);

/* The largest that any arm, or any way that was left, has reached; above 0. */
double race_x_last(const struct snapshot *s, enum race_x unit);

/* "step", "examples", "FLOPs", "seconds"; and what the chip says of how they are counted. */
const char *race_x_name(enum race_x unit);
const char *race_x_hint(enum race_x unit);

/* "1,200", "3M", "40G": a number below the axis. Returns label. */
const char *race_x_label(char label[FORMAT_MAX], enum race_x unit, double value);

/* ---- race_past.c ------------------------------------------------------------------------ */

/* Widen least..most to what the ways that were left have measured; on a log axis above 0. */
void race_fit_branches(const struct snapshot *s, enum measure measure, bool log, double *least,
                       double *most);

/* The curves of the ways that were left, from there on: paler, thinner, dotted. */
void race_draw_branches(struct view *view, const struct snapshot *s, const struct plot *plot,
                        struct pixels *pixels);

/*
 * What tells each of them from the way that is gone now, where its curve ends: the newest first,
 * as far as there is room.
 */
void race_name_branches(struct view *view, const struct snapshot *s, const struct plot *plot);

/* What tells an arm's old way from its present one: "lr 0.003, clip 1". Returns label. */
enum { BRANCH_LABEL_MAX = 48 };
const char *race_branch_label(const struct snapshot *s, const struct branch *branch, int arm,
                              enum language language, char label[BRANCH_LABEL_MAX]);

/* Where one looks: a line, or a dot on each curve where arms are elsewhere at the same step. */
void race_mark_look(struct view *view, const struct snapshot *s, const struct plot *plot);

/* ---- race_line.c ------------------------------------------------------------------------ */

struct race_line {
    const struct curve_point *points;
    int count, arm;
    struct colour colour;
    struct dashes dashes;
    double width_px;
    bool band; /* the range of the points that share a pixel, around it */
};

/* A value of a curve: the loss, the accuracy or the norm. */
double race_measured(const struct curve_point *point, enum measure measure);

/* Pixels right of the plot's left edge. */
double race_pixel_x(const struct plot *plot, double x);

/* The mean of the points that share some pixels, as a line. */
void race_draw_line(const struct plot *plot, struct pixels *pixels, const struct snapshot *s,
                    const struct race_line *line, double scale);

#endif

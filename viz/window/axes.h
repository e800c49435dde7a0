/*
 * axes.h - where a value stands on a screen.
 *
 * The time axis is shared by every panel of an arm: step t begins at the same pixel in all of
 * them. The gradient axis is absolute: log10 from 1e-16 to 1e2, the same for every arm and
 * every moment, because a scale that follows its data hides exactly what is to be seen.
 */
#ifndef VIZ_WINDOW_AXES_H
#define VIZ_WINDOW_AXES_H

#include "viz/window/raster.h"

enum { DECADE_LEAST = -16, DECADE_MOST = 2 };

/*
 * Of `steps` steps, `count` from `first` on share w pixels from x on: the axis can be zoomed and
 * moved. count 0: all of them.
 */
struct time_axis {
    int x, w, steps;
    int first, count;
};

/* Steps first .. end - 1 are shown. */
int time_first(const struct time_axis *axis);
int time_end(const struct time_axis *axis);
bool time_shown(const struct time_axis *axis, int step);

/* The same steps over other pixels. */
struct time_axis time_axis_over(const struct time_axis *axis, int x, int w);

/* A step that is not shown is held at the nearer end. step may be steps: the right end. */
int time_left(const struct time_axis *axis, int step);
int time_width(const struct time_axis *axis, int step); /* of one cell; at least 1 */
int time_centre(const struct time_axis *axis, int step);

/* The step at pixel x, or -1 outside. */
int time_at(const struct time_axis *axis, int x);

/*
 * The pixel row of a value on the gradient axis drawn over `plot`: plot.y for 1e2, plot.y +
 * plot.h for 1e-16, held within them. Zero and NaN are at the bottom.
 */
int decade_y(struct rect plot, double value);

/* A value axis, linear or log10, from the bottom (least) to the top (most) of a plot. */
struct value_axis {
    double least, most;
    bool log;
};

/* The row of a value, held within the plot, with fractions; NaN stays NaN. */
double value_y(const struct value_axis *axis, struct rect plot, double value);

/* The value at a row, the inverse of value_y; rows outside the plot go on with the axis. */
double value_at(const struct value_axis *axis, struct rect plot, double y);

/* An axis that shows least..most with a little room; on a log axis values <= 0 are left out. */
struct value_axis value_axis_fit(double least, double most, bool log);

enum { TICKS_MAX = 12 };

/* Round values in least..most, at most `wanted` (<= TICKS_MAX) of them. Returns how many. */
int axis_ticks(double least, double most, int wanted, double ticks[TICKS_MAX]);

/*
 * The same for a log axis: powers of ten, thinned to fit; 2 and 5 times them too where there is
 * at most one. Largest first.
 */
int axis_decades(double least, double most, int wanted, double ticks[TICKS_MAX]);

#endif

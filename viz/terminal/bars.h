/*
 * bars.h - bars of block characters, and the two pictures that are made of them.
 *
 * A cell of a terminal holds eight levels in UTF-8 and three in plain ASCII. All functions
 * here write text and nothing else: what they show can be tested.
 */
#ifndef VIZ_TERMINAL_BARS_H
#define VIZ_TERMINAL_BARS_H

#include <stdbool.h>
#include <stddef.h>

#include "lessons/curve.h"

enum {
    COLUMNS_MAX = 400,
    ROW_TEXT_MAX = 4 * COLUMNS_MAX + 1 /* bytes of one row */
};

/*
 * Row `row` of `rows`, 0 at the top, of bars of heights 0 .. 1; (columns). NaN is left blank,
 * and any height above 0 shows at least the lowest level.
 */
void bars_row(char text[ROW_TEXT_MAX], const double *heights, int columns, int row, int rows,
              bool unicode);

/* What the strip's axis covers, in powers of ten. It never moves. */
enum { STRIP_LEAST = -16, STRIP_MOST = 2 };

/*
 * One row of the gradient strip: norms (steps), one for each time step, in `columns` columns.
 * With fewer columns than steps a column shows the largest of its steps; with more, a step is
 * several columns wide. In the lowest row an exact zero is marked x, a norm below 1e-16 v, one
 * that is not a number ?.
 */
void strip_row(char text[ROW_TEXT_MAX], const double *norms, int steps, int columns, int row,
               int rows, bool unicode);

/* Columns for so many steps where `room` are free: a whole number for each step if they fit. */
int strip_columns(int steps, int room);

/* The range of a loss axis. */
struct loss_axis {
    double least, most;
};

/*
 * A log axis for a loss whose baseline is that: from twice the baseline, above which bars are
 * full, down to the smallest loss of the curves, both widened to the next of 1, 2, 5, 10.
 * Losses <= 0 do not count.
 */
struct loss_axis loss_axis_begin(double baseline);
void loss_axis_add(struct loss_axis *axis, const struct curve *curve);

/*
 * A sparkline: the curve's loss (geometric mean of a column's points) over steps 0 .. steps -
 * 1, blank where it has not come to yet.
 */
void sparkline(char text[ROW_TEXT_MAX], const struct curve *curve, long steps, int columns,
               const struct loss_axis *axis, bool unicode);

/* The same for a loss that is always the same. */
void sparkline_constant(char text[ROW_TEXT_MAX], double loss, int columns,
                        const struct loss_axis *axis, bool unicode);

#endif

/*
 * raster.h - pictures made of pixels: heatmaps, smooth lines, hatching.
 *
 * What would be thousands of rectangles for a renderer is a loop here, and the same on every
 * machine, with or without a graphics card. Nothing in this file knows SDL.
 */
#ifndef VIZ_WINDOW_RASTER_H
#define VIZ_WINDOW_RASTER_H

#include <stdbool.h>
#include <stdint.h>

#include "viz/window/theme.h"

/* A rectangle in pixels of the output; w or h of 0: not there. */
struct rect {
    int x, y, w, h;
};

bool rect_contains(struct rect rect, int x, int y);

/* The rectangle with so many pixels taken off each side; never of negative size. */
struct rect rect_inset(struct rect rect, int left, int top, int right, int bottom);

/* What lies in both; of no width or height if nothing does. */
struct rect rect_common(struct rect a, struct rect b);

/* An image: w x h pixels 0xAARRGGBB, row after row. Whoever made it owns both blocks. */
struct pixels {
    int w, h;
    uint32_t *argb; /* (h, w) */
    uint8_t *mask;  /* (h, w) scratch: how much of a pixel a line covers; zero between calls */
};

struct point {
    double x, y;
};

/* Overwrite all with one colour. */
void raster_clear(struct pixels *pixels, struct colour colour);

/* Blend a rectangle over what is there; clipped. */
void raster_fill(struct pixels *pixels, struct rect rect, struct colour colour);

/*
 * Blend a smooth line through the points, `width` pixels wide, over what is there; clipped. The
 * line breaks where a point is NaN. Dashes are in pixels here.
 */
void raster_polyline(struct pixels *pixels, const struct point *points, int count, double width,
                     struct dashes dashes, struct colour colour);

/* Blend parallel diagonal lines over a rectangle, one every `distance` pixels; clipped. */
void raster_hatch(struct pixels *pixels, struct rect rect, int distance, struct colour colour);

/* Copy an image to (x, y), as far as it lies within `clip`. */
void raster_copy(struct pixels *pixels, const struct pixels *from, int x, int y,
                 struct rect clip);

/* Where cell `index` of `count` begins when they share `extent` pixels; index may be count. */
int raster_edge(int index, int count, int extent);

/* The cell that has pixel `place`: raster_edge's inverse. */
int raster_cell(int place, int count, int extent);

/*
 * A matrix as coloured cells that fill the whole image. at(context, row, column) is a value,
 * paint its colour; where several cells share a pixel the one farthest from zero is shown, so
 * that nothing that stands out is lost.
 */
struct raster_matrix {
    int rows, columns;
    double (*at)(const void *context, int row, int column);
    struct colour (*paint)(const struct theme *theme, double value);
    const void *context;
    const struct theme *theme; /* of paint; may be NULL if that asks for none */
    int first;                 /* columns first .. first + columns - 1 are painted */
};

void raster_heatmap(struct pixels *pixels, const struct raster_matrix *matrix);

#endif

#include "viz/window/raster.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "common/numeric/clamp.h"

bool rect_contains(struct rect rect, int x, int y)
{
    return x >= rect.x && y >= rect.y && x < rect.x + rect.w && y < rect.y + rect.h;
}

struct rect rect_inset(struct rect rect, int left, int top, int right, int bottom)
{
    rect.x += left;
    rect.y += top;
    rect.w -= left + right;
    rect.h -= top + bottom;
    if (rect.w < 0)
        rect.w = 0;
    if (rect.h < 0)
        rect.h = 0;
    return rect;
}

struct rect rect_common(struct rect a, struct rect b)
{
    const int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
    const int foot = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;

    a.x = a.x > b.x ? a.x : b.x;
    a.y = a.y > b.y ? a.y : b.y;
    a.w = right > a.x ? right - a.x : 0;
    a.h = foot > a.y ? foot - a.y : 0;
    return a;
}

/* `cover` of 255: how much of the pixel is the new colour. It stays as opaque as it was. */
static uint32_t blend(uint32_t under, struct colour over, unsigned cover)
{
    const unsigned a = over.a * cover / 255, keep = 255 - a;
    const unsigned r = ((under >> 16 & 0xff) * keep + over.r * a + 127) / 255;
    const unsigned g = ((under >> 8 & 0xff) * keep + over.g * a + 127) / 255;
    const unsigned b = ((under & 0xff) * keep + over.b * a + 127) / 255;

    return (under & 0xff000000u) | r << 16 | g << 8 | b;
}

void raster_clear(struct pixels *pixels, struct colour colour)
{
    raster_fill(pixels, (struct rect){ 0, 0, pixels->w, pixels->h }, colour);
}

void raster_fill(struct pixels *pixels, struct rect rect, struct colour colour)
{
    const int x0 = clamp_int(rect.x, 0, pixels->w),
              x1 = clamp_int(rect.x + rect.w, 0, pixels->w);
    const int y0 = clamp_int(rect.y, 0, pixels->h),
              y1 = clamp_int(rect.y + rect.h, 0, pixels->h);
    const uint32_t opaque = theme_argb(colour);

    if (colour.a == 255) {
        for (int y = y0; y < y1; y++) {
            uint32_t *row = &pixels->argb[y * pixels->w];

            for (int x = x0; x < x1; x++)
                row[x] = opaque;
        }
        return;
    }
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++) {
            uint32_t *pixel = &pixels->argb[y * pixels->w + x];

            *pixel = blend(*pixel, colour, 255);
        }
}

/* Length of the part of [from, from + 1) that is ink when ink and gaps alternate. */
static double ink(double along, struct dashes dashes)
{
    const double phase = fmod(along, dashes.on + dashes.off);
    const double inside = fmin(phase, dashes.on - phase); /* negative within a gap */

    return clamp(inside + 0.5, 0, 1);
}

/* One straight piece, `start` pixels of line before it. The largest cover of all counts. */
static void cover_piece(struct pixels *pixels, struct point a, struct point b, double width,
                        struct dashes dashes, double start)
{
    const double reach = width / 2 + 1;
    const int x0 = clamp_int((int)floor(fmin(a.x, b.x) - reach), 0, pixels->w);
    const int x1 = clamp_int((int)ceil(fmax(a.x, b.x) + reach), 0, pixels->w);
    const int y0 = clamp_int((int)floor(fmin(a.y, b.y) - reach), 0, pixels->h);
    const int y1 = clamp_int((int)ceil(fmax(a.y, b.y) + reach), 0, pixels->h);
    const double dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
    const double length = sqrt(square);

    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++) {
            const double px = x + 0.5 - a.x, py = y + 0.5 - a.y;
            const double t = square > 0 ? clamp((px * dx + py * dy) / square, 0, 1) : 0;
            const double ex = px - t * dx, ey = py - t * dy;
            const double away = ex * ex + ey * ey;
            uint8_t *mask = &pixels->mask[y * pixels->w + x];
            double cover;

            if (away >= reach * reach)
                continue;
            cover = clamp(width / 2 + 0.5 - sqrt(away), 0, 1);
            if (dashes.on > 0)
                cover *= ink(start + t * length, dashes);
            if (cover * 255 > *mask)
                *mask = (uint8_t)(cover * 255);
        }
}

/* Blend what the mask covers and clear it, only in the rows that the line can have reached. */
static void draw_mask(struct pixels *pixels, const struct point *points, int count,
                      double width, struct colour colour)
{
    double top = pixels->h, foot = 0;
    int first, last;

    for (int i = 0; i < count; i++) {
        top = fmin(top, points[i].y); /* of a number and NaN, fmin is the number */
        foot = fmax(foot, points[i].y);
    }
    first = clamp_int((int)(fmax(top, 0) - width - 2), 0, pixels->h);
    last = clamp_int((int)(fmin(foot, pixels->h) + width + 3), 0, pixels->h);
    for (int i = first * pixels->w; i < last * pixels->w; i++)
        if (pixels->mask[i] != 0) {
            pixels->argb[i] = blend(pixels->argb[i], colour, pixels->mask[i]);
            pixels->mask[i] = 0;
        }
}

void raster_polyline(struct pixels *pixels, const struct point *points, int count, double width,
                     struct dashes dashes, struct colour colour)
{
    double along = 0;

    for (int i = 1; i < count; i++) {
        const struct point a = points[i - 1], b = points[i];

        if (isnan(a.x + a.y + b.x + b.y))
            continue;
        cover_piece(pixels, a, b, width, dashes, along);
        along += hypot(b.x - a.x, b.y - a.y);
    }
    draw_mask(pixels, points, count, width, colour);
}

void raster_hatch(struct pixels *pixels, struct rect rect, int distance, struct colour colour)
{
    const int x0 = clamp_int(rect.x, 0, pixels->w),
              x1 = clamp_int(rect.x + rect.w, 0, pixels->w);
    const int y0 = clamp_int(rect.y, 0, pixels->h),
              y1 = clamp_int(rect.y + rect.h, 0, pixels->h);

    assert(distance > 0);
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            if ((x + y) % distance == 0) {
                uint32_t *pixel = &pixels->argb[y * pixels->w + x];

                *pixel = blend(*pixel, colour, 255);
            }
}

void raster_copy(struct pixels *pixels, const struct pixels *from, int x, int y,
                 struct rect clip)
{
    const struct rect seen =
        rect_common(rect_common(clip, (struct rect){ x, y, from->w, from->h }),
                    (struct rect){ 0, 0, pixels->w, pixels->h });

    for (int row = seen.y; row < seen.y + seen.h; row++)
        memcpy(&pixels->argb[row * pixels->w + seen.x],
               &from->argb[(row - y) * from->w + seen.x - x],
               (size_t)seen.w * sizeof *from->argb);
}

int raster_edge(int index, int count, int extent)
{
    return (int)((int64_t)index * extent / count);
}

int raster_cell(int place, int count, int extent)
{
    return (int)((((int64_t)place + 1) * count - 1) / extent);
}

/* The cells [first, last) of `count` that share pixel `place` of fewer than `count`. */
static void sharing(int place, int extent, int count, int *first, int *last)
{
    *first = (int)((int64_t)place * count / extent);
    *last = (int)(((int64_t)place + 1) * count / extent);
}

static double farthest(const struct raster_matrix *m, int row0, int row1, int column0,
                       int column1)
{
    double found = m->at(m->context, row0, m->first + column0);

    for (int row = row0; row < row1; row++)
        for (int column = column0; column < column1; column++) {
            const double value = m->at(m->context, row, m->first + column);

            if (fabs(value) > fabs(found))
                found = value;
        }
    return found;
}

/* One line of pixels that shows rows [row0, row1). */
static void paint_line(uint32_t *line, int w, const struct raster_matrix *m, int row0, int row1)
{
    if (m->columns > w) {
        for (int x = 0; x < w; x++) {
            int column0, column1;

            sharing(x, w, m->columns, &column0, &column1);
            line[x] = theme_argb(m->paint(m->theme, farthest(m, row0, row1, column0, column1)));
        }
        return;
    }
    for (int column = 0, x = 0; column < m->columns; column++) {
        const int end = raster_edge(column + 1, m->columns, w);
        const uint32_t argb =
            theme_argb(m->paint(m->theme, farthest(m, row0, row1, column, column + 1)));

        while (x < end)
            line[x++] = argb;
    }
}

void raster_heatmap(struct pixels *pixels, const struct raster_matrix *m)
{
    const int w = pixels->w, h = pixels->h;

    if (m->rows > h) {
        for (int y = 0; y < h; y++) {
            int row0, row1;

            sharing(y, h, m->rows, &row0, &row1);
            paint_line(&pixels->argb[y * w], w, m, row0, row1);
        }
        return;
    }
    for (int row = 0, y = 0; row < m->rows; row++) {
        const int end = raster_edge(row + 1, m->rows, h);
        const uint32_t *first = &pixels->argb[y * w];

        paint_line(&pixels->argb[y * w], w, m, row, row + 1);
        while (++y < end)
            memcpy(&pixels->argb[y * w], first, (size_t)w * sizeof *first);
    }
}

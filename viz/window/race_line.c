/* One curve of the race, as pixels. */
#include "viz/window/race.h"

#include <math.h>

enum { PIXELS_MAX = 4096 };

double race_measured(const struct curve_point *point, enum measure measure)
{
    switch (measure) {
    case MEASURE_LOSS:
        return (double)point->loss;
    case MEASURE_ACCURACY:
        return (double)point->accuracy;
    default:
        return (double)point->gradient_norm;
    }
}

double race_pixel_x(const struct plot *plot, double x)
{
    return plot->last > 0 ? x / plot->last * (plot->area.w - 1) : 0;
}

/* Mean, least and most of the points that share a column of pixels. */
struct bin {
    double sum, x, least, most;
    int count;
};

/* The mean as a line; around it the range of points that share a pixel, as a pale band. */
void race_draw_line(const struct plot *plot, struct pixels *pixels, const struct snapshot *s,
                    const struct race_line *line, double scale)
{
    const struct rect all = { 0, 0, pixels->w, pixels->h };
    const int width = (int)lround(3 * scale); /* pixels to a bin: calmer than one */
    struct point points[PIXELS_MAX];
    struct dashes dashes = line->dashes;
    struct bin bin = { 0 };
    int count = 0, column = -1;

    for (int p = 0; p <= line->count && count < PIXELS_MAX; p++) {
        const struct curve_point *point = p < line->count ? &line->points[p] : NULL;
        const double x =
            point != NULL ? race_pixel_x(plot, race_x_of(s, line->arm, plot->unit, point)) : -2;
        const double value = point != NULL ? race_measured(point, plot->measure) : 0;

        if (!isfinite(value))
            continue;
        if (bin.count > 0 && (int)floor(x / width) != column) {
            const double y = value_y(&plot->axis, all, bin.sum / bin.count);
            const int top = (int)value_y(&plot->axis, all, bin.most);
            const int foot = (int)value_y(&plot->axis, all, bin.least);

            points[count++] = (struct point){ bin.x / bin.count + 0.5, y };
            if (line->band && bin.count > 1 && foot > top)
                raster_fill(pixels, (struct rect){ column * width, top, width, foot - top },
                            theme_fade(line->colour, 48));
            bin = (struct bin){ 0 };
        }
        if (point == NULL)
            break;
        column = (int)floor(x / width);
        bin.least = bin.count > 0 ? fmin(bin.least, value) : value;
        bin.most = bin.count > 0 ? fmax(bin.most, value) : value;
        bin.sum += value;
        bin.x += x;
        bin.count++;
    }
    dashes.on *= scale;
    dashes.off *= scale;
    raster_polyline(pixels, points, count, line->width_px, dashes, line->colour);
}

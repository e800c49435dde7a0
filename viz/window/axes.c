#include "viz/window/axes.h"

#include <assert.h>
#include <math.h>

#include "common/numeric/clamp.h"

int time_first(const struct time_axis *axis)
{
    return axis->count > 0 ? axis->first : 0;
}

int time_end(const struct time_axis *axis)
{
    return axis->count > 0 ? axis->first + axis->count : axis->steps;
}

bool time_shown(const struct time_axis *axis, int step)
{
    return step >= time_first(axis) && step < time_end(axis);
}

struct time_axis time_axis_over(const struct time_axis *axis, int x, int w)
{
    struct time_axis over = *axis;

    over.x = x;
    over.w = w;
    return over;
}

int time_left(const struct time_axis *axis, int step)
{
    const int first = time_first(axis), end = time_end(axis);
    const int held = step < first ? first : step > end ? end : step;

    assert(axis->steps > 0);
    return axis->x + raster_edge(held - first, end - first, axis->w);
}

int time_width(const struct time_axis *axis, int step)
{
    const int width = time_left(axis, step + 1) - time_left(axis, step);

    return width < 1 ? 1 : width;
}

int time_centre(const struct time_axis *axis, int step)
{
    return (time_left(axis, step) + time_left(axis, step + 1)) / 2;
}

int time_at(const struct time_axis *axis, int x)
{
    int step;

    if (x < axis->x || x >= axis->x + axis->w || axis->steps < 1)
        return -1;
    step = time_first(axis) +
           (int)((int64_t)(x - axis->x) * (time_end(axis) - time_first(axis)) / axis->w);
    while (step + 1 < time_end(axis) && time_left(axis, step + 1) <= x)
        step++;
    return step;
}

int decade_y(struct rect plot, double value)
{
    double share;

    if (!(value > 0))
        return plot.y + plot.h;
    share = (DECADE_MOST - log10(value)) / (DECADE_MOST - DECADE_LEAST);
    return plot.y + (int)lround(clamp(share, 0, 1) * plot.h);
}

static double placed(const struct value_axis *axis, double value)
{
    return axis->log ? log10(value) : value;
}

double value_y(const struct value_axis *axis, struct rect plot, double value)
{
    const double least = placed(axis, axis->least), most = placed(axis, axis->most);
    double share;

    if (isnan(value))
        return value;
    if (axis->log && value <= 0)
        share = 0;
    else
        share = (placed(axis, value) - least) / (most - least);
    return plot.y + (1 - clamp(share, 0, 1)) * plot.h;
}

double value_at(const struct value_axis *axis, struct rect plot, double y)
{
    const double least = placed(axis, axis->least), most = placed(axis, axis->most);
    const double value = most - (y - plot.y) / plot.h * (most - least);

    return axis->log ? pow(10, value) : value;
}

struct value_axis value_axis_fit(double least, double most, bool log)
{
    struct value_axis axis = { least, most, log };

    if (log) {
        if (!(most > 0))
            return (struct value_axis){ 0.1, 1, true };
        if (!(least > 0))
            axis.least = most / 10;
        /* At least half a decade, or noise would fill the plot. */
        if (axis.most / axis.least < 3) {
            axis.least /= 1.5;
            axis.most *= 1.5;
        } else {
            const double room = pow(axis.most / axis.least, 0.05);

            axis.least /= room;
            axis.most *= room;
        }
        return axis;
    }
    if (!(most > least))
        axis.most = least + (least == 0 ? 1 : fabs(least));
    axis.most += (axis.most - axis.least) * 0.05;
    return axis;
}

int axis_ticks(double least, double most, int wanted, double ticks[TICKS_MAX])
{
    static const double steps[] = { 1, 2, 5, 10 };
    const double span = most - least;
    double power, step = 0;
    int count = 0;

    assert(wanted >= 1 && wanted <= TICKS_MAX);
    if (!(span > 0) || isinf(span))
        return 0;
    power = pow(10, floor(log10(span / wanted)));
    for (int i = 0; i < 4; i++) {
        step = power * steps[i];
        if (floor(most / step + 1e-9) - ceil(least / step - 1e-9) < wanted)
            break;
    }
    for (double tick = ceil(least / step - 1e-9); count < wanted; tick++) {
        if (tick * step > most + step * 1e-6)
            break;
        ticks[count++] = tick * step;
    }
    return count;
}

/* 1, 2 and 5 times powers of ten, where whole decades are too few to read anything. */
static int fine_decades(double least, double most, int wanted, double ticks[TICKS_MAX])
{
    static const double times[] = { 5, 2, 1 };
    int count = 0;

    for (int power = (int)floor(log10(most)); power >= (int)floor(log10(least)); power--)
        for (int i = 0; i < 3; i++) {
            const double tick = times[i] * pow(10, power);

            if (tick >= least && tick <= most && count < wanted)
                ticks[count++] = tick;
        }
    return count;
}

int axis_decades(double least, double most, int wanted, double ticks[TICKS_MAX])
{
    const int from = (int)ceil(log10(least) - 1e-9), to = (int)floor(log10(most) + 1e-9);
    int step = 1, count = 0;

    assert(wanted >= 1 && wanted <= TICKS_MAX);
    if (to <= from)
        return fine_decades(least, most, wanted, ticks);
    while ((to - from) / step + 1 > wanted)
        step++;
    for (int power = to; power >= from; power -= step)
        ticks[count++] = pow(10, power);
    return count;
}

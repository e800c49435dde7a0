#include "viz/window/race.h"

#include <math.h>
#include <stdio.h>

#include "viz/window/format.h"

/* Price of one update of that arm; RACE_SECONDS has none. */
static double price(const struct snapshot *s, int arm, enum race_x unit)
{
    const double batch = s->config.training.batch;

    switch (unit) {
    case RACE_EXAMPLES:
        return batch;
    case RACE_FLOPS:
        return 3 * s->arm[arm].flops * batch;
    default:
        return 1;
    }
}

double race_x_of(const struct snapshot *s, int arm, enum race_x unit,
                 const struct curve_point *point)
{
    if (unit == RACE_SECONDS)
        return (double)point->seconds;
    return (double)point->step * price(s, arm, unit);
}

/* How far the points of one curve reach; updates count to the end of the last. */
static double reach(const struct snapshot *s, int arm, enum race_x unit,
                    const struct curve_point *points, int count)
{
    struct curve_point last;

    if (count == 0)
        return 0;
    last = points[count - 1];
    last.step++;
    return race_x_of(s, arm, unit, &last);
}

double race_x_last(const struct snapshot *s, enum race_x unit)
{
    double last = unit == RACE_SECONDS ? 1e-3 : 1;

    for (int i = 0; i < s->arms; i++) {
        const struct curve_point now = { .step = s->arm[i].step > s->step ? s->arm[i].step
                                                                          : s->step };

        if (unit != RACE_SECONDS)
            last = fmax(last, race_x_of(s, i, unit, &now));
        last = fmax(last, reach(s, i, unit, s->arm[i].curve.points, s->arm[i].curve.count));
        for (int b = 0; b < s->branches.count; b++)
            if (i < s->branches.items[b].arms)
                last = fmax(last, reach(s, i, unit, s->branches.items[b].arm[i].points,
                                        s->branches.items[b].arm[i].count));
    }
    return last;
}

const char *race_x_name(enum race_x unit)
{
    static const char *const names[RACE_UNITS] = { "step", "examples", "FLOPs", "seconds" };

    return names[unit];
}

const char *race_x_hint(enum race_x unit)
{
    static const char *const hints[RACE_UNITS] = {
        "X: over steps, the updates each arm has made. Next: examples",
        "X: over the sequences each arm has been trained on. Next: FLOPs",
        "X: over nominal FLOPs: a step is 3 forward passes (backward counts 2) of its batch",
        "X: over the seconds that each arm spent in its own updates. Next: steps",
    };

    return hints[unit];
}

const char *race_x_label(char label[FORMAT_MAX], enum race_x unit, double value)
{
    if (unit == RACE_STEPS && value < 1e6)
        return format_count(label, (size_t)(value + 0.5));
    return format_short(label, value);
}

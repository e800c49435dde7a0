/* What the race shows of the past: the ways that were left, and where one looks. */
#include "viz/window/race.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lessons/words.h"
#include "viz/window/panels.h"

static const struct dashes DOTTED = { 1.5, 2.5 };

enum { PALE = 180 /* of 255 */, DOT_W = 7 };

/*
 * The first point of a branch that the present way does not have, less one, so that its line
 * begins on the other's.
 */
static int first_own(const struct branch_arm *arm, long from)
{
    int first = 0;

    while (first + 1 < arm->count && arm->points[first + 1].step < from)
        first++;
    return first;
}

void race_fit_branches(const struct snapshot *s, enum measure measure, bool log, double *least,
                       double *most)
{
    for (int b = 0; b < s->branches.count; b++) {
        const struct branch *branch = &s->branches.items[b];

        for (int i = 0; i < branch->arms; i++)
            for (int p = 0; p < branch->arm[i].count; p++) {
                const double value = race_measured(&branch->arm[i].points[p], measure);

                if (!isfinite(value) || (log && value <= 0))
                    continue;
                *least = fmin(*least, value);
                *most = fmax(*most, value);
            }
    }
}

void race_draw_branches(struct view *view, const struct snapshot *s, const struct plot *plot,
                        struct pixels *pixels)
{
    const struct theme *theme = canvas_theme(view->canvas);

    for (int b = 0; b < s->branches.count; b++) {
        const struct branch *branch = &s->branches.items[b];

        for (int i = 0; i < branch->arms && i < s->arms; i++) {
            const int first = first_own(&branch->arm[i], branch->from);
            const struct race_line line = {
                .points = branch->arm[i].points + first,
                .count = branch->arm[i].count - first,
                .arm = i,
                .colour = theme_fade(theme_arm_colour(theme, s->arm[i].model), PALE),
                .dashes = DOTTED,
                .width_px = canvas_line(view->canvas, 1.2),
            };

            race_draw_line(plot, pixels, s, &line, canvas_scale(view->canvas));
        }
    }
}

static bool differs(double a, double b)
{
    return fabs(a - b) > 1e-9 * fmax(fabs(a), fabs(b));
}

const char *race_branch_label(const struct snapshot *s, const struct branch *branch, int arm,
                              enum language language, char label[BRANCH_LABEL_MAX])
{
    const double rate = branch->arm[arm].learning_rate, clip = branch->clip;
    const bool other_rate = differs(rate, s->arm[arm].learning_rate);
    const bool other_clip = differs(clip, s->config.training.clip);
    char off[16];

    snprintf(off, sizeof off, clip > 0 ? "%.3g" : words_in(language, "off"), clip);
    if (other_rate && other_clip)
        snprintf(label, BRANCH_LABEL_MAX, words_in(language, "lr %.3g, clip %s"), rate, off);
    else if (other_rate)
        snprintf(label, BRANCH_LABEL_MAX, "lr %.3g", rate);
    else if (other_clip)
        snprintf(label, BRANCH_LABEL_MAX, words_in(language, "clip %s"), off);
    else
        snprintf(label, BRANCH_LABEL_MAX, words_in(language, "left at %ld"), branch->from);
    return label;
}

/* The last usable point of a branch, in pixels of the output; false: it has none. */
static bool branch_end(const struct snapshot *s, const struct plot *plot,
                       const struct branch_arm *arm, int number, int *x, int *y)
{
    for (int p = arm->count - 1; p >= 0; p--) {
        const double value = race_measured(&arm->points[p], plot->measure);

        if (!isfinite(value))
            continue;
        *x = plot->area.x +
             (int)race_pixel_x(plot, race_x_of(s, number, plot->unit, &arm->points[p]));
        *y = (int)value_y(&plot->axis, plot->area, value);
        return true;
    }
    return false;
}

/* Names that have a place already. */
struct names {
    struct rect taken[BRANCHES_MAX * ARMS_MAX];
    int count;
};

static bool is_free(const struct names *names, struct rect place, struct rect area)
{
    const struct rect inside = rect_common(place, area);

    for (int i = 0; i < names->count; i++) {
        const struct rect both = rect_common(names->taken[i], place);

        if (both.w > 0 && both.h > 0)
            return false;
    }
    return inside.w == place.w && inside.h == place.h;
}

/* Over the end of the curve, or below it; nowhere, if letters are there already. */
static void name_end(struct canvas *canvas, const struct plot *plot, struct names *names, int x,
                     int y, struct colour colour, const char *label)
{
    const int line = canvas_line_height(canvas, TEXT_TINY);
    const int w = canvas_text_width(canvas, TEXT_TINY, label, -1) + canvas_px(canvas, 6);
    const int left = x - w > plot->area.x ? x - w : plot->area.x;
    const struct rect places[] = {
        { left, y - line - canvas_px(canvas, 2), w, line },
        { left, y + canvas_px(canvas, 2), w, line },
    };

    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (is_free(names, places[i], plot->area)) {
            panel_note(canvas, places[i], TEXT_TINY, ALIGN_RIGHT, colour, label);
            names->taken[names->count++] = places[i];
            return;
        }
}

void race_name_branches(struct view *view, const struct snapshot *s, const struct plot *plot)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct names names = { .count = 0 };

    for (int b = s->branches.count - 1; b >= 0; b--)
        for (int i = 0; i < s->branches.items[b].arms && i < s->arms; i++) {
            const struct branch *branch = &s->branches.items[b];
            char label[BRANCH_LABEL_MAX];
            int x, y;

            if (branch_end(s, plot, &branch->arm[i], i, &x, &y))
                name_end(view->canvas, plot, &names, x, y,
                         theme_arm_colour(theme, s->arm[i].model),
                         race_branch_label(s, branch, i, view->language, label));
        }
}

/* The point of an arm's curve at the moment looked at: the last that it had by then. */
static const struct curve_point *looked_point(const struct snapshot_arm *arm)
{
    const struct curve_point *point = NULL;

    for (int p = 0; p < arm->curve.count; p++)
        if (p == 0 || arm->curve.points[p].step <= arm->looked_step)
            point = &arm->curve.points[p];
    return point;
}

void race_mark_look(struct view *view, const struct snapshot *s, const struct plot *plot)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const int dot = canvas_px(canvas, DOT_W);
    const struct rect clip = rect_inset(plot->area, -dot, -dot, -dot, -dot);

    if (s->looking_at == LAB_NOW)
        return;
    canvas_clip(canvas, &clip);
    if (plot->unit == RACE_STEPS || plot->unit == RACE_EXAMPLES) {
        const struct curve_point at = { .step = s->looking_at };

        canvas_fill(canvas,
                    (struct rect){ plot->area.x + (int)race_pixel_x(
                                                      plot, race_x_of(s, 0, plot->unit, &at)),
                                   plot->area.y, canvas_px(canvas, 1), plot->area.h },
                    theme->accent);
    }
    for (int i = 0; i < s->arms; i++) {
        const struct curve_point *point = looked_point(&s->arm[i]);
        const double value = point != NULL ? race_measured(point, plot->measure) : (double)NAN;
        struct rect at = { .w = dot, .h = dot };

        if (!isfinite(value))
            continue;
        at.x = plot->area.x + (int)race_pixel_x(plot, race_x_of(s, i, plot->unit, point)) -
               dot / 2;
        at.y = (int)value_y(&plot->axis, plot->area, value) - dot / 2;
        canvas_round(canvas, rect_inset(at, -1, -1, -1, -1), dot / 2 + 1, theme->accent);
        canvas_round(canvas, at, dot / 2, theme_arm_colour(theme, s->arm[i].model));
    }
    canvas_clip(canvas, NULL);
}

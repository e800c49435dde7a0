/*
 * How much of an error reaches each earlier step: bars of the pinned sequence, a line for many
 * sequences, a ghost of step 0, on an axis that never follows its data.
 */
#include "viz/window/gradient_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "viz/window/format.h"
#include "viz/window/widgets.h"

enum { HATCH_H = 12, BEYOND_H = 7, LINE_POINTS = 512 };

/* Below this share of the largest bar, a float32 sum does not change any more. */
static const double float_epsilon = 6e-8;

struct rect gradient_plot(const struct arm_panel *panel)
{
    struct rect plot = panel_plot(panel, panel->place->gradient);
    const int legend = canvas_px(panel->view->canvas, GRADIENT_LEGEND_H);

    plot.h = plot.h > 4 * legend ? plot.h - legend : plot.h;
    return plot;
}

/* Lines at the decades, numbers at every fourth. */
static void draw_grid(const struct arm_panel *panel, struct pixels *pixels)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct rect all = { 0, 0, pixels->w, pixels->h };

    for (int decade = DECADE_LEAST; decade <= DECADE_MOST; decade++) {
        int y = decade_y(all, pow(10, decade));
        const bool labelled = (decade - DECADE_MOST) % 4 == -2;

        if (y >= pixels->h)
            y = pixels->h - 1;
        if (labelled || pixels->h > canvas_px(panel->view->canvas, 90))
            raster_fill(pixels, (struct rect){ 0, y, pixels->w, 1 },
                        theme_fade(theme->edge, labelled ? 170 : 70));
    }
}

static void draw_decades(const struct arm_panel *panel, struct rect plot)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int line = canvas_line_height(canvas, TEXT_TINY);
    const int left = panel->place->card.x + canvas_px(canvas, 2);
    const int between = plot.h < 4 * line ? 12 : 4; /* a low plot has two numbers, not none */

    for (int decade = DECADE_LEAST; decade <= DECADE_MOST; decade++) {
        const int y = decade_y(plot, pow(10, decade));

        if (decade % between != 0 || plot.h < 2 * line)
            continue;
        canvas_format(
            canvas,
            (struct rect){ left, y - line / 2, plot.x - left - canvas_px(canvas, 5), line },
            TEXT_TINY, ALIGN_RIGHT, theme->dim, decade == 0 ? "1" : "1e%d", decade);
    }
}

void gradient_line(const struct arm_panel *panel, struct pixels *pixels, const double *norm,
                   double times, double width, struct dashes dashes, struct colour colour)
{
    const struct time_axis axis = time_axis_over(&panel->axis, 0, pixels->w);
    const struct rect all = { 0, 0, pixels->w, pixels->h };
    struct point points[LINE_POINTS];
    int count = 0;

    for (int t = time_first(&axis); t < time_end(&axis); t++) {
        const double value = norm[t] * times;
        const bool seen = value > 0 && value <= pow(10, DECADE_MOST);

        points[count++] =
            seen ? (struct point){ (time_left(&axis, t) + time_left(&axis, t + 1)) / 2.0,
                                   decade_y(all, value) + 0.5 }
                 : (struct point){ (double)NAN, (double)NAN };
        if (count == LINE_POINTS || t == time_end(&axis) - 1) {
            raster_polyline(pixels, points, count, width, dashes, colour);
            points[0] = points[count - 1];
            count = 1;
        }
    }
}

/* Exactly zero is crossed out; too small for the axis is hatched. */
static void draw_nothing(const struct arm_panel *panel, struct pixels *pixels, int left,
                         int width, double norm)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const double px = canvas_scale(panel->view->canvas);
    const int h = canvas_px(panel->view->canvas, HATCH_H);
    const struct rect foot = { left, pixels->h - h, width, h };

    if (norm > 0) {
        raster_hatch(pixels, foot, canvas_px(panel->view->canvas, 3), theme->dim);
    } else {
        const double x = left + width / 2.0, y = pixels->h - h / 2.0;
        const double arm = fmin(width / 2.0, 4 * px);
        const struct point down[] = { { x - arm, y - arm }, { x + arm, y + arm } };
        const struct point up[] = { { x - arm, y + arm }, { x + arm, y - arm } };

        raster_polyline(pixels, down, 2, 1.2 * px, (struct dashes){ 0, 0 }, theme->bad);
        raster_polyline(pixels, up, 2, 1.2 * px, (struct dashes){ 0, 0 }, theme->bad);
    }
}

/* More than the axis has: an arrow head at the top, so that nobody takes it for 1e2. */
static void draw_beyond(const struct arm_panel *panel, struct pixels *pixels, int left,
                        int width)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const int h = canvas_px(panel->view->canvas, BEYOND_H);
    const int half = width < 2 * h ? width / 2 : h, middle = left + width / 2;

    for (int y = 0; y < h; y++) {
        const int reach = half * y / h;

        raster_fill(pixels, (struct rect){ middle - reach, y, 2 * reach + 1, 1 }, theme->bad);
    }
}

static void draw_bars(const struct arm_panel *panel, struct pixels *pixels, const double *norm)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct time_axis axis = time_axis_over(&panel->axis, 0, pixels->w);
    const struct rect all = { 0, 0, pixels->w, pixels->h };
    const double least = pow(10, DECADE_LEAST), most = pow(10, DECADE_MOST);
    const struct colour colour =
        theme_between(theme->panel, theme_arm_colour(theme, panel->arm->model), 0.72);

    for (int t = time_first(&axis); t < time_end(&axis); t++) {
        const int left = time_left(&axis, t), cell = time_width(&axis, t);
        const int gap = cell >= 4 ? canvas_px(panel->view->canvas, 1) : 0;
        const int top = decade_y(all, norm[t]);

        if (isnan(norm[t]))
            continue;
        if (norm[t] < least)
            draw_nothing(panel, pixels, left, cell - gap, norm[t]);
        else
            raster_fill(pixels, (struct rect){ left, top, cell - gap, pixels->h - top },
                        colour);
        if (norm[t] > most)
            draw_beyond(panel, pixels, left, cell - gap);
    }
}

static double largest(const double *norm, int steps)
{
    double most = 0;

    for (int t = 0; t < steps; t++)
        if (norm[t] > most)
            most = norm[t];
    return most;
}

/* Everything but letters, into one image. */
static void draw_plot(const struct arm_panel *panel, struct rect plot,
                      const struct gradient_rows *rows)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    const double px = canvas_scale(view->canvas);
    const int key = IMAGE_GRADIENT + panel->column;
    bool fresh;
    struct pixels *pixels = canvas_image(view->canvas, key, plot.w, plot.h,
                                         panel_stamp(panel, gradient_option(panel)), &fresh);

    if (pixels == NULL)
        return;
    if (fresh) {
        raster_clear(pixels, theme->panel);
        draw_grid(panel, pixels);
        draw_bars(panel, pixels, rows->now->one);
        if (rows->first != NULL)
            gradient_line(panel, pixels, rows->first->one, rows->first_times,
                          canvas_line(view->canvas, 1.2), (struct dashes){ 3 * px, 2.5 * px },
                          theme_fade(theme->text, 190));
        gradient_line(
            panel, pixels, rows->now->rms, 1, canvas_line(view->canvas, 1.6),
            (struct dashes){ 0, 0 },
            theme_between(theme_arm_colour(theme, panel->arm->model), theme->text, 0.55));
        /* Lines over the bars, each of its own file: */
        gradient_theory_line(panel, pixels, rows->now);
        gradient_cell_path_draw(panel, pixels);
    }
    canvas_image_draw(view->canvas, key, plot.x, plot.y);
}

static void draw_float_floor(const struct arm_panel *panel, struct rect plot, double most)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const int y = decade_y(plot, most * float_epsilon);

    if (most > 0 && y < plot.y + plot.h - 1)
        canvas_dashes(panel->view->canvas, plot.x, y, plot.w, false,
                      theme_fade(theme->text, 150));
}

/* What that line is: above it, or below, where the notes end so low. */
static void label_float_floor(const struct arm_panel *panel, struct rect plot, double most,
                              int notes_end)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int line = canvas_line_height(canvas, TEXT_TINY), gap = canvas_px(canvas, 2);
    const int y = decade_y(plot, most * float_epsilon);
    const int top = y - line - gap >= notes_end ? y - line - gap : y + gap;

    if (!(most > 0) || y >= plot.y + plot.h - 1 || top < notes_end ||
        top + line > plot.y + plot.h)
        return;
    panel_note(canvas, (struct rect){ plot.x + canvas_px(canvas, 3), top, plot.w, line },
               TEXT_TINY, ALIGN_LEFT, theme->dim, "float32 cannot add less");
}

/* Off the axis, where its exponent has to be said: -1 below it, 1 above, else 0. */
static int side_of(double norm)
{
    return norm > pow(10, DECADE_MOST) ? 1 : norm > 0 && norm < pow(10, DECADE_LEAST) ? -1 : 0;
}

/* Over each run of hatched bars the exponent of its smallest, below arrow heads the largest. */
static void draw_exponents(const struct arm_panel *panel, struct rect plot, const double *norm)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int line = canvas_line_height(canvas, TEXT_TINY);

    for (int t = time_first(&panel->axis), end; t < time_end(&panel->axis); t = end) {
        const int side = side_of(norm[t]);
        double farthest = norm[t];
        char label[FORMAT_MAX];
        struct rect place;

        for (end = t + 1;
             side != 0 && end < time_end(&panel->axis) && side_of(norm[end]) == side; end++)
            farthest = side < 0 ? fmin(farthest, norm[end]) : fmax(farthest, norm[end]);
        if (side == 0)
            continue;
        place.x = time_left(&panel->axis, t);
        place.w = time_left(&panel->axis, end) - place.x;
        place.y = side < 0 ? plot.y + plot.h - canvas_px(canvas, HATCH_H) - line
                           : plot.y + canvas_px(canvas, BEYOND_H + 32);
        place.h = line;
        if (isfinite(farthest))
            snprintf(label, sizeof label, "1e%.0f", floor(log10(farthest)));
        else
            snprintf(label, sizeof label, "inf");
        if (canvas_text_width(canvas, TEXT_TINY, label, -1) > place.w)
            continue;
        if (side < 0)
            canvas_text(canvas, place, TEXT_TINY, ALIGN_CENTRE, theme->dim, label);
        else
            panel_note(canvas, place, TEXT_TINY, ALIGN_LEFT, theme->bad, label);
    }
}

void panel_gradient(const struct arm_panel *panel)
{
    const struct rect row = panel_title_row(panel->view, panel->place->gradient);
    const struct rect plot = gradient_plot(panel);
    const int step = panel->view->hover_step;
    struct gradient_rows rows;

    if (panel->place->gradient.w == 0 || plot.h < 2)
        return;
    gradient_title(panel, row);
    if (!gradient_rows(panel, &rows))
        return;
    draw_plot(panel, plot, &rows);
    draw_decades(panel, plot);
    draw_float_floor(panel, plot, largest(rows.now->one, panel->axis.steps));
    draw_exponents(panel, plot, rows.now->one);
    gradient_error(panel, plot);
    gradient_cell_path_label(panel, plot);
    label_float_floor(panel, plot, largest(rows.now->one, panel->axis.steps),
                      gradient_notes(panel, plot, rows.now));
    if (plot.y + plot.h < panel->place->gradient.y + panel->place->gradient.h)
        gradient_legend(panel, plot, isfinite(rows.now->rms[0]), rows.first != NULL);
    if (time_shown(&panel->axis, step) && panel->snapshot->token[step].scored)
        view_hot(panel->view, (struct hot){ .rect = plot,
                                            .action = ACT_LOSS_AT,
                                            .value = step,
                                            .hint = "Click: take the loss at this output" });
}

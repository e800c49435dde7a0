/*
 * How much of an error reaches each earlier step: bars of the pinned sequence, a line for many
 * sequences, a ghost of step 0, on an axis that never follows its data.
 */
#include "viz/window/panels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "viz/window/format.h"
#include "viz/window/widgets.h"

enum { LEGEND_ROW_H = 15, HATCH_H = 12 };

/* Below this share of the largest bar, a float32 sum does not change any more. */
static const double float_epsilon = 6e-8;

static const struct profile_row *row_of(const struct profile *profile,
                                        const struct arm_panel *panel)
{
    int layer = panel->view->arm[panel->number].layer;

    if (profile->steps != panel->snapshot->steps)
        return NULL;
    if (!panel->view->state_view)
        return &profile->input;
    if (layer >= profile->layers)
        layer = profile->layers - 1;
    return layer >= 0 ? &profile->state[layer] : NULL;
}

/*
 * Step 0 behind it, if it was asked at the same output: of another one it says something else.
 */
static const struct profile_row *ghost_of(const struct arm_panel *panel)
{
    const struct profile *first = &panel->arm->first, *now = &panel->arm->now;

    if (panel->snapshot->step == 0 || first->tau != now->tau || first->local != now->local)
        return NULL;
    return row_of(first, panel);
}

/* The plot: what the title and the legend leave. */
static struct rect plot_of(const struct arm_panel *panel)
{
    struct rect plot = panel_plot(panel, panel->place->gradient);
    const int legend = canvas_px(panel->view->canvas, LEGEND_ROW_H);

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

    for (int decade = DECADE_LEAST; decade <= DECADE_MOST; decade++) {
        const int y = decade_y(plot, pow(10, decade));

        if ((decade - DECADE_MOST) % 4 != -2 || plot.h < 4 * line)
            continue;
        canvas_format(
            canvas,
            (struct rect){ left, y - line / 2, plot.x - left - canvas_px(canvas, 5), line },
            TEXT_TINY, ALIGN_RIGHT, theme->dim, decade == 0 ? "1" : "1e%d", decade);
    }
}

/* A line through the norms; what is not above zero breaks it. */
static void draw_line(const struct arm_panel *panel, struct pixels *pixels, const double *norm,
                      double width, struct dashes dashes, struct colour colour)
{
    const struct time_axis axis = time_axis_over(&panel->axis, 0, pixels->w);
    const struct rect all = { 0, 0, pixels->w, pixels->h };
    struct point points[512];
    int count = 0;

    for (int t = time_first(&axis); t < time_end(&axis); t++) {
        const bool seen = norm[t] > 0 && isfinite(norm[t]);

        points[count++] =
            seen ? (struct point){ (time_left(&axis, t) + time_left(&axis, t + 1)) / 2.0,
                                   decade_y(all, norm[t]) + 0.5 }
                 : (struct point){ (double)NAN, (double)NAN };
        if (count == 512 || t == time_end(&axis) - 1) {
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

static void draw_bars(const struct arm_panel *panel, struct pixels *pixels, const double *norm)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct time_axis axis = time_axis_over(&panel->axis, 0, pixels->w);
    const struct rect all = { 0, 0, pixels->w, pixels->h };
    const double least = pow(10, DECADE_LEAST);
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
                      const struct profile_row *now, const struct profile_row *first)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    const double px = canvas_scale(view->canvas);
    const int key = IMAGE_GRADIENT + panel->column;
    const int option = view->state_view ? 1 + view->arm[panel->number].layer : 0;
    bool fresh;
    struct pixels *pixels =
        canvas_image(view->canvas, key, plot.w, plot.h, panel_stamp(panel, option), &fresh);

    if (pixels == NULL)
        return;
    if (fresh) {
        raster_clear(pixels, theme->panel);
        draw_grid(panel, pixels);
        draw_bars(panel, pixels, now->one);
        if (first != NULL)
            draw_line(panel, pixels, first->one, canvas_line(view->canvas, 1.2),
                      (struct dashes){ 3 * px, 2.5 * px }, theme_fade(theme->text, 190));
        draw_line(panel, pixels, now->rms, canvas_line(view->canvas, 1.6),
                  (struct dashes){ 0, 0 },
                  theme_between(theme_arm_colour(theme, panel->arm->model), theme->text, 0.55));
    }
    canvas_image_draw(view->canvas, key, plot.x, plot.y);
}

static void draw_float_floor(const struct arm_panel *panel, struct rect plot, double most)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int line = canvas_line_height(canvas, TEXT_TINY);
    const int y = decade_y(plot, most * float_epsilon);

    if (!(most > 0) || y >= plot.y + plot.h - 1)
        return;
    canvas_dashes(canvas, plot.x, y, plot.w, false, theme_fade(theme->text, 150));
    panel_note(canvas,
               (struct rect){ plot.x + canvas_px(canvas, 3), y - line - canvas_px(canvas, 2),
                              plot.w, line },
               TEXT_TINY, ALIGN_LEFT, theme->dim, "float32 cannot add less");
}

/* Over each run of hatched bars, the exponent of its smallest. */
static void draw_exponents(const struct arm_panel *panel, struct rect plot, const double *norm)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const double least = pow(10, DECADE_LEAST);
    const int line = canvas_line_height(canvas, TEXT_TINY);

    for (int t = time_first(&panel->axis), end; t < time_end(&panel->axis); t = end) {
        double smallest = (double)INFINITY;
        char label[FORMAT_MAX];
        struct rect place;

        for (end = t; end < time_end(&panel->axis) && norm[end] > 0 && norm[end] < least; end++)
            smallest = fmin(smallest, norm[end]);
        if (end == t) {
            end++;
            continue;
        }
        place.x = time_left(&panel->axis, t);
        place.w = time_left(&panel->axis, end) - place.x;
        place.y = plot.y + plot.h - canvas_px(canvas, HATCH_H) - line;
        place.h = line;
        snprintf(label, sizeof label, "1e%.0f", floor(log10(smallest)));
        if (canvas_text_width(canvas, TEXT_TINY, label, -1) <= place.w)
            canvas_text(canvas, place, TEXT_TINY, ALIGN_CENTRE, theme->dim, label);
    }
}

/* Where the error is. */
static void draw_tau(const struct arm_panel *panel, struct rect plot)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int line = canvas_line_height(canvas, TEXT_TINY);
    const int below = plot.y + canvas_px(canvas, 3) +
                      canvas_line_height(canvas, TEXT_MONO_BOLD); /* the factor is over it */
    int x;

    if (panel->snapshot->loss_at < 0 ||
        !time_shown(&panel->axis, panel_asked_step(panel->snapshot)))
        return;
    x = time_centre(&panel->axis, panel_asked_step(panel->snapshot));
    canvas_dashes(canvas, x, plot.y, plot.h, true, theme_fade(theme->bad, 220));
    if (panel->view->hover_step >= 0) /* the hover text is there */
        return;
    panel_note(canvas, (struct rect){ plot.x, below, x - canvas_px(canvas, 3) - plot.x, line },
               TEXT_TINY, ALIGN_RIGHT, theme->bad, "the error is here");
}

/* The number this panel is for. */
static void draw_factor(const struct arm_panel *panel, struct rect plot,
                        const struct profile_row *now)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int room = plot.w - canvas_px(canvas, 6);
    char factor[FORMAT_MAX], text[FORMAT_MAX * 2];

    if (isnan(now->slope) || panel->snapshot->loss_at < 0)
        return;
    format_factor(factor, exp(now->slope));
    snprintf(text, sizeof text, "%s per step back%s", factor,
             isfinite(now->rms[panel->arm->now.tau]) ? " (rms)" : "");
    if (canvas_text_width(canvas, TEXT_MONO_BOLD, text, -1) > room)
        snprintf(text, sizeof text, "%s", factor);
    panel_note(canvas,
               (struct rect){ plot.x + canvas_px(canvas, 3), plot.y + canvas_px(canvas, 2),
                              room, canvas_line_height(canvas, TEXT_MONO_BOLD) },
               TEXT_MONO_BOLD, ALIGN_LEFT, theme_arm_colour(theme, panel->arm->model), text);
}

/* One entry of the legend, if it ends before `right`; moves *x on. */
enum sample { SAMPLE_BAR, SAMPLE_LINE, SAMPLE_DASHES };

static void draw_entry(const struct arm_panel *panel, struct rect row, int *x, int right,
                       enum sample sample, const char *label)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct colour colour = theme_arm_colour(theme, panel->arm->model);
    const int gap = canvas_px(canvas, 4),
              w = canvas_px(canvas, sample == SAMPLE_DASHES ? 13 : 9);
    const int mid = row.y + row.h / 2;
    const int width = w + gap + canvas_text_width(canvas, TEXT_TINY, label, -1) + 2 * gap;

    if (*x + width > right)
        return;
    if (sample == SAMPLE_BAR)
        canvas_fill(canvas, (struct rect){ *x, mid - w / 2, w, w },
                    theme_between(theme->panel, colour, 0.72));
    else if (sample == SAMPLE_LINE)
        canvas_fill(canvas, (struct rect){ *x, mid, w, canvas_px(canvas, 2) },
                    theme_between(colour, theme->text, 0.55));
    else
        canvas_dashes(canvas, *x, mid, w, false, theme->text);
    canvas_text(canvas, rect_inset(row, *x + w + gap - row.x, 0, 0, 0), TEXT_TINY, ALIGN_LEFT,
                theme->dim, label);
    *x += width;
}

/* What bars and lines are, and which way things go. */
static void draw_legend(const struct arm_panel *panel, struct rect plot, bool many, bool ghost)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct rect row = { plot.x, plot.y + plot.h + canvas_px(canvas, 1), plot.w,
                              canvas_px(canvas, LEGEND_ROW_H) };
    int x = row.x, right = row.x + row.w;

    right -= canvas_text(canvas, row, TEXT_TINY, ALIGN_RIGHT, theme->text, "\u2190 gradient");
    x += canvas_text(canvas, row, TEXT_TINY, ALIGN_LEFT, theme->text, "time \u2192") +
         canvas_px(canvas, 12);
    draw_entry(panel, row, &x, right, SAMPLE_BAR, "this sequence");
    if (many)
        draw_entry(panel, row, &x, right, SAMPLE_LINE, "rms of 64");
    if (ghost)
        draw_entry(panel, row, &x, right, SAMPLE_DASHES, "step 0");
}

static void draw_title(const struct arm_panel *panel, struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    const int gap = canvas_px(view->canvas, 6), y = row.y + canvas_px(view->canvas, 2);
    const int h = row.h - canvas_px(view->canvas, 5);
    const bool all = panel->snapshot->loss_at < 0;
    int x = row.x;

    x += canvas_text(view->canvas, row, TEXT_SMALL_BOLD, ALIGN_LEFT, theme->text,
                     "Gradient at each step");
    if (row.x + row.w - x < canvas_px(view->canvas, 170))
        return;
    x += gap + gap;
    x += gap + widget_chip(view, x, y, h,
                           &(struct button){
                               .label = view->state_view ? "state view" : "input view",
                               .on = view->state_view,
                               .hot = { .action = ACT_STATE_VIEW,
                                        .hint = "V: gradient on the task's input (same unit in "
                                                "both arms), or on the state (compare slopes "
                                                "only)" } });
    x += gap +
         widget_chip(view, x, y, h,
                     &(struct button){
                         .label = "all outputs",
                         .on = all,
                         .hot = { .action = ACT_LOSS_AT,
                                  .value = all ? panel_asked_step(panel->snapshot) : -1,
                                  .hint = "Loss at every output at once: local losses hide "
                                          "vanishing" } });
    if (all)
        canvas_text(view->canvas, rect_inset(row, x - row.x, 0, 0, 0), TEXT_TINY, ALIGN_LEFT,
                    theme->bad, "local losses hide vanishing");
}

/* The value at the cursor, and the mean factor per step between there and the first step back:
 * the very step of the loss is left out, as it is in the slope. */
static void draw_readout(const struct arm_panel *panel, struct rect plot,
                         const struct profile_row *now)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int t = panel->view->hover_step, tau = panel_asked_step(panel->snapshot);
    char value[FORMAT_MAX], factor[FORMAT_MAX];

    format_number(value, now->one[t]);
    if (t < tau - 1 && now->one[t] > 0 && now->one[tau - 1] > 0 &&
        panel->snapshot->loss_at >= 0)
        panel_hover_text(
            panel, HOVER_GRADIENT, "t %d, %d back  %s  %s a step", t, tau - t, value,
            format_factor(factor, exp(log(now->one[t] / now->one[tau - 1]) / (tau - 1 - t))));
    else
        panel_hover_text(panel, HOVER_GRADIENT, "t %d  %s", t, value);
    panel_note(canvas,
               (struct rect){ plot.x + canvas_px(canvas, 3), plot.y + canvas_px(canvas, 2),
                              plot.w, canvas_line_height(canvas, TEXT_MONO_BOLD) },
               TEXT_MONO_SMALL, ALIGN_LEFT, theme_arm_colour(theme, panel->arm->model),
               panel->view->hover_text[panel->column][HOVER_GRADIENT]);
}

void panel_gradient(const struct arm_panel *panel)
{
    const struct rect row = panel_title_row(panel->view, panel->place->gradient);
    const struct rect plot = plot_of(panel);
    const struct profile_row *now = row_of(&panel->arm->now, panel);
    const struct profile_row *first = ghost_of(panel);

    if (panel->place->gradient.w == 0 || plot.h < 2)
        return;
    draw_title(panel, row);
    if (now == NULL)
        return;
    draw_plot(panel, plot, now, first);
    draw_decades(panel, plot);
    draw_float_floor(panel, plot, largest(now->one, panel->axis.steps));
    draw_exponents(panel, plot, now->one);
    draw_tau(panel, plot);
    if (panel->view->hover_step >= 0 && panel->view->hover_step < panel->axis.steps)
        draw_readout(panel, plot, now);
    else if (plot.h > canvas_px(panel->view->canvas, 50))
        draw_factor(panel, plot, now);
    if (plot.y + plot.h < panel->place->gradient.y + panel->place->gradient.h)
        draw_legend(panel, plot, isfinite(now->rms[0]), first != NULL);
    if (panel->view->hover_step >= 0 && panel->view->hover_step < panel->snapshot->steps &&
        panel->snapshot->token[panel->view->hover_step].scored)
        view_hot(panel->view, (struct hot){ .rect = plot,
                                            .action = ACT_LOSS_AT,
                                            .value = panel->view->hover_step,
                                            .hint = "Click: take the loss at this output" });
}

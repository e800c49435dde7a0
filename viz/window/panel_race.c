/*
 * How far each arm has come: loss, share of right answers and gradient norm over the steps;
 * before the first step, the question instead.
 */
#include "viz/window/panels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lessons/words.h"
#include "viz/window/format.h"
#include "viz/window/race.h"
#include "viz/window/widgets.h"

enum { PLOTS = 3, FOOT_H = 14, HEAD_H = 20, AXIS_W = 44, NAMES_W = 116 };

/* Least and most of all arms, and of the baseline. */
static void fit_axis(struct plot *plot, const struct snapshot *s, bool log)
{
    double least = (double)INFINITY, most = -(double)INFINITY;

    if (plot->measure == MEASURE_ACCURACY) {
        plot->axis = (struct value_axis){ 0, 1.04, false };
        return;
    }
    if (plot->measure == MEASURE_LOSS && s->baseline > 0) {
        least = log ? s->baseline / 2 : 0;
        most = s->baseline;
    }
    for (int i = 0; i < s->arms; i++)
        for (int p = 0; p < s->arm[i].curve.count; p++) {
            const double value = race_measured(&s->arm[i].curve.points[p], plot->measure);

            if (!isfinite(value) || (log && value <= 0))
                continue;
            least = fmin(least, value);
            most = fmax(most, value);
        }
    race_fit_branches(s, plot->measure, log, &least, &most);
    if (least > most) {
        least = 0.1;
        most = 1;
    }
    plot->axis = value_axis_fit(log ? least : 0, most, log);
}

static void draw_grid(const struct theme *theme, const struct plot *plot, struct pixels *pixels,
                      const double *ticks, int count)
{
    const struct rect all = { 0, 0, pixels->w, pixels->h };

    for (int i = 0; i < count; i++)
        raster_fill(pixels,
                    (struct rect){ 0, (int)value_y(&plot->axis, all, ticks[i]), pixels->w, 1 },
                    theme->grid);
    raster_fill(pixels, (struct rect){ 0, pixels->h - 1, pixels->w, 1 }, theme->edge);
}

static void draw_lines(struct view *view, const struct snapshot *s, const struct plot *plot,
                       const double *ticks, int count)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const struct {
        unsigned long serial;
        unsigned long epoch;
        long linear, unit;
        double least, most;
    } parts = { s->serial,        view->epoch,      view->linear_loss,
                (long)plot->unit, plot->axis.least, plot->axis.most };
    const int key = IMAGE_RACE + (int)plot->measure;
    bool fresh;
    struct pixels *pixels = canvas_image(view->canvas, key, plot->area.w, plot->area.h,
                                         canvas_stamp(0, &parts, sizeof parts), &fresh);

    if (pixels == NULL)
        return;
    if (fresh) {
        raster_clear(pixels, theme->panel);
        draw_grid(theme, plot, pixels, ticks, count);
        race_draw_branches(view, s, plot, pixels);
        for (int i = s->arms - 1; i >= 0; i--) {
            const struct race_line line = {
                .points = s->arm[i].curve.points,
                .count = s->arm[i].curve.count,
                .arm = i,
                .colour = theme_arm_colour(theme, s->arm[i].model),
                .dashes = theme_arm_dashes(i),
                .width_px = canvas_line(view->canvas, 1.7),
                .band = true,
            };

            race_draw_line(plot, pixels, s, &line, canvas_scale(view->canvas));
        }
    }
    canvas_image_draw(view->canvas, key, plot->area.x, plot->area.y);
}

static void draw_tick_labels(struct canvas *canvas, const struct plot *plot,
                             const double *ticks, int count)
{
    const struct theme *theme = canvas_theme(canvas);
    const int line = canvas_line_height(canvas, TEXT_TINY), width = canvas_px(canvas, AXIS_W);

    for (int i = 0; i < count; i++) {
        const int y = (int)value_y(&plot->axis, plot->area, ticks[i]);
        char label[FORMAT_MAX];

        if (plot->measure == MEASURE_ACCURACY)
            snprintf(label, sizeof label, "%.0f %%", fabs(100 * ticks[i]));
        else if (plot->axis.log && (ticks[i] < 9e-3 || ticks[i] > 1e3) &&
                 plot->axis.most / plot->axis.least > 10)
            snprintf(label, sizeof label, "1e%.0f", log10(ticks[i]));
        else
            snprintf(label, sizeof label, "%g", ticks[i]);
        canvas_text(canvas,
                    (struct rect){ plot->area.x - width, y - line / 2,
                                   width - canvas_px(canvas, 5), line },
                    TEXT_TINY, ALIGN_RIGHT, theme->dim, label);
    }
}

/* What the curves are drawn over: below the loss as a button, the next unit if it is pressed. */
static int draw_unit(struct view *view, const struct plot *plot)
{
    struct canvas *canvas = view->canvas;
    const struct theme *theme = canvas_theme(canvas);
    const int y = plot->area.y + plot->area.h + 1;
    const struct rect place = { plot->area.x, y, plot->area.w,
                                canvas_line_height(canvas, TEXT_TINY) };

    if (plot->measure == MEASURE_LOSS)
        return widget_chip(view, place.x, place.y + canvas_px(canvas, 1),
                           canvas_px(canvas, FOOT_H),
                           &(struct button){ .label = race_x_name(plot->unit),
                                             .hot = { .action = ACT_RACE_X,
                                                      .hint = race_x_hint(plot->unit) } });
    return canvas_text(canvas, place, TEXT_TINY, ALIGN_LEFT, theme->dim,
                       race_x_name(plot->unit));
}

static void draw_steps(struct view *view, const struct plot *plot)
{
    struct canvas *canvas = view->canvas;
    const struct theme *theme = canvas_theme(canvas);
    const int line = canvas_line_height(canvas, TEXT_TINY), w = canvas_px(canvas, 60);
    const int taken = draw_unit(view, plot), right = plot->area.x + plot->area.w;
    double ticks[TICKS_MAX];
    const int count =
        axis_ticks(0, plot->last, plot->area.w > canvas_px(canvas, 220) ? 6 : 3, ticks);

    for (int i = 0; i < count; i++) {
        const int x = plot->area.x + (int)race_pixel_x(plot, ticks[i]);
        char label[FORMAT_MAX];
        int half;

        race_x_label(label, plot->unit, ticks[i]);
        half = canvas_text_width(canvas, TEXT_TINY, label, -1) / 2;
        if (x - half < plot->area.x + taken + canvas_px(canvas, 4) ||
            x + canvas_px(canvas, 12) > right)
            continue;
        canvas_text(canvas,
                    (struct rect){ x - w / 2, plot->area.y + plot->area.h + 1, w, line },
                    TEXT_TINY, ALIGN_CENTRE, theme->dim, label);
    }
}

static void draw_baseline(struct canvas *canvas, const struct plot *plot, double baseline)
{
    const struct theme *theme = canvas_theme(canvas);
    if (baseline > 0)
        canvas_dashes(canvas, plot->area.x, (int)value_y(&plot->axis, plot->area, baseline),
                      plot->area.w, false, theme->dim);
}

/* What is measured, and what the dashed line is, in the title: arms would cross it below. */
static void draw_loss_legend(struct canvas *canvas, struct rect row, const struct snapshot *s)
{
    const struct theme *theme = canvas_theme(canvas);
    const int gap = canvas_px(canvas, 8), dash = canvas_px(canvas, 18);
    char number[FORMAT_MAX];

    row = rect_inset(row,
                     canvas_text(canvas, row, TEXT_TINY, ALIGN_LEFT, theme->dim, s->loss_name) +
                         2 * gap,
                     0, 0, 0);
    if (!(s->baseline > 0) || row.w < canvas_px(canvas, 150))
        return;
    canvas_dashes(canvas, row.x, row.y + row.h / 2, dash, false, theme->dim);
    canvas_format(canvas, rect_inset(row, dash + gap / 2, 0, 0, 0), TEXT_TINY, ALIGN_LEFT,
                  theme->dim, "%s: %s", format_number(number, s->baseline),
                  s->baseline_is != NULL
                      ? s->baseline_is
                      : words_in(canvas_language(canvas), "nothing learned"));
}

/* Each arm's name where its line ends, moved apart where lines meet. */
static void draw_names(struct canvas *canvas, const struct plot *plot, const struct snapshot *s)
{
    const struct theme *theme = canvas_theme(canvas);
    const int line = canvas_line_height(canvas, TEXT_SMALL);
    const int bottom = plot->area.y + plot->area.h - line / 2;
    int taken[ARMS_MAX], order[ARMS_MAX], count = 0, y = plot->frame.y;

    for (int i = 0; i < s->arms; i++) {
        const struct curve *curve = &s->arm[i].curve;
        int place = count;

        if (curve->count == 0)
            continue;
        taken[i] = (int)value_y(&plot->axis, plot->area,
                                race_measured(&curve->points[curve->count - 1], plot->measure));
        for (; place > 0 && taken[order[place - 1]] > taken[i]; place--)
            order[place] = order[place - 1];
        order[place] = i;
        count++;
    }
    for (int i = 0; i < count; i++) {
        const int room = bottom - (count - 1 - i) * line;
        int middle = taken[order[i]];
        char label[ARM_LABEL_MAX];

        middle = middle > room ? room : middle;
        middle = middle < y + line / 2 ? y + line / 2 : middle;
        y = middle + line / 2;
        canvas_text(canvas,
                    (struct rect){ plot->area.x + plot->area.w + canvas_px(canvas, 6),
                                   middle - line / 2, canvas_px(canvas, NAMES_W), line },
                    TEXT_SMALL, ALIGN_LEFT, theme_arm_colour(theme, s->arm[order[i]].model),
                    panel_arm_label(s, order[i], label));
    }
}

/* Above the plot; what is wider than that begins over the axis's numbers, where nothing is. */
static struct rect title_row(struct canvas *canvas, const struct plot *plot, const char *title)
{
    const int h = canvas_px(canvas, HEAD_H), axis = plot->area.x - plot->frame.x;
    int more = canvas_text_width(canvas, TEXT_SMALL_BOLD, title, -1) - plot->area.w;

    more = more < 0 ? 0 : more > axis ? axis : more;
    return (struct rect){ plot->area.x - more, plot->frame.y, plot->area.w + more, h };
}

static void draw_plot(struct view *view, const struct snapshot *s, struct plot *plot)
{
    const struct theme *theme = canvas_theme(view->canvas);
    static const char *const titles[PLOTS] = { "Loss", NULL, "Gradient norm" };
    struct canvas *canvas = view->canvas;
    const bool log =
        plot->measure == MEASURE_NORM || (plot->measure == MEASURE_LOSS && !view->linear_loss);
    const char *title =
        plot->measure == MEASURE_ACCURACY ? s->metric_name : titles[plot->measure];
    const struct rect row = title_row(canvas, plot, title);
    double ticks[TICKS_MAX];
    int count, x;

    fit_axis(plot, s, log);
    if (plot->measure == MEASURE_NORM)
        panel_clip_axis(view, s, &plot->axis);
    count = log ? axis_decades(plot->axis.least, plot->axis.most, 4, ticks)
                : axis_ticks(plot->axis.least, plot->axis.most, 4, ticks);
    draw_lines(view, s, plot, ticks, count);
    draw_tick_labels(canvas, plot, ticks, count);
    draw_steps(view, plot);
    race_mark_look(view, s, plot);
    x = canvas_text(canvas, row, TEXT_SMALL_BOLD, ALIGN_LEFT, theme->text, title);
    if (plot->measure == MEASURE_NORM)
        panel_clip(view, s, plot->area, &plot->axis);
    if (plot->measure != MEASURE_LOSS)
        return;
    x += canvas_px(canvas, 8);
    x +=
        widget_chip(view, row.x + x, row.y + canvas_px(canvas, 2), row.h - canvas_px(canvas, 5),
                    &(struct button){ .label = view->linear_loss ? "linear" : "log",
                                      .hot = { .action = ACT_LOG,
                                               .hint = "L: loss on a log or a linear axis" } });
    draw_loss_legend(canvas,
                     (struct rect){ row.x + x + canvas_px(canvas, 8), row.y,
                                    row.w - x + canvas_px(canvas, NAMES_W - 8), row.h },
                     s);
    draw_baseline(canvas, plot, s->baseline);
    race_name_branches(view, s, plot);
    draw_names(canvas, plot, s);
}

/* One sentence and one question, in the middle of the height. */
static void draw_words(struct view *view, struct rect r, const char *question,
                       const char *prediction)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const int gap = canvas_px(view->canvas, 5);
    const bool is_long = canvas_text_width(view->canvas, TEXT_LARGE, question, -1) > 2 * r.w;
    const enum text_style style = is_long ? TEXT_BOLD : TEXT_LARGE;
    const int first = widget_paragraph_height(view, r, style, question);
    const int second = widget_paragraph_height(view, rect_inset(r, 0, first + gap, 0, 0),
                                               TEXT_BODY, prediction);

    r = rect_inset(r, 0, (r.h - first - gap - second) / 2, 0, 0);
    widget_paragraph(view, r, style, theme->text, question);
    widget_paragraph(view, rect_inset(r, 0, first + gap, 0, 0), TEXT_BODY, theme->dim,
                     prediction);
}

/* Before the first step, in place of curves that have no points yet. */
static void draw_question(struct view *view, struct rect r)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const int pad = canvas_px(canvas, 8), w = canvas_px(canvas, 146), h = canvas_px(canvas, 38);
    const bool button = r.w > canvas_px(canvas, 420);
    const struct rect words = rect_inset(r, canvas_px(canvas, 20), pad,
                                         button ? w + canvas_px(canvas, 30) : pad, pad);

    canvas_fill(canvas, (struct rect){ r.x, r.y + pad, canvas_px(canvas, 3), r.h - 2 * pad },
                theme->accent);
    if (view->lesson != NULL)
        draw_words(view, words, /* an experiment may ask nothing */
                   lesson_question(view->lesson, view->language)[0] != '\0'
                       ? lesson_question(view->lesson, view->language)
                       : lesson_title(view->lesson, view->language),
                   lesson_prediction(view->lesson, view->language));
    else
        draw_words(view, words, "Nothing is learned yet: this is how the arms begin.",
                   "How much of the error at the end reaches each earlier step?");
    if (button)
        widget_button(
            view, &(struct button){
                      .label = "\u25b6  Train",
                      .key = "Space",
                      .primary = true,
                      .hot = { .rect = { r.x + r.w - w - 2 * pad, r.y + (r.h - h) / 2, w, h },
                               .action = ACT_RUN,
                               .hint = "Space: both arms train on the same "
                                       "batches" } });
}

void panel_race(struct view *view, const struct snapshot *s)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const struct rect r = view->layout.race;
    const int pad = canvas_px(canvas, 8), axis = canvas_px(canvas, AXIS_W);
    const int names = canvas_px(canvas, NAMES_W);
    const int plots = r.w >= canvas_px(canvas, 640)   ? PLOTS
                      : r.w >= canvas_px(canvas, 420) ? 2
                                                      : 1;
    /* The loss gets two shares of the width, the others one each. */
    const int share = (r.w - 2 * pad - names) / (plots + 1);
    int x = r.x + pad;

    if (r.w == 0)
        return;
    canvas_round(canvas, r, canvas_px(canvas, 6), theme->panel);
    if (s->step == 0 && !s->running && s->branches.count == 0) {
        draw_question(view, r);
        return;
    }
    for (int i = 0; i < plots; i++) {
        const int w = i == 0 ? 2 * share : share;
        struct plot plot = { .measure = (enum measure)i,
                             .unit = view->race_x,
                             .last = race_x_last(s, view->race_x) };

        plot.frame = (struct rect){ x, r.y + canvas_px(canvas, 2), w, r.h };
        plot.area =
            (struct rect){ x + axis, r.y + canvas_px(canvas, HEAD_H + 6), w - axis - pad,
                           r.h - canvas_px(canvas, HEAD_H + FOOT_H + 10) };
        if (plot.area.w > 8 && plot.area.h > 8)
            draw_plot(view, s, &plot);
        x += w + (i == 0 ? names : 0);
    }
}

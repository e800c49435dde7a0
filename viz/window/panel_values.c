/* What an arm answers where outputs are values: beside their targets, over time or on a line. */
#include "viz/window/prediction_parts.h"

#include <math.h>

#include "viz/window/format.h"
#include "viz/window/prediction_view.h"

enum { ROW_H = 15 };

static void widen(double *least, double *most, double value)
{
    if (!isfinite(value))
        return;
    *least = fmin(*least, value);
    *most = fmax(*most, value);
}

/* An axis that holds every target and all arms' answers, and rests while they move a little. */
static struct value_axis axis_of(const struct arm_panel *panel)
{
    const struct snapshot *s = panel->snapshot;
    double least = 0, most = 0;

    for (int t = 0; t < s->steps; t++) {
        widen(&least, &most, s->token[t].target_value);
        for (int i = 0; i < s->arms; i++)
            if (prediction_shown(s, &s->arm[i], t))
                widen(&least, &most, (double)*prediction_output(s, &s->arm[i], t));
    }
    return (struct value_axis){ .least = least < 0 ? -panel_round_up(-least) : 0,
                                .most = most > 0 ? panel_round_up(most) : 1 };
}

/* Over time: targets as lines, answers as dots, joined by what they are apart. */
static void draw_values(const struct arm_panel *panel, struct rect plot)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct snapshot *s = panel->snapshot;
    struct canvas *canvas = panel->view->canvas;
    const struct value_axis axis = axis_of(panel);
    const int dot = canvas_px(canvas, 4), line = canvas_px(canvas, 2);
    const int end = time_end(&panel->axis);

    plot = rect_inset(plot, 0, dot, 0, dot); /* so that a dot is whole at the ends */
    for (int t = time_first(&panel->axis); t < end; t++) {
        const real *output = prediction_output(s, panel->arm, t);
        const int centre = time_centre(&panel->axis, t);
        const int half = time_width(&panel->axis, t) / 2;
        int said, wanted;

        if (!prediction_shown(s, panel->arm, t))
            continue;
        said = (int)lround(value_y(&axis, plot, (double)*output));
        wanted = said;
        if (!isnan(s->token[t].target_value)) {
            wanted = (int)lround(value_y(&axis, plot, s->token[t].target_value));
            canvas_fill(canvas,
                        (struct rect){ centre - (half > dot ? half : dot), wanted - line / 2,
                                       2 * (half > dot ? half : dot), line },
                        theme->mark);
        }
        canvas_fill(canvas,
                    (struct rect){ centre, said < wanted ? said : wanted, 1,
                                   said < wanted ? wanted - said : said - wanted },
                    prediction_colour(panel, t));
        canvas_round(canvas, (struct rect){ centre - dot, said - dot, 2 * dot, 2 * dot }, dot,
                     prediction_colour(panel, t));
    }
}

static void label_values(const struct arm_panel *panel, struct rect plot)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct value_axis axis = axis_of(panel);
    const int line = canvas_line_height(canvas, TEXT_TINY), left = panel->place->card.x;
    const int w = plot.x - left - canvas_px(canvas, 5);

    canvas_format(canvas, (struct rect){ left, plot.y, w, line }, TEXT_TINY, ALIGN_RIGHT,
                  theme->dim, "%g", axis.most);
    canvas_format(canvas, (struct rect){ left, plot.y + plot.h - line, w, line }, TEXT_TINY,
                  ALIGN_RIGHT, theme->dim, "%g", axis.least);
    canvas_outline(canvas, plot, 1, theme->grid);
}

/* Where a value stands on a line from left to right. */
static int along(const struct value_axis *axis, struct rect r, double value)
{
    const double share = (value - axis->least) / (axis->most - axis->least);

    return r.x + (int)lround(fmin(fmax(share, 0), 1) * r.w);
}

static void draw_scale(const struct arm_panel *panel, struct rect r, int y)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct value_axis axis = axis_of(panel);
    const int tick = canvas_px(canvas, 3), line = canvas_line_height(canvas, TEXT_TINY);
    double ticks[TICKS_MAX];
    const int count = axis_ticks(axis.least, axis.most, 6, ticks);

    canvas_fill(canvas, (struct rect){ r.x, y, r.w, canvas_px(canvas, 1) }, theme->edge);
    for (int i = 0; i < count; i++) {
        const int x = along(&axis, r, ticks[i]), w = canvas_px(canvas, 40);

        canvas_fill(canvas, (struct rect){ x, y, 1, tick }, theme->edge);
        canvas_format(canvas, (struct rect){ x - w / 2, y + tick, w, line }, TEXT_TINY,
                      ALIGN_CENTRE, theme->dim, "%g", ticks[i] + 0.0 /* no -0 */);
    }
}

/* A name above the line, moved as little as needed to stay on it. */
static void draw_mark(const struct arm_panel *panel, struct rect r, int x, int y,
                      struct colour colour, const char *name)
{
    struct canvas *canvas = panel->view->canvas;
    const int w = canvas_text_width(canvas, TEXT_TINY, name, -1) + 2;
    const int line = canvas_line_height(canvas, TEXT_TINY);
    int left = x - w / 2;

    left = left + w > r.x + r.w ? r.x + r.w - w : left;
    left = left < r.x ? r.x : left;
    canvas_text(canvas, (struct rect){ left, y - line, w, line }, TEXT_TINY, ALIGN_LEFT, colour,
                name);
}

/* The one value of a sequence: answer and target on a line, with what they are apart. */
static void draw_line(const struct arm_panel *panel, struct rect r, int t)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct value_axis axis = axis_of(panel);
    const struct colour verdict = prediction_colour(panel, t);
    const double target = panel->snapshot->token[t].target_value;
    const int line = canvas_line_height(canvas, TEXT_TINY), dot = canvas_px(canvas, 4);
    const int y = r.y + r.h - line - canvas_px(canvas, 4), tall = canvas_px(canvas, 9);
    const int said =
        along(&axis, r, (double)*prediction_output(panel->snapshot, panel->arm, t));
    const int wanted = isnan(target) ? said : along(&axis, r, target);

    if (y - tall - 2 * line < r.y)
        return;
    draw_scale(panel, r, y);
    canvas_fill(canvas,
                (struct rect){ said < wanted ? said : wanted, y - canvas_px(canvas, 1),
                               said < wanted ? wanted - said : said - wanted,
                               canvas_px(canvas, 3) },
                verdict);
    if (!isnan(target)) {
        canvas_fill(canvas,
                    (struct rect){ wanted - canvas_px(canvas, 1), y - tall,
                                   canvas_px(canvas, 2), 2 * tall - canvas_px(canvas, 3) },
                    theme->mark);
        draw_mark(panel, r, wanted, y - tall - line, theme->mark, "target");
    }
    canvas_round(canvas, (struct rect){ said - dot, y - dot, 2 * dot, 2 * dot }, dot, verdict);
    draw_mark(panel, r, said, y - dot, verdict, "answer");
}

/* Answer, target and error of one step in numbers. */
static void draw_error(const struct arm_panel *panel, struct rect row, int t)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct snapshot_token *token = &panel->snapshot->token[t];
    const double said = (double)*prediction_output(panel->snapshot, panel->arm, t);
    char a[FORMAT_MAX], b[FORMAT_MAX], c[FORMAT_MAX];
    struct canvas *canvas = panel->view->canvas;
    const int left = panel->place->card.x;

    canvas_format(canvas,
                  (struct rect){ left, row.y, row.x - left - canvas_px(canvas, 5), row.h },
                  TEXT_TINY, ALIGN_RIGHT, theme->dim, "at t %d", t);
    if (isnan(token->target_value))
        canvas_format(canvas, row, TEXT_MONO_SMALL, ALIGN_LEFT, theme->dim, "? answer %s",
                      format_number(a, said));
    else
        canvas_format(canvas, row, TEXT_MONO_SMALL, ALIGN_LEFT, prediction_colour(panel, t),
                      "%s answer %s, target %s, error %s", prediction_sign(panel, t),
                      format_number(a, said), format_number(b, token->target_value),
                      format_number(c, said - token->target_value));
}

/* Over the time axis where every step has a value, else along a line of its own. */
void prediction_values(const struct arm_panel *panel, struct rect r, int t)
{
    const int row = canvas_px(panel->view->canvas, ROW_H);

    r.h -= row;
    if (panel->snapshot->every) {
        label_values(panel, r);
        draw_values(panel, r);
    } else if (t >= 0) {
        draw_line(panel, r, t);
    }
    if (t >= 0)
        draw_error(panel, (struct rect){ r.x, r.y + r.h, r.w, row }, t);
}

/*
 * One unit of a recurrent layer at one step: its equation, a term a line, each as a number and
 * as a signed bar. A bar begins where the one above it ends, so that terms add up to the eye.
 */
#include "viz/window/panels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viz/window/cell_parts.h"
#include "viz/window/format.h"
#include "viz/window/trace_view.h"

enum { LINES_MAX = 6, LINE_H = 18, AXIS_H = 12, BARS_LEAST_W = 40 };

/* One line: name, left x right = value, and a bar from `from` to from + value. */
struct line {
    const char *name;
    bool product;       /* left and right are there */
    double left, right; /* what is multiplied */
    double value;
    double from;
    bool joined;  /* the next line goes on where this one ends */
    bool by_hand; /* not what the cell made */
};

/* What a hand has put in the place of the sum. */
static int hand_lines(struct line *line, const struct cell_parts *p)
{
    int count = 0;

    if (p->kind == CELL_LSTM)
        line[count++] =
            (struct line){ .name = "c by hand", .value = p->state, .by_hand = true };
    line[count++] = (struct line){ .name = "h by hand", .value = p->hidden, .by_hand = true };
    return count;
}

static struct line product(const char *name, double left, double right, double value)
{
    return (struct line){
        .name = name, .product = true, .left = left, .right = right, .value = value
    };
}

/* left x right + left x right = sum. */
static int sum_lines(struct line *line, const struct cell_parts *p, const char *const names[3])
{
    line[0] = product(names[0], p->keep, p->before, p->kept);
    line[0].joined = true;
    line[1] = product(names[1], p->write, p->fresh, p->added);
    line[1].from = p->kept;
    line[1].joined = true;
    line[2] = (struct line){ .name = names[2], .value = p->sum };
    return 3;
}

static int lstm_lines(struct line *line, const struct cell_parts *p, bool edited)
{
    static const char *const names[] = { "f \u00d7 c before", "+ i \u00d7 g", "c" };
    int count = sum_lines(line, p, names);

    if (edited)
        return count + hand_lines(line + count, p);
    line[count++] = (struct line){ .name = "tanh c", .value = p->squashed };
    line[count++] = product("h = o \u00d7 tanh c", p->show, p->squashed, p->shown);
    return count;
}

static int gru_lines(struct line *line, const struct cell_parts *p, bool edited)
{
    static const char *const names[] = { "z \u00d7 h before", "+ (1\u2212z) \u00d7 n", "h" };
    int count = sum_lines(line, p, names);

    if (edited)
        return count + hand_lines(line + count, p);
    line[count++] = (struct line){ .name = "r, inside n", .value = p->reset };
    return count;
}

static int lines_of(struct line line[LINES_MAX], const struct cell_parts *p, bool edited)
{
    switch (p->kind) {
    case CELL_LSTM:
        return lstm_lines(line, p, edited);
    case CELL_GRU:
        return gru_lines(line, p, edited);
    case CELL_ELMAN:
        line[0] = (struct line){ .name = "h before", .value = p->before };
        line[1] = (struct line){ .name = edited ? "h by hand" : "h",
                                 .value = p->hidden,
                                 .by_hand = edited };
        return 2;
    default:
        return 0;
    }
}

/* ------------------------------------------------------------------------------------- bars */

/* Where values stand: zero in the middle. */
struct bars {
    struct rect place;
    double limit;
};

static struct bars bars_for(const struct line *line, int count, struct rect place)
{
    const double least = 0.1;
    double most = 0;

    for (int i = 0; i < count; i++)
        for (int end = 0; end < 2; end++) {
            const double value = fabs(line[i].from + end * line[i].value);

            if (value > most) /* a NaN is not */
                most = value;
        }
    return (struct bars){ place, most > least ? panel_round_up(most) : least };
}

static int bar_x(const struct bars *bars, double value)
{
    const double share = 0.5 + 0.5 * fmin(fmax(value / bars->limit, -1), 1);

    return bars->place.x + (int)lround(share * (bars->place.w - 1));
}

static void draw_bar(const struct arm_panel *panel, const struct bars *bars, struct rect row,
                     const struct line *line)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int from = bar_x(bars, line->from), to = bar_x(bars, line->from + line->value);
    const int pad = canvas_px(canvas, 3), thick = canvas_px(canvas, 1);
    const struct rect bar = { from < to ? from : to, row.y + pad, abs(to - from) + thick,
                              row.h - 2 * pad };

    if (!isfinite(line->value) || !isfinite(line->from))
        return;
    canvas_fill(canvas, bar,
                line->value == 0 ? theme->faint
                                 : theme_diverging(theme, line->value > 0 ? 0.9 : -0.9));
    if (line->by_hand)
        canvas_outline(canvas, rect_inset(bar, -thick, -thick, -thick, -thick), thick,
                       theme->mark);
    if (line->joined)
        canvas_fill(canvas, (struct rect){ to, row.y + row.h - pad, thick, 2 * pad },
                    theme->dim);
}

/* The zero line through all lines, and the ends in numbers above it. */
static void draw_axis(const struct arm_panel *panel, const struct bars *bars)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct rect place = bars->place;
    const int line = canvas_px(canvas, AXIS_H);
    const struct rect numbers = { place.x, place.y, place.w, line };
    char most[FORMAT_MAX];

    snprintf(most, sizeof most, "%g", bars->limit);
    canvas_fill(
        canvas,
        (struct rect){ bar_x(bars, 0), place.y + line, canvas_px(canvas, 1), place.h - line },
        theme->edge);
    canvas_format(canvas, numbers, TEXT_TINY, ALIGN_LEFT, theme->dim, "-%s", most);
    canvas_text(canvas, numbers, TEXT_TINY, ALIGN_CENTRE, theme->dim, "0");
    canvas_format(canvas, numbers, TEXT_TINY, ALIGN_RIGHT, theme->dim, "+%s", most);
}

/* ----------------------------------------------------------------------------------- numbers */

/* Columns of the numbers, each as wide as the widest number that it can hold. */
struct columns {
    int name, left, right, value; /* widths */
    int sign;                     /* of a multiplication sign, an equals sign */
};

static struct columns columns_of(struct canvas *canvas)
{
    const int digit = canvas_text_width(canvas, TEXT_MONO_SMALL, "0", 1);

    return (struct columns){
        .name = canvas_text_width(canvas, TEXT_SMALL, "h = o \u00d7 tanh c", -1) +
                canvas_px(canvas, 2),
        .left = (FORMAT_WIDTH - 1) * digit, /* a gate has no sign */
        .right = FORMAT_WIDTH * digit,
        .value = FORMAT_WIDTH * digit,
        .sign = 2 * digit,
    };
}

static int numbers_width(struct canvas *canvas)
{
    const struct columns c = columns_of(canvas);

    return c.name + c.left + c.right + c.value + 2 * c.sign;
}

static void draw_number(struct canvas *canvas, struct rect *at, int width, struct colour colour,
                        double value)
{
    char number[FORMAT_MAX];

    at->w = width;
    canvas_text(canvas, *at, TEXT_MONO_SMALL, ALIGN_RIGHT, colour,
                format_number(number, value));
    at->x += width;
}

static void draw_sign(struct canvas *canvas, struct rect *at, int width, struct colour colour,
                      const char *sign)
{
    at->w = width;
    canvas_text(canvas, *at, TEXT_MONO_SMALL, ALIGN_CENTRE, colour, sign);
    at->x += width;
}

static void draw_numbers(const struct arm_panel *panel, const struct columns *columns,
                         struct rect row, const struct line *line)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct colour ink = line->by_hand ? theme->mark : theme->text;
    struct rect at = row;

    at.w = columns->name;
    canvas_text(canvas, at, TEXT_SMALL, ALIGN_LEFT, line->by_hand ? ink : theme->dim,
                line->name);
    at.x += at.w;
    if (line->product) {
        draw_number(canvas, &at, columns->left, theme->dim, line->left);
        draw_sign(canvas, &at, columns->sign, theme->faint, "\u00d7");
        draw_number(canvas, &at, columns->right, theme->dim, line->right);
    } else {
        at.x += columns->left + columns->sign + columns->right;
    }
    draw_sign(canvas, &at, columns->sign, theme->faint, "=");
    draw_number(canvas, &at, columns->value, ink, line->value);
}

static void draw_lines(const struct arm_panel *panel, struct rect r, const struct line *line,
                       int count)
{
    struct canvas *canvas = panel->view->canvas;
    const struct columns columns = columns_of(canvas);
    const int numbers = numbers_width(canvas);
    const int top = canvas_px(canvas, AXIS_H), gap = canvas_px(canvas, 12);
    const bool barred = r.w - numbers - gap >= canvas_px(canvas, BARS_LEAST_W);
    const int h = (r.h - top) / count < canvas_px(canvas, LINE_H) ? (r.h - top) / count
                                                                  : canvas_px(canvas, LINE_H);
    const struct bars bars = bars_for(
        line, count,
        (struct rect){ r.x + numbers + gap, r.y, r.w - numbers - gap - 1, top + count * h });

    if (h < canvas_line_height(canvas, TEXT_TINY))
        return;
    if (barred)
        draw_axis(panel, &bars);
    for (int i = 0; i < count; i++) {
        const struct rect row = { r.x, r.y + top + i * h, r.w, h };

        draw_numbers(panel, &columns, row, &line[i]);
        if (barred)
            draw_bar(panel, &bars, row, &line[i]);
    }
}

/* ------------------------------------------------------------------------------------ where */

/* The chosen unit and step; without any, what is under the mouse in the states. */
static bool find_place(const struct arm_panel *panel, struct cell_place *place)
{
    const struct view *view = panel->view;
    const struct seen_states *states = &view->seen.states[panel->number];
    const struct rect plot = panel_plot(panel, panel->place->states);
    const struct edits edits = { panel->arm->edit, panel->arm->edits };

    *place = (struct cell_place){ .layer = states->layer,
                                  .unit = view->arm[panel->number].unit,
                                  .step = view->chosen_step,
                                  .reverse = states->reverse };
    if (place->step < 0 || place->unit < 0) {
        if (view->hover_step < 0 || states->units == 0 || !view_over(view, plot))
            return false;
        place->step = view->hover_step;
        place->unit = panel_unit_at(view, plot, states->units);
    }
    place->learned =
        snapshot_arm_config(panel->snapshot, panel->number)->state == STATE_LEARNED;
    place->edited = cell_edit(edits, place->layer, place->reverse, place->step) != NULL;
    return true;
}

static void draw_title(const struct arm_panel *panel, struct rect row,
                       const struct cell_place *place)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int x = canvas_text(canvas, row, TEXT_SMALL_BOLD, ALIGN_LEFT, theme->text, "Cell") +
                  canvas_px(canvas, 8);
    const int hands = panel_hands_width(panel->view);

    if (!panel_states_has_hands(panel)) {
        panel_hands(panel, row.x + row.w - hands, row.y + canvas_px(canvas, 2),
                    row.h - canvas_px(canvas, 5));
        row.w -= hands;
    }
    if (place != NULL)
        canvas_format(canvas, rect_inset(row, x, 0, 0, 0), TEXT_SMALL, ALIGN_LEFT, theme->dim,
                      "t %d, unit %d%s", place->step, place->unit,
                      place->reverse ? " \u2190" : "");
}

/* Its sum is nowhere kept: what it is a sum of, in words. */
static void draw_elman(const struct arm_panel *panel, struct rect place)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const bool relu =
        snapshot_arm_config(panel->snapshot, panel->number)->squash == SQUASH_RELU;

    if (place.h < canvas_line_height(canvas, TEXT_SMALL))
        return;
    place.h = canvas_line_height(canvas, TEXT_SMALL);
    canvas_format(canvas, place, TEXT_SMALL, ALIGN_LEFT, theme->dim,
                  "h = %s(W x + U h before + b), over all units before",
                  relu ? "relu" : "tanh");
}

void panel_cell(const struct arm_panel *panel, struct rect r)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct rect row = panel_title_row(panel->view, r);
    const struct rect body = rect_inset(r, 0, row.h, 0, 0);
    struct line lines[LINES_MAX];
    struct cell_place place;
    struct cell_parts parts;
    int count = 0;

    if (find_place(panel, &place) && cell_parts(&parts, &panel->arm->trace, &place))
        count = lines_of(lines, &parts, place.edited);
    draw_title(panel, row, count > 0 ? &place : NULL);
    if (panel->arm->edits > 0 && panel->place->strip.w == 0) /* else it is said there */
        panel_effect(panel, (struct rect){ body.x, body.y, numbers_width(canvas),
                                           canvas_px(canvas, AXIS_H) });
    if (count > 0)
        draw_lines(panel, body, lines, count);
    if (count > 0 && parts.kind == CELL_ELMAN)
        draw_elman(
            panel,
            rect_inset(body, 0, canvas_px(canvas, AXIS_H + LINE_H * count + LINE_H / 2), 0, 0));
    if (count == 0)
        canvas_text(canvas,
                    (struct rect){ body.x, body.y + canvas_px(canvas, AXIS_H), body.w,
                                   canvas_px(canvas, LINE_H) },
                    TEXT_SMALL, ALIGN_LEFT, theme->dim,
                    "Click the states: one unit at one step, in numbers");
}

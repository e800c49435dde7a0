/*
 * What an arm answers: at every scored step how sure it is and whether it is right, and at one
 * step the likeliest outputs, or, where outputs are values, answer and target on an axis. A
 * sequence of one's own is typed here.
 */
#include "viz/window/prediction_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "viz/window/format.h"
#include "viz/window/prediction_view.h"
#include "viz/window/widgets.h"

enum { FIELD_H = 19, ROW_H = 15, TOP_MAX = 8, NUMBER_W = 26, GAP = 4 };

/* The step whose output is shown in full: hovered, chosen, or asked; -1: there is none. */
static int shown_step(const struct arm_panel *panel)
{
    const struct snapshot *s = panel->snapshot;
    const int tries[] = { panel->view->hover_step, panel->view->chosen_step,
                          panel_asked_step(s), s->length - 1 };

    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
        if (prediction_shown(s, panel->arm, tries[i]))
            return tries[i];
    return -1;
}

/* How many are right; of a sequence longer than training's apart how many beyond. */
static void draw_score(const struct arm_panel *panel, struct rect row)
{
    const struct snapshot *s = panel->snapshot;
    struct canvas *canvas = panel->view->canvas;
    const struct colour dim = canvas_theme(canvas)->dim;
    const int known = s->trained_steps > 0 ? s->trained_steps : s->steps;
    int right, right_beyond;
    const int scored = prediction_scored(s, panel->arm, 0, known, &right);
    const int beyond = prediction_scored(s, panel->arm, known, s->steps, &right_beyond);

    if (beyond > 0)
        canvas_format(canvas, row, TEXT_TINY, ALIGN_RIGHT, dim,
                      "%d of %d right, beyond the trained length %d of %d", right, scored,
                      right_beyond, beyond);
    else if (scored > 0)
        canvas_format(canvas, row, TEXT_TINY, ALIGN_RIGHT, dim, "%d of %d right", right,
                      scored);
    else
        canvas_text(canvas, row, TEXT_TINY, ALIGN_RIGHT, dim,
                    "nobody knows what is right here");
}

static void draw_title(const struct arm_panel *panel, struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    const int y = row.y + canvas_px(view->canvas, 2), h = row.h - canvas_px(view->canvas, 5);
    static const char *const faces[] = { "answers", "write" };
    static const char *const hints[] = { "What it answers at each step",
                                         "Let both go on from a prompt, symbol after symbol" };
    int x = row.x;

    x += canvas_px(view->canvas, 10) + canvas_text(view->canvas, row, TEXT_SMALL_BOLD,
                                                   ALIGN_LEFT, theme->text, "What it says");
    for (int i = 0; i < 2 && panel->snapshot->writes != WRITES_NOTHING; i++)
        x += canvas_px(view->canvas, 4) +
             widget_chip(view, x, y, h,
                         &(struct button){ .label = faces[i],
                                           .on = view->writing.shown == (i == 1),
                                           .hot = { .action = ACT_FACE,
                                                    .arm = panel->number,
                                                    .value = i,
                                                    .hint = hints[i] } });
    row = rect_inset(row, x - row.x, 0, 0, 0);
    if (view->writing.shown && panel->snapshot->writes != WRITES_NOTHING)
        return;
    draw_score(panel, row);
}

/* The sequence as a line that one can type over. */
static void draw_field(const struct arm_panel *panel, struct rect r)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    struct canvas *canvas = view->canvas;
    const struct rect label = { panel->place->card.x, r.y,
                                panel->axis.x - panel->place->card.x - canvas_px(canvas, 5),
                                r.h };
    const bool own = panel->snapshot->sample == LAB_OWN_INPUT;
    char text[SHORT_MAX];
    bool over;

    canvas_text(canvas, label, TEXT_TINY, ALIGN_RIGHT, own ? theme->mark : theme->dim,
                own ? "your own" : "sequence");
    over = view_hot(view, (struct hot){ .rect = r,
                                        .action = ACT_OWN_INPUT,
                                        .arm = panel->number,
                                        .entry = true,
                                        .hint = "I: type a sequence of your own, in the way "
                                                "this one is written" });
    canvas_round(canvas, r, canvas_px(canvas, 3), over ? theme->hover : theme->raised);
    r = rect_inset(r, canvas_px(canvas, 6), 0, canvas_px(canvas, 6), 0);
    canvas_text(
        canvas, r, TEXT_MONO_SMALL, ALIGN_LEFT, theme->text,
        panel_shorten(text, canvas, TEXT_MONO_SMALL, r.w, panel->snapshot->text, false));
}

/* ------------------------------------------------------------------------------ every step */

/* How sure of what it says at step t, among classes. */
static double confidence_at(const struct arm_panel *panel, int t)
{
    struct candidate best;

    if (panel->snapshot->token[t].scored)
        return panel->arm->answer[t].confidence;
    if (prediction_top(prediction_output(panel->snapshot, panel->arm, t),
                       panel->snapshot->outputs, -1, &best, 1) < 1)
        return (double)NAN;
    return best.probability;
}

struct colour prediction_colour(const struct arm_panel *panel, int t)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);

    if (!panel->snapshot->token[t].scored)
        return theme->dim;
    return panel->arm->answer[t].right ? theme->good : theme->bad;
}

const char *prediction_sign(const struct arm_panel *panel, int t)
{
    if (!panel->snapshot->token[t].scored)
        return "?";
    return panel->arm->answer[t].right ? "\u2713" : "\u2717";
}

/* Right and wrong above a step: a sign, where it has room. */
static void draw_sign(const struct arm_panel *panel, struct rect cell, int t)
{
    struct canvas *canvas = panel->view->canvas;
    const int w = canvas_text_width(canvas, TEXT_TINY, prediction_sign(panel, t), -1);

    if (cell.w >= w) {
        canvas_text(canvas, cell, TEXT_TINY, ALIGN_CENTRE, prediction_colour(panel, t),
                    prediction_sign(panel, t));
        return;
    }
    /* wrong ones stand at the bottom, so that the colour is not alone */
    cell.y += panel->snapshot->token[t].scored && !panel->arm->answer[t].right ? cell.h / 2 : 0;
    cell.h = cell.h / 2;
    canvas_fill(canvas, cell, prediction_colour(panel, t));
}

/* The bar of step t, as high as it is sure, with the number where it has room. */
static void draw_bar(const struct arm_panel *panel, struct rect plot, int t)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const double sure = confidence_at(panel, t);
    const int left = time_left(&panel->axis, t), width = time_width(&panel->axis, t);
    const int gap = width >= 4 ? canvas_px(canvas, 1) : 0;
    const int h = isnan(sure) ? 0 : (int)lround(sure * plot.h);
    const struct rect bar = { left, plot.y + plot.h - h, width - gap, h };
    const int line = canvas_line_height(canvas, TEXT_MONO_SMALL);
    char number[FORMAT_MAX];

    canvas_fill(canvas, bar, theme_fade(prediction_colour(panel, t), 170));
    if (panel->snapshot->token[t].scored && !panel->arm->answer[t].right)
        canvas_hatch(canvas, bar, theme_fade(theme->panel, 150));
    if (width >= canvas_px(canvas, NUMBER_W) && plot.h >= line && !isnan(sure)) {
        snprintf(number, sizeof number, "%.2f", sure);
        canvas_text(canvas, (struct rect){ left, plot.y + plot.h - line, width - gap, line },
                    TEXT_MONO_SMALL, ALIGN_CENTRE, theme->text, number);
    }
}

static void label_sure(const struct arm_panel *panel, struct rect plot)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int line = canvas_line_height(canvas, TEXT_TINY), left = panel->place->card.x;
    const int w = panel->axis.x - left - canvas_px(canvas, 5);

    if (plot.h < 2 * line) {
        canvas_text(canvas, (struct rect){ left, plot.y, w, plot.h }, TEXT_TINY, ALIGN_RIGHT,
                    theme->dim, "how sure");
        return;
    }
    canvas_text(canvas, (struct rect){ left, plot.y, w, line }, TEXT_TINY, ALIGN_RIGHT,
                theme->dim, "sure 1");
    canvas_text(canvas, (struct rect){ left, plot.y + plot.h - line, w, line }, TEXT_TINY,
                ALIGN_RIGHT, theme->dim, "0");
}

/* Dashes where training's sequences ended, in one that is longer. */
static void draw_trained(const struct arm_panel *panel, struct rect plot)
{
    struct canvas *canvas = panel->view->canvas;
    const int t = panel->snapshot->trained_steps;

    if (t > 0 && time_shown(&panel->axis, t))
        canvas_dashes(canvas, time_left(&panel->axis, t), plot.y, plot.h, true,
                      canvas_theme(canvas)->text);
}

static void draw_confidence(const struct arm_panel *panel, struct rect r)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int sign = canvas_line_height(canvas, TEXT_TINY);
    const struct rect plot = rect_inset(r, 0, sign, 0, 0);
    const int end = time_end(&panel->axis);

    canvas_fill(canvas, (struct rect){ plot.x, plot.y + plot.h, plot.w, canvas_px(canvas, 1) },
                theme->edge);
    for (int t = time_first(&panel->axis); t < end; t++) {
        if (!prediction_shown(panel->snapshot, panel->arm, t))
            continue;
        draw_bar(panel, plot, t);
        draw_sign(
            panel,
            (struct rect){ time_left(&panel->axis, t), r.y, time_width(&panel->axis, t), sign },
            t);
    }
    draw_trained(panel, plot);
    label_sure(panel, plot);
}

/* -------------------------------------------------------------------------------- one step */

static int draw_heading(const struct arm_panel *panel, struct rect row, int t)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct snapshot_token *token = &panel->snapshot->token[t];
    struct canvas *canvas = panel->view->canvas;
    const struct snapshot_answer *answer = &panel->arm->answer[t];
    const int left = panel->place->card.x;

    canvas_format(canvas,
                  (struct rect){ left, row.y, row.x - left - canvas_px(canvas, 5), row.h },
                  TEXT_TINY, ALIGN_RIGHT, theme->dim, "at t %d", t);
    if (!token->scored)
        return canvas_format(canvas, row, TEXT_TINY, ALIGN_LEFT, theme->dim,
                             "after %s: nobody says what should come", token->input);
    return canvas_format(canvas, row, TEXT_TINY, ALIGN_LEFT, prediction_colour(panel, t),
                         "%s answer %s, target %s", prediction_sign(panel, t), answer->text,
                         token->target);
}

/* One class: its name in `name` pixels, a bar, the number; a mark before the target. */
static void draw_candidate(const struct arm_panel *panel, struct rect r, int name,
                           const struct candidate *candidate, bool target)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int mark = canvas_px(canvas, 10), number = canvas_px(canvas, 50);
    const int gap = canvas_px(canvas, 5), thin = canvas_px(canvas, 3);
    const struct rect bar = rect_inset(r, mark + name + gap, thin, number, thin);
    char text[FORMAT_MAX], shortened[SHORT_MAX];

    canvas_text(canvas, (struct rect){ r.x + mark, r.y, name, r.h }, TEXT_MONO_SMALL,
                ALIGN_RIGHT, target ? theme->mark : theme->text,
                panel_shorten(shortened, canvas, TEXT_MONO_SMALL, name,
                              panel->snapshot->symbol[candidate->symbol], false));
    if (target)
        canvas_text(canvas, (struct rect){ r.x, r.y, mark, r.h }, TEXT_TINY, ALIGN_LEFT,
                    theme->mark, "\u25b8");
    canvas_fill(canvas, bar, theme->raised);
    canvas_fill(
        canvas,
        (struct rect){ bar.x, bar.y, (int)lround(candidate->probability * bar.w), bar.h },
        theme_arm_colour(theme, panel->arm->model));
    canvas_text(canvas, (struct rect){ r.x + r.w - number, r.y, number, r.h }, TEXT_MONO_SMALL,
                ALIGN_RIGHT, theme->text, format_number(text, candidate->probability));
}

/* Pixels for the longest name, but not more than a good part of the row. */
static int name_width(const struct arm_panel *panel, const struct candidate *top, int count,
                      int row)
{
    struct canvas *canvas = panel->view->canvas;
    int most = canvas_px(canvas, 16);

    for (int i = 0; i < count; i++) {
        const int w = canvas_text_width(canvas, TEXT_MONO_SMALL,
                                        panel->snapshot->symbol[top[i].symbol], -1);

        most = w > most ? w : most;
    }
    return most < row * 2 / 5 ? most : row * 2 / 5;
}

static int candidate_columns(const struct arm_panel *panel, int width)
{
    return width >= canvas_px(panel->view->canvas, 250) ? 2 : 1;
}

/* The likeliest classes in one or two columns, as many as there is room for. */
static void draw_candidates(const struct arm_panel *panel, struct rect r, int t)
{
    struct canvas *canvas = panel->view->canvas;
    const int row = canvas_px(canvas, ROW_H), rows = r.h / row;
    const int columns = candidate_columns(panel, r.w);
    const int most = rows * columns < TOP_MAX ? rows * columns : TOP_MAX;
    const int target = panel->snapshot->token[t].target_class;
    const int gap = canvas_px(canvas, 14), width = (r.w - (columns - 1) * gap) / columns;
    struct candidate top[TOP_MAX];
    int count, down;

    if (most < 1)
        return;
    count = prediction_top(prediction_output(panel->snapshot, panel->arm, t),
                           panel->snapshot->outputs, target, top, most);
    down = (count + columns - 1) / columns;
    for (int i = 0; i < count; i++)
        draw_candidate(
            panel,
            (struct rect){ r.x + i / down * (width + gap), r.y + i % down * row, width, row },
            name_width(panel, top, count, width), &top[i], top[i].symbol == target);
}

/* What was wrong with the sequence typed last, in place of what would stand below it. */
static bool draw_refusal(const struct arm_panel *panel, struct rect r)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct view *view = panel->view;

    if (!view->own.sent || !view->message_bad || view->message[0] == '\0')
        return false;
    widget_paragraph(panel->view, r, TEXT_SMALL, theme->bad, view->message);
    return true;
}

/* The sequence above, one step below it: what one step needs for all its classes goes first. */
static void draw_classes(const struct arm_panel *panel, struct rect r, int t)
{
    struct canvas *canvas = panel->view->canvas;
    const int row = canvas_px(canvas, ROW_H), gap = canvas_px(canvas, GAP);
    const int columns = candidate_columns(panel, r.w), V = panel->snapshot->outputs;
    const int rows = ((V < TOP_MAX ? V : TOP_MAX) + columns - 1) / columns;
    const int left = r.h - gap - (rows + 1) * row;
    const int bars = left > r.h * 3 / 10 ? left : r.h * 3 / 10;
    struct rect one = { r.x, r.y + bars + gap, r.w, row };

    draw_confidence(panel, (struct rect){ r.x, r.y, r.w, bars });
    if (t < 0 || one.y + one.h > r.y + r.h)
        return;
    draw_heading(panel, one, t);
    one.y += row;
    one.h = r.y + r.h - one.y;
    draw_candidates(panel, one, t);
}

void panel_prediction(const struct arm_panel *panel, struct rect r)
{
    struct view *view = panel->view;
    const struct rect title = panel_title_row(view, r);
    struct rect rest = panel_plot(panel, r), field = rest;
    const int t = shown_step(panel), row = canvas_px(view->canvas, ROW_H);

    draw_title(panel, title);
    if (view->writing.shown && panel->snapshot->writes != WRITES_NOTHING) {
        panel_writing(panel, rect_inset(r, 0, title.h, 0, 0));
        return;
    }
    if (panel->snapshot->parses && panel->snapshot->text != NULL) {
        field.h = canvas_px(view->canvas, FIELD_H);
        draw_field(panel, field);
        rest = rect_inset(rest, 0, field.h + canvas_px(view->canvas, GAP), 0, 0);
    }
    if (draw_refusal(panel, rest) || rest.h < 2 * row)
        return;
    if (panel->snapshot->classes)
        draw_classes(panel, rest, t);
    else
        prediction_values(panel, rest, t);
}

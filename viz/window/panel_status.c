/* The line at the bottom, and the hint beside the mouse. */
#include "viz/window/panels.h"

#include <stdio.h>

#include "lessons/words.h"
#include "viz/window/format.h"
#include "viz/window/widgets.h"

static const char *state_of(const struct theme *theme, const struct snapshot *s,
                            struct colour *colour)
{
    int stopped = 0, finished = 0;

    for (int i = 0; i < s->arms; i++) {
        stopped += s->arm[i].stopped;
        finished += s->arm[i].finished;
    }
    *colour = theme->dim;
    if (stopped > 0 && stopped == s->arms) {
        *colour = theme->bad;
        return "all arms stopped";
    }
    if (s->running) {
        *colour = theme->good;
        return "training";
    }
    if (finished > 0 && finished + stopped == s->arms)
        return "finished";
    return s->config.training.steps > 0 && s->step >= s->config.training.steps ? "finished"
                                                                               : "paused";
}

/* How far the run is, as a thin line along the top of the status line. */
static void draw_progress(struct canvas *canvas, struct rect r, const struct snapshot *s)
{
    const struct theme *theme = canvas_theme(canvas);
    const long steps = s->config.training.steps;
    const int h = canvas_px(canvas, 2);

    canvas_fill(canvas, (struct rect){ r.x, r.y, r.w, h }, theme->raised);
    if (steps > 0)
        canvas_fill(
            canvas,
            (struct rect){ r.x, r.y, s->step >= steps ? r.w : (int)(s->step * r.w / steps), h },
            theme->accent);
}

void panel_status(struct view *view, const struct snapshot *s)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const struct rect r = view->layout.status;
    const int pad = canvas_px(canvas, 12), dot = canvas_px(canvas, 8);
    struct rect row = rect_inset(r, pad, canvas_px(canvas, 2), pad, 0);
    char rate[FORMAT_MAX], spent[FORMAT_MAX], sequence[FORMAT_MAX], line[160], end[32] = "";
    char words[TASK_TITLE_MAX];
    const char *task = panel_task_title(view, s, words);
    struct colour colour;
    const char *state = state_of(theme, s, &colour);

    if (r.w == 0)
        return;
    draw_progress(canvas, r, s);
    canvas_round(canvas, (struct rect){ row.x, row.y + (row.h - dot) / 2, dot, dot }, dot / 2,
                 colour);
    row = rect_inset(row, dot + canvas_px(canvas, 7), 0, 0, 0);
    canvas_text(canvas, row, TEXT_SMALL, ALIGN_LEFT, theme->text, state);
    row = rect_inset(row, canvas_px(canvas, 100), 0, 0, 0);
    if (s->sample == LAB_OWN_INPUT)
        snprintf(sequence, sizeof sequence, "%s", words_in(view->language, "yours"));
    else
        snprintf(sequence, sizeof sequence, "%ld", s->sample);
    if (s->step <= s->config.training.steps) /* once past, the end says nothing any more */
        snprintf(end, sizeof end, " / %ld", s->config.training.steps);
    snprintf(line, sizeof line,
             words_in(view->language, "step %6ld%s   %8s steps/s   %7s   sequence %s"), s->step,
             end, s->running ? format_number(rate, s->steps_per_second) : "\u2013",
             format_time(spent, s->seconds), sequence);
    row = rect_inset(
        row, canvas_text(canvas, row, TEXT_MONO_SMALL, ALIGN_LEFT, theme->dim, line) + pad, 0,
        0, 0);
    if (view->message[0] != '\0')
        canvas_text(canvas, row, TEXT_SMALL, ALIGN_RIGHT,
                    view->message_bad ? theme->bad : theme->accent, view->message);
    else if (view->busy_seconds > 0)
        canvas_format(canvas, row, TEXT_SMALL, ALIGN_RIGHT, theme->dim, "still computing: %d s",
                      view->busy_seconds);
    else if (panel_health_line(view, s, row))
        return;
    else if (canvas_text_width(canvas, TEXT_SMALL, task, -1) <= row.w)
        canvas_text(canvas, row, TEXT_SMALL, ALIGN_RIGHT, theme->faint, task);
}

/* ------------------------------------------------------------------------------------- hint */

void panel_hint(struct view *view, int w, int h)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const int pad = canvas_px(canvas, 8), edge = canvas_px(canvas, 3);
    const bool focused = view->focus.on && !view->focus.clicked;
    const struct hot *hot = focused ? view_focused(view) : view->hover;
    struct rect box;

    if (hot == NULL || hot->hint == NULL || view->held || view->typing.on)
        return;
    box.w = canvas_text_width(canvas, TEXT_SMALL, hot->hint, -1) + 2 * pad;
    box.h = canvas_line_height(canvas, TEXT_SMALL) + pad;
    if (box.w > w - 2 * edge)
        box.w = w - 2 * edge;
    box.x = focused ? hot->rect.x : view->mouse_x + canvas_px(canvas, 14);
    box.y = focused ? hot->rect.y + hot->rect.h + canvas_px(canvas, 4)
                    : view->mouse_y + canvas_px(canvas, 20);
    if (box.x + box.w + edge > w)
        box.x = w - box.w - edge;
    if (box.y + box.h > h)
        box.y = (focused ? hot->rect.y : view->mouse_y) - box.h - canvas_px(canvas, 8);
    canvas_round(canvas, rect_inset(box, -1, -1, -1, -1), canvas_px(canvas, 5), theme->edge);
    canvas_round(canvas, box, canvas_px(canvas, 4), theme->window);
    canvas_text(canvas, rect_inset(box, pad, 0, pad, 0), TEXT_SMALL, ALIGN_LEFT, theme->text,
                hot->hint);
}

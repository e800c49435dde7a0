/* The list of lessons. */
#include "viz/window/panels.h"

#include <stdio.h>

#include "lessons/logbook.h"
#include "lessons/words.h"
#include "viz/window/widget_language.h"
#include "viz/window/widgets.h"

enum { ROW_H = 50, TOP_H = 104, WIDTH = 720 };

/* At the right of a row: a dot, filled if it was visited, and how many claims have been met. */
static int draw_progress(struct view *view, const struct lesson *lesson, struct rect r)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const struct logbook none = { .count = 0 }, *book = view->logbook ? view->logbook : &none;
    const struct logbook_count count = logbook_count(book, view->lessons, lesson);
    const bool visited = logbook_visited(book, lesson);
    char text[64];

    if (lesson->broken)
        return 0;
    snprintf(text, sizeof text, words_in(view->language, "%s  %d of %d claims"),
             visited ? "\u25cf" : "\u25cb", count.met, count.claims);
    canvas_text(canvas, r, TEXT_SMALL, ALIGN_RIGHT,
                count.met > 0 && count.met == count.claims ? theme->good
                : visited                                  ? theme->accent
                                                           : theme->faint,
                text);
    return canvas_text_width(canvas, TEXT_SMALL, text, -1) + canvas_px(canvas, 12);
}

static void draw_row(struct view *view, struct rect r, int entry)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const struct lesson *lesson = &view->lessons->lessons[entry];
    const bool over =
        view_hot(view, (struct hot){ .rect = r, .action = ACT_LESSON, .value = entry });
    const int pad = canvas_px(canvas, 16), half = r.h / 2;
    const struct rect text = rect_inset(r, canvas_px(canvas, 62), 0, pad, 0);
    int progress;

    canvas_round(canvas, r, canvas_px(canvas, 6),
                 entry == view->picked || over ? theme->raised : theme->panel);
    if (entry == view->picked)
        canvas_round(canvas, (struct rect){ r.x, r.y, canvas_px(canvas, 3), r.h },
                     canvas_px(canvas, 1), theme->accent);
    canvas_format(canvas, rect_inset(r, pad, 0, 0, 0), TEXT_LARGE, ALIGN_LEFT,
                  entry == view->picked ? theme->accent : theme->faint, "%02d", lesson->number);
    progress = draw_progress(view, lesson,
                             (struct rect){ text.x, r.y + canvas_px(canvas, 5), text.w,
                                            half - canvas_px(canvas, 6) });
    canvas_text(canvas,
                (struct rect){ text.x, r.y + canvas_px(canvas, 5), text.w - progress,
                               half - canvas_px(canvas, 6) },
                TEXT_BOLD, ALIGN_LEFT, theme->text, lesson_title(lesson, view->language));
    canvas_text(
        canvas, (struct rect){ text.x, r.y + half, text.w, half - canvas_px(canvas, 6) },
        TEXT_SMALL, ALIGN_LEFT, lesson->fault.status != STATUS_OK ? theme->bad : theme->dim,
        lesson->fault.status != STATUS_OK ? lesson->fault.message
                                          : lesson_question(lesson, view->language));
}

/* How many lessons do not fit, above and below those that are drawn from `first` on. */
static void draw_rest(struct view *view, struct rect above, struct rect below, int first,
                      int fit)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const int rest = view->lessons->count - first - fit;

    if (first > 0)
        canvas_format(view->canvas, above, TEXT_SMALL, ALIGN_RIGHT, theme->faint,
                      "\u2191 %d more", first);
    if (rest > 0)
        canvas_format(view->canvas, below, TEXT_SMALL, ALIGN_LEFT, theme->faint,
                      "\u2193 %d more", rest);
}

void panel_picker(struct view *view, int w, int h)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const int margin = canvas_px(canvas, 24), gap = canvas_px(canvas, 8);
    const int row = canvas_px(canvas, ROW_H), top = canvas_px(canvas, TOP_H);
    const int count = view->lessons != NULL ? view->lessons->count : 0;
    const int fit = h > top + margin ? (h - top - margin) / (row + gap) : 1;
    const int first = view->picked >= fit ? view->picked - fit + 1 : 0;
    int width = canvas_px(canvas, WIDTH);
    struct rect r;

    if (width > w - 2 * margin)
        width = w - 2 * margin;
    r = (struct rect){ (w - width) / 2, margin, width, canvas_px(canvas, 34) };
    canvas_text(canvas, r, TEXT_LARGE, ALIGN_LEFT, theme->text, "Duet");
    canvas_text(canvas, r, TEXT_SMALL, ALIGN_RIGHT, theme->faint,
                view->run_waits ? "\u2191 \u2193  Enter   or a number   Esc back to the run"
                                : "\u2191 \u2193  Enter   or a number   Esc quits");
    widget_language(view,
                    (struct rect){ r.x + canvas_px(canvas, 58), r.y + canvas_px(canvas, 5),
                                   canvas_px(canvas, 34), canvas_px(canvas, 24) });
    r.y += r.h;
    r.h = canvas_px(canvas, 22);
    canvas_text(canvas, r, TEXT_BODY, ALIGN_LEFT, theme->dim,
                "Two models learn side by side. Choose what to look at.");
    if (count == 0)
        canvas_text(canvas, (struct rect){ r.x, top, width, row }, TEXT_BODY, ALIGN_LEFT,
                    theme->bad, "No lessons were found: set DUET_LESSONS to their folder");
    for (int i = first; i < count && i < first + fit; i++)
        draw_row(view, (struct rect){ r.x, top + (i - first) * (row + gap), width, row }, i);
    if (count > 0)
        draw_rest(view, r,
                  (struct rect){ r.x, top + fit * (row + gap) - gap / 2, width, margin }, first,
                  fit);
    if (view->message[0] != '\0')
        canvas_text(canvas, (struct rect){ r.x, h - margin, width, margin }, TEXT_SMALL,
                    ALIGN_LEFT, view->message_bad ? theme->bad : theme->accent, view->message);
}

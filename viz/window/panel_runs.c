/* The list of runs in the current folder, over everything else. */
#include "viz/window/panels.h"

#include "viz/window/widgets.h"

enum { ROW_H = 26, WIDTH = 520, ROWS_LEAST = 3 };

static void draw_row(struct view *view, struct rect r, long value, const char *text,
                     bool is_place_to_type)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const bool over = view_hot(view, (struct hot){ .rect = r,
                                                   .action = ACT_OPEN_RUN,
                                                   .value = value,
                                                   .entry = is_place_to_type });

    if (over)
        canvas_round(canvas, r, canvas_px(canvas, 4), theme->raised);
    canvas_text(canvas, rect_inset(r, canvas_px(canvas, 8), 0, canvas_px(canvas, 8), 0),
                is_place_to_type ? TEXT_BODY : TEXT_MONO, ALIGN_LEFT,
                is_place_to_type ? theme->accent : theme->text, text);
}

/* As many of the runs as fit, from the one on that keeps the focus in sight. */
static int first_row(const struct view *view, int fit)
{
    const long focus =
        view->focus.on && view->focus.hot.action == ACT_OPEN_RUN ? view->focus.hot.value : 0;

    return focus >= fit ? (int)focus - fit + 1 : 0;
}

void panel_runs(struct view *view, int w, int h)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const int row = canvas_px(canvas, ROW_H), pad = canvas_px(canvas, 18);
    const int room = (h - 4 * pad) / row - 3;
    const int most = room > ROWS_LEAST ? room : ROWS_LEAST;
    const int fit = view->runs.count < most ? view->runs.count : most;
    const int close = widget_chip_width(view, "Close");
    const int first = first_row(view, fit > 0 ? fit : 1);
    struct rect box = { 0, 0, canvas_px(canvas, WIDTH), (fit + 3) * row + 2 * pad }, line;

    box.w = box.w > w ? w : box.w;
    box.x = (w - box.w) / 2;
    box.y = box.h < h ? (h - box.h) / 2 : 0;
    view->hots = 0; /* nothing below it can be pressed */
    canvas_fill(canvas, (struct rect){ 0, 0, w, h }, theme_fade(theme->window, 170));
    canvas_round(canvas, rect_inset(box, -1, -1, -1, -1), canvas_px(canvas, 9), theme->edge);
    canvas_round(canvas, box, canvas_px(canvas, 8), theme->panel);
    line = rect_inset(box, pad, pad, pad, 0);
    line.h = row;
    canvas_text(canvas, line, TEXT_TITLE, ALIGN_LEFT, theme->text, "Open a run");
    canvas_text(canvas, line, TEXT_SMALL, ALIGN_RIGHT, theme->dim,
                "\u2191 \u2193  Enter   Esc closes");
    line.y += row;
    if (view->runs.count == 0)
        canvas_text(canvas, line, TEXT_SMALL, ALIGN_LEFT, theme->dim,
                    "None in this folder yet: Ctrl-S saves one");
    else
        canvas_format(canvas, line, TEXT_SMALL, ALIGN_LEFT, theme->dim,
                      "In this folder, newest first");
    for (int i = first; i < first + fit; i++) {
        line.y += row;
        draw_row(view, line, i, view->runs.name[i], false);
    }
    line.y += row;
    line.w -= close + canvas_px(canvas, 6);
    draw_row(view, line, VIEW_TYPED_RUN, "Another folder \u2026", true);
    widget_chip(view, line.x + line.w + canvas_px(canvas, 6), line.y + canvas_px(canvas, 3),
                row - canvas_px(canvas, 6),
                &(struct button){ .label = "Close", .hot = { .action = ACT_RUNS } });
}

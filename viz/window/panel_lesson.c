/* The text of the lesson, scrolled by the wheel. */
#include "viz/window/panels.h"

#include "viz/window/document.h"

void panel_lesson(struct view *view)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const struct rect r = view->layout.lesson;
    const int pad = canvas_px(canvas, 14);
    const struct rect text = rect_inset(r, pad, pad, pad, pad / 2);
    int height, bar;

    if (r.w == 0)
        return;
    canvas_round(canvas, r, canvas_px(canvas, 6), theme->panel);
    view_hot(view,
             (struct hot){ .rect = r, .action = ACT_SCROLL, .wheel = true, .ground = true });
    height = document_draw(view->document, canvas, text, view->scroll);
    view->scroll_most = height > text.h ? height - text.h + pad : 0;
    if (view->scroll > view->scroll_most)
        view->scroll = view->scroll_most;
    if (view->scroll_most == 0)
        return;
    bar = (int)((long)r.h * text.h / (height + pad));
    canvas_round(
        canvas,
        (struct rect){ r.x + r.w - canvas_px(canvas, 6),
                       r.y + (int)((long)(r.h - bar) * view->scroll / view->scroll_most),
                       canvas_px(canvas, 3), bar },
        canvas_px(canvas, 1), theme->edge);
}

/* What has the focus of the keyboard, and what is being typed: over everything else. */
#include "viz/window/panels.h"

#include <string.h>

enum { FIELD_LEAST_W = 120, FIELD_LEAST_H = 22 };

/* Where the thing is now that something is typed for: it may have moved since. */
static struct rect field_of(const struct view *view, int w)
{
    const struct hot *hot = &view->typing.hot;
    struct canvas *canvas = view->canvas;
    struct rect field = hot->rect;

    for (int i = 0; i < view->hots; i++)
        if (hot_does_same(&view->hot[i], hot) && view->hot[i].entry)
            field = view->hot[i].rect;
    if (field.w < canvas_px(canvas, FIELD_LEAST_W))
        field.w = canvas_px(canvas, FIELD_LEAST_W);
    if (field.h < canvas_px(canvas, FIELD_LEAST_H) || field.h > canvas_px(canvas, 40))
        field.h = canvas_px(canvas, FIELD_LEAST_H);
    if (field.x + field.w > w)
        field.x = w - field.w;
    return field;
}

static void draw_field(struct view *view, int w)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const struct rect field = field_of(view, w);
    const int pad = canvas_px(canvas, 6), caret = canvas_px(canvas, 1);
    const int room = field.w - 2 * pad - caret;
    const char *text = view->typing.text;
    int width = canvas_text_width(canvas, TEXT_MONO, text, -1), x, y;

    while (width > room && *text != '\0') { /* its end is what one sees */
        do
            text++;
        while (((unsigned char)*text & 0xc0) == 0x80);
        width = canvas_text_width(canvas, TEXT_MONO, text, -1);
    }
    x = field.x + pad;
    y = field.y + (field.h - canvas_line_height(canvas, TEXT_MONO)) / 2;
    canvas_round(canvas, rect_inset(field, -2, -2, -2, -2), canvas_px(canvas, 5),
                 theme->accent);
    canvas_round(canvas, field, canvas_px(canvas, 4), theme->panel);
    if (view->typing.whole)
        canvas_fill(canvas, (struct rect){ x, y, width, canvas_line_height(canvas, TEXT_MONO) },
                    theme_fade(theme->accent, 90));
    canvas_letters(canvas, x, y, TEXT_MONO, theme->text, text, (int)strlen(text));
    canvas_fill(
        canvas,
        (struct rect){ x + width + caret, y, caret, canvas_line_height(canvas, TEXT_MONO) },
        theme->text);
}

void panel_focus(struct view *view, int w)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const struct hot *focused = view_focused(view);
    const int thick = canvas_px(view->canvas, 2);

    if (view->typing.on)
        draw_field(view, w);
    else if (focused != NULL)
        canvas_outline(view->canvas, rect_inset(focused->rect, -thick, -thick, -thick, -thick),
                       thick, theme->accent);
}

#include "viz/window/widgets.h"

#include <string.h>

#include "lessons/words.h"
#include "viz/window/line_break.h"

enum { CHIP_PAD = 6, RADIUS = 4 };

void widget_button(struct view *view, const struct button *b)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const struct rect r = b->hot.rect;
    const int pad = canvas_px(canvas, 9);
    const bool over = view_hot(view, b->hot);
    struct colour fill = over ? theme->hover : theme->raised, ink = theme->text,
                  key = theme->faint;

    if (b->primary) {
        fill = over ? theme_between(theme->accent, theme->text, 0.25) : theme->accent;
        ink = theme->window;
        key = theme_fade(theme->window, 170);
    } else if (b->on) {
        fill = theme_between(theme->raised, theme->accent, over ? 0.40 : 0.32);
    }
    canvas_round(canvas, r, canvas_px(canvas, RADIUS), fill);
    if (b->key == NULL) {
        canvas_text(canvas, rect_inset(r, 2, 0, 2, 0), TEXT_SMALL, ALIGN_CENTRE, ink, b->label);
    } else {
        const int width = canvas_text_width(canvas, TEXT_SMALL, b->key, -1);

        canvas_text(canvas, rect_inset(r, pad, 0, pad, 0), TEXT_SMALL, ALIGN_RIGHT, key,
                    b->key);
        canvas_text(canvas, rect_inset(r, pad, 0, pad + width, 0),
                    b->primary ? TEXT_BOLD : TEXT_SMALL, ALIGN_LEFT, ink, b->label);
    }
}

int widget_chip_width(struct view *view, const char *label)
{
    return canvas_text_width(view->canvas, TEXT_TINY, label, -1) +
           2 * canvas_px(view->canvas, CHIP_PAD);
}

int widget_chip(struct view *view, int x, int y, int h, const struct button *b)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    struct hot hot = b->hot;
    bool over;
    struct colour fill;

    hot.rect = (struct rect){ x, y, widget_chip_width(view, b->label), h };
    over = view_hot(view, hot);
    fill = b->on  ? theme_between(theme->raised, theme->accent, over ? 0.40 : 0.32)
           : over ? theme->hover
                  : theme->raised;
    canvas_round(canvas, hot.rect, canvas_px(canvas, RADIUS - 1), fill);
    canvas_text(canvas, hot.rect, TEXT_TINY, ALIGN_CENTRE,
                b->on      ? theme->text
                : b->faint ? theme->faint
                           : theme->dim,
                b->label);
    return hot.rect.w;
}

void widget_choices(struct view *view, struct rect r, const struct choice *choices, int count,
                    struct hot hot)
{
    const int gap = canvas_px(view->canvas, 3);

    for (int i = 0; i < count; i++) {
        const int from = raster_edge(i, count, r.w + gap);
        struct button button = { .label = choices[i].label, .on = choices[i].on };

        hot.value = choices[i].value;
        hot.rect = (struct rect){ r.x + from, r.y,
                                  raster_edge(i + 1, count, r.w + gap) - from - gap, r.h };
        button.hot = hot;
        widget_button(view, &button);
    }
}

/* Walk the lines of the text; draw them or only measure. */
static int flow(struct view *view, struct rect rect, enum text_style style,
                const struct colour *colour, const char *text)
{
    struct canvas *canvas = view->canvas;
    const int height = canvas_line_height(canvas, style) + canvas_px(canvas, 2);
    const int space = canvas_text_width(canvas, style, " ", 1);
    int x = 0, y = 0;

    text = words_in(canvas_language(canvas), text);
    while (*text != '\0') {
        const int bytes = (int)line_piece(text, strlen(text));
        const int blanks = (int)strspn(text + bytes, " \n\t");
        const int width = canvas_text_width(canvas, style, text, bytes);

        if (x > 0 && x + width > rect.w) {
            x = 0;
            y += height;
        }
        if (y + height > rect.h)
            return y;
        if (colour != NULL)
            canvas_letters(canvas, rect.x + x, rect.y + y, style, *colour, text, bytes);
        x += width + (blanks > 0 ? space : 0);
        text += bytes + blanks;
    }
    return x > 0 ? y + height : y;
}

int widget_paragraph(struct view *view, struct rect rect, enum text_style style,
                     struct colour colour, const char *text)
{
    return flow(view, rect, style, &colour, text);
}

int widget_paragraph_height(struct view *view, struct rect rect, enum text_style style,
                            const char *text)
{
    return flow(view, rect, style, NULL, text);
}

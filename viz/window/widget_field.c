#include "viz/window/widget_field.h"

#include <math.h>

#include "viz/window/widgets.h"

enum { RADIUS = 4, PAD = 5, BUTTON_W = 20, BAR_H = 2, ARROW_W = 8 };

static const char anew_mark[] = "\u21bb";

/* The ground of a field, and whether the mouse is on it. */
static bool draw_ground(struct view *view, const struct field *field, struct rect ground)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const bool over = view_hot(view, field->hot);
    const bool lit = (over && !field->locked) || field->held;

    canvas_round(view->canvas, ground, canvas_px(view->canvas, RADIUS),
                 lit ? theme->hover : theme->raised);
    return over;
}

/* The value at the right, label and mark in what it leaves: a value is never cut first. */
static void draw_words(struct view *view, const struct field *field, struct rect row)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const int gap = canvas_px(canvas, 3);
    const int mark =
        field->anew ? gap + canvas_text_width(canvas, TEXT_TINY, anew_mark, -1) : 0;
    const enum text_style style = field->word ? TEXT_TINY : TEXT_MONO_SMALL;
    const int used = canvas_text(canvas, row, style, ALIGN_RIGHT,
                                 field->locked ? theme->dim : theme->text, field->value);
    const struct rect left = rect_inset(row, 0, 0, used + gap, 0);
    const int label = canvas_text(canvas, rect_inset(left, 0, 0, mark, 0), TEXT_SMALL,
                                  ALIGN_LEFT, theme->dim, field->label);

    if (field->anew)
        canvas_text(canvas, rect_inset(left, label + gap, 0, 0, 0), TEXT_TINY, ALIGN_LEFT,
                    theme->faint, anew_mark);
}

void widget_slider(struct view *view, const struct field *field)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const struct rect r = field->hot.rect;
    const int pad = canvas_px(canvas, PAD), h = canvas_px(canvas, BAR_H);
    const bool over = draw_ground(view, field, r);

    if (field->share >= 0 && !field->locked) {
        const int all = r.w - 2 * pad, w = (int)lround(all * fmin(field->share, 1));
        const struct rect bar = { r.x + pad, r.y + r.h - h - canvas_px(canvas, 1), all, h };

        canvas_fill(canvas, bar, theme->edge);
        canvas_fill(canvas, (struct rect){ bar.x, bar.y, w, h }, theme->accent);
        if (over || field->held)
            canvas_fill(canvas,
                        (struct rect){ bar.x + w - canvas_px(canvas, 1), bar.y - h,
                                       canvas_px(canvas, 3), 2 * h + canvas_px(canvas, 1) },
                        theme->accent);
    }
    draw_words(view, field, rect_inset(r, pad, 0, pad, field->share >= 0 ? h : 0));
}

void widget_stepper(struct view *view, const struct field *field, struct hot less,
                    struct hot more)
{
    struct canvas *canvas = view->canvas;
    const struct rect r = field->hot.rect;
    const int pad = canvas_px(canvas, PAD), w = canvas_px(canvas, BUTTON_W),
              gap = canvas_px(canvas, 2);
    struct field words = *field;

    words.hot.rect = rect_inset(r, 0, 0, 2 * (w + gap), 0);
    draw_ground(view, &words, words.hot.rect);
    draw_words(view, field, rect_inset(words.hot.rect, pad, 0, pad, 0));
    less.rect = (struct rect){ r.x + r.w - 2 * w - gap, r.y, w, r.h };
    more.rect = (struct rect){ r.x + r.w - w, r.y, w, r.h };
    widget_button(view, &(struct button){ .label = "\u2212", .hot = less });
    widget_button(view, &(struct button){ .label = "+", .hot = more });
}

void widget_choice(struct view *view, const struct field *field, bool unfolded)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const struct rect r = field->hot.rect;
    const int pad = canvas_px(canvas, PAD), arrow = canvas_px(canvas, ARROW_W);
    const struct rect row = rect_inset(r, pad, 0, pad, 0);

    draw_ground(view, field, r);
    if (!field->locked)
        canvas_text(canvas, row, TEXT_TINY, ALIGN_RIGHT, theme->dim,
                    unfolded ? "\u25be" : "\u25b8");
    draw_words(view, field, rect_inset(row, 0, 0, arrow, 0));
}

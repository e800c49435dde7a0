#include "viz/window/widget_language.h"

#include <stddef.h>

#include "viz/window/panels.h"
#include "viz/window/widgets.h"

enum { LETTERS = 2, LETTER_W = 11, LETTER_GAP = 2, STROKE_POINTS = 4 };
static const double STROKE_W = 1.1;

/* One stroke, in a square of side 1. */
struct stroke {
    int letter, points;
    struct point point[STROKE_POINTS];
};

/* zhong wen: the language, as it is written in it. */
static const struct stroke strokes[] = {
    { 0, 4, { { 0.10, 0.68 }, { 0.10, 0.26 }, { 0.90, 0.26 }, { 0.90, 0.68 } } },
    { 0, 2, { { 0.10, 0.62 }, { 0.90, 0.62 } } },
    { 0, 2, { { 0.50, 0.04 }, { 0.50, 0.99 } } },
    { 1, 2, { { 0.44, 0.02 }, { 0.54, 0.16 } } },
    { 1, 2, { { 0.04, 0.24 }, { 0.96, 0.24 } } },
    { 1, 4, { { 0.74, 0.26 }, { 0.60, 0.58 }, { 0.38, 0.82 }, { 0.05, 0.97 } } },
    { 1, 4, { { 0.26, 0.26 }, { 0.40, 0.58 }, { 0.62, 0.82 }, { 0.96, 0.97 } } },
};

/* The letters in the middle of the rectangle, on a ground of that colour. */
static void draw_letters(struct view *view, struct rect r, struct colour ground,
                         struct colour ink)
{
    struct canvas *canvas = view->canvas;
    const int side = canvas_px(canvas, LETTER_W), gap = canvas_px(canvas, LETTER_GAP);
    const int w = LETTERS * side + gap, h = side + canvas_px(canvas, 1);
    const struct colour colours[] = { ground, ink };
    bool fresh;
    struct pixels *pixels = canvas_image(canvas, IMAGE_LANGUAGE, w, h,
                                         canvas_stamp(1, colours, sizeof colours), &fresh);

    if (pixels == NULL || w > r.w || h > r.h)
        return;
    if (fresh)
        raster_clear(pixels, ground);
    for (size_t i = 0; i < sizeof strokes / sizeof *strokes && fresh; i++) {
        struct point points[STROKE_POINTS];

        for (int k = 0; k < strokes[i].points; k++)
            points[k] = (struct point){ strokes[i].letter * (side + gap) +
                                            strokes[i].point[k].x * (side - 1) + 0.5,
                                        strokes[i].point[k].y * (h - 1) + 0.5 };
        raster_polyline(pixels, points, strokes[i].points, canvas_line(canvas, STROKE_W),
                        (struct dashes){ 0 }, ink);
    }
    canvas_image_draw(canvas, IMAGE_LANGUAGE, r.x + (r.w - w) / 2, r.y + (r.h - h) / 2);
}

void widget_language(struct view *view, struct rect rect)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const bool chinese = view->language == LANGUAGE_CHINESE;
    struct button button = {
        .label = chinese ? "EN" : "",
        .hot = { .rect = rect, .action = ACT_LANGUAGE, .hint = "Shift-L: all in Chinese" }
    };

    if (chinese)
        button.hot.hint = "Shift-L: all in English";
    widget_button(view, &button);
    if (!chinese)
        draw_letters(view, rect, view_over(view, rect) ? theme->hover : theme->raised,
                     theme->text);
}

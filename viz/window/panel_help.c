/* The page of keys. */
#include "viz/window/panels.h"

#include "viz/window/keys.h"

enum { LINE_H = 22, KEY_W = 104, COLUMN_W = 420, LINES_LEAST = 8 };

static int rows(const struct key *keys, int count)
{
    int named = 0;

    for (int i = 0; i < count; i++)
        named += keys[i].name != NULL;
    return named;
}

/* All keys in as many columns as it takes to fit the height. */
void panel_help(struct view *view, int w, int h)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const int pad = canvas_px(canvas, 22), line = canvas_px(canvas, LINE_H);
    int count, columns = 1, per_column, drawn = 0;
    const struct key *keys = keys_table(&count);
    const int all = rows(keys, count);
    struct rect box;

    per_column = (h - 2 * pad) / line - 3;
    per_column = per_column < LINES_LEAST ? LINES_LEAST : per_column;
    columns = (all + per_column - 1) / per_column;
    per_column = (all + columns - 1) / columns;
    box = (struct rect){ 0, 0, columns * canvas_px(canvas, COLUMN_W) + 2 * pad,
                         (per_column + 2) * line + 2 * pad };
    box.w = box.w > w ? w : box.w;
    box.h = box.h > h ? h : box.h;
    box.x = (w - box.w) / 2;
    box.y = (h - box.h) / 2;
    canvas_fill(canvas, (struct rect){ 0, 0, w, h }, theme_fade(theme->window, 170));
    canvas_round(canvas, rect_inset(box, -1, -1, -1, -1), canvas_px(canvas, 9), theme->edge);
    canvas_round(canvas, box, canvas_px(canvas, 8), theme->panel);
    canvas_clip(canvas, &box);
    box = rect_inset(box, pad, pad, pad, pad);
    canvas_text(canvas, (struct rect){ box.x, box.y, box.w, line }, TEXT_TITLE, ALIGN_LEFT,
                theme->text, "Keys");
    canvas_text(canvas, (struct rect){ box.x, box.y, box.w, line }, TEXT_SMALL, ALIGN_RIGHT,
                theme->dim, "Tab: next control. Ctrl-Tab: next panel. Enter: press");
    for (int i = 0; i < count; i++) {
        const int width = box.w / columns, key = canvas_px(canvas, KEY_W);
        struct rect row;

        if (keys[i].name == NULL)
            continue;
        row = (struct rect){ box.x + drawn / per_column * width,
                             box.y + (drawn % per_column + 2) * line, width, line };
        canvas_text(canvas, row, TEXT_MONO, ALIGN_LEFT, theme->accent, keys[i].name);
        canvas_text(canvas, rect_inset(row, key, 0, canvas_px(canvas, 8), 0), TEXT_BODY,
                    ALIGN_LEFT, theme->text, keys[i].does);
        drawn++;
    }
    canvas_clip(canvas, NULL);
}

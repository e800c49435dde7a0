#include "viz/window/rail_column.h"

#include "viz/window/widgets.h"

enum { BUTTON_H = 28, LABEL_H = 18 };

struct rect rail_row(struct rail_column *c, double height, double space)
{
    const struct rect r = { c->x, c->y, c->w, canvas_px(c->view->canvas, height) };

    c->y += r.h + canvas_px(c->view->canvas, space);
    return r;
}

bool rail_sees(const struct rail_column *c, struct rect row)
{
    return c->area.w == 0 || (row.y + row.h > c->area.y && row.y < c->area.y + c->area.h);
}

void rail_button(struct rail_column *c, const char *label, const char *key, bool primary,
                 enum action action, const char *hint)
{
    struct button button = { .label = label, .key = key, .primary = primary };

    button.hot =
        (struct hot){ .rect = rail_row(c, BUTTON_H, 5), .action = action, .hint = hint };
    if (rail_sees(c, button.hot.rect))
        widget_button(c->view, &button);
    else
        view_hot(c->view, button.hot);
}

void rail_label(struct rail_column *c, enum text_style style, struct colour colour,
                const char *label)
{
    const struct rect row = rail_row(c, LABEL_H, 2);

    if (rail_sees(c, row))
        canvas_text(c->view->canvas, row, style, ALIGN_LEFT, colour, label);
}

int rail_arm(const struct snapshot *snapshot, int arm)
{
    return arm_number(snapshot->arm[arm].name);
}

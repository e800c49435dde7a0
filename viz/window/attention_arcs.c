/*
 * Arcs over the tokens: from the step under the mouse to the steps that it looks at, and, in
 * dashes, from those that look at it. Weight is thickness and opacity; of the enlarged head.
 */
#include "viz/window/attention_parts.h"

#include <math.h>
#include <stdlib.h>

static const double LEAST_WEIGHT = 0.02; /* less is not seen */

enum { STRIP_TITLE = 15, DASH_ON = 4, DASH_OFF = 3 };

/* Half an ellipse from x0 to x1 on a base line, as runs of pixels. */
struct arc {
    int x0, x1, base, height;
    int thick;
    bool dashed;
    struct colour colour;
};

static void draw_arc(struct canvas *canvas, const struct arc *arc)
{
    const int left = arc->x0 < arc->x1 ? arc->x0 : arc->x1, w = abs(arc->x1 - arc->x0);
    const int dash = canvas_px(canvas, DASH_ON), gap = canvas_px(canvas, DASH_OFF);
    int before = arc->base;

    for (int i = 0; i <= w; i++) {
        const double across = w > 0 ? 2.0 * i / w - 1 : 0;
        const int y = arc->base - (int)lround(arc->height * sqrt(1 - across * across));
        const int top = y < before ? y : before, bottom = y < before ? before : y;

        if (!arc->dashed || (i + abs(arc->base - y)) % (dash + gap) < dash)
            canvas_fill(canvas,
                        (struct rect){ left + i, top, arc->thick,
                                       bottom - top > arc->thick ? bottom - top : arc->thick },
                        arc->colour);
        before = y;
    }
}

/* From one step to another, if there is enough to be seen. */
static void draw_link(const struct arm_panel *panel, struct rect over, int from, int to,
                      double weight, bool dashed)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const double share = fabs((double)(from - to)) / panel->snapshot->steps;
    const struct colour colour = dashed ? theme->mark : theme->accent;

    if (!(weight >= LEAST_WEIGHT) || !time_shown(&panel->axis, from) ||
        !time_shown(&panel->axis, to) || from == to)
        return;
    draw_arc(canvas,
             &(struct arc){ .x0 = time_centre(&panel->axis, from),
                            .x1 = time_centre(&panel->axis, to),
                            .base = over.y + over.h,
                            .height = (int)(over.h * (0.35 + 0.65 * sqrt(share))),
                            .thick = canvas_px(canvas, weight > 0.5    ? 3
                                                       : weight > 0.15 ? 2
                                                                       : 1),
                            .dashed = dashed,
                            .colour = theme_fade(colour, 70 + (int)(185 * fmin(weight, 1))) });
}

/* The step whose attention is asked for: under the mouse, or the row of the map; -1: none. */
static int asked_query(const struct arm_panel *panel)
{
    const struct view *view = panel->view;
    const struct hot *hot = view_hot_at(view, view->mouse_x, view->mouse_y, false);
    bool tokens = false;

    for (int i = 0; i < view->layout.columns; i++)
        tokens = tokens || view_over(view, view->layout.column[i].tokens) ||
                 view_over(view, view->layout.column[i].strip);
    if (tokens)
        return view->hover_step;
    if (hot != NULL && hot->action == ACT_CELL && hot->arm == panel->number && hot->rect.h > 0)
        return raster_cell(view->mouse_y - hot->rect.y, panel->snapshot->steps, hot->rect.h);
    return -1;
}

void panel_arcs(const struct arm_panel *panel)
{
    const struct rect strip =
        rect_inset(panel->place->strip, 0, canvas_px(panel->view->canvas, STRIP_TITLE), 0, 0);
    const int t = asked_query(panel), T = panel->snapshot->steps;
    struct attention_view head;

    if (t < 0 || t >= T || strip.w == 0 ||
        !trace_view_attention(&panel->arm->trace, panel->view->arm[panel->number].head,
                              &head) ||
        head.steps != T)
        return;
    for (int other = 0; other < T; other++) {
        draw_link(panel, strip, other, t, (double)head.weight[other * T + t], true);
        draw_link(panel, strip, t, other, (double)head.weight[t * T + other], false);
    }
}

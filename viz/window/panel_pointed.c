/* A frame around the panels that a link in the text pointed at, for a moment. */
#include "viz/window/panels.h"

void panel_pointed(struct view *view)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const int thick = canvas_px(view->canvas, 2);
    const int panel = view->pointed - 1;

    if (panel < 0)
        return;
    if (view->now_ms >= view->pointed_until_ms) {
        view->pointed = 0;
        return;
    }
    if (panel == LINK_PANEL_RACE && view->layout.race.w > 0)
        canvas_outline(view->canvas, view->layout.race, thick, theme->mark);
    for (int i = 0; i < view->layout.columns && panel != LINK_PANEL_RACE; i++) {
        const struct layout_column *c = &view->layout.column[i];
        const struct rect r = panel == LINK_PANEL_GRADIENT ? c->gradient
                              : panel == LINK_PANEL_STATES ? c->states
                                                           : c->lower;

        if (r.w > 0 && (view->pointed_arm < 0 || view->pointed_arm == view->shown[i]))
            canvas_outline(view->canvas, rect_inset(r, -2 * thick, -thick, -2 * thick, -thick),
                           thick, theme->mark);
    }
}

#include "viz/window/panel_at.h"

#include "viz/window/panels.h"

const char *panel_kind_name(enum panel_kind kind)
{
    static const char *const names[] = {
        [PANEL_NONE] = "window",           [PANEL_RACE] = "race",
        [PANEL_GRADIENT] = "gradient",     [PANEL_TOKENS] = "tokens",
        [PANEL_STATES] = "states",         [PANEL_ATTENTION] = "attention",
        [PANEL_GATES] = "gates",           [PANEL_CELL] = "cell",
        [PANEL_PREDICTION] = "prediction", [PANEL_WEIGHTS] = "weights",
    };

    return names[kind];
}

static enum panel_kind lower_kind(struct view *view, const struct snapshot *snapshot, int arm)
{
    static const enum panel_kind kinds[TABS] = {
        [TAB_ATTENTION] = PANEL_ATTENTION, [TAB_GATES] = PANEL_GATES,
        [TAB_CELL] = PANEL_CELL,           [TAB_PREDICTION] = PANEL_PREDICTION,
        [TAB_WEIGHTS] = PANEL_WEIGHTS,
    };

    return kinds[panel_lower_tab(view, snapshot, arm)];
}

/* The part of a column at that place. */
static struct panel_place place_in(struct view *view, const struct snapshot *snapshot,
                                   int column, int x, int y)
{
    const struct layout_column *c = &view->layout.column[column];
    const struct {
        struct rect rect;
        enum panel_kind kind;
    } parts[] = { { c->gradient, PANEL_GRADIENT },
                  { c->strip, PANEL_TOKENS },
                  { c->tokens, PANEL_TOKENS },
                  { c->states, PANEL_STATES },
                  { c->lower, PANEL_NONE } };
    struct panel_place place = { .column = column, .arm = view->shown[column] };

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].rect.w > 0 && rect_contains(parts[i].rect, x, y)) {
            place.rect = parts[i].rect;
            place.kind = parts[i].kind;
            if (place.kind == PANEL_NONE)
                place.kind = lower_kind(view, snapshot, place.arm);
            return place;
        }
    return (struct panel_place){ .kind = PANEL_NONE };
}

struct panel_place panel_at(struct view *view, const struct snapshot *snapshot, int x, int y)
{
    const struct layout *layout = &view->layout;

    if (view->screen != SCREEN_LAB || snapshot == NULL || snapshot->steps < 1)
        return (struct panel_place){ .kind = PANEL_NONE };
    if (layout->race.w > 0 && rect_contains(layout->race, x, y))
        return (struct panel_place){ .kind = PANEL_RACE, .rect = layout->race };
    for (int i = 0; i < layout->columns && view->shown[i] < snapshot->arms; i++)
        if (rect_contains(layout->column[i].card, x, y))
            return place_in(view, snapshot, i, x, y);
    return (struct panel_place){ .kind = PANEL_NONE };
}

struct panel_place panel_meant(struct view *view, const struct snapshot *snapshot)
{
    const struct hot *focused = view_focused(view);

    if (focused != NULL)
        return panel_at(view, snapshot, focused->rect.x + focused->rect.w / 2,
                        focused->rect.y + focused->rect.h / 2);
    return panel_at(view, snapshot, view->mouse_x, view->mouse_y);
}

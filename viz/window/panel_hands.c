/* What a hand can do to the state after the chosen step: a button each. */
#include "viz/window/panels.h"

#include "viz/window/act_states.h"
#include "viz/window/cell_parts.h"
#include "viz/window/widgets.h"

/* What can be done to the state after the chosen step. */
static const struct hand {
    const char *label, *hint;
    enum edit_kind kind;
} hands[] = {
    { "zero",
      "Shift-Z: the state after the chosen step is 0; see loss and answer. Esc: as it was",
      EDIT_STATE_ZERO },
    { "hold", "Shift-H: the chosen step changes nothing, the state stays what it was before it",
      EDIT_STATE_HOLD },
    { "swap",
      "Shift-W: the state after the chosen step is the one that the next sequence has "
      "there",
      EDIT_STATE_SET },
};
enum { HANDS = sizeof hands / sizeof *hands };

int panel_hands_width(struct view *view)
{
    int width = 0;

    for (int i = 0; i < HANDS; i++)
        width += canvas_px(view->canvas, 3) + widget_chip_width(view, hands[i].label);
    return width;
}

void panel_hands(const struct arm_panel *panel, int x, int y, int h)
{
    struct view *view = panel->view;
    const struct seen_states *states = &view->seen.states[panel->number];
    const struct edits edits = { panel->arm->edit, panel->arm->edits };
    const int t = view->chosen_step;
    const struct edit *made =
        t >= 0 ? cell_edit(edits, states->layer, states->reverse, t) : NULL;

    for (int i = 0; i < HANDS; i++)
        x += canvas_px(view->canvas, 3) +
             widget_chip(view, x, y, h,
                         &(struct button){
                             .label = hands[i].label,
                             .on = made != NULL && made->kind == hands[i].kind,
                             .faint = t < 0,
                             .hot = { .action = ACT_STATE_EDIT,
                                      .arm = panel->number,
                                      .value = act_states_value(hands[i].kind, -1),
                                      .hint = t < 0 ? "Click a step in the states first: this "
                                                      "changes the state after it"
                                                    : hands[i].hint } });
}

/* The lower part of a column: one of several panels, chosen by tabs. */
#include "viz/window/panels.h"

#include "viz/window/trace_view.h"
#include "viz/window/widgets.h"

enum { TABS_H = 21 };

/* A tab is there if the arm has something for it. */
struct lower {
    const char *label, *hint;
    bool (*has)(const struct arm_panel *panel);
    void (*draw)(const struct arm_panel *panel, struct rect r);
};

static bool has_attention(const struct arm_panel *panel)
{
    return trace_view_heads(&panel->arm->trace) > 0;
}

static bool has_gates(const struct arm_panel *panel)
{
    const struct trace_entry *gates[GATES_MAX];

    return trace_view_gates(&panel->arm->trace, panel->view->arm[panel->number].layer, gates) >
           0;
}

static bool has_units(const struct arm_panel *panel)
{
    return !has_attention(panel) || has_gates(panel);
}

static bool has_cell(const struct arm_panel *panel)
{
    return panel->view->seen.states[panel->number].recurrent;
}

static bool has_prediction(const struct arm_panel *panel)
{
    return panel->snapshot->outputs > 0 && panel->snapshot->length > 0;
}

static bool has_weights(const struct arm_panel *panel)
{
    return panel->arm->weights.count > 0;
}

static const struct lower lowers[TABS] = {
    [TAB_ATTENTION] = { "Attention", "Which steps each step looks at", has_attention,
                        panel_attention },
    [TAB_CELL] = { "Cell", "The numbers of one unit at one step: click it in the states",
                   has_cell, panel_cell },
    [TAB_GATES] = { "Gates",
                    "What the gates let through; without any, the gradient on each unit",
                    has_units, panel_gates },
    [TAB_PREDICTION] = { "Answers",
                         "What it answers and how sure it is; type a sequence of your own",
                         has_prediction, panel_prediction },
    [TAB_WEIGHTS] = { "Weights", "Any weight matrix; a recurrent one with its eigenvalues",
                      has_weights, panel_weights },
};

static bool is_there(const struct arm_panel *panel, enum tab tab)
{
    return lowers[tab].draw != NULL && lowers[tab].has(panel);
}

/* What the hand chose, if this arm has it. */
static enum tab tab_of(const struct arm_panel *panel)
{
    const enum tab chosen = panel->view->arm[panel->number].tab;

    if (chosen != TAB_AUTO && is_there(panel, chosen))
        return chosen;
    return has_attention(panel) ? TAB_ATTENTION : TAB_GATES;
}

bool panel_lower_has_time(const struct arm_panel *panel)
{
    const enum tab tab = tab_of(panel);
    const bool writes = panel->view->writing.shown && panel->snapshot->writes != WRITES_NOTHING;

    return tab == TAB_ATTENTION || tab == TAB_GATES || (tab == TAB_PREDICTION && !writes);
}

enum tab panel_lower_tab(struct view *view, const struct snapshot *snapshot, int arm)
{
    const struct arm_panel panel = {
        .view = view, .snapshot = snapshot, .arm = &snapshot->arm[arm], .number = arm
    };

    return tab_of(&panel);
}

static void draw_tabs(const struct arm_panel *panel, struct rect row, enum tab shown)
{
    struct view *view = panel->view;
    const int gap = canvas_px(view->canvas, 3), h = row.h - canvas_px(view->canvas, 3);
    int x = row.x;

    for (int tab = 0; tab < TABS; tab++) {
        const char *label = tab == TAB_GATES && !has_gates(panel) ? "Units" : lowers[tab].label;

        if (!is_there(panel, (enum tab)tab) ||
            x + widget_chip_width(view, label) > row.x + row.w)
            continue;
        x += gap + widget_chip(view, x, row.y, h,
                               &(struct button){ .label = label,
                                                 .on = tab == (int)shown,
                                                 .hot = { .action = ACT_TAB,
                                                          .arm = panel->number,
                                                          .value = tab,
                                                          .hint = lowers[tab].hint } });
    }
}

void panel_lower(const struct arm_panel *panel)
{
    const struct rect r = panel->place->lower;
    const int tabs = canvas_px(panel->view->canvas, TABS_H);
    const enum tab shown = tab_of(panel);

    if (r.w == 0 || r.h < 2 * tabs)
        return;
    draw_tabs(panel, (struct rect){ r.x, r.y, r.w, tabs }, shown);
    if (is_there(panel, shown))
        lowers[shown].draw(panel, rect_inset(r, 0, tabs, 0, 0));
}

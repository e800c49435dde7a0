/* Time x unit: hidden states, cells, gates, the residual stream; whichever the trace has. */
#include "viz/window/panels.h"

#include <stdio.h>
#include <string.h>

#include "lessons/words.h"
#include "viz/window/format.h"
#include "viz/window/trace_view.h"
#include "viz/window/widgets.h"

enum { ENTRY_LABEL_MAX = TRACE_NAME_MAX + 8, BETWEEN = 9 };

static const char title[] = "States";

static int entries_count(const struct view *view, int arm)
{
    int count = 0;

    while (count < ENTRIES_MAX && view->seen.entry[arm][count] != NULL)
        count++;
    return count;
}

/* What stands on the button of an entry; of one that goes on to others, with an arrow. */
static const char *entry_label(char label[ENTRY_LABEL_MAX], const char *quantity, bool leads)
{
    char name[TRACE_NAME_MAX];

    snprintf(label, ENTRY_LABEL_MAX, leads ? "%s \u25b8" : "%s",
             trace_view_label(name, quantity));
    return label;
}

/*
 * How many of the `count` entries have a button of their own, which fit into `room` pixels: all,
 * or so many that one more fits behind them which leads through the others.
 */
static int entries_alone(const struct arm_panel *panel, int count, int room)
{
    struct view *view = panel->view;
    const char *const *entry = view->seen.entry[panel->number];
    const int gap = canvas_px(view->canvas, 3);
    char label[ENTRY_LABEL_MAX];
    int alone = 0, all = 0, width = 0, last = 0;

    for (int i = 0; i < count; i++)
        all += gap + widget_chip_width(view, entry_label(label, entry[i], false));
    if (all - gap <= room)
        return count;
    for (int i = 0; i < count; i++) {
        const int leading = widget_chip_width(view, entry_label(label, entry[i], true));

        last = leading > last ? leading : last;
    }
    for (; alone < count; alone++) {
        width += gap + widget_chip_width(view, entry_label(label, entry[alone], false));
        if (width + last > room)
            break;
    }
    return alone;
}

/* Buttons for the entries, to end before `end`; returns where they do. */
static int draw_entries(const struct arm_panel *panel, int x, int y, int h, int end,
                        const struct trace_entry *shown)
{
    struct view *view = panel->view;
    const char *const *entry = view->seen.entry[panel->number];
    const int gap = canvas_px(view->canvas, 3);
    char label[ENTRY_LABEL_MAX];
    const int count = entries_count(view, panel->number);
    int alone, chosen = -1;

    for (int i = 0; i < count; i++)
        if (strcmp(shown->quantity, entry[i]) == 0)
            chosen = i;
    alone = entries_alone(panel, count, end - x);
    for (int i = 0; i <= alone && i < count; i++) {
        const bool leads = i == alone, on = leads ? chosen >= alone : chosen == i;
        const int named = leads && on ? chosen : i;
        const int next = leads && on ? chosen + 1 < count ? chosen + 1 : alone : i;

        if (x + widget_chip_width(view, entry_label(label, entry[named], leads)) > end)
            break;
        x += gap +
             widget_chip(view, x, y, h,
                         &(struct button){
                             .label = label,
                             .on = on,
                             .hot = { .action = ACT_ENTRY,
                                      .arm = panel->number,
                                      .value = next,
                                      .hint = leads ? "Show this; again: the next that has no "
                                                      "button of its own"
                                                    : "Show this, time from left to right, one "
                                                      "line for each unit" } });
    }
    return x;
}

/* What stands on the button of a layer: of all buttons, or of the only one. */
static const char *layer_label(const struct view *view, char label[FORMAT_MAX], int layer,
                               int layers, bool alone)
{
    if (alone)
        snprintf(label, FORMAT_MAX, words_in(view->language, "layer %d of %d"), layer + 1,
                 layers);
    else
        snprintf(label, FORMAT_MAX, words_in(view->language, "layer %d"), layer + 1);
    return label;
}

/* One button for each layer; if that ends beyond `end`, one that goes from layer to layer. */
static void draw_layers(const struct arm_panel *panel, int x, int y, int h, int end, int layers)
{
    struct view *view = panel->view;
    const int gap = canvas_px(view->canvas, 3), chosen = view->arm[panel->number].layer;
    char label[FORMAT_MAX];
    int needed = x;
    bool alone;

    for (int i = 0; i < layers; i++)
        needed += (i > 0 ? gap : 0) +
                  widget_chip_width(view, layer_label(view, label, i, layers, false));
    alone = needed > end;
    for (int i = alone ? chosen : 0; i < (alone ? chosen + 1 : layers); i++)
        x += gap + widget_chip(view, x, y, h,
                               &(struct button){
                                   .label = layer_label(view, label, i, layers, alone),
                                   .on = chosen == i,
                                   .hot = { .action = ACT_LAYER,
                                            .arm = panel->number,
                                            .value = alone ? (i + 1) % layers : i,
                                            .hint = alone ? "Show the next layer, in the state "
                                                            "view of the gradient too"
                                                          : "Show this layer, in the state "
                                                            "view of the gradient too" } });
}

/* Where buttons may end, and what those of layers need. */
struct choices {
    int x, end, layers, room;
};

static struct choices choices_of(const struct arm_panel *panel, struct rect row)
{
    struct view *view = panel->view;
    struct choices c = { .x = row.x +
                              canvas_text_width(view->canvas, TEXT_SMALL_BOLD, title, -1) +
                              canvas_px(view->canvas, 10),
                         .end = row.x + row.w,
                         .layers = trace_view_layers(&panel->arm->trace) };
    char label[FORMAT_MAX];

    if (c.layers > 1)
        c.room =
            canvas_px(view->canvas, BETWEEN) +
            widget_chip_width(view, layer_label(view, label, c.layers - 1, c.layers, true));
    return c;
}

bool panel_states_has_hands(const struct arm_panel *panel)
{
    struct view *view = panel->view;
    const struct rect r = panel->place->states;
    const struct choices c = choices_of(panel, panel_title_row(view, r));
    const int width = panel_hands_width(view) + canvas_px(view->canvas, BETWEEN);
    const int count = entries_count(view, panel->number);

    return r.w > 0 && view->seen.states[panel->number].recurrent &&
           entries_alone(panel, count, c.end - width - c.room - c.x) == count;
}

/*
 * Buttons for entries, then for layers, which always have room for one; at the right end what a
 * hand can do to a state, if all that is to be chosen leaves room for it.
 */
static void draw_choices(const struct arm_panel *panel, struct rect row,
                         const struct trace_entry *shown)
{
    struct view *view = panel->view;
    const int y = row.y + canvas_px(view->canvas, 2), h = row.h - canvas_px(view->canvas, 5);
    const int between = canvas_px(view->canvas, BETWEEN);
    struct choices c = choices_of(panel, row);
    int x;

    if (panel_states_has_hands(panel)) {
        c.end -= panel_hands_width(view);
        panel_hands(panel, c.end, y, h);
        c.end -= between;
    }
    x = draw_entries(panel, c.x, y, h, c.end - c.room, shown);
    if (c.layers > 1)
        draw_layers(panel, x + between, y, h, c.end, c.layers);
}

static void draw_readout(const struct arm_panel *panel, struct rect plot,
                         const struct trace_entry *entry)
{
    const struct view *view = panel->view;
    const int t = view->hover_step, units = entry->extent[2];
    char value[FORMAT_MAX];
    int unit;

    if (t < 0 || t >= entry->extent[1] || !view_over(view, plot)) {
        panel_chosen_note(panel, plot, entry);
        return;
    }
    unit = panel_unit_at(view, plot, units);
    panel_hover_text(panel, HOVER_STATES, "t %d, unit %d: %s", t, unit,
                     format_number(value, trace_at(entry, t, unit)));
}

void panel_states(const struct arm_panel *panel)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    const struct rect r = panel->place->states, row = panel_title_row(view, r);
    const struct rect plot = panel_plot(panel, r);
    const struct trace_entry *entry =
        trace_view_chosen(&panel->arm->trace, &view->arm[panel->number]);
    char least[FORMAT_MAX], most[FORMAT_MAX + 1], number[FORMAT_MAX];
    double limit;

    if (r.w == 0 || plot.h < 2 || entry == NULL || entry->extent[1] != panel->axis.steps)
        return;
    canvas_text(view->canvas, row, TEXT_SMALL_BOLD, ALIGN_LEFT, theme->text, title);
    draw_choices(panel, row, entry);
    limit = panel_heatmap(panel, plot, IMAGE_STATES + panel->column, entry);
    if (entry->range == TRACE_SIGNED) {
        snprintf(least, sizeof least, "%g", -limit);
        snprintf(most, sizeof most, "+%s",
                 (snprintf(number, sizeof number, "%g", limit), number));
    } else {
        snprintf(least, sizeof least, "0");
        snprintf(most, sizeof most, "1");
    }
    panel_legend(panel, plot, 0, entry->range, least, most);
    panel_chosen(panel, plot, entry, limit, true);
    view_hot(view, (struct hot){ .rect = plot,
                                 .action = ACT_UNIT,
                                 .arm = panel->number,
                                 .drag = true,
                                 .right = true,
                                 .arrows = true,
                                 .hint = "Click: this unit at this step, as numbers and as a "
                                         "line; arrows move it, Esc lets go" });
    panel_state_edits(panel, plot);
    draw_readout(panel, plot, entry);
}

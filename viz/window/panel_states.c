/* Time x unit: hidden states, cells, gates, the residual stream; whichever the trace has. */
#include "viz/window/panels.h"

#include <stdio.h>
#include <string.h>

#include "viz/window/format.h"
#include "viz/window/trace_view.h"
#include "viz/window/widgets.h"

/* One button for each entry, as far as they end before `end`; returns where they do. */
static int draw_entries(const struct arm_panel *panel, int x, int y, int h, int end,
                        const struct trace_entry *shown)
{
    struct view *view = panel->view;
    const char *const *entry = view->seen.entry[panel->number];
    const int gap = canvas_px(view->canvas, 3);

    for (int i = 0; i < ENTRIES_MAX && entry[i] != NULL; i++) {
        char label[TRACE_NAME_MAX];

        if (x + widget_chip_width(view, trace_view_label(label, entry[i])) > end)
            break;
        x += gap + widget_chip(view, x, y, h,
                               &(struct button){
                                   .label = label,
                                   .on = strcmp(shown->quantity, entry[i]) == 0,
                                   .hot = { .action = ACT_ENTRY,
                                            .arm = panel->number,
                                            .value = i,
                                            .hint = "Show this, time from left to right, one "
                                                    "line for each unit" } });
    }
    return x;
}

/* What stands on the button of a layer: of all buttons, or of the only one. */
static const char *layer_label(char label[FORMAT_MAX], int layer, int layers, bool alone)
{
    if (alone)
        snprintf(label, FORMAT_MAX, "layer %d of %d", layer + 1, layers);
    else
        snprintf(label, FORMAT_MAX, "layer %d", layer + 1);
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
        needed +=
            (i > 0 ? gap : 0) + widget_chip_width(view, layer_label(label, i, layers, false));
    alone = needed > end;
    for (int i = alone ? chosen : 0; i < (alone ? chosen + 1 : layers); i++)
        x += gap + widget_chip(view, x, y, h,
                               &(struct button){
                                   .label = layer_label(label, i, layers, alone),
                                   .on = chosen == i,
                                   .hot = { .action = ACT_LAYER,
                                            .arm = panel->number,
                                            .value = alone ? (i + 1) % layers : i,
                                            .hint = alone ? "Show the next layer, in the state "
                                                            "view of the gradient too"
                                                          : "Show this layer, in the state "
                                                            "view of the gradient too" } });
}

/* Buttons for entries, then for layers, which always have room for one. */
static void draw_choices(const struct arm_panel *panel, struct rect row, int x,
                         const struct trace_entry *shown)
{
    struct view *view = panel->view;
    const int y = row.y + canvas_px(view->canvas, 2), h = row.h - canvas_px(view->canvas, 5);
    const int end = row.x + row.w, between = canvas_px(view->canvas, 9);
    const int layers = trace_view_layers(&panel->arm->trace);
    char label[FORMAT_MAX];
    int room = 0;

    if (layers > 1)
        room = between + widget_chip_width(view, layer_label(label, layers - 1, layers, true));
    x = draw_entries(panel, x, y, h, end - room, shown);
    if (layers > 1)
        draw_layers(panel, x + between, y, h, end, layers);
}

static void draw_readout(const struct arm_panel *panel, struct rect plot,
                         const struct trace_entry *entry)
{
    const struct view *view = panel->view;
    const int t = view->hover_step, units = entry->extent[2];
    char value[FORMAT_MAX];
    int unit;

    if (t < 0 || t >= entry->extent[1] || !view_over(view, plot))
        return;
    unit = (int)((long)(view->mouse_y - plot.y) * units / plot.h);
    panel_hover_text(panel, HOVER_STATES, "t %d, unit %d: %s", t, unit,
                     format_number(value, (double)entry->value[t * units + unit]));
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
    int x;

    if (r.w == 0 || plot.h < 2 || entry == NULL || entry->extent[1] != panel->axis.steps)
        return;
    x = row.x +
        canvas_text(view->canvas, row, TEXT_SMALL_BOLD, ALIGN_LEFT, theme->text, "States");
    draw_choices(panel, row, x + canvas_px(view->canvas, 10), entry);
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
    draw_readout(panel, plot, entry);
}

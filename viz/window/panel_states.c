/* Time x unit: hidden states, cells, gates, the residual stream; whichever the trace has. */
#include "viz/window/panels.h"

#include <stdio.h>
#include <string.h>

#include "viz/window/format.h"
#include "viz/window/trace_view.h"
#include "viz/window/widgets.h"

static const char *label_of(const char *quantity)
{
    return strncmp(quantity, "gate.", 5) == 0 ? quantity + 5 : quantity;
}

/* One button for each entry, then one for each layer. */
static void draw_choices(const struct arm_panel *panel, struct rect row, int x,
                         const struct trace_entry *shown)
{
    struct view *view = panel->view;
    const int gap = canvas_px(view->canvas, 3), y = row.y + canvas_px(view->canvas, 2);
    const int h = row.h - canvas_px(view->canvas, 5), end = row.x + row.w;
    const int layers = trace_view_layers(&panel->arm->trace);

    for (int i = 0; i < ENTRIES_MAX && view->seen.entry[panel->number][i] != NULL; i++) {
        const char *label = label_of(view->seen.entry[panel->number][i]);

        if (x + widget_chip_width(view, label) > end)
            return;
        x += gap + widget_chip(view, x, y, h,
                               &(struct button){
                                   .label = label,
                                   .on = strcmp(shown->quantity,
                                                view->seen.entry[panel->number][i]) == 0,
                                   .hot = { .action = ACT_ENTRY,
                                            .arm = panel->number,
                                            .value = i,
                                            .hint = "Show this, time from left to right, one "
                                                    "line for each unit" } });
    }
    x += 3 * gap;
    for (int i = 0; layers > 1 && i < layers; i++) {
        char label[FORMAT_MAX];

        snprintf(label, sizeof label, "layer %d", i + 1);
        if (x + widget_chip_width(view, label) > end)
            return;
        x += gap + widget_chip(view, x, y, h,
                               &(struct button){
                                   .label = label,
                                   .on = view->arm[panel->number].layer == i,
                                   .hot = { .action = ACT_LAYER,
                                            .arm = panel->number,
                                            .value = i,
                                            .hint = "Show this layer, in the state view of "
                                                    "the gradient too" } });
    }
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
        canvas_text(view->canvas, row, TEXT_SMALL_BOLD, ALIGN_LEFT, theme.text, "States");
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

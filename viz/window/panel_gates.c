/*
 * What stands where another arm has its attention: the gates, if the layer has any; else how
 * the gradient is spread over the units, by size. Both from the trace alone.
 */
#include "viz/window/panels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "viz/window/format.h"
#include "viz/window/trace_view.h"

/* Colours of gradient sizes: the same decades as the axis of the gradient panel, without its
 * top. */
enum { SIZE_LEAST = -16, SIZE_MOST = 0 };

static double size_at(const void *context, int row, int column)
{
    const struct trace_entry *entry = context;
    const double size = fabs((double)entry->gradient[column * entry->extent[2] + row]);

    if (!(size > 0))
        return (double)NAN;
    return (log10(size) - SIZE_LEAST) / (SIZE_MOST - SIZE_LEAST);
}

static void draw_gradient(const struct arm_panel *panel, struct rect r,
                          const struct trace_entry *entry)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    const struct rect row = panel_title_row(view, r), plot = panel_plot(panel, r);
    const int key = IMAGE_ATTENTION + panel->column, units = entry->extent[2];
    const int t = view->hover_step;
    char value[FORMAT_MAX];
    bool fresh;
    struct pixels *pixels =
        canvas_image(view->canvas, key, plot.w, plot.h,
                     panel_stamp(panel, -1 - (int)(entry - panel->arm->trace.entries)), &fresh);
    int x;

    if (pixels == NULL)
        return;
    x = canvas_format(view->canvas, row, TEXT_SMALL_BOLD, ALIGN_LEFT, theme->text,
                      "Gradient on each unit");
    canvas_format(view->canvas, rect_inset(row, x, 0, 0, 0), TEXT_TINY, ALIGN_RIGHT, theme->dim,
                  "size of d loss / d %s", entry->quantity);
    if (fresh)
        raster_heatmap(pixels, &(struct raster_matrix){
                                   .rows = units,
                                   .columns = time_end(&panel->axis) - time_first(&panel->axis),
                                   .first = time_first(&panel->axis),
                                   .at = size_at,
                                   .paint = theme_viridis,
                                   .context = entry,
                                   .theme = canvas_theme(panel->view->canvas) });
    canvas_image_draw(view->canvas, key, plot.x, plot.y);
    panel_legend(panel, plot, 1, TRACE_SHARE, "1e-16", "1");
    if (t >= 0 && t < entry->extent[1] && view_over(view, plot)) {
        const int unit = panel_unit_at(view, plot, units);

        panel_hover_text(panel, HOVER_LOWER, "t %d, unit %d: %s", t, unit,
                         format_number(value, (double)entry->gradient[t * units + unit]));
    }
}

/* "input gate" and so on, where the letter is known. */
static const char *gate_name(const char *letter)
{
    static const struct {
        const char *letter, *name;
    } names[] = {
        { "i", "i  write" }, { "f", "f  keep" }, { "g", "g  new" }, { "o", "o  show" },
        { "r", "r  reset" }, { "z", "z  keep" }, { "n", "n  new" },
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].letter, letter) == 0)
            return names[i].name;
    return letter;
}

static void draw_gates(const struct arm_panel *panel, struct rect r,
                       const struct trace_entry *const gates[], int count)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    struct canvas *canvas = view->canvas;
    const struct rect row = panel_title_row(view, r), all = panel_plot(panel, r);
    const int gap = canvas_px(canvas, 3), left = panel->place->card.x + canvas_px(canvas, 4);
    const int line = canvas_line_height(canvas, TEXT_TINY);
    char value[FORMAT_MAX], label[TRACE_NAME_MAX];
    int x;

    x = canvas_text(canvas, row, TEXT_SMALL_BOLD, ALIGN_LEFT, theme->text, "Gates");
    canvas_text(canvas, rect_inset(row, x, 0, 0, 0), TEXT_TINY, ALIGN_RIGHT, theme->dim,
                "0 closed (dark) to 1 open (bright); new values are signed");
    for (int i = 0; i < count; i++) {
        const int top = raster_edge(i, count, all.h + gap);
        const struct rect plot = { all.x, all.y + top, all.w,
                                   raster_edge(i + 1, count, all.h + gap) - top - gap };

        if (plot.h < 2 || gates[i]->extent[1] != panel->axis.steps)
            continue;
        trace_view_label(label, gates[i]->quantity);
        panel_heatmap(panel, plot, IMAGE_GATE + panel->column * GATES_MAX + i, gates[i]);
        panel_chosen(panel, plot, gates[i], 1, false);
        view_hot(view, (struct hot){ .rect = plot,
                                     .action = ACT_UNIT,
                                     .arm = panel->number,
                                     .value = 1 + i,
                                     .drag = true,
                                     .right = true,
                                     .arrows = true,
                                     .hint = "Click: choose this unit and step, for the states "
                                             "and the cell too; arrows move it, Esc lets go" });
        canvas_text(canvas,
                    (struct rect){ left, plot.y + (plot.h - line) / 2,
                                   plot.x - left - canvas_px(canvas, 5), line },
                    TEXT_TINY, ALIGN_RIGHT, theme->dim, gate_name(label));
        if (view->hover_step >= 0 && view_over(view, plot)) {
            const int units = gates[i]->extent[2];
            const int unit = panel_unit_at(view, plot, units);

            panel_hover_text(panel, HOVER_LOWER, "%s, t %d, unit %d: %s", label,
                             view->hover_step, unit,
                             format_number(value, trace_at(gates[i], view->hover_step, unit)));
        }
    }
}

void panel_gates(const struct arm_panel *panel, struct rect r)
{
    const struct trace *trace = &panel->arm->trace;
    const struct arm_view *chosen = &panel->view->arm[panel->number];
    const struct trace_entry *gates[GATES_MAX], *state;
    const int count = trace_view_gates(trace, chosen->layer, gates);

    if (count > 0) {
        draw_gates(panel, r, gates, count);
        return;
    }
    state = trace_view_chosen(trace, &(struct arm_view){ .layer = chosen->layer });
    if (state != NULL && state->has_gradient && state->extent[1] == panel->axis.steps)
        draw_gradient(panel, r, state);
}

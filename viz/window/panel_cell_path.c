/*
 * Over the gradient of an lstm: how much of a change of its cell would be left if the cell were
 * the only way. Where the bars are higher, the gradient has other ways; where they are lower,
 * they cancel it.
 */
#include "viz/window/gradient_parts.h"

#include <math.h>
#include <stdlib.h>

#include "viz/window/cell_parts.h"

/* It belongs to the state; beside the input's gradient only for a unit that somebody chose. */
static bool is_wanted(const struct arm_panel *panel)
{
    const struct view *view = panel->view;

    return panel->snapshot->loss_at >= 0 &&
           (view->state_view || view->arm[panel->number].unit >= 0);
}

/* What the path is at each step, for the caller to free; NULL: there is none to show. */
static double *path_of(const struct arm_panel *panel)
{
    const struct view *view = panel->view;
    const struct edits edits = { panel->arm->edit, panel->arm->edits };
    double *path = NULL;

    if (is_wanted(panel))
        path = calloc((size_t)panel->axis.steps, sizeof *path);
    if (path == NULL ||
        !cell_path(&panel->arm->trace, edits, view->seen.states[panel->number].layer,
                   panel_asked_step(panel->snapshot), view->arm[panel->number].unit, path)) {
        free(path);
        return NULL;
    }
    return path;
}

int gradient_cell_path_option(const struct arm_panel *panel)
{
    const struct view *view = panel->view;
    const int layer = view->seen.states[panel->number].layer;

    return is_wanted(panel) ? 2 + layer * 5000 + view->arm[panel->number].unit : 0;
}

void gradient_cell_path_draw(const struct arm_panel *panel, struct pixels *pixels)
{
    struct canvas *canvas = panel->view->canvas;
    const double px = canvas_scale(canvas);
    double *path = path_of(panel);

    if (path != NULL)
        gradient_line(panel, pixels, path, 1, canvas_line(canvas, 1.8),
                      (struct dashes){ 1.5 * px, 2.5 * px }, canvas_theme(canvas)->accent);
    free(path);
}

/* Where the words stand: two fifths from the left, or where the path begins after that. */
static int label_step(const struct arm_panel *panel, const double *path)
{
    const int first = time_first(&panel->axis), end = time_end(&panel->axis);
    int t = first + (end - first) * 2 / 5;

    while (t + 1 < end && path[t] == 0)
        t++;
    return t;
}

void gradient_cell_path_label(const struct arm_panel *panel, struct rect plot)
{
    static const char words[] = "cell path only";
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int line = canvas_line_height(canvas, TEXT_TINY);
    const int w = canvas_text_width(canvas, TEXT_TINY, words, -1) + canvas_px(canvas, 8);
    const int lowest = plot.y + plot.h - line - canvas_px(canvas, 2);
    const int highest = plot.y + 5 * line / 2; /* other notes are above */
    double *path = path_of(panel);

    if (path != NULL && path[label_step(panel, path)] >= 0) {
        const int t = label_step(panel, path), right = plot.x + plot.w - w;
        const int x = time_centre(&panel->axis, t);
        int y = decade_y(plot, path[t]) + canvas_px(canvas, 5);

        y = y < highest ? highest : y;
        panel_note(canvas,
                   (struct rect){ x < right ? x : right, y < lowest ? y : lowest, w, line },
                   TEXT_TINY, ALIGN_LEFT, theme->accent, words);
    }
    free(path);
}

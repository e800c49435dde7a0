/*
 * What a hand has chosen and changed in a time x unit picture: the unit's values as a line over
 * it, the step as a line across it, and a frame with a letter around each state that was set.
 */
#include "viz/window/panels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/numeric/clamp.h"
#include "lessons/words.h"
#include "viz/window/act_states.h"
#include "viz/window/cell_parts.h"
#include "viz/window/format.h"

int panel_unit_at(const struct view *view, struct rect plot, int units)
{
    const int unit = (int)((view->mouse_y - plot.y + 0.5) / plot.h * units);

    return clamp_int(unit, 0, units - 1);
}

/* One piece of the line, not outside of the plot. */
static void fill_piece(const struct arm_panel *panel, struct rect plot, struct rect piece,
                       int around, struct colour colour)
{
    const struct rect wide = rect_inset(piece, -around, -around, -around, -around);
    const struct rect seen = rect_common(wide, plot);

    if (seen.w > 0 && seen.h > 0)
        canvas_fill(panel->view->canvas, seen, colour);
}

/*
 * The unit's value at each step, on the axis of the colours: least at the bottom, most at the
 * top. A step is level, as long as it lasts. `around` pixels wider on all sides.
 */
static void draw_values(const struct arm_panel *panel, struct rect plot,
                        const struct trace_entry *entry, int unit, double limit, int around,
                        struct colour colour)
{
    const int thick = (int)lround(canvas_line(panel->view->canvas, 1.4));
    const struct value_axis axis = { entry->range == TRACE_SIGNED ? -limit : 0, limit, false };
    const struct rect levels = rect_inset(plot, 0, 0, 0, thick);
    int last = -1;

    for (int t = time_first(&panel->axis); t < time_end(&panel->axis); t++) {
        const double value = trace_at(entry, t, unit);
        const int x = time_left(&panel->axis, t);
        int y;

        if (!isfinite(value)) {
            last = -1;
            continue;
        }
        y = (int)lround(value_y(&axis, levels, value));
        if (last >= 0)
            fill_piece(panel, plot,
                       (struct rect){ x, y < last ? y : last, thick, abs(y - last) + thick },
                       around, colour);
        fill_piece(panel, plot,
                   (struct rect){ x, y, time_left(&panel->axis, t + 1) - x, thick }, around,
                   colour);
        last = y;
    }
}

/* The row of the unit, at the left end of the picture; and its cell. */
static void draw_place(const struct arm_panel *panel, struct rect plot, int units, int unit)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int top = plot.y + raster_edge(unit, units, plot.h);
    const int end = plot.y + raster_edge(unit + 1, units, plot.h);
    const int least = canvas_px(canvas, 3), h = end - top < least ? least : end - top;
    const int t = panel->view->chosen_step, thick = canvas_px(canvas, 1);

    canvas_fill(canvas,
                (struct rect){ plot.x - canvas_px(canvas, 5), top + (end - top - h) / 2,
                               canvas_px(canvas, 4), h },
                theme->accent);
    if (time_shown(&panel->axis, t))
        canvas_outline(canvas,
                       (struct rect){ time_left(&panel->axis, t) - thick,
                                      top + (end - top - h) / 2 - thick,
                                      time_width(&panel->axis, t) + 2 * thick, h + 2 * thick },
                       thick, theme->accent);
}

void panel_chosen(const struct arm_panel *panel, struct rect plot,
                  const struct trace_entry *entry, double limit, bool as_line)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct view *view = panel->view;
    struct canvas *canvas = view->canvas;
    const int unit = view->arm[panel->number].unit, t = view->chosen_step;

    if (time_shown(&panel->axis, t))
        canvas_fill(
            canvas,
            (struct rect){ time_centre(&panel->axis, t), plot.y, canvas_px(canvas, 1), plot.h },
            theme_fade(theme->accent, 200));
    if (unit < 0 || unit >= entry->extent[2] || entry->layer < 0)
        return;
    if (as_line) {
        draw_values(panel, plot, entry, unit, limit, canvas_px(canvas, 1),
                    theme_fade(theme->panel, 170));
        draw_values(panel, plot, entry, unit, limit, 0, theme->text);
    }
    draw_place(panel, plot, entry->extent[2], unit);
}

void panel_chosen_note(const struct arm_panel *panel, struct rect plot,
                       const struct trace_entry *entry)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct view *view = panel->view;
    struct canvas *canvas = view->canvas;
    const int unit = view->arm[panel->number].unit, t = view->chosen_step;
    const int pad = canvas_px(canvas, 3), line = canvas_line_height(canvas, TEXT_MONO_SMALL);
    const bool left = t > (time_first(&panel->axis) + time_end(&panel->axis)) / 2;
    char text[HOVER_TEXT_MAX], value[FORMAT_MAX];

    if (t < 0 || t >= entry->extent[1] || unit < 0 || unit >= entry->extent[2] ||
        entry->layer < 0 || plot.h < 2 * line)
        return;
    snprintf(text, sizeof text, words_in(panel->view->language, "t %d, unit %d: %s"), t, unit,
             format_number(value, trace_at(entry, t, unit)));
    panel_note(canvas, (struct rect){ plot.x + pad, plot.y + pad, plot.w - 2 * pad, line },
               TEXT_MONO_SMALL, left ? ALIGN_LEFT : ALIGN_RIGHT, theme->accent, text);
}

/* ------------------------------------------------------------------------------------ edits */

static const char *letter_of(enum edit_kind kind)
{
    return kind == EDIT_STATE_ZERO ? "Z" : kind == EDIT_STATE_HOLD ? "H" : "S";
}

/* A frame around all units of that step, and its letter, which a click takes away. */
static void draw_edit(const struct arm_panel *panel, struct rect plot, int t,
                      enum edit_kind kind)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    struct canvas *canvas = view->canvas;
    const int thick = canvas_px(canvas, 1), w = canvas_px(canvas, 13);
    const int line = canvas_line_height(canvas, TEXT_TINY);
    struct rect tag = { time_centre(&panel->axis, t) - w / 2, plot.y + plot.h - line, w, line };

    canvas_outline(canvas,
                   (struct rect){ time_left(&panel->axis, t) - thick, plot.y,
                                  time_width(&panel->axis, t) + 2 * thick, plot.h },
                   thick, theme->mark);
    if (tag.x + tag.w > plot.x + plot.w)
        tag.x = plot.x + plot.w - tag.w;
    if (tag.x < plot.x)
        tag.x = plot.x;
    canvas_round(canvas, tag, canvas_px(canvas, 2), theme->mark);
    canvas_text(canvas, tag, TEXT_TINY, ALIGN_CENTRE, theme->panel, letter_of(kind));
    view_hot(view, (struct hot){ .rect = tag,
                                 .action = ACT_STATE_EDIT,
                                 .arm = panel->number,
                                 .value = act_states_value(kind, t),
                                 .hint = "Z zero, H held, S swapped with the next sequence's: "
                                         "click to take it back" });
}

void panel_state_edits(const struct arm_panel *panel, struct rect plot)
{
    const struct seen_states *states = &panel->view->seen.states[panel->number];
    const struct edits edits = { panel->arm->edit, panel->arm->edits };

    if (!states->recurrent || plot.h < canvas_line_height(panel->view->canvas, TEXT_TINY))
        return;
    for (int t = time_first(&panel->axis); t < time_end(&panel->axis); t++) {
        const struct edit *edit = cell_edit(edits, states->layer, states->reverse, t);

        if (edit != NULL)
            draw_edit(panel, plot, t, edit->kind);
    }
}

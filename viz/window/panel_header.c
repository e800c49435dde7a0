/* Who an arm is and how it is doing; the cursor that crosses its panels. */
#include "viz/window/panels.h"

#include <stdio.h>
#include <string.h>

#include "viz/window/format.h"
#include "viz/window/widgets.h"

/* A short piece of the line that the arm has in the race. */
static void draw_sample(const struct arm_panel *panel, int x, int y, int w)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct dashes dashes = theme_arm_dashes(panel->number);
    const int on = dashes.on > 0 ? canvas_px(canvas, dashes.on) : w;
    const int step = on + canvas_px(canvas, dashes.off);

    for (int at = 0; at < w; at += step)
        canvas_fill(canvas,
                    (struct rect){ x + at, y, w - at < on ? w - at : on, canvas_px(canvas, 2) },
                    theme_arm_colour(theme, panel->arm->model));
}

/* Name, line sample, parameters. */
static void draw_name(const struct arm_panel *panel, struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int gap = canvas_px(canvas, 8), sample = canvas_px(canvas, 26);
    char core[FORMAT_MAX], all[FORMAT_MAX], label[ARM_LABEL_MAX];
    int x, badge, room;

    x = canvas_text(canvas, row, TEXT_TITLE, ALIGN_LEFT,
                    theme_arm_colour(theme, panel->arm->model),
                    panel_arm_label(panel->snapshot, panel->number, label));
    draw_sample(panel, row.x + x + gap, row.y + row.h / 2, sample);
    x += sample + 2 * gap;
    if (panel->snapshot->arms > 2)
        x += gap + widget_chip(panel->view, row.x + x, row.y + canvas_px(canvas, 3),
                               row.h - canvas_px(canvas, 6),
                               &(struct button){ .label = "next arm",
                                                 .hot = { .action = ACT_NEXT_ARM,
                                                          .arm = panel->column,
                                                          .hint = "Show another of the "
                                                                  "arms here" } });
    badge = panel_badge_width(panel->view, panel->arm);
    room = row.w - x - (badge > 0 ? badge + 2 * gap : 0);
    format_count(core, panel->arm->core_parameters);
    format_count(all, panel->arm->parameters);
    canvas_format(canvas, rect_inset(row, row.w - (room > 0 ? room : 0), 0, 0, 0), TEXT_SMALL,
                  ALIGN_RIGHT, theme->dim,
                  room > canvas_px(canvas, 200) ? "core %s of %s parameters" : "%s of %s", core,
                  all);
    view_hot(panel->view,
             (struct hot){ .rect = row,
                           .hint = "Core: what is compared. The rest is embedding, positions "
                                   "and readout, the same code for both" });
    panel_badge(panel, row.x + x + gap, row.y + canvas_px(canvas, 3),
                row.h - canvas_px(canvas, 6), row.x + row.w);
}

/* A label and a number in a field of its own, so that live digits stand still. */
static void draw_field(struct canvas *canvas, struct rect place, const char *label,
                       const char *number)
{
    const struct theme *theme = canvas_theme(canvas);
    const int room = 7 * canvas_text_width(canvas, TEXT_MONO, "0", 1);
    const int width = canvas_text(canvas, rect_inset(place, 0, 0, room, 0), TEXT_SMALL,
                                  ALIGN_LEFT, theme->dim, label);

    canvas_text(canvas, rect_inset(place, width + canvas_px(canvas, 6), 0, 0, 0), TEXT_MONO,
                ALIGN_LEFT, theme->text, number);
}

/*
 * Why an arm stopped, with step and place first: a column is narrower than the message that
 * diagnose() writes. Any other message is shown as it is.
 */
static void draw_stopped(const struct arm_panel *panel, struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    static const char mark[] = "it began in ";
    struct canvas *canvas = panel->view->canvas;
    const char *reason = panel->arm->stop_reason;
    const char *place = strstr(reason, mark);
    long step;

    if (sscanf(reason, "step %ld:", &step) == 1 && place != NULL) {
        place += sizeof mark - 1;
        canvas_format(canvas, row, TEXT_SMALL, ALIGN_LEFT, theme->bad,
                      "stopped at step %ld, in %.*s", step, (int)strcspn(place, ";"), place);
    } else {
        canvas_format(canvas, row, TEXT_SMALL, ALIGN_LEFT, theme->bad, "stopped: %s", reason);
    }
    view_hot(panel->view, (struct hot){ .rect = row, .hint = reason });
}

/* Its patience has run out: what it will say from now on. */
static void draw_finished(const struct arm_panel *panel, struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    char loss[FORMAT_MAX];

    canvas_format(panel->view->canvas, row, TEXT_SMALL, ALIGN_LEFT, theme->dim,
                  "finished at step %ld, best loss on sequences held back %s", panel->arm->step,
                  format_number(loss, panel->arm->validation_loss));
    view_hot(panel->view,
             (struct hot){ .rect = row,
                           .hint = "It got no better for training.patience looks, and has the "
                                   "weights of its best one again" });
}

static void draw_numbers(const struct arm_panel *panel, struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct snapshot_arm *arm = panel->arm;
    char number[FORMAT_MAX];
    struct rect place = row;

    if (arm->stopped) {
        draw_stopped(panel, row);
        return;
    }
    if (arm->finished) {
        draw_finished(panel, row);
        return;
    }
    if (row.w <
        canvas_px(canvas, 340)) { /* no room for names: what they are is known from the race */
        place.w = row.w / 2;
        draw_field(canvas, place, "loss", format_number(number, arm->loss));
        canvas_text(canvas, row, TEXT_MONO, ALIGN_RIGHT, theme->text,
                    format_percent(number, arm->accuracy));
        return;
    }
    place.w = row.w * 24 / 100;
    draw_field(canvas, place, "loss", format_number(number, arm->loss));
    place.x += place.w;
    place.w = row.w * 45 / 100;
    draw_field(canvas, place, panel->snapshot->metric_name,
               format_percent(number, arm->accuracy));
    place.x += place.w;
    place.w = row.x + row.w - place.x;
    draw_field(canvas, place, "\u2016gradient\u2016",
               format_number(number, arm->gradient_norm));
}

void panel_header(const struct arm_panel *panel)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct rect r = panel->place->header;
    struct rect name = r, numbers = r;

    if (r.w == 0)
        return;
    if (r.h < canvas_px(panel->view->canvas, 40)) {
        canvas_text(panel->view->canvas, r, TEXT_BOLD, ALIGN_LEFT,
                    theme_arm_colour(theme, panel->arm->model), panel->arm->model);
        if (panel->arm->stopped)
            canvas_text(panel->view->canvas, r, TEXT_SMALL, ALIGN_RIGHT, theme->bad, "stopped");
        else
            panel_badge(panel, r.x + r.w - panel_badge_width(panel->view, panel->arm), r.y, r.h,
                        r.x + r.w);
        return;
    }
    name.h = r.h * 52 / 100;
    numbers.y += name.h;
    numbers.h = r.h * 40 / 100;
    draw_name(panel, name);
    draw_numbers(panel, numbers);
}

/* A hover text where the eye is, kept within the arm's card. */
static void draw_beside_mouse(const struct arm_panel *panel, const char *text)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct view *view = panel->view;
    struct canvas *canvas = view->canvas;
    const struct rect card = panel->place->card;
    struct rect box = { view->mouse_x + canvas_px(canvas, 12), view->mouse_y,
                        canvas_text_width(canvas, TEXT_MONO_SMALL, text, -1) +
                            canvas_px(canvas, 12),
                        canvas_px(canvas, 18) };

    if (*text == '\0')
        return;
    box.y -= box.h + canvas_px(canvas, 4);
    if (box.x + box.w > card.x + card.w)
        box.x = view->mouse_x - canvas_px(canvas, 12) - box.w;
    canvas_round(canvas, rect_inset(box, -1, -1, -1, -1), canvas_px(canvas, 4), theme->edge);
    canvas_round(canvas, box, canvas_px(canvas, 3), theme->window);
    canvas_text(canvas, box, TEXT_MONO_SMALL, ALIGN_CENTRE, theme->text, text);
}

void panel_cursor(const struct arm_panel *panel)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    const struct layout_column *c = panel->place;
    const int step = view->hover_step;
    int bottom = c->gradient.y + c->gradient.h;

    if (!time_shown(&panel->axis, step))
        return;
    if (c->lower.w > 0)
        bottom = c->lower.y + c->lower.h;
    else if (c->states.w > 0)
        bottom = c->states.y + c->states.h;
    else if (c->tokens.w > 0)
        bottom = c->tokens.y + c->tokens.h;
    canvas_fill(view->canvas,
                (struct rect){ time_centre(&panel->axis, step),
                               panel_plot(panel, c->gradient).y, canvas_px(view->canvas, 1),
                               bottom - panel_plot(panel, c->gradient).y },
                theme_fade(theme->text, 110));
    draw_beside_mouse(panel, view->hover_text[panel->column][HOVER_STATES]);
    draw_beside_mouse(panel, view->hover_text[panel->column][HOVER_LOWER]);
}

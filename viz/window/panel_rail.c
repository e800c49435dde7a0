/*
 * The controls at the left: few at first, each with its key and one line of explanation; the
 * rest behind More.
 */
#include "viz/window/rail_column.h"

#include <stdio.h>
#include <string.h>

#include "viz/window/controls.h"
#include "viz/window/format.h"
#include "viz/window/widget_language.h"
#include "viz/window/widgets.h"

enum { CHOICE_H = 24, SCROLL_BAR_W = 4, FOOT_H = 32, FOOT_BUTTONS = 4 };

static void add_title(struct rail_column *c)
{
    const struct theme *theme = canvas_theme(c->view->canvas);
    struct view *view = c->view;
    struct canvas *canvas = view->canvas;
    const struct rect back = rail_row(c, 18, 4);
    char task[TASK_TITLE_MAX];
    const struct rect rest = { c->x, c->y, c->w, canvas_px(canvas, 84) };

    if (view->lessons != NULL) {
        const bool over = view_hot(view, (struct hot){ .rect = back,
                                                       .action = ACT_PICKER,
                                                       .hint = "Esc: the list of lessons" });

        canvas_text(canvas, back, TEXT_SMALL, ALIGN_LEFT, over ? theme->text : theme->accent,
                    "\u2039 Lessons");
    } else {
        canvas_text(canvas, back, TEXT_SMALL, ALIGN_LEFT, theme->accent, "Duet");
    }
    if (view->lesson != NULL)
        canvas_format(canvas, back, TEXT_SMALL, ALIGN_RIGHT, theme->faint, "lesson %d",
                      view->lesson->number);
    c->y += widget_paragraph(view, rest, TEXT_BOLD, theme->text,
                             view->lesson != NULL ? lesson_title(view->lesson, view->language)
                                                  : panel_task_title(view, c->snapshot, task));
    c->y += canvas_px(canvas, RAIL_SPACE);
}

/* --------------------------------------------------------------------------------- at first */

static void add_lengths(struct rail_column *c)
{
    const struct theme *theme = canvas_theme(c->view->canvas);
    const struct lab_config *config = controls_config(c->view);
    const int now = config->task.length > 0 ? config->task.length : c->snapshot->task.length;
    int lengths[VIEW_LENGTHS_MAX];
    const int count = view_lengths(c->view, lengths);
    char labels[VIEW_LENGTHS_MAX][FORMAT_MAX];
    struct choice choices[VIEW_LENGTHS_MAX];

    if (count < 2) /* nothing to choose */
        return;
    rail_label(c, TEXT_SMALL, theme->dim, "Length of the sequences");
    for (int i = 0; i < count; i++) {
        snprintf(labels[i], sizeof labels[i], "%d", lengths[i]);
        choices[i] = (struct choice){ labels[i], lengths[i], lengths[i] == now };
    }
    widget_choices(c->view, rail_row(c, CHOICE_H, RAIL_SPACE), choices, count,
                   (struct hot){ .action = ACT_LENGTH,
                                 .hint = "How many steps a sequence has. Begins anew" });
}

static void add_models(struct rail_column *c)
{
    const struct theme *theme = canvas_theme(c->view->canvas);
    const int arm = rail_arm(c->snapshot, 0);
    const char *model = controls_config(c->view)->arm[arm].model;
    struct choice choices[VIEW_MODELS];
    bool known = false;

    for (int i = 0; i < VIEW_MODELS; i++) {
        choices[i] = (struct choice){ view_models[i], i, strcmp(view_models[i], model) == 0 };
        known = known || choices[i].on;
    }
    if (!known)
        return;
    rail_label(c, TEXT_SMALL, theme->dim, "Model on the left");
    widget_choices(c->view, rail_row(c, CHOICE_H, RAIL_SPACE), choices, VIEW_MODELS,
                   (struct hot){ .action = ACT_MODEL,
                                 .arm = arm,
                                 .hint = "Which recurrent cell the left arm has. Begins "
                                         "anew" });
}

/* ------------------------------------------------------------------------------------ rail */

/* At the foot: what is about the window, not the experiment. */
static void add_foot(struct rail_column *c, struct rect rail)
{
    struct canvas *canvas = c->view->canvas;
    const int height = canvas_px(canvas, 24), pad = canvas_px(canvas, 10);
    const int gap = canvas_px(canvas, 3);
    const int w = (rail.w - 2 * pad - (FOOT_BUTTONS - 1) * gap) / FOOT_BUTTONS;
    struct rect place = { rail.x + pad, rail.y + rail.h - pad - height, w, height };
    const struct {
        const char *label;
        enum action action;
        bool on;
        const char *hint;
    } buttons[] = {
        { "Text", ACT_TEXT, c->view->text && c->view->layout.lesson.w > 0,
          "T: the lesson's text at the right" },
        { "Save", ACT_SAVE, false, "S: a picture of this window, as a PNG file" },
        { "Keys", ACT_HELP, false, "F1: all keys" },
    };

    for (int i = 0; i < FOOT_BUTTONS - 1; i++) {
        widget_button(c->view, &(struct button){ .label = buttons[i].label,
                                                 .on = buttons[i].on,
                                                 .hot = { .rect = place,
                                                          .action = buttons[i].action,
                                                          .hint = buttons[i].hint } });
        place.x += w + gap;
    }
    widget_language(c->view, place);
}

static const char *run_label(const struct snapshot *s)
{
    if (s->running)
        return "\u275a\u275a Pause";
    return s->config.training.steps > 0 && s->step >= s->config.training.steps
               ? "\u25b6 Train on"
               : "\u25b6 Train";
}

/* How much of all there is can be seen, at the rail's edge. */
static void draw_scroll_bar(struct view *view, struct rect area, int height)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const struct rail *rail = &view->rail;
    const int w = canvas_px(view->canvas, SCROLL_BAR_W), gap = canvas_px(view->canvas, 3);
    const struct rect bar = { area.x + area.w + gap, area.y, w, area.h };
    struct rect thumb = bar;
    bool over;

    if (rail->scroll_most == 0)
        return;
    over = view_hot(view, (struct hot){ .rect = rect_inset(bar, -gap, 0, -gap, 0),
                                        .action = ACT_RAIL,
                                        .value = 1,
                                        .drag = true,
                                        .hint = "Drag, or turn the wheel: more controls" });
    thumb.h = area.h * area.h / height;
    thumb.y += (area.h - thumb.h) * rail->scroll / rail->scroll_most;
    canvas_round(view->canvas, thumb, w / 2, over ? theme->dim : theme->edge);
}

/* The focus has gone to a control that cannot be seen: scroll there. */
static void follow_focus(struct view *view, struct rect area, int first)
{
    struct rail *rail = &view->rail;
    const struct hot *focused = view_focused(view);
    const int row = canvas_px(view->canvas, RAIL_FIELD_H + 4);
    int scroll = rail->scroll;

    if (focused == NULL || focused < view->hot + first ||
        hot_does_same(focused, &rail->followed))
        return;
    rail->followed = *focused;
    if (focused->rect.y + focused->rect.h > area.y + area.h - row / 2)
        scroll += focused->rect.y + row - (area.y + area.h);
    else if (focused->rect.y < area.y + row / 2)
        scroll -= area.y + row - focused->rect.y;
    scroll = scroll > rail->scroll_most ? rail->scroll_most : scroll < 0 ? 0 : scroll;
    view->dirty = view->dirty || scroll != rail->scroll;
    rail->scroll = scroll;
}

/* What scrolls when it does not fit. */
static void draw_scrolled(struct rail_column *c, struct rect area)
{
    struct view *view = c->view;
    struct rail *rail = &view->rail;
    const int first = view->hots;
    int height, most;

    view_hot(view,
             (struct hot){ .rect = area, .action = ACT_RAIL, .wheel = true, .ground = true });
    canvas_clip(view->canvas, &area);
    view->hot_clip = area;
    c->area = area;
    c->y = area.y - rail->scroll;
    add_lengths(c);
    add_models(c);
    rail_button(c, view->more ? "\u25be More" : "\u25b8 More", "M", false, ACT_MORE,
                "M: task, both arms, training: everything that can be set");
    c->y += canvas_px(view->canvas, 4);
    if (view->more)
        rail_more(c);
    height = c->y + rail->scroll - area.y;
    view->hot_clip = (struct rect){ 0 };
    canvas_clip(view->canvas, NULL);
    most = height > area.h ? height - area.h : 0;
    view->dirty = view->dirty || rail->scroll > most;
    rail->scroll_most = most;
    rail->scroll = rail->scroll > most ? most : rail->scroll;
    follow_focus(view, area, first);
    draw_scroll_bar(view, area, height);
}

void panel_rail(struct view *view, const struct snapshot *s)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const struct rect r = view->layout.rail;
    const int pad = canvas_px(canvas, 10);
    struct rail_column c = {
        .view = view, .snapshot = s, .x = r.x + pad, .y = r.y + pad, .w = r.w - 2 * pad
    };
    struct rect area;

    view->rail.hints = 0;
    if (r.w == 0)
        return;
    canvas_round(canvas, r, canvas_px(canvas, 6), theme->panel);
    add_title(&c);
    rail_button(&c, run_label(s), "Space", !s->running, ACT_RUN,
                "Space: train both arms on the same batches, or hold still");
    rail_button(&c, "One step", ".", false, ACT_STEP,
                "Full stop: one update of every arm; [ and ] of the left, the right alone");
    rail_button(&c, "Restart", "R", false, ACT_RESTART,
                "R: begin anew with the same first weights");
    c.y += canvas_px(canvas, RAIL_SPACE - 4);
    area = (struct rect){ c.x, c.y, c.w, r.y + r.h - pad - canvas_px(canvas, FOOT_H) - c.y };
    if (area.h > 0)
        draw_scrolled(&c, area);
    add_foot(&c, r);
}

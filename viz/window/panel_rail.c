/* The controls at the left: few, each with its key and one line of explanation. */
#include "viz/window/panels.h"

#include <stdio.h>
#include <string.h>

#include "viz/window/format.h"
#include "viz/window/widgets.h"

enum { BUTTON_H = 28, CHOICE_H = 24, LABEL_H = 18, SPACE = 10 };

/* Where the next control goes; controls that no longer fit are left out. */
struct column {
    struct view *view;
    int x, y, w, bottom;
};

static struct rect next(struct column *c, double height, double space)
{
    const struct rect r = { c->x, c->y, c->w, canvas_px(c->view->canvas, height) };

    c->y += r.h + canvas_px(c->view->canvas, space);
    return r;
}

static bool fits(const struct column *c, double height)
{
    return c->y + canvas_px(c->view->canvas, height) <= c->bottom;
}

static void add_button(struct column *c, const char *label, const char *key, bool primary,
                       enum action action, const char *hint)
{
    struct button button = { .label = label, .key = key, .primary = primary };

    if (!fits(c, BUTTON_H))
        return;
    button.hot = (struct hot){ .rect = next(c, BUTTON_H, 5), .action = action, .hint = hint };
    widget_button(c->view, &button);
}

static void add_label(struct column *c, const char *label)
{
    const struct theme *theme = canvas_theme(c->view->canvas);
    if (fits(c, LABEL_H + CHOICE_H))
        canvas_text(c->view->canvas, next(c, LABEL_H, 2), TEXT_SMALL, ALIGN_LEFT, theme->dim,
                    label);
}

static void add_title(struct column *c, const struct snapshot *s)
{
    const struct theme *theme = canvas_theme(c->view->canvas);
    struct view *view = c->view;
    struct canvas *canvas = view->canvas;
    const struct rect back = next(c, 18, 4);
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
                             view->lesson != NULL ? view->lesson->title : s->task_title);
    c->y += canvas_px(canvas, SPACE);
}

static void add_lengths(struct column *c, const struct snapshot *s)
{
    int lengths[4];
    const int count = view_lengths(c->view, lengths);
    const int now = s->config.task.length > 0 ? s->config.task.length : s->steps;
    char labels[4][FORMAT_MAX];
    struct choice choices[4];

    add_label(c, "Length of the sequences");
    if (!fits(c, CHOICE_H))
        return;
    for (int i = 0; i < count; i++) {
        snprintf(labels[i], sizeof labels[i], "%d", lengths[i]);
        choices[i] = (struct choice){ labels[i], lengths[i], lengths[i] == now };
    }
    widget_choices(c->view, next(c, CHOICE_H, SPACE), choices, count,
                   (struct hot){ .action = ACT_LENGTH,
                                 .hint = "How many steps a sequence has. Begins anew" });
}

static void add_models(struct column *c, const struct snapshot *s)
{
    struct choice choices[VIEW_MODELS];
    bool known = false;

    for (int i = 0; i < VIEW_MODELS; i++) {
        choices[i] =
            (struct choice){ view_models[i], i, strcmp(view_models[i], s->arm[0].model) == 0 };
        known = known || choices[i].on;
    }
    if (!known)
        return;
    add_label(c, "Model on the left");
    if (fits(c, CHOICE_H))
        widget_choices(c->view, next(c, CHOICE_H, SPACE), choices, VIEW_MODELS,
                       (struct hot){ .action = ACT_MODEL,
                                     .arm = 0,
                                     .hint = "Which recurrent cell the left arm has. Begins "
                                             "anew" });
}

/* A value between two buttons that move it. */
static void add_stepper(struct column *c, const char *label, const char *value,
                        const char *const signs[2], struct hot hot)
{
    const struct theme *theme = canvas_theme(c->view->canvas);
    struct canvas *canvas = c->view->canvas;
    struct rect row;
    int w;

    if (!fits(c, LABEL_H + CHOICE_H))
        return;
    add_label(c, label);
    row = next(c, CHOICE_H, SPACE - 2);
    w = canvas_px(canvas, 34);
    for (int i = 0; i < 2; i++) {
        hot.rect = (struct rect){ i == 0 ? row.x : row.x + row.w - w, row.y, w, row.h };
        hot.value = i == 0 ? -1 : 1;
        widget_button(c->view, &(struct button){ .label = signs[i], .hot = hot });
    }
    canvas_text(canvas, rect_inset(row, w, 0, w, 0), TEXT_MONO, ALIGN_CENTRE, theme->text,
                value);
}

static void add_more(struct column *c, const struct snapshot *s)
{
    static const char *const halve[2] = { "\u00f72", "\u00d72" };
    static const char *const arrows[2] = { "\u2190", "\u2192" };
    char value[FORMAT_MAX], label[64];

    snprintf(value, sizeof value, "%ld", s->sample);
    add_stepper(
        c, "Pinned sequence", value, arrows,
        (struct hot){ .action = ACT_SAMPLE, .hint = "Left, right: look at another sequence" });
    for (int i = 0; i < 2 && c->view->shown[i] < s->arms && i < s->arms; i++) {
        const int arm = c->view->shown[i];

        snprintf(label, sizeof label, "Rate, %s", s->arm[arm].model);
        add_stepper(c, label, format_number(value, s->arm[arm].learning_rate), halve,
                    (struct hot){ .action = ACT_LEARNING_RATE,
                                  .arm = arm,
                                  .hint = "How far one step goes. Begins anew" });
    }
    snprintf(label, sizeof label, "New seed (now %llu)",
             (unsigned long long)s->config.training.seed);
    add_button(c, label, "\u21e7R", false, ACT_NEW_SEED,
               "Shift-R: begin anew with other weights and other data");
}

/* At the foot: what is about the window, not the experiment. */
static void add_foot(struct column *c, struct rect rail)
{
    struct canvas *canvas = c->view->canvas;
    const int height = canvas_px(canvas, 24), pad = canvas_px(canvas, 10);
    const int gap = canvas_px(canvas, 3), w = (rail.w - 2 * pad - 2 * gap) / 3;
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

    for (int i = 0; i < 3; i++)
        widget_button(
            c->view,
            &(struct button){ .label = buttons[i].label,
                              .on = buttons[i].on,
                              .hot = { .rect = { rail.x + pad + i * (w + gap),
                                                 rail.y + rail.h - pad - height, w, height },
                                       .action = buttons[i].action,
                                       .hint = buttons[i].hint } });
}

static const char *run_label(const struct snapshot *s)
{
    if (s->running)
        return "\u275a\u275a Pause";
    return s->config.training.steps > 0 && s->step >= s->config.training.steps
               ? "\u25b6 Train on"
               : "\u25b6 Train";
}

void panel_rail(struct view *view, const struct snapshot *s)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const struct rect r = view->layout.rail;
    const int pad = canvas_px(canvas, 10);
    struct column c = { view, r.x + pad, r.y + pad, r.w - 2 * pad,
                        r.y + r.h - pad - canvas_px(canvas, 32) };

    if (r.w == 0)
        return;
    canvas_round(canvas, r, canvas_px(canvas, 6), theme->panel);
    add_title(&c, s);
    add_button(&c, run_label(s), "Space", !s->running, ACT_RUN,
               "Space: train both arms on the same batches, or hold still");
    add_button(&c, "One step", ".", false, ACT_STEP, "Full stop: one update of every arm");
    add_button(&c, "Restart", "R", false, ACT_RESTART,
               "R: begin anew with the same first weights");
    c.y += canvas_px(canvas, SPACE - 4);
    add_lengths(&c, s);
    add_models(&c, s);
    add_button(&c, view->more ? "\u25be More" : "\u25b8 More", "M", false, ACT_MORE,
               "M: sequence, learning rate, seed");
    c.y += canvas_px(canvas, 4);
    if (view->more)
        add_more(&c, s);
    add_foot(&c, r);
}

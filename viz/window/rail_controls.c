/* What is behind More: the controls of controls.h in their groups. */
#include "viz/window/rail_column.h"

#include <stdio.h>
#include <string.h>

#include "lessons/change.h"
#include "lessons/words.h"
#include "viz/window/act.h"
#include "viz/window/controls.h"
#include "viz/window/format.h"
#include "viz/window/widget_field.h"
#include "viz/window/widgets.h"

enum { WORD_H = 19 };

/* Kept until the next frame. */
static const char *keep_hint(struct view *view, const char *hint, const char *how,
                             const char *more)
{
    struct rail *rail = &view->rail;
    char *kept;

    if (rail->hints == RAIL_HINTS)
        return hint;
    kept = rail->hint[rail->hints++];
    snprintf(kept, RAIL_HINT_MAX, words_in(view->language, "%s. %s%s"),
             words_in(view->language, hint), words_in(view->language, how), more);
    return kept;
}

static const char *hint_of(struct view *view, const struct control *control, int arm,
                           const struct lab_config *config, enum control_effect effect)
{
    const char *how = effect == EFFECT_AT_ONCE  ? "Acts at once"
                      : effect == EFFECT_EITHER ? "What is marked \u21bb begins anew"
                                                : "\u21bb Begins anew";
    char text[RAIL_VALUE_MAX], more[2 * RAIL_VALUE_MAX] = "";
    bool is_default = false;

    if (control->kind == CONTROL_CHOICE)
        return keep_hint(view, control->hint, how, more);
    control_number(view, control, arm, config, &is_default);
    control_text(view, control, arm, config, text);
    if (is_default && strcmp(text, "default") != 0)
        snprintf(more, sizeof more, words_in(view->language, "; %s is the default"), text);
    return keep_hint(view, control->hint, how, more);
}

/* A chip; returns its width. */
static int add_word(struct rail_column *c, int x, int h, struct button *chip)
{
    const int w = widget_chip_width(c->view, chip->label);

    chip->hot.rect = (struct rect){ x, c->y, w, h };
    if (rail_sees(c, chip->hot.rect))
        return widget_chip(c->view, x, c->y, h, chip);
    view_hot(c->view, chip->hot);
    return w;
}

/* All words of the choice, as chips; those that cannot be are not there. */
static void add_words(struct rail_column *c, const struct control *control, int number, int arm,
                      enum control_effect effect)
{
    const struct lab_config *config = controls_config(c->view);
    const int h = canvas_px(c->view->canvas, WORD_H), gap = canvas_px(c->view->canvas, 3);
    const char *words[ADJUST_WORDS_MAX];
    char name[CONTROL_NAME_MAX], now[RAIL_VALUE_MAX];
    int controls, x = c->x;
    const int count = adjust_words(config, control_name(control, arm, name), words);

    controls_table(&controls);
    control_text(c->view, control, arm, config, now);
    for (int i = 0; i < count; i++) {
        struct lab_config next = *config;
        char label[RAIL_VALUE_MAX];
        struct button chip = { .label = label, .on = strcmp(words[i], now) == 0 };
        bool anew;

        if (!chip.on && (c->view->rail.possible >> i & 1) == 0)
            continue;
        config_set(&next, name, words[i], NULL);
        anew = !change_is_at_once(config, &next);
        snprintf(label, sizeof label, "%s%s", words[i],
                 anew && effect == EFFECT_EITHER ? " \u21bb" : "");
        if (x > c->x && x + widget_chip_width(c->view, label) > c->x + c->w) {
            x = c->x;
            c->y += h + gap;
        }
        chip.hot = (struct hot){ .action = ACT_CONTROL_WORD,
                                 .arm = arm,
                                 .value = number + (long)i * controls,
                                 .hint = keep_hint(c->view, control->hint,
                                                   chip.on ? "As it is now"
                                                   : anew  ? "\u21bb Begins anew"
                                                           : "Acts at once",
                                                   "") };
        x += add_word(c, x, h, &chip) + gap;
    }
    c->y += h + canvas_px(c->view->canvas, 6);
}

/* The button beside a number that does that. */
static struct hot beside(const struct field *field, enum action action, const char *hint)
{
    return (struct hot){
        .action = action, .arm = field->hot.arm, .value = field->hot.value, .hint = hint
    };
}

static void draw_control(struct rail_column *c, const struct control *control,
                         const struct field *field, bool unfolded)
{
    switch (control->kind) {
    case CONTROL_SLIDER:
        widget_slider(c->view, field);
        break;
    case CONTROL_STEPPER:
        widget_stepper(c->view, field, beside(field, ACT_CONTROL_LESS, field->hot.hint),
                       beside(field, ACT_CONTROL_MORE, field->hot.hint));
        break;
    case CONTROL_CHOICE:
        widget_choice(c->view, field, unfolded);
        break;
    }
}

/* What a hand can do with it. */
static struct hot hot_of(const struct control *control, int number, int arm, bool locked)
{
    const bool is_choice = control->kind == CONTROL_CHOICE;

    if (locked)
        return (struct hot){ .hint = "Chosen by match, so that both arms are as large" };
    return (struct hot){ .action = ACT_CONTROL,
                         .arm = arm,
                         .value = number,
                         .hint = control->hint,
                         .drag = control->kind == CONTROL_SLIDER,
                         .wheel = true,
                         .entry = !is_choice,
                         .right = is_choice };
}

/* The words of it that change with every value. */
static void fill_field(struct view *view, struct field *field, const struct control *control,
                       int arm, char value[RAIL_VALUE_MAX])
{
    const struct lab_config *config = controls_config(view);
    const struct pending *pending = &view->rail.pending;
    const enum control_effect effect = control_effect(control, arm, config);
    char name[CONTROL_NAME_MAX];
    bool is_default;

    control_text(view, control, arm, config, value);
    field->value = value;
    field->word = control->kind == CONTROL_CHOICE;
    field->anew = effect != EFFECT_AT_ONCE;
    field->held = pending->held && pending->moved && field->hot.value == pending->control &&
                  field->hot.arm == pending->arm;
    if (!field->locked)
        field->hot.hint = hint_of(view, control, arm, config, effect);
    if (control->kind == CONTROL_SLIDER)
        field->share = control_share(control, config, control_name(control, arm, name),
                                     control_number(view, control, arm, config, &is_default));
}

static void add_control(struct rail_column *c, int number, int arm)
{
    int count;
    const struct control *control = &controls_table(&count)[number];
    const struct lab_config *config = controls_config(c->view);
    const struct rail *rail = &c->view->rail;
    const bool unfolded = rail->unfolded && rail->open == number && rail->open_arm == arm;
    struct field field = { .label = control->label, .share = -1 };
    char value[RAIL_VALUE_MAX], name[CONTROL_NAME_MAX];

    if (!adjust_applies(config, control_name(control, arm, name)))
        return;
    field.locked = adjust_is_matched(config, name);
    field.hot = hot_of(control, number, arm, field.locked);
    field.hot.rect = rail_row(c, RAIL_FIELD_H, 3);
    if (rail_sees(c, field.hot.rect)) {
        fill_field(c->view, &field, control, arm, value);
        draw_control(c, control, &field, unfolded);
    } else {
        view_hot(c->view, field.hot);
    }
    if (unfolded && !field.locked)
        add_words(c, control, number, arm, control_effect(control, arm, config));
}

/* All controls of a section that mean something now. */
static void add_section(struct rail_column *c, const char *section, int arm)
{
    int count;
    const struct control *controls = controls_table(&count);

    for (int i = 0; i < count; i++)
        if (strcmp(controls[i].section, section) == 0)
            add_control(c, i, arm);
}

/* Which of its sequences is looked at: no key of the configuration. */
static void add_sample(struct rail_column *c)
{
    char value[FORMAT_MAX];
    const long sample = act_sample(c->view);
    const struct field field = { .label = "sequence",
                                 .value = value,
                                 .share = -1,
                                 .hot = { .rect = rail_row(c, RAIL_FIELD_H, 3),
                                          .action = ACT_SAMPLE,
                                          .hint = "Left, right: look at another sequence; "
                                                  "it is not trained on",
                                          .wheel = true,
                                          .entry = true } };

    if (sample == LAB_OWN_INPUT)
        snprintf(value, sizeof value, "%s", words_in(c->view->language, "yours"));
    else
        snprintf(value, sizeof value, "%ld", sample);
    if (!rail_sees(c, field.hot.rect)) {
        view_hot(c->view, field.hot);
        return;
    }
    widget_stepper(
        c->view, &field,
        (struct hot){
            .action = ACT_SAMPLE, .value = -1, .hint = "Left: look at the sequence before" },
        (struct hot){
            .action = ACT_SAMPLE, .value = 1, .hint = "Right: look at the next sequence" });
}

/* By arm_number. */
static const char *const arm_titles[ARMS_MAX] = { "Left arm",   "Right arm", "Third arm",
                                                  "Fourth arm", "Fifth arm", "Sixth arm" };

static void add_arm(struct rail_column *c, int arm)
{
    const struct theme *theme = canvas_theme(c->view->canvas);
    const struct snapshot *s = c->snapshot;

    rail_label(c, TEXT_SMALL_BOLD, theme_arm_colour(theme, s->arm[arm].model),
               arm_titles[rail_arm(s, arm)]);
    add_section(c, "arm", rail_arm(s, arm));
    c->y += canvas_px(c->view->canvas, RAIL_SPACE);
}

void rail_more(struct rail_column *c)
{
    const struct theme *theme = canvas_theme(c->view->canvas);
    const struct snapshot *s = c->snapshot;
    const int *shown = c->view->shown;

    rail_label(c, TEXT_SMALL_BOLD, theme->text, "Task");
    add_section(c, "task", 0);
    add_sample(c);
    c->y += canvas_px(c->view->canvas, RAIL_SPACE);
    for (int i = 0; i < 2 && i < s->arms; i++)
        if (shown[i] < s->arms && (i == 0 || shown[i] != shown[0]))
            add_arm(c, shown[i]);
    rail_label(c, TEXT_SMALL_BOLD, theme->text, "Training");
    add_section(c, "training", 0);
    c->y += canvas_px(c->view->canvas, 2);
    rail_button(c, "New seed", "\u21e7R", false, ACT_NEW_SEED,
                "Shift-R: begin anew with other weights and other data");
}

/* The controls of the rail: what a hand does to one, and when the trainer hears of it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/numeric/clamp.h"
#include "lessons/change.h"
#include "lessons/words.h"
#include "viz/window/act.h"
#include "viz/window/controls.h"

enum {
    WHEEL_MS = 300, /* turned no further for so long: it is meant */
    SCROLL_MS = 400,
    SCROLL_UNITS = 48
};

static const double CLICK_SHARE = 0.02; /* of a bar: a hand that presses trembles */

/* One control, of one arm, at the moment. */
struct aim {
    struct view *view;
    const struct control *control;
    int number, arm;
    char name[CONTROL_NAME_MAX];
    struct lab_config config; /* as shown */
};

/* ------------------------------------------------------------------------------------- send */

static void say_what_happened(struct view *view, const struct control *control,
                              const char *value, bool anew, const struct repairs *repairs)
{
    const char *also = repairs->said[0] != '\0' ? "; " : "";

    if (anew)
        view_say(view, false, "Begun anew: %s %s%s%s", words_in(view->language, control->label),
                 value, also, repairs->said);
    else if (repairs->said[0] != '\0')
        view_say(view, false, "%s %s%s%s", words_in(view->language, control->label), value,
                 also, repairs->said);
}

/* The trainer gets the configuration that adjust.h has made, if it is another one. */
static void send(struct view *view, int number, int arm, const struct lab_config *config,
                 const struct repairs *repairs)
{
    int count;
    const struct control *control = &controls_table(&count)[number];
    const struct lab_config before = *act_config(view);
    struct wish wish = { .kind = WISH_CHANGE, .config = *config };
    char value[RAIL_VALUE_MAX];

    if (memcmp(&before, config, sizeof before) == 0)
        return;
    control_text(view, control, arm, config, value);
    if (act_send(view, &wish))
        say_what_happened(view, control, value, !change_is_at_once(&before, config), repairs);
}

void controls_send(struct view *view)
{
    struct pending *pending = &view->rail.pending;
    struct lab_config config = pending->config;
    struct repairs repairs = { "" };
    struct error error;
    char name[CONTROL_NAME_MAX];
    int count;
    const struct control *control = &controls_table(&count)[pending->control];

    if (!pending->on)
        return;
    pending->on = false;
    if (!pending->checked) {
        config = pending->base;
        control_name(control, pending->arm, name);
        if (adjust_set(&config, name, pending->value, false, &repairs, &error) != STATUS_OK) {
            view_say(view, true, "%s", error.message);
            return;
        }
    }
    send(view, pending->control, pending->arm, &config, &repairs);
}

void controls_frame(struct view *view)
{
    struct pending *pending = &view->rail.pending;

    if (pending->on && view->now_ms >= pending->due_ms)
        controls_send(view);
}

/* ---------------------------------------------------------------------------------- pending */

static bool is_pending(const struct aim *aim)
{
    const struct pending *pending = &aim->view->rail.pending;

    return pending->on && pending->control == aim->number && pending->arm == aim->arm;
}

/* Shown from now on, and sent when it is due. */
static void keep(struct aim *aim, const struct lab_config *base,
                 const struct lab_config *config, const char *value, bool checked)
{
    struct pending *pending = &aim->view->rail.pending;
    const uint64_t now = aim->view->now_ms;

    pending->on = true;
    pending->checked = checked;
    pending->control = aim->number;
    pending->arm = aim->arm;
    pending->base = *base;
    pending->config = *config;
    snprintf(pending->value, sizeof pending->value, "%s", value);
    if (change_is_at_once(base, config))
        pending->due_ms = now;
    else
        pending->due_ms = pending->held ? UINT64_MAX : now + WHEEL_MS;
}

/* The number that the hand has moved it to. */
static void move_to(struct aim *aim, const struct lab_config *base, double number)
{
    struct lab_config config = *base;
    struct repairs repairs;
    struct error error;
    char value[RAIL_VALUE_MAX];

    control_write(aim->control, number, value);
    if (adjust_set(&config, aim->name, value, true, &repairs, &error) == STATUS_OK)
        keep(aim, base, &config, value, false);
}

/* ---------------------------------------------------------------------------------- sliders */

static double number_of(const struct aim *aim, const struct lab_config *config)
{
    bool is_default;

    return control_number(aim->view, aim->control, aim->arm, config, &is_default);
}

static void begin_drag(struct aim *aim)
{
    struct pending *pending = &aim->view->rail.pending;

    pending->held = true;
    pending->moved = false;
    pending->x = aim->view->press.x;
    pending->base = aim->config;
    pending->share =
        control_share(aim->control, &aim->config, aim->name, number_of(aim, &aim->config));
}

static void drag(struct aim *aim)
{
    struct pending *pending = &aim->view->rail.pending;
    const struct press *press = &aim->view->press;
    const struct lab_config base = pending->base;
    const double moved = press->x - pending->x;

    pending->moved = pending->moved || fabs(moved) >= CLICK_SHARE;
    if (!pending->held || !pending->moved)
        return;
    move_to(aim, &base,
            control_at(aim->control, &base, aim->name,
                       pending->share + (press->fine ? moved / 10 : moved), press->fine));
}

static void release(struct aim *aim)
{
    drag(aim);
    aim->view->rail.pending.held = false;
    controls_send(aim->view);
}

static void wheel_number(struct aim *aim)
{
    const struct press *press = &aim->view->press;
    const struct lab_config base = is_pending(aim) ? aim->view->rail.pending.base : aim->config;

    move_to(aim, &base,
            control_turned(aim->control, &aim->config, aim->name, number_of(aim, &aim->config),
                           press->turned, press->fine));
}

/* ------------------------------------------------------------------------- one value at once */

/* Set to that word or number, now. */
static void set_now(struct aim *aim, const char *value)
{
    struct lab_config config = aim->config;
    struct repairs repairs;
    struct error error;

    if (adjust_set(&config, aim->name, value, false, &repairs, &error) == STATUS_OK)
        send(aim->view, aim->number, aim->arm, &config, &repairs);
    else
        view_say(aim->view, true, "%s", error.message);
}

/* To the next value, waiting for a further turn if it begins anew. */
static void turn(struct aim *aim, int by, bool wait)
{
    const struct lab_config base = is_pending(aim) ? aim->view->rail.pending.base : aim->config;
    struct lab_config config = aim->config;
    struct repairs repairs;
    struct error error;

    if (adjust_turn(&config, aim->name, by, &repairs, &error) != STATUS_OK)
        view_say(aim->view, true, "%s", error.message);
    else if (wait)
        keep(aim, &base, &config, "", true);
    else
        send(aim->view, aim->number, aim->arm, &config, &repairs);
}

static void type(struct aim *aim)
{
    char text[RAIL_VALUE_MAX];
    const double number = number_of(aim, &aim->config);

    if (aim->control->kind == CONTROL_CHOICE)
        return;
    control_write(aim->control, number, text);
    view_type(aim->view,
              &(struct hot){ .action = ACT_CONTROL, .arm = aim->arm, .value = aim->number },
              text);
}

/* "off" is what a 0 is called; blanks around a number mean nothing. */
static void typed(struct aim *aim)
{
    const char *text = aim->view->press.text + strspn(aim->view->press.text, " ");
    char value[RAIL_VALUE_MAX];
    size_t length;

    snprintf(value, sizeof value, "%s", text);
    length = strlen(value);
    while (length > 0 && value[length - 1] == ' ')
        value[--length] = '\0';
    if ((aim->control->zero != NULL && strcmp(value, aim->control->zero) == 0) ||
        strcmp(value, "default") == 0)
        strcpy(value, "0");
    set_now(aim, value);
}

/* --------------------------------------------------------------------------------- choices */

void controls_possible(struct view *view)
{
    struct rail *rail = &view->rail;
    const char *words[ADJUST_WORDS_MAX];
    char name[CONTROL_NAME_MAX];
    int count;
    const struct control *control = &controls_table(&count)[rail->open];
    const struct lab_config now = *controls_config(view);

    rail->possible = 0;
    if (!rail->unfolded || !adjust_applies(&now, control_name(control, rail->open_arm, name)))
        return;
    count = adjust_words(&now, name, words);
    for (int i = 0; i < count; i++) {
        struct lab_config config = now;
        struct repairs repairs;
        struct error error;

        if (adjust_set(&config, name, words[i], false, &repairs, &error) == STATUS_OK)
            rail->possible |= 1u << i;
    }
}

static void unfold(struct aim *aim)
{
    struct rail *rail = &aim->view->rail;
    const bool same = rail->open == aim->number && rail->open_arm == aim->arm;

    rail->unfolded = !(rail->unfolded && same);
    rail->open = aim->number;
    rail->open_arm = aim->arm;
}

/* The other button, or shift. */
static bool backwards(const struct view *view)
{
    return view->press.right || view->press.fine;
}

static void press_choice(struct aim *aim)
{
    if (backwards(aim->view))
        turn(aim, -1, false);
    else
        unfold(aim);
}

static void choose_word(struct aim *aim, int index)
{
    const char *words[ADJUST_WORDS_MAX];

    if (index >= adjust_words(&aim->config, aim->name, words))
        return;
    aim->view->rail.unfolded = false;
    set_now(aim, words[index]);
}

/* ------------------------------------------------------------------------------------- act */

static void scroll(struct view *view, double notches)
{
    struct rail *rail = &view->rail;

    rail->scrolling_until_ms = view->now_ms + SCROLL_MS;
    rail->scroll -= (int)lround(notches * SCROLL_UNITS * canvas_scale(view->canvas));
    rail->scroll = clamp_int(rail->scroll, 0, rail->scroll_most);
}

void act_rail(struct view *view, enum action action, int arm, long value)
{
    const struct press *press = &view->press;

    (void)action;
    (void)arm;
    if (press->kind == PRESS_WHEEL)
        scroll(view, press->turned);
    else if (value == 1) /* the bar beside it */
        view->rail.scroll =
            (int)lround(clamp((press->y - 0.1) / 0.8, 0, 1) * view->rail.scroll_most);
}

static void press_control(struct aim *aim)
{
    const bool slider = aim->control->kind == CONTROL_SLIDER;
    const struct press *press = &aim->view->press;

    switch (press->kind) {
    case PRESS_CLICK:
    case PRESS_KEY:
        if (aim->control->kind == CONTROL_CHOICE)
            press_choice(aim);
        else if (slider && press->kind == PRESS_CLICK)
            begin_drag(aim);
        break;
    case PRESS_DRAG:
        drag(aim);
        break;
    case PRESS_RELEASE:
        release(aim);
        break;
    case PRESS_WHEEL:
        if (slider)
            wheel_number(aim);
        else
            turn(aim, press->turned > 0 ? 1 : -1, true);
        break;
    case PRESS_ENTRY:
        type(aim);
        break;
    case PRESS_TYPED:
        typed(aim);
        break;
    case PRESS_ARROW: /* arrows turn a control */
        break;
    }
}

void act_control(struct view *view, enum action action, int arm, long value)
{
    int count;
    const struct control *controls = controls_table(&count);
    struct aim aim = { .view = view, .number = (int)(value % count), .arm = arm };

    if (!view->seen.any)
        return;
    if (view->press.kind == PRESS_WHEEL && view->now_ms < view->rail.scrolling_until_ms) {
        scroll(view, view->press.turned);
        return;
    }
    aim.control = &controls[aim.number];
    control_name(aim.control, arm, aim.name);
    if (!is_pending(&aim))
        controls_send(view); /* what another one waits with */
    aim.config = *controls_config(view);
    if (!adjust_applies(&aim.config, aim.name) || adjust_is_matched(&aim.config, aim.name))
        return; /* what was there when it was drawn is there no more */
    if (action == ACT_CONTROL)
        press_control(&aim);
    else if (action == ACT_CONTROL_WORD)
        choose_word(&aim, (int)(value / count));
    else
        turn(&aim, (action == ACT_CONTROL_MORE) != backwards(view) ? 1 : -1, false);
    controls_possible(view);
}

#include <stdio.h>
#include <string.h>

#include "common/tasks/task.h"
#include "lessons/models.h"
#include "viz/window/view.h"

const char *const view_models[VIEW_MODELS] = { "elman", "lstm", "gru" };

enum { WISHED_MS = 1000 }; /* longer than a step takes, and the picture after it */

/* Keep what the next event has to build on. */
static void remember_wish(struct view *view, const struct wish *wish)
{
    struct wished *wished = &view->wished;
    const uint64_t until_ms = view->now_ms + WISHED_MS;

    switch (wish->kind) {
    case WISH_RUN:
    case WISH_PAUSE:
    case WISH_STEP:
        wished->running = wish->kind == WISH_RUN;
        wished->running_until_ms = until_ms;
        break;
    case WISH_RESTART:
        wished->config = wish->config;
        wished->config_until_ms = until_ms;
        break;
    case WISH_SAMPLE:
        wished->sample = wish->number;
        wished->sample_until_ms = until_ms;
        break;
    case WISH_LOSS_AT:
    case WISH_EDIT:
    case WISH_EDITS_CLEAR:
        break;
    }
}

static const struct lab_config *config_now(const struct view *view)
{
    return view->now_ms < view->wished.config_until_ms ? &view->wished.config
                                                       : &view->seen.config;
}

static long sample_now(const struct view *view)
{
    return view->now_ms < view->wished.sample_until_ms ? view->wished.sample
                                                       : view->seen.sample;
}

static bool running_now(const struct view *view)
{
    return view->now_ms < view->wished.running_until_ms ? view->wished.running
                                                        : view->seen.running;
}

static bool send(struct view *view, const struct wish *wish)
{
    if (view->sink.wish == NULL)
        return false;
    if (!view->sink.wish(view->sink.context, wish)) {
        view_say(view, true, "The trainer is busy: try again");
        return false;
    }
    remember_wish(view, wish);
    return true;
}

static void send_number(struct view *view, enum wish_kind kind, long number)
{
    const struct wish wish = { .kind = kind, .number = number };

    send(view, &wish);
}

static bool restart(struct view *view, const struct lab_config *config)
{
    struct wish wish = { .kind = WISH_RESTART };

    wish.config = *config;
    return send(view, &wish);
}

int view_lengths(const struct view *view, int lengths[4])
{
    const int now =
        view->seen.config.task.length > 0 ? view->seen.config.task.length : view->seen.steps;
    const int base = view->lesson != NULL && view->lesson->config.task.length > 0
                         ? view->lesson->config.task.length
                         : now;
    const struct task_kind *kind;
    int count = 0;

    for (int halves = 1; halves <= 8; halves *= 2) { /* half, once, twice, four times as long */
        const int length = base * halves / 2;

        if (task_kind_find(&kind, view->seen.config.task.name, NULL) == STATUS_OK &&
            length >= kind->shortest && length <= kind->longest)
            lengths[count++] = length;
    }
    return count;
}

/* What begins anew, from the configuration wished or seen last. */
static void act_restart(struct view *view, enum action action, int arm, long value)
{
    struct lab_config config = *config_now(view);

    switch (action) {
    case ACT_NEW_SEED:
        config.training.seed++;
        break;
    case ACT_LENGTH:
        config.task.length = (int)value;
        break;
    case ACT_MODEL:
        snprintf(config.arm[arm].model, sizeof config.arm[arm].model, "%s", view_models[value]);
        config.arm[arm].initial = WEIGHTS_DEFAULT; /* that of another model is no wish */
        break;
    case ACT_LEARNING_RATE:
        config.arm[arm].learning_rate =
            arm_learning_rate(&config, arm) * (value > 0 ? 2.0 : 0.5);
        break;
    default:
        break;
    }
    if (!restart(view, &config))
        return;
    if (action == ACT_NEW_SEED)
        view_say(view, false, "Begun anew with seed %llu",
                 (unsigned long long)config.training.seed);
    else
        view_say(view, false, "Begun anew");
}

static void act_train(struct view *view, enum action action, long value)
{
    const long sample = sample_now(view) + value;

    if (action == ACT_RUN)
        send_number(view, running_now(view) ? WISH_PAUSE : WISH_RUN, 0);
    else if (action == ACT_STEP)
        send_number(view, WISH_STEP, 1);
    else if (action == ACT_LOSS_AT)
        send_number(view, WISH_LOSS_AT, value);
    else if (sample >= 0)
        send_number(view, WISH_SAMPLE, sample);
}

static void knock_out(struct view *view, int arm)
{
    struct wish wish = { .kind = WISH_EDIT, .number = arm };

    if (view->seen.heads[arm] == 0)
        return;
    wish.edit = (struct edit){ .kind = EDIT_HEAD_OUT,
                               .depth = view->seen.layer[arm],
                               .head = view->seen.head[arm] };
    send(view, &wish);
}

static void act_edit(struct view *view, enum action action, int arm)
{
    if (action == ACT_BACK) {
        send_number(view, WISH_EDITS_CLEAR, 0);
        view_say(view, false, "What you changed is as it was");
    } else if (arm >= 0) {
        knock_out(view, arm);
    } else {
        for (int column = 0; column < 2 && column < view->seen.arms; column++)
            knock_out(view, view->shown[column]);
    }
}

static void choose_head(struct view *view, int arm, long head)
{
    if (head < view->seen.heads[arm])
        view->arm[arm].head = (int)head;
}

static void choose_entry(struct view *view, int arm, long entry)
{
    if (entry >= 0 && entry < ENTRIES_MAX && view->seen.entry[arm][entry] != NULL)
        snprintf(view->arm[arm].entry, sizeof view->arm[arm].entry, "%s",
                 view->seen.entry[arm][entry]);
}

static void act_look(struct view *view, enum action action, int arm, long value)
{
    switch (action) {
    case ACT_STATE_VIEW:
        view->state_view = !view->state_view;
        break;
    case ACT_ENTRY:
        choose_entry(view, arm, value);
        break;
    case ACT_LAYER:
        view->arm[arm].layer = (int)value;
        break;
    case ACT_HEAD:
        choose_head(view, arm, value);
        break;
    case ACT_NUMBER:
        for (int i = 0; i < view->seen.arms; i++)
            choose_head(view, i, value);
        break;
    case ACT_ROW_SCALE:
        view->row_scaled = !view->row_scaled;
        break;
    case ACT_NEXT_ARM:
        view->shown[arm] = (view->shown[arm] + 1) % view->seen.arms;
        break;
    case ACT_LOG:
        view->linear_loss = !view->linear_loss;
        break;
    case ACT_TEXT:
        view->text = !view->text;
        break;
    case ACT_MORE:
        view->more = !view->more;
        break;
    case ACT_HELP:
        view->help = !view->help;
        break;
    default:
        break;
    }
}

/* What leaves the lab, or concerns the window itself. */
static void act_window(struct view *view, enum action action, long value)
{
    switch (action) {
    case ACT_SAVE:
        view->request = REQUEST_SAVE;
        break;
    case ACT_PICKER:
        view->request = REQUEST_PICKER;
        break;
    case ACT_QUIT:
        view->request = REQUEST_QUIT;
        break;
    case ACT_LESSON:
        if (view->lessons != NULL && value < view->lessons->count) {
            view->picked = (int)value;
            view->asked_lesson = view->lessons->lessons[value].number;
            view->request = REQUEST_LESSON;
        }
        break;
    case ACT_BACK:
        if (view->screen == SCREEN_PICKER)
            view->request = REQUEST_QUIT;
        else
            view->request = REQUEST_PICKER;
        break;
    case ACT_SCALE:
        view->scale_steps = value == 0 ? 0 : view->scale_steps + (int)value;
        if (view->scale_steps > 10)
            view->scale_steps = 10;
        if (view->scale_steps < -4)
            view->scale_steps = -4;
        view->request = REQUEST_LOOK;
        break;
    default:
        break;
    }
}

void view_act(struct view *view, enum action action, int arm, long value)
{
    view->dirty = true;
    if (action == ACT_BACK && view->screen == SCREEN_LAB && view->seen.edits > 0) {
        act_edit(view, action, arm); /* before it leaves the lab */
        return;
    }
    switch (action) {
    case ACT_NONE:
        break;
    case ACT_RUN:
    case ACT_STEP:
    case ACT_SAMPLE:
    case ACT_LOSS_AT:
        if (view->seen.any)
            act_train(view, action, value);
        break;
    case ACT_KNOCK_OUT:
        if (view->seen.any)
            act_edit(view, action, arm);
        break;
    case ACT_RESTART:
    case ACT_NEW_SEED:
    case ACT_LENGTH:
    case ACT_MODEL:
    case ACT_LEARNING_RATE:
        if (view->seen.any)
            act_restart(view, action, arm, value);
        break;
    case ACT_SCALE:
    case ACT_SAVE:
    case ACT_PICKER:
    case ACT_LESSON:
    case ACT_BACK:
    case ACT_QUIT:
        act_window(view, action, value);
        break;
    default:
        act_look(view, action, arm, value);
        break;
    }
}

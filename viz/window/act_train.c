#include "viz/window/act.h"

#include <stdio.h>

/* The sequence `further` after the one that is pinned. */
static void pin_further(struct view *view, long further)
{
    const long now = act_sample(view);
    /* either way from a sequence of one's own: back to where one was */
    const long sample = now == LAB_OWN_INPUT ? view->own.pinned : now + further;

    if (sample >= 0)
        act_send_number(view, WISH_SAMPLE, sample);
}

/* The number of a sequence: turned, typed, or one further. */
static void pin(struct view *view, long value)
{
    const struct press *press = &view->press;
    char text[32];
    int sample, end = 0;

    switch (press->kind) {
    case PRESS_WHEEL:
        pin_further(view, press->turned > 0 ? 1 : -1);
        break;
    case PRESS_ENTRY:
        snprintf(text, sizeof text, "%ld", act_sample(view));
        view_type(view, &(struct hot){ .action = ACT_SAMPLE, .value = value }, text);
        break;
    case PRESS_TYPED:
        if (sscanf(press->text, "%9d %n", &sample, &end) == 1 && press->text[end] == '\0' &&
            sample >= 0)
            act_send_number(view, WISH_SAMPLE, sample);
        else
            view_say(view, true, "\"%.40s\" is no number of a sequence: 0, 1, 2 ...",
                     press->text);
        break;
    default:
        if (value != 0)
            pin_further(view, value);
        break;
    }
}

void act_train(struct view *view, enum action action, int arm, long value)
{
    (void)arm;
    if (!view->seen.any)
        return;
    if (action == ACT_RUN)
        act_send_number(view, act_running(view) ? WISH_PAUSE : WISH_RUN, 0);
    else if (action == ACT_STEP)
        act_send_number(view, WISH_STEP, 1);
    else if (action == ACT_STEP_ARM && value < view->seen.arms)
        act_send_number(view, WISH_STEP_ARM, view->shown[value]);
    else if (action == ACT_LOSS_AT)
        act_send_number(view, WISH_LOSS_AT, value);
    else if (action == ACT_SEED)
        act_send_number(view, WISH_SEED, value < 0 ? !view->seen.raw : value);
    else if (action == ACT_SAMPLE)
        pin(view, value);
}

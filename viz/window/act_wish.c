#include "viz/window/act.h"

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
    case WISH_STEP_ARM:
        wished->running = wish->kind == WISH_RUN;
        wished->running_until_ms = until_ms;
        break;
    case WISH_LOOK:
        wished->looking_at = wish->number;
        wished->looking_until_ms = until_ms;
        break;
    case WISH_FORK:
        wished->looking_at = LAB_NOW;
        wished->looking_until_ms = until_ms;
        if (wish->config.task.name[0] == '\0') /* as it was then */
            break;
        wished->config = wish->config;
        wished->config_until_ms = until_ms;
        break;
    case WISH_RESTART:
        wished->looking_at = LAB_NOW;
        wished->looking_until_ms = until_ms;
        wished->config = wish->config;
        wished->config_until_ms = until_ms;
        break;
    case WISH_CHANGE:
        wished->config = wish->config;
        wished->config_until_ms = until_ms;
        break;
    case WISH_SAMPLE:
        wished->sample = wish->number;
        wished->sample_until_ms = until_ms;
        break;
    default:
        break;
    }
}

const struct lab_config *act_config(const struct view *view)
{
    return view->now_ms < view->wished.config_until_ms ? &view->wished.config
                                                       : &view->seen.config;
}

long act_sample(const struct view *view)
{
    return view->now_ms < view->wished.sample_until_ms ? view->wished.sample
                                                       : view->seen.sample;
}

long act_looking_at(const struct view *view)
{
    return view->now_ms < view->wished.looking_until_ms ? view->wished.looking_at
                                                        : view->seen.looking_at;
}

bool act_running(const struct view *view)
{
    return view->now_ms < view->wished.running_until_ms ? view->wished.running
                                                        : view->seen.running;
}

bool act_send(struct view *view, const struct wish *wish)
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

bool act_send_number(struct view *view, enum wish_kind kind, long number)
{
    const struct wish wish = { .kind = kind, .number = number };

    return act_send(view, &wish);
}

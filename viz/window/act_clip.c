/* The clip line under a hand. It acts between two updates, without a restart. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viz/window/act.h"

enum { LEAST_MOVE = 2 /* pixels: a click is no drag */ };
static const double NOTCH = 1.1, FINE_NOTCH = 1.02; /* times, for one notch of the wheel */

static void send_clip(struct view *view, const struct lab_config *config)
{
    struct wish wish = { .kind = WISH_CHANGE };

    wish.config = *config;
    act_send(view, &wish);
}

/* Three digits: what is shown is what is set. */
static void set_clip(struct view *view, double clip)
{
    struct lab_config config = *act_config(view);
    char digits[32];

    snprintf(digits, sizeof digits, "%.3g", clip);
    if (config.training.clip == strtod(digits, NULL) ||
        config_set(&config, "training.clip", digits, NULL) != STATUS_OK)
        return;
    send_clip(view, &config);
}

/* The line stays as far from the hand as it was taken. */
static void take(struct view *view)
{
    struct clip_view *clip = &view->clip;
    const double now = act_config(view)->training.clip;
    const int line = now > 0 ? (int)value_y(&clip->axis, clip->area, now) : view->mouse_y;

    clip->from_y = view->mouse_y;
    clip->grip = line - view->mouse_y;
    clip->moved = false;
}

/* To where the hand is in the plot; above its top: off. */
static void drag(struct view *view)
{
    struct clip_view *clip = &view->clip;
    const int y = view->mouse_y + clip->grip;

    clip->moved = clip->moved || abs(view->mouse_y - clip->from_y) >= LEAST_MOVE;
    if (clip->moved)
        set_clip(view, y < clip->area.y ? 0 : value_at(&clip->axis, clip->area, y));
}

static void turn(struct view *view)
{
    const double now = act_config(view)->training.clip;
    const double notch = view->press.fine ? FINE_NOTCH : NOTCH;

    if (now > 0)
        set_clip(view, now * pow(notch, view->press.turned));
    else if (view->press.turned < 0) /* down from the top, where it is off */
        set_clip(view, view->clip.axis.most);
}

static void typed(struct view *view, const char *text)
{
    struct lab_config config = *act_config(view);
    struct error error;

    if (config_set(&config, "training.clip", strcmp(text, "off") == 0 ? "0" : text, &error) ==
        STATUS_OK)
        send_clip(view, &config);
    else
        view_say(view, true, "%s", error.message);
}

void act_clip(struct view *view, enum action action, int arm, long value)
{
    char now[32];

    if (!view->seen.any)
        return;
    switch (view->press.kind) {
    case PRESS_CLICK:
        take(view);
        break;
    case PRESS_DRAG:
        drag(view);
        break;
    case PRESS_WHEEL:
        turn(view);
        break;
    case PRESS_ENTRY:
        snprintf(now, sizeof now, "%.3g", act_config(view)->training.clip);
        view_type(view,
                  &(struct hot){ .rect = view->clip.area,
                                 .action = action,
                                 .arm = arm,
                                 .value = value,
                                 .entry = true },
                  now);
        break;
    case PRESS_TYPED:
        typed(view, view->press.text);
        break;
    default:
        break;
    }
}

#include "viz/window/act_states.h"

#include <math.h>

#include "common/numeric/clamp.h"
#include "viz/window/act.h"

enum { KINDS = 8 }; /* more than there are kinds of edits */

long act_states_value(enum edit_kind kind, int step)
{
    return (long)(step + 1) * KINDS + (long)kind;
}

void act_states_let_go(struct view *view)
{
    view->chosen_step = -1;
    for (int i = 0; i < ARMS_MAX; i++)
        view->arm[i].unit = -1;
}

static int held_in(double value, int count)
{
    return (int)clamp(value, 0, count - 1);
}

/* Keep the chosen step in the part of the time axis that is shown. */
static void follow(struct view *view)
{
    if (view->zoom_count == 0)
        return;
    if (view->chosen_step < view->zoom_first)
        view->zoom_first = view->chosen_step;
    if (view->chosen_step >= view->zoom_first + view->zoom_count)
        view->zoom_first = view->chosen_step - view->zoom_count + 1;
}

/* The step and the unit at that share of the plot. */
static void choose_at(struct view *view, int arm, double x, double y)
{
    struct time_axis axis = view_axis(view, 0, view->seen.steps);
    const int units = view->seen.states[arm].units, shown = time_end(&axis) - time_first(&axis);
    const int pixel = (int)floor(x * axis.w);

    if (pixel < 0 || pixel >= axis.w)
        view->chosen_step = time_first(&axis) + held_in(x * shown, shown);
    else
        view->chosen_step = time_at(&axis, axis.x + pixel);
    if (units > 0)
        view->arm[arm].unit = held_in(y * units, units);
}

static void move(struct view *view, int arm, double right, double down)
{
    const int units = view->seen.states[arm].units, unit = view->arm[arm].unit;

    if (view->chosen_step < 0 || unit < 0) {
        choose_at(view, arm, 0.5, 0.5);
        return;
    }
    view->chosen_step = held_in(view->chosen_step + right, view->seen.steps);
    if (units > 0)
        view->arm[arm].unit = held_in(unit + down, units);
    follow(view);
}

/* From now on arrows move what was clicked, and its numbers are in the lower part. */
static void take_up(struct view *view, int arm, long value)
{
    view->focus = (struct focus){ .on = true,
                                  .clicked = true,
                                  .hot = { .action = ACT_UNIT, .arm = arm, .value = value } };
    if (view->seen.states[arm].recurrent)
        view->arm[arm].tab = TAB_CELL;
}

static void choose(struct view *view, int arm, long value)
{
    const struct press *press = &view->press;

    switch (press->kind) {
    case PRESS_ARROW:
        move(view, arm, press->x, press->y);
        break;
    case PRESS_DRAG:
        choose_at(view, arm, press->x, press->y);
        break;
    case PRESS_CLICK:
        if (press->right) {
            act_states_let_go(view);
        } else {
            choose_at(view, arm, press->x, press->y);
            take_up(view, arm, value);
        }
        break;
    case PRESS_KEY:
        if (view->chosen_step >= 0)
            act_states_let_go(view);
        else
            move(view, arm, 0, 0);
        break;
    default:
        break;
    }
}

static void edit_state(struct view *view, int arm, enum edit_kind kind, int step)
{
    const struct seen_states *states = &view->seen.states[arm];
    struct wish wish = { .kind = WISH_EDIT, .number = arm };

    if (!states->recurrent)
        return;
    wish.edit = (struct edit){ .kind = kind,
                               .depth = states->layer,
                               .step = step,
                               .half = states->reverse ? EDIT_REVERSE_HALF : EDIT_FORWARD_HALF,
                               .other = EDIT_NEXT_SAMPLE };
    act_send(view, &wish);
}

void act_states(struct view *view, enum action action, int arm, long value)
{
    const enum edit_kind kind = (enum edit_kind)(value % KINDS);
    const int at = (int)(value / KINDS) - 1, step = at >= 0 ? at : view->chosen_step;

    if (!view->seen.any)
        return;
    if (action == ACT_UNIT) {
        choose(view, arm, value);
    } else if (step < 0) {
        view_say(view, false, "Click a step in the states first: it is its state that changes");
    } else if (arm >= 0) {
        edit_state(view, arm, kind, step);
    } else {
        for (int i = 0; i < 2 && i < view->seen.arms; i++)
            if (i == 0 || view->shown[1] != view->shown[0])
                edit_state(view, view->shown[i], kind, step);
    }
}

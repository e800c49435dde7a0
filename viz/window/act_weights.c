#include <math.h>

#include "viz/window/act.h"

/* The tensor so many further; past the last comes the first again. */
static void turn(struct view *view, int arm, long further)
{
    const int count = view->seen.tensors[arm];

    if (count == 0)
        return;
    view->arm[arm].tensor = (int)((view->seen.tensor[arm] + further % count + count) % count);
    view->arm[arm].block = 0;
    view->seen.tensor[arm] = view->arm[arm].tensor; /* for a hand faster than the frames */
}

void act_weights(struct view *view, enum action action, int arm, long value)
{
    const struct press *press = &view->press;

    if (action == ACT_BLOCK)
        view->arm[arm].block = (int)value;
    else if (press->kind == PRESS_WHEEL) /* down the list is down the wheel */
        turn(view, arm, press->turned > 0 ? -1 : 1);
    else
        turn(view, arm, press->right ? -value : value);
}

#include "viz/window/act.h"

void act_train(struct view *view, enum action action, int arm, long value)
{
    const long sample = act_sample(view) + value;

    (void)arm;
    if (!view->seen.any)
        return;
    if (action == ACT_RUN)
        act_send_number(view, act_running(view) ? WISH_PAUSE : WISH_RUN, 0);
    else if (action == ACT_STEP)
        act_send_number(view, WISH_STEP, 1);
    else if (action == ACT_LOSS_AT)
        act_send_number(view, WISH_LOSS_AT, value);
    else if (action == ACT_SEED)
        act_send_number(view, WISH_SEED, value < 0 ? !view->seen.raw : value);
    else if (sample >= 0)
        act_send_number(view, WISH_SAMPLE, sample);
}

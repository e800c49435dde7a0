#include "viz/window/act.h"

static void knock_out(struct view *view, int arm)
{
    struct wish wish = { .kind = WISH_EDIT, .number = arm };

    if (view->seen.heads[arm] == 0)
        return;
    wish.edit = (struct edit){ .kind = EDIT_HEAD_OUT,
                               .depth = view->seen.layer[arm],
                               .head = view->seen.head[arm] };
    act_send(view, &wish);
}

void act_edit(struct view *view, enum action action, int arm, long value)
{
    (void)value;
    if (!view->seen.any)
        return;
    if (action == ACT_EDITS_CLEAR) {
        act_send_number(view, WISH_EDITS_CLEAR, 0);
        view->cleared = view->seen.serial;
        view_say(view, false, "What you changed is as it was");
    } else if (arm >= 0) {
        knock_out(view, arm);
    } else {
        for (int column = 0; column < 2 && column < view->seen.arms; column++)
            knock_out(view, view->shown[column]);
    }
}

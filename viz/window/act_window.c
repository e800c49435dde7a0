#include "common/numeric/clamp.h"
#include "viz/window/act.h"
#include "viz/window/act_states.h"

enum { SCALE_SMALLEST = -4, SCALE_LARGEST = 10 /* tenths of the screen's own scale, more */ };

/* What leaves the lab, or concerns the window itself. */
void act_window(struct view *view, enum action action, int arm, long value)
{
    (void)arm;
    switch (action) {
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
    case ACT_LIGHT:
        view->light = !view->light;
        view->request = REQUEST_LOOK;
        break;
    case ACT_LANGUAGE:
        view_speak(view, (enum language)(((int)view->language + 1) % LANGUAGES));
        break;
    case ACT_BACK:
        if (view->screen == SCREEN_PICKER)
            view->request = view->run_waits ? REQUEST_RETURN : REQUEST_QUIT;
        else if (view->card)
            view->card = false;
        else if (view->seen.edits > 0 && view->cleared != view->seen.serial)
            /* before it leaves the lab; a second time it does, however late the answer is */
            view_act(view, ACT_EDITS_CLEAR, 0, 0);
        else if (view->chosen_step >= 0)
            act_states_let_go(view);
        else
            view->request = REQUEST_PICKER;
        break;
    case ACT_SCALE:
        view->scale_steps = value == 0 ? 0
                                       : clamp_int(view->scale_steps + (int)value,
                                                   SCALE_SMALLEST, SCALE_LARGEST);
        view->request = REQUEST_LOOK;
        break;
    default:
        break;
    }
}

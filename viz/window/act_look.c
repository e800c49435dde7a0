#include <math.h>
#include <stdio.h>

#include "common/numeric/clamp.h"
#include "viz/window/act.h"

enum { WHEEL_UNITS = 48 }; /* of text, for one notch of the wheel */

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

/* A part of the columns made large, or all as they were; -1: the next one. */
static void enlarge(struct view *view, long part)
{
    if (part < 0)
        part = ((int)view->enlarged + 1) % (LAYOUT_LOWER + 1);
    else if (part == (long)view->enlarged)
        part = LAYOUT_EVEN;
    view->enlarged = (enum layout_part)part;
}

static void scroll(struct view *view)
{
    const double units = WHEEL_UNITS * view->press.turned;

    view->scroll -= (int)lround(units * canvas_scale(view->canvas));
    view->scroll = clamp_int(view->scroll, 0, view->scroll_most);
}

/* The card of an arm, of the one that is worst off, or none. */
static void show_card(struct view *view, int arm)
{
    const int wanted = arm < 0 ? view->seen.worst : arm;

    view->card = !(view->card && (arm < 0 || view->card_arm == wanted));
    view->card_arm = wanted;
}

void act_look(struct view *view, enum action action, int arm, long value)
{
    switch (action) {
    case ACT_PART:
        view->arm[arm].part = (int)value;
        break;
    case ACT_HEALTH:
        show_card(view, arm);
        break;
    case ACT_ENTRY:
        choose_entry(view, arm, value);
        break;
    case ACT_LAYER:
        view->arm[arm].layer = (int)value;
        break;
    case ACT_HEAD:
        if (view->press.right)
            view_act(view, ACT_HEAD_OUT, arm, value);
        else
            choose_head(view, arm, value);
        break;
    case ACT_NUMBER:
        for (int i = 0; i < view->seen.arms; i++)
            choose_head(view, i, value);
        break;
    case ACT_NEXT_ARM:
        view->shown[arm] = (view->shown[arm] + 1) % view->seen.arms;
        break;
    case ACT_TAB:
        view->arm[arm].tab = (enum tab)value;
        break;
    case ACT_ENLARGE:
        enlarge(view, value);
        break;
    case ACT_SCROLL:
        scroll(view);
        break;
    default:
        break;
    }
}

void act_switch(struct view *view, enum action action, int arm, long value)
{
    (void)arm;
    (void)value;
    switch (action) {
    case ACT_STATE_VIEW:
        view->state_view = !view->state_view;
        break;
    case ACT_THEORY:
        view->theory = !view->theory;
        break;
    case ACT_ROW_SCALE:
        view->row_scaled = !view->row_scaled;
        break;
    case ACT_LOG:
        view->linear_loss = !view->linear_loss;
        break;
    case ACT_RACE_X:
        view->race_x = (enum race_x)(((int)view->race_x + 1) % RACE_UNITS);
        break;
    case ACT_TEXT:
        view->text = view->layout.lesson.w == 0; /* folded by a hand, or by the height */
        view->text_asked = true;
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

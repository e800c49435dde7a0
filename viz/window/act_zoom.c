#include <math.h>

#include "common/numeric/clamp.h"
#include "viz/window/act.h"

enum { LEAST_SHOWN = 8 }; /* steps: nearer than that nothing is learned */

static const double NEARER = 0.8; /* of the steps are left after one notch */

/* Notches up are nearer. The step under the mouse, or the middle, stays where it is. */
static void zoom(struct view *view, double notches)
{
    const int steps = view->seen.steps, all = view->zoom_count > 0 ? view->zoom_count : steps;
    const double wanted = all * pow(NEARER, notches);
    int count = notches > 0 ? (int)floor(wanted) : (int)ceil(wanted);
    const int at = view->hover_step >= 0 ? view->hover_step : view->zoom_first + all / 2;
    const double share = (at - view->zoom_first + 0.5) / all;

    if (steps <= LEAST_SHOWN)
        return;
    count = clamp_int(count, LEAST_SHOWN, steps);
    view->zoom_first = clamp_int((int)lround(at + 0.5 - share * count), 0, steps - count);
    view->zoom_count = count == steps ? 0 : count;
}

static void pan(struct view *view, double share)
{
    const int count = view->zoom_count, steps = view->seen.steps;
    int moved = (int)lround(share * count);

    if (count == 0)
        return;
    moved = moved == 0 ? (share > 0) - (share < 0) : moved;
    view->zoom_first = clamp_int(view->zoom_first + moved, 0, steps - count);
}

/* Wheel, or value: notches nearer (ACT_ZOOM, 0: everything), tenths of the width (ACT_PAN). */
void act_zoom(struct view *view, enum action action, int arm, long value)
{
    const bool wheel = view->press.kind == PRESS_WHEEL;

    (void)arm;
    if (!view->seen.any || (view->press.kind != PRESS_KEY && !wheel))
        return;
    if (action == ACT_PAN)
        pan(view, (double)value / 10);
    else if (wheel && view->press.fine)
        pan(view, -view->press.turned / 10);
    else if (wheel || value != 0)
        zoom(view, wheel ? view->press.turned : (double)value);
    else
        view->zoom_first = view->zoom_count = 0;
}

/* A curve that is drawn by hand, or chosen, before the bars are seen. */
#include "viz/window/act.h"

#include <math.h>

#include "common/numeric/clamp.h"
#include "viz/window/document.h"

static void set_answer(struct view *view, int prediction, enum answer_state state)
{
    struct answer *answer = &view_reading(view)->answer[prediction];

    *answer = (struct answer){ .state = state, .decades = (double)NAN };
    document_answer(view->document, prediction, answer);
}

static void begin(struct view *view, int prediction)
{
    struct sketch *sketch = &view->sketch;
    const int other = sketch->prediction - 1;

    if (other >= 0 && sketch->covers)
        set_answer(view, other, ANSWER_OPEN);
    *sketch = (struct sketch){ .prediction = prediction + 1, .covers = true, .last = -1 };
    for (int i = 0; i < SKETCH_POINTS; i++)
        sketch->decade[i] = (double)NAN;
    view->state_view = false; /* it is about the gradient on the input */
    set_answer(view, prediction, ANSWER_DRAWING);
}

/* What is drawn will be compared with what the question is about, not with what was there. */
static void set_asked(struct view *view, int prediction)
{
    for (int i = 0; i < document_links(view->document); i++) {
        const struct document_link *link = document_link(view->document, i);

        if (link->prediction == prediction && link->kind == LINK_OURS &&
            !act_link_done(view, &link->link))
            view_act(view, ACT_LINK, 0, i);
    }
}

/* From the point drawn before to the one under the mouse, without a gap. */
static void draw_to(struct sketch *sketch, int point, double decade)
{
    const int from = sketch->last >= 0 ? sketch->last : point;
    const double begin = sketch->last >= 0 ? sketch->decade[from] : decade;
    const int way = point > from ? 1 : -1, count = (point - from) * way;

    for (int i = 0; i <= count; i++)
        sketch->decade[from + i * way] =
            count > 0 ? begin + (decade - begin) * i / count : decade;
    sketch->last = point;
}

/* Where the mouse is on the axes of the panel. */
static void draw_hand(struct view *view)
{
    struct sketch *sketch = &view->sketch;
    const struct time_axis axis = view_axis(view, 0, view->seen.steps);
    const int count = time_end(&axis) - time_first(&axis);
    const double share = clamp(view->press.x, 0, 1);
    const double step = time_first(&axis) + share * count - 0.5;
    const double height = 1 - clamp(view->press.y, 0, 1);
    const double point =
        view->seen.steps > 1 ? step / (view->seen.steps - 1) * (SKETCH_POINTS - 1) : 0;

    if (view->press.kind == PRESS_CLICK)
        sketch->last = -1;
    draw_to(sketch, (int)lround(clamp(point, 0, SKETCH_POINTS - 1)),
            DECADE_LEAST + height * (DECADE_MOST - DECADE_LEAST));
    if (view->press.kind == PRESS_RELEASE)
        sketch->last = -1;
}

void act_sketch(struct view *view, enum action action, int arm, long value)
{
    struct sketch *sketch = &view->sketch;

    (void)action;
    if (view->document == NULL || arm >= document_predictions(view->document))
        return;
    if (value == SKETCH_COVER || value == SKETCH_BEGIN) {
        begin(view, arm);
        if (value == SKETCH_BEGIN)
            set_asked(view, arm);
        return;
    }
    if (sketch->prediction != arm + 1 || !sketch->covers)
        return;
    if (value == SKETCH_COMPARE) {
        sketch->covers = false;
        set_answer(view, arm, ANSWER_GIVEN); /* measured when the next frame is drawn */
    } else if (value >= SKETCH_SHAPE) {
        sketch->shape = (int)(value - SKETCH_SHAPE) + 1;
    } else if (view->press.kind == PRESS_KEY) {
        sketch->shape = sketch->shape % DOCUMENT_SHAPES + 1;
    } else {
        draw_hand(view);
    }
}

/* What a hand does in an attention map. */
#include "common/numeric/clamp.h"
#include "lessons/words.h"
#include "viz/window/act.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <SDL_keycode.h>

/* ------------------------------------------------------------------------------------- tool */

static void set_force(struct view *view, double weight)
{
    struct attention_hand *hand = &view->attention;

    hand->less = 1 - clamp(weight, 0, 1);
    hand->tool = TOOL_FORCE;
}

static void type_force(struct view *view, const char *text)
{
    char *end;
    const double weight = strtod(text, &end);

    if (end == text || !(weight >= 0 && weight <= 1))
        view_say(view, true, "A weight is a number from 0 to 1");
    else
        set_force(view, weight);
}

static void choose_tool(struct view *view, int arm, long tool)
{
    struct attention_hand *hand = &view->attention;
    const double step = view->press.fine ? 0.01 : 0.05;
    char now[16];

    if (view->press.kind == PRESS_WHEEL) {
        set_force(view, round((1 - hand->less + step * view->press.turned) * 100) / 100);
    } else if (view->press.kind == PRESS_ENTRY) {
        snprintf(now, sizeof now, "%.3g", 1 - hand->less);
        view_type(view, &(struct hot){ .action = ACT_TOOL, .arm = arm, .value = tool }, now);
    } else if (view->press.kind == PRESS_TYPED) {
        type_force(view, view->press.text);
    } else {
        hand->tool = tool >= 0 ? (enum attention_tool)tool : (hand->tool + 1) % TOOLS;
        if (tool < 0) /* by its key: one may not see the chip */
            view_say(view, false, "%s",
                     hand->tool == TOOL_LOOK
                         ? words_in(view->language, "A click shows a cell's numbers")
                     : hand->tool == TOOL_FORBID
                         ? words_in(view->language, "A click forbids a cell of attention")
                         : words_in(view->language, "A click forces a cell of attention"));
    }
}

/* ------------------------------------------------------------------------------------ cells */

/* Into the stroke, once. */
static void touch(struct attention_stroke *stroke, struct attention_cell cell)
{
    for (int i = 0; i < stroke->count; i++)
        if (stroke->cell[i].query == cell.query && stroke->cell[i].key == cell.key)
            return;
    if (stroke->count < STROKE_MAX)
        stroke->cell[stroke->count++] = cell;
}

/* All cells from the last one touched to this one: a hand is faster than its motions. */
static void touch_up_to(struct attention_stroke *stroke, struct attention_cell to)
{
    const struct attention_cell from = stroke->count > 0 ? stroke->cell[stroke->count - 1] : to;
    const int rows = to.query - from.query, columns = to.key - from.key;
    const int steps = abs(rows) > abs(columns) ? abs(rows) : abs(columns);

    for (int i = 1; i <= steps; i++)
        touch(stroke,
              (struct attention_cell){ from.query + (int)lround((double)rows * i / steps),
                                       from.key + (int)lround((double)columns * i / steps) });
    touch(stroke, to);
}

static void begin_stroke(struct view *view, int arm, struct attention_cell cell)
{
    struct attention_stroke *stroke = &view->attention.stroke;

    *stroke = (struct attention_stroke){ .arm = arm, .layer = view->press.fine };
    touch(stroke, cell);
}

static void lock(struct view *view, int arm, struct attention_cell cell)
{
    struct attention_hand *hand = &view->attention;
    const bool same = hand->locked && hand->arm == arm && hand->cell.query == cell.query &&
                      hand->cell.key == cell.key;

    hand->locked = !(same && view->press.kind == PRESS_CLICK); /* once more lets it go */
    hand->arm = arm;
    hand->cell = cell;
}

/* The cell under the mouse, in the column whose map was pressed. */
static struct attention_cell cell_at(const struct view *view, int column)
{
    const struct time_axis axis = view_axis(view, column, view->seen.steps);
    const struct rect plot = view->attention.plot[column];
    const int x = clamp_int(view->mouse_x, plot.x, plot.x + plot.w - 1);
    const int y = clamp_int(view->mouse_y, plot.y, plot.y + plot.h - 1);

    return (struct attention_cell){ raster_cell(y - plot.y, view->seen.steps, plot.h),
                                    time_at(&axis, x) };
}

/* Without a mouse: the cell that is locked, or else one to begin with. */
static void press_by_key(struct view *view, int arm)
{
    struct attention_hand *hand = &view->attention;
    const int T = view->seen.steps;
    const struct attention_cell last = { T - 1, T - 1 };

    if (!hand->locked || hand->arm != arm)
        lock(view, arm, last);
    else if (hand->tool != TOOL_LOOK)
        begin_stroke(view, arm, hand->cell);
    else
        hand->locked = false;
}

static void press_cell(struct view *view, int arm, int column)
{
    const struct attention_hand *hand = &view->attention;

    if (view->seen.steps < 1)
        return;
    if (view->press.kind == PRESS_KEY)
        press_by_key(view, arm);
    else if (view->press.kind == PRESS_RELEASE || hand->plot[column].h < 1)
        return;
    else if (hand->tool == TOOL_LOOK)
        lock(view, arm, cell_at(view, column));
    else if (view->press.kind == PRESS_CLICK)
        begin_stroke(view, arm, cell_at(view, column));
    else if (view->press.kind == PRESS_DRAG && hand->stroke.arm == arm)
        touch_up_to(&view->attention.stroke, cell_at(view, column));
}

bool attention_key(struct view *view, int code, bool shift)
{
    struct attention_hand *hand = &view->attention;
    const int most = view->seen.steps - 1, step = shift ? 10 : 1;
    struct attention_cell *cell = &hand->cell;

    if (!hand->locked)
        return false;
    if (code == SDLK_LEFT || code == SDLK_RIGHT)
        cell->key = clamp_int(cell->key + (code == SDLK_RIGHT ? step : -step), 0, most);
    else if (code == SDLK_UP || code == SDLK_DOWN)
        cell->query = clamp_int(cell->query + (code == SDLK_DOWN ? step : -step), 0, most);
    else if (code == SDLK_ESCAPE)
        hand->locked = false;
    else if ((code == SDLK_RETURN || code == SDLK_KP_ENTER) && hand->tool != TOOL_LOOK)
        view_act(view, ACT_CELL, hand->arm, 0);
    else
        return false;
    return true;
}

void act_attention(struct view *view, enum action action, int arm, long value)
{
    struct attention_hand *hand = &view->attention;

    if (!view->seen.any)
        return;
    if (action == ACT_TOOL) {
        choose_tool(view, arm, value);
    } else if (action == ACT_CELL) {
        press_cell(view, arm, (int)value);
    } else if (action == ACT_HEAD_OUT) {
        hand->out = true;
        hand->out_arm = arm;
        hand->out_head = (int)value;
    } else if (act_send_number(view, WISH_AVERAGE, !hand->average)) {
        hand->average = !hand->average;
    }
}

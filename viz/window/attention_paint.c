/* Cells of an attention map that a hand sets: from touches to wishes, and how they look. */
#include "viz/window/attention_parts.h"

#include <math.h>
#include <stddef.h>

#include "viz/window/act.h"

enum { SMALL_CELL = 7 }; /* pixels: in less, no cross or frame can be told from a colour */

bool attention_hides(const struct attention_view *head, int query, int key)
{
    const int at = query * head->steps + key;

    return head->score != NULL ? isinf((double)head->score[at]) != 0 : !(head->weight[at] > 0);
}

struct rect attention_cell_rect(const struct arm_panel *panel, const struct attention_map *map,
                                struct attention_cell cell)
{
    const int T = map->head.steps, top = raster_edge(cell.query, T, map->plot.h);

    if (!time_shown(&panel->axis, cell.key))
        return (struct rect){ 0 };
    return (struct rect){ time_left(&panel->axis, cell.key), map->plot.y + top,
                          time_width(&panel->axis, cell.key),
                          raster_edge(cell.query + 1, T, map->plot.h) - top };
}

const struct edit *attention_edit(const struct snapshot_arm *arm,
                                  const struct attention_view *head, struct attention_cell cell)
{
    for (int i = 0; i < arm->edits; i++) {
        const struct edit *edit = &arm->edit[i];

        if (edit->kind == EDIT_WEIGHT && edit->depth == head->layer &&
            edit->head == head->head && edit->step == cell.query && edit->key == cell.key)
            return edit;
    }
    return NULL;
}

bool attention_is_mean(const struct snapshot *snapshot, int arm, struct attention_cell cell)
{
    const struct arm_config *config = snapshot_arm_config(snapshot, arm);

    return config->mask == MASK_TWO_LEVEL && config->span > 0 &&
           cell.key / config->span < cell.query / config->span;
}

/* ------------------------------------------------------------------------------------ wishes */

/* Why that cell cannot be set, or NULL. */
static const char *obstacle(const struct arm_panel *panel, const struct attention_map *map,
                            struct attention_cell cell)
{
    if (panel->view->attention.average)
        return "This is the mean of 64 sequences: only this sequence can be changed";
    if (attention_hides(&map->head, cell.query, cell.key))
        return "The mask hides this key from this query: no weight can be set here";
    if (attention_is_mean(panel->snapshot, panel->number, cell))
        return "The query looks at the mean of this block: its steps have no weights of their "
               "own";
    return NULL;
}

static double tool_weight(const struct attention_hand *hand)
{
    return hand->tool == TOOL_FORBID ? 0 : 1 - hand->less;
}

/* Weights that this row has been given, those of this stroke included, without the cell's. */
static double given(const struct arm_panel *panel, const struct attention_view *head,
                    struct attention_cell cell)
{
    const struct attention_stroke *stroke = &panel->view->attention.stroke;
    double sum = 0;

    for (int i = 0; i < panel->arm->edits; i++) {
        const struct edit *edit = &panel->arm->edit[i];

        if (edit->kind == EDIT_WEIGHT && edit->depth == head->layer &&
            edit->head == head->head && edit->step == cell.query && edit->key != cell.key)
            sum += edit->weight;
    }
    for (int i = 0; i < stroke->done; i++)
        if (stroke->cell[i].query == cell.query && stroke->cell[i].key != cell.key &&
            attention_edit(panel->arm, head, stroke->cell[i]) == NULL)
            sum += tool_weight(&panel->view->attention);
    return sum;
}

/* The tool's weight in one head, or what is there taken back. */
static void wish_for(const struct arm_panel *panel, const struct attention_view *head,
                     struct attention_cell cell)
{
    struct view *view = panel->view;
    const struct edit *there = attention_edit(panel->arm, head, cell);
    const bool erase = view->attention.stroke.erase;
    struct wish wish = { .kind = WISH_EDIT, .number = panel->number };

    wish.edit =
        (struct edit){ .kind = EDIT_WEIGHT,
                       .depth = head->layer,
                       .head = head->head,
                       .step = cell.query,
                       .key = cell.key,
                       .weight = erase && there != NULL ? there->weight
                                                        : tool_weight(&view->attention) };
    if (erase ? there == NULL : there != NULL && there->weight == wish.edit.weight)
        return; /* it is as it shall be */
    if (!erase && given(panel, head, cell) + wish.edit.weight > 1 + 1e-6)
        view_say(view, true,
                 "Step %d has a weight of 1 to give, and what is forced would be more: lower "
                 "\"force\"",
                 cell.query);
    else
        act_send(view, &wish);
}

static void wish_for_heads(const struct arm_panel *panel, const struct attention_map *map,
                           struct attention_cell cell)
{
    struct attention_view head;

    if (!panel->view->attention.stroke.layer) {
        wish_for(panel, &map->head, cell);
        return;
    }
    for (int i = 0; trace_view_attention(&panel->arm->trace, i, &head); i++)
        if (head.layer == map->head.layer)
            wish_for(panel, &head, cell);
}

/* Is there something of the tool's own that a second touch takes back? */
static bool is_set(const struct arm_panel *panel, const struct attention_map *map,
                   struct attention_cell cell)
{
    const struct edit *there = attention_edit(panel->arm, &map->head, cell);

    return there != NULL && there->weight == tool_weight(&panel->view->attention);
}

static void knock_out(const struct arm_panel *panel, int number)
{
    struct wish wish = { .kind = WISH_EDIT, .number = panel->number };
    struct attention_view head;

    if (!trace_view_attention(&panel->arm->trace, number, &head))
        return;
    wish.edit = (struct edit){ .kind = EDIT_HEAD_OUT, .depth = head.layer, .head = head.head };
    act_send(panel->view, &wish);
}

void attention_paint(const struct arm_panel *panel, const struct attention_map *map)
{
    struct attention_hand *hand = &panel->view->attention;
    struct attention_stroke *stroke = &hand->stroke;

    if (hand->out && hand->out_arm == panel->number) {
        hand->out = false;
        knock_out(panel, hand->out_head);
    }
    for (; stroke->arm == panel->number && stroke->done < stroke->count; stroke->done++) {
        const struct attention_cell cell = stroke->cell[stroke->done];
        const char *why = obstacle(panel, map, cell);

        if (cell.query >= map->head.steps || cell.key >= map->head.steps)
            continue; /* of a longer sequence, before */
        if (why != NULL) {
            if (stroke->count == 1) /* a drag may pass over such cells */
                view_say(panel->view, true, "%s", why);
            continue;
        }
        if (!stroke->decided)
            stroke->erase = is_set(panel, map, cell);
        stroke->decided = true;
        wish_for_heads(panel, map, cell);
    }
}

/* -------------------------------------------------------------------------------------- looks */

/* Forbidden: crossed. Forced: a frame around it. Where cells are tiny, a colour of its own. */
static void draw_edit(const struct arm_panel *panel, struct rect cell, double weight)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct colour colour = weight > 0 ? theme->mark : theme->bad;
    const int small = canvas_px(canvas, SMALL_CELL), thick = canvas_px(canvas, 1);

    if (cell.w < small || cell.h < small) {
        const int more_w = cell.w < 3 * thick ? thick : 0,
                  more_h = cell.h < 3 * thick ? thick : 0;

        canvas_fill(canvas, rect_inset(cell, -more_w, -more_h, -more_w, -more_h), colour);
        return;
    }
    if (!(weight > 0)) {
        canvas_fill(canvas, cell, theme->panel);
        canvas_cross(canvas, cell, colour);
    } else {
        canvas_outline(canvas, rect_inset(cell, thick, thick, thick, thick), thick,
                       theme->panel);
    }
    canvas_outline(canvas, cell, thick, colour);
}

void attention_draw_edits(const struct arm_panel *panel, const struct attention_map *map)
{
    for (int i = 0; i < panel->arm->edits; i++) {
        const struct edit *edit = &panel->arm->edit[i];
        const struct attention_cell cell = { edit->step, edit->key };

        if (edit->kind == EDIT_WEIGHT && edit->depth == map->head.layer &&
            edit->head == map->head.head && edit->step < map->head.steps)
            draw_edit(panel, attention_cell_rect(panel, map, cell), edit->weight);
    }
}

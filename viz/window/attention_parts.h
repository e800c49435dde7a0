/* attention_parts.h - what the files of the attention panel have in common. */
#ifndef VIZ_WINDOW_ATTENTION_PARTS_H
#define VIZ_WINDOW_ATTENTION_PARTS_H

#include "viz/window/panels.h"
#include "viz/window/trace_view.h"

/* An enlarged head, and where its map is drawn: keys over the time axis, queries downwards. */
struct attention_map {
    struct attention_view head;
    struct rect plot;
};

/* Whether the mask hides that key from that query. A forbidden one is not hidden. */
bool attention_hides(const struct attention_view *head, int query, int key);

/* The cell of the map, in pixels; of no width if the axis does not show it. */
struct rect attention_cell_rect(const struct arm_panel *panel, const struct attention_map *map,
                                struct attention_cell cell);

/* The change that a hand made at that cell of the head, or NULL. */
const struct edit *attention_edit(const struct snapshot_arm *arm,
                                  const struct attention_view *head,
                                  struct attention_cell cell);

/* Is the key part of a block whose mean the query looks at? Only two-level has such. */
bool attention_is_mean(const struct snapshot *snapshot, int arm, struct attention_cell cell);

/* Is the head out by hand? */
bool attention_is_out(const struct snapshot_arm *arm, const struct attention_view *head);

/* attention_tools.c: the row of buttons over the map. */
void attention_draw_tools(const struct arm_panel *panel, struct rect row,
                          const struct attention_view *head);

/* attention_paint.c: wish for what a hand has touched since the last frame; draw what is set. */
void attention_paint(const struct arm_panel *panel, const struct attention_map *map);
void attention_draw_edits(const struct arm_panel *panel, const struct attention_map *map);

/* panel_attention_cell.c: all numbers of one cell. */
enum { ATTENTION_VALUES = 3 };
struct attention_workings {
    double product, scaled;         /* q.k, and that / sqrt(width) */
    double bias, score;             /* alibi's part; their sum, -infinity where hidden */
    double share, weight;           /* the softmax's; what a hand has left of it */
    int width;                      /* d, of one head */
    int first, count;               /* steps that the key stands for: a block's mean has many */
    double mixed[ATTENTION_VALUES]; /* weight times the first numbers of the value */
    double norm;                    /* length of all of weight times value */
};

/* From the trace of the panel's arm; false if that has not what is needed. */
bool attention_work_out(const struct arm_panel *panel, const struct attention_view *head,
                        struct attention_cell cell, struct attention_workings *w);

/* panel_attention_cell.c: the locked cell, outlined, and its numbers on a card over the map. */
void attention_draw_cell(const struct arm_panel *panel, const struct attention_map *map);

#endif

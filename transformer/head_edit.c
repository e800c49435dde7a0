#include "transformer/head_edit.h"

#include "common/numeric/reduce.h"

static bool sets_weight(const struct edit *edit, int depth, int head)
{
    return edit->kind == EDIT_WEIGHT && edit->depth == depth && edit->head == head;
}

static bool set_weights(const struct edits *edits, int depth, int head)
{
    for (int i = 0; edits != NULL && i < edits->count; i++)
        if (sets_weight(&edits->items[i], depth, head))
            return true;
    return false;
}

struct head_edits head_edits_of(const struct edits *edits, int depth, int head)
{
    return (struct head_edits){ .list = set_weights(edits, depth, head) ? edits : NULL,
                                .depth = depth,
                                .head = head };
}

bool head_is_out(const struct edits *edits, int depth, int head)
{
    return edits != NULL && edits_head_out(*edits, depth, head);
}

/* A walk over the cells of one row that are set and that the mask shows in this tile. */
struct cells {
    const struct head_edits *edits;
    const struct mask_tile *tile;
    int r;    /* the tile's row */
    int next; /* edit to look at next */
    bool any; /* the row has edits, here or in another tile */
};

static struct cells cells_of(const struct head_edits *edits, const struct mask_tile *tile,
                             int r)
{
    return (struct cells){ .edits = edits, .tile = tile, .r = r };
}

/* The column of a key in row r, or -1. */
static int column_of(const struct mask_tile *tile, int r, int key)
{
    const int ahead = key - tile->key, column = ahead / tile->key_step;

    if (tile->means || ahead < 0 || ahead % tile->key_step != 0)
        return -1;
    return column >= mask_from(tile, r) && column < mask_until(tile, r) ? column : -1;
}

/* The next of them: its column, and its weight; -1 after the last. */
static int next_cell(struct cells *cells, real *weight)
{
    const struct mask_tile *tile = cells->tile;
    const struct head_edits *edits = cells->edits;

    while (cells->next < edits->list->count) {
        const struct edit *edit = &edits->list->items[cells->next++];
        int column;

        if (!sets_weight(edit, edits->depth, edits->head) ||
            edit->step != tile->query + cells->r * tile->query_step)
            continue;
        cells->any = true;
        column = column_of(tile, cells->r, edit->key);
        if (column >= 0) {
            *weight = (real)edit->weight;
            return column;
        }
    }
    return -1;
}

/* set_i of a row in which the mask shows no cell that is set. */
static const real NOTHING = -1;

static void add_to_set(real *set, real weight)
{
    *set = weight + (*set == NOTHING ? 0 : *set);
}

static int query_of(const struct mask_tile *tile, int r)
{
    return tile->query + r * tile->query_step;
}

void head_edit_gather(const struct head_edits *edits, const struct mask_tile *tile, real *p,
                      real *set, real *rest)
{
    for (int r = 0; r < tile->rows; r++) {
        const int i = query_of(tile, r);
        struct cells cells = cells_of(edits, tile, r);
        real *row = p + (ptrdiff_t)r * tile->columns, weight;

        if (tile->opens) {
            set[i] = NOTHING;
            rest[i] = 0;
        }
        for (int c; (c = next_cell(&cells, &weight)) >= 0;) {
            row[c] = 0;
            add_to_set(&set[i], weight);
        }
        if (cells.any)
            rest[i] += reduce_sum(row, (size_t)tile->columns);
    }
}

void head_edit_apply(const struct head_edits *edits, const struct mask_tile *tile, real *p,
                     const real *set, const real *rest)
{
    for (int r = 0; r < tile->rows; r++) {
        const int i = query_of(tile, r);
        struct cells cells = cells_of(edits, tile, r);
        real *row = p + (ptrdiff_t)r * tile->columns, weight;

        if (set[i] == NOTHING)
            continue;
        for (int c = 0; c < tile->columns; c++)
            row[c] = rest[i] > 0 ? row[c] * ((1 - set[i]) / rest[i]) : 0;
        for (int c; (c = next_cell(&cells, &weight)) >= 0;)
            row[c] = weight;
    }
}

void head_edit_gather_dots(const struct head_edits *edits, const struct mask_tile *tile,
                           const real *p, const real *dp, real *set, real *dot)
{
    for (int r = 0; r < tile->rows; r++) {
        const int i = query_of(tile, r);
        const ptrdiff_t at = (ptrdiff_t)r * tile->columns;
        struct cells cells = cells_of(edits, tile, r);
        real weight;

        if (tile->opens)
            set[i] = NOTHING;
        for (int c; (c = next_cell(&cells, &weight)) >= 0;) {
            add_to_set(&set[i], weight);
            dot[i] -= p[at + c] * dp[at + c];
        }
    }
}

void head_edit_scale_dots(const struct mask_tile *tile, const real *set, real *dot)
{
    for (int r = 0; r < tile->rows && tile->opens; r++) {
        const int i = query_of(tile, r);

        if (set[i] > 0) /* nothing is left to share at 1: the others have weight 0 */
            dot[i] = set[i] < 1 ? dot[i] / (1 - set[i]) : 0;
    }
}

void head_edit_clear(const struct head_edits *edits, const struct mask_tile *tile, real *ds)
{
    for (int r = 0; r < tile->rows; r++) {
        struct cells cells = cells_of(edits, tile, r);
        real weight;

        for (int c; (c = next_cell(&cells, &weight)) >= 0;)
            ds[(ptrdiff_t)r * tile->columns + c] = 0;
    }
}

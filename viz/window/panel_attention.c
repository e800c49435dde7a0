/*
 * Attention: every head of every layer as a small picture, the chosen one enlarged so that its
 * keys stand on the shared time axis. Colours mean 0..1, always, unless the switch says
 * otherwise.
 */
#include "viz/window/attention_parts.h"

#include <math.h>
#include <stdio.h>

#include "lessons/words.h"
#include "viz/window/format.h"

struct cells {
    const struct attention_view *head;
    bool row_scaled;
};

/* Farther from 0 than what is forbidden, nearer than any weight: see raster_heatmap. */
static const double HIDDEN = -1e-37;

static double weight_at(const void *context, int row, int column)
{
    const struct cells *cells = context;
    const int T = cells->head->steps;
    const real *weights = cells->head->weight + row * T;
    double most = 0;

    if (attention_hides(cells->head, row, column))
        return HIDDEN;
    if (!cells->row_scaled)
        return (double)weights[column];
    for (int key = 0; key < T; key++)
        most = fmax(most, (double)weights[key]);
    return most > 0 ? (double)weights[column] / most : 0;
}

/* What the mask hides is not a small weight: it has no colour. */
static struct colour weight_colour(const struct theme *theme, double weight)
{
    return weight < 0 ? theme->panel : theme_viridis(theme, weight);
}

/* Hatch what the mask hides: the future, or whatever else, and padding. */
static void hatch_unseen(const struct arm_panel *panel, struct pixels *pixels)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const int distance = canvas_px(panel->view->canvas, 4);
    const uint32_t unseen = theme_argb(theme->panel);

    for (int y = 0; y < pixels->h; y++)
        for (int x = 0, end; x < pixels->w; x = end) {
            const uint32_t *row = pixels->argb + y * pixels->w;

            for (end = x; end < pixels->w && row[end] == unseen; end++)
                continue;
            if (end > x)
                raster_hatch(pixels, (struct rect){ x, y, end - x, 1 }, distance,
                             theme_fade(theme->edge, 150));
            else
                end++;
        }
}

/* Maps of the pinned sequence; the mean of 64 where that is wished for and there. */
static const struct trace *shown_trace(const struct arm_panel *panel)
{
    const bool mean = panel->view->attention.average && panel->arm->mean.count > 0;

    return mean ? &panel->arm->mean : &panel->arm->trace;
}

/* All queries, and the keys that the axis shows. */
static void draw_map(const struct arm_panel *panel, const struct attention_view *head,
                     const struct time_axis *keys, struct rect place, int image)
{
    struct view *view = panel->view;
    const struct cells cells = { head, view->row_scaled };
    const int mean = shown_trace(panel) == &panel->arm->mean;
    const int option = ((head->layer * 64 + head->head) * 2 + mean) * 2 + view->row_scaled;
    bool fresh;
    struct pixels *pixels =
        canvas_image(view->canvas, image, place.w, place.h, panel_stamp(panel, option), &fresh);

    if (pixels == NULL)
        return;
    if (fresh) {
        raster_heatmap(pixels,
                       &(struct raster_matrix){ .rows = head->steps,
                                                .columns = time_end(keys) - time_first(keys),
                                                .first = time_first(keys),
                                                .at = weight_at,
                                                .paint = weight_colour,
                                                .context = &cells,
                                                .theme = canvas_theme(panel->view->canvas) });
        hatch_unseen(panel, pixels);
    }
    canvas_image_draw(view->canvas, image, place.x, place.y);
}

/* How many small pictures go side by side, so that they are as large as the place allows. */
static int thumb_columns(struct rect place, int layers, int heads, int *size)
{
    int best = 1;

    *size = 0;
    for (int columns = 1; columns <= heads; columns++) {
        const int rows = layers * ((heads + columns - 1) / columns);
        const int room =
            place.w / columns < place.h / rows ? place.w / columns : place.h / rows;

        if (room > *size) {
            *size = room;
            best = columns;
        }
    }
    return best;
}

bool attention_is_out(const struct snapshot_arm *arm, const struct attention_view *head)
{
    return edits_head_out((struct edits){ arm->edit, arm->edits }, head->layer, head->head);
}

enum { THUMB_LEAST = 4 }; /* pixels of a picture of a head that shows anything */

/* The head of that number, as the small picture of number `place`. */
static void draw_thumb(const struct arm_panel *panel, struct rect r, int number, int place)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    struct attention_view head;

    if (!trace_view_attention(shown_trace(panel), number, &head))
        return;
    draw_map(panel, &head, &(struct time_axis){ .steps = head.steps }, r,
             IMAGE_THUMB + panel->column * THUMBS_MAX + place);
    if (view->arm[panel->number].head == number)
        canvas_outline(view->canvas, rect_inset(r, -1, -1, -1, -1), canvas_px(view->canvas, 1),
                       theme->accent);
    if (attention_is_out(panel->arm, &head))
        canvas_cross(view->canvas, r, theme->bad);
    view_hot(view, (struct hot){ .rect = r,
                                 .action = ACT_HEAD,
                                 .arm = panel->number,
                                 .value = number,
                                 .right = true,
                                 .hint = "Click: enlarge this head (keys 1 to 9). Right "
                                         "button: knock it out, or put it back" });
}

/* Heads of one layer, counted through all layers: first .. first + count - 1. */
struct layer_heads {
    int first, count;
};

static struct layer_heads heads_of_layer(const struct trace *trace, int layer)
{
    struct layer_heads heads = { 0 };
    struct attention_view head;

    for (int i = 0; trace_view_attention(trace, i, &head); i++)
        if (head.layer == layer) {
            heads.first = heads.count == 0 ? i : heads.first;
            heads.count++;
        }
    return heads;
}

/*
 * All heads in the gutter, each layer on rows of its own. Where so many have no room, those of
 * the layer whose states are shown, or of the enlarged head's.
 */
static void draw_thumbs(const struct arm_panel *panel, struct rect place, int heads)
{
    const struct arm_view *chosen = &panel->view->arm[panel->number];
    const struct trace *trace = &panel->arm->trace;
    const int gap = canvas_px(panel->view->canvas, 3);
    struct layer_heads shown = { 0, heads };
    struct attention_view head;
    int per_layer, columns, rows, size;

    if (heads < 2 || !trace_view_attention(trace, chosen->head, &head))
        return;
    per_layer = heads_of_layer(trace, head.layer).count;
    columns = thumb_columns(place, (heads + per_layer - 1) / per_layer, per_layer, &size);
    if (heads > THUMBS_MAX || size - gap < THUMB_LEAST) {
        shown = heads_of_layer(trace, chosen->layer);
        if (shown.count == 0)
            shown = heads_of_layer(trace, head.layer);
        columns = thumb_columns(place, 1, per_layer, &size);
    }
    rows = (per_layer + columns - 1) / columns;
    for (int i = 0; i < shown.count && i < THUMBS_MAX && size - gap >= THUMB_LEAST; i++)
        draw_thumb(
            panel,
            (struct rect){ place.x + i % per_layer % columns * size,
                           place.y + (i / per_layer * rows + i % per_layer / columns) * size,
                           size - gap, size - gap },
            shown.first + i, i);
}

static void draw_readout(const struct arm_panel *panel, const struct attention_map *map)
{
    const struct attention_view *head = &map->head;
    const struct view *view = panel->view;
    const struct rect plot = map->plot;
    struct attention_cell cell = { 0, view->hover_step };
    const struct edit *edit;
    char value[FORMAT_MAX];

    if (cell.key < 0 || cell.key >= head->steps || !view_over(view, plot))
        return;
    cell.query = raster_cell(view->mouse_y - plot.y, head->steps, plot.h);
    if (view->attention.locked && view->attention.arm == panel->number &&
        cell.query == view->attention.cell.query && cell.key == view->attention.cell.key)
        return; /* the card says it */
    edit = attention_edit(panel->arm, head, cell);
    format_number(value, (double)head->weight[cell.query * head->steps + cell.key]);
    if (attention_hides(head, cell.query, cell.key))
        panel_hover_text(panel, HOVER_LOWER, "query %d cannot see key %d", cell.query,
                         cell.key);
    else
        panel_hover_text(
            panel, HOVER_LOWER, "query %d looks at key %d: %s%s", cell.query, cell.key, value,
            view->attention.average ? words_in(panel->view->language, ", mean of 64")
            : edit == NULL          ? ""
            : edit->weight > 0      ? words_in(panel->view->language, ", forced")
                                    : words_in(panel->view->language, ", forbidden"));
}

/* The query of the strip over the tokens, and the marked keys, where they are in the map. */
static void mark_asked(const struct arm_panel *panel, struct rect plot,
                       const struct attention_view *head)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int asked = panel_asked_step(panel->snapshot);
    const int top = plot.y + raster_edge(asked, head->steps, plot.h);
    const int h = plot.y + raster_edge(asked + 1, head->steps, plot.h) - top;
    const int thick = canvas_px(canvas, 1), tick = canvas_px(canvas, 2);

    canvas_outline(
        canvas, (struct rect){ plot.x - thick, top - thick, plot.w + 2 * thick, h + 2 * thick },
        thick, theme_fade(theme->mark, 150));
    for (int t = time_first(&panel->axis); t < time_end(&panel->axis); t++)
        if (panel->snapshot->token[t].marked)
            canvas_fill(canvas,
                        (struct rect){ time_left(&panel->axis, t), plot.y - tick,
                                       time_width(&panel->axis, t), tick },
                        theme->mark);
}

/* What rows and columns are. */
static void draw_words(const struct arm_panel *panel, struct rect gutter, struct rect plot)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int line = canvas_line_height(canvas, TEXT_TINY);

    canvas_text(canvas, (struct rect){ gutter.x, plot.y, gutter.w, line }, TEXT_TINY,
                ALIGN_RIGHT, theme->dim, "looking");
    canvas_text(canvas, (struct rect){ gutter.x, plot.y + line, gutter.w, line }, TEXT_TINY,
                ALIGN_RIGHT, theme->dim, "(query) \u2193");
    panel_note(canvas, (struct rect){ plot.x, plot.y, plot.w, line }, TEXT_TINY, ALIGN_RIGHT,
               theme->text, "looked at (key) \u2192");
}

/* The map can be pressed: what that does depends on the tool. */
static void note_map(const struct arm_panel *panel, struct rect plot)
{
    static const char *const hints[TOOLS] = {
        [TOOL_LOOK] = "Click: the numbers of this cell",
        [TOOL_FORBID] = "Click or drag: forbid; once more: take it back",
        [TOOL_FORCE] = "Click or drag: force; once more: take it back"
    };

    panel->view->attention.plot[panel->column] = plot;
    view_hot(panel->view, (struct hot){ .rect = plot,
                                        .action = ACT_CELL,
                                        .arm = panel->number,
                                        .value = panel->column,
                                        .hint = hints[panel->view->attention.tool],
                                        .drag = true });
}

void panel_attention(const struct arm_panel *panel, struct rect r)
{
    struct view *view = panel->view;
    const int heads = trace_view_heads(&panel->arm->trace), number = panel->number;
    const int line = canvas_line_height(view->canvas, TEXT_TINY);
    struct attention_map map = { .plot = panel_plot(panel, r) };
    struct rect gutter = { panel->place->card.x + canvas_px(view->canvas, 6), map.plot.y, 0,
                           map.plot.h };

    gutter.w = map.plot.x - gutter.x - canvas_px(view->canvas, 5);
    if (r.w == 0 || map.plot.h < 2 ||
        !trace_view_attention(&panel->arm->trace, view->arm[number].head, &map.head) ||
        map.head.steps != panel->axis.steps)
        return;
    attention_paint(panel, &map);
    trace_view_attention(shown_trace(panel), view->arm[number].head, &map.head);
    attention_draw_tools(panel, panel_title_row(view, r), &map.head);
    note_map(panel, map.plot);
    draw_map(panel, &map.head, &panel->axis, map.plot, IMAGE_ATTENTION + panel->column);
    draw_words(panel, gutter, map.plot);
    mark_asked(panel, map.plot, &map.head);
    if (!view->attention.average)
        attention_draw_edits(panel, &map);
    draw_thumbs(panel, rect_inset(gutter, 0, 2 * line + canvas_px(view->canvas, 6), 0, 0),
                heads);
    draw_readout(panel, &map);
    attention_draw_cell(panel, &map);
}

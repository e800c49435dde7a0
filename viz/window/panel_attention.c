/*
 * Attention: every head of every layer as a small picture, the chosen one enlarged so that its
 * keys stand on the shared time axis. Colours mean 0..1, always, unless the switch says
 * otherwise.
 */
#include "viz/window/panels.h"

#include <math.h>
#include <stdio.h>

#include "viz/window/format.h"
#include "viz/window/trace_view.h"
#include "viz/window/widgets.h"

struct cells {
    const struct attention_view *head;
    bool row_scaled;
};

static double weight_at(const void *context, int row, int column)
{
    const struct cells *cells = context;
    const int T = cells->head->steps;
    const real *weights = cells->head->weight + row * T;
    double most = 0;

    if (!cells->row_scaled)
        return (double)weights[column];
    for (int key = 0; key < T; key++)
        most = fmax(most, (double)weights[key]);
    return most > 0 ? (double)weights[column] / most : 0;
}

/* No attention at all is not a small one: it has no colour. */
static struct colour weight_colour(const struct theme *theme, double weight)
{
    return weight > 0 ? theme_viridis(theme, weight) : theme->panel;
}

/* Hatch what no query looks at: the future, or whatever else the mask forbids, and padding. */
static void hatch_unseen(const struct arm_panel *panel, struct pixels *pixels)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const int distance = canvas_px(panel->view->canvas, 4);
    const uint32_t unseen = theme_argb(theme->panel);

    for (int y = 0; y < pixels->h; y++)
        for (int x = 0; x < pixels->w; x++)
            if (pixels->argb[y * pixels->w + x] == unseen)
                raster_hatch(pixels, (struct rect){ x, y, 1, 1 }, distance,
                             theme_fade(theme->edge, 150));
}

/* All queries, and the keys that the axis shows. */
static void draw_map(const struct arm_panel *panel, const struct attention_view *head,
                     const struct time_axis *keys, struct rect place, int image)
{
    struct view *view = panel->view;
    const struct cells cells = { head, view->row_scaled };
    const int option = (head->layer * 64 + head->head) * 2 + (view->row_scaled ? 1 : 0);
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

enum { THUMB_LEAST = 4 }; /* pixels of a picture of a head that shows anything */

/* The head of that number, as the small picture of number `place`. */
static void draw_thumb(const struct arm_panel *panel, struct rect r, int number, int place)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    struct attention_view head;

    if (!trace_view_attention(&panel->arm->trace, number, &head))
        return;
    draw_map(panel, &head, &(struct time_axis){ .steps = head.steps }, r,
             IMAGE_THUMB + panel->column * THUMBS_MAX + place);
    if (view->arm[panel->number].head == number)
        canvas_outline(view->canvas, rect_inset(r, -1, -1, -1, -1), canvas_px(view->canvas, 1),
                       theme->accent);
    view_hot(view, (struct hot){ .rect = r,
                                 .action = ACT_HEAD,
                                 .arm = panel->number,
                                 .value = number,
                                 .hint = "Click: enlarge this head (keys 1 to 9)" });
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

static bool is_out(const struct snapshot_arm *arm, const struct attention_view *head)
{
    for (int i = 0; i < arm->edits; i++)
        if (arm->edit[i].kind == EDIT_HEAD_OUT && arm->edit[i].depth == head->layer &&
            arm->edit[i].head == head->head)
            return true;
    return false;
}

static void draw_title(const struct arm_panel *panel, struct rect row,
                       const struct attention_view *head)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    const int y = row.y + canvas_px(view->canvas, 2), h = row.h - canvas_px(view->canvas, 5);
    int x = row.x;

    x += canvas_format(view->canvas, row, TEXT_SMALL_BOLD, ALIGN_LEFT, theme->text,
                       "Attention, layer %d head %d", head->layer + 1, head->head + 1);
    x += canvas_px(view->canvas, 10);
    x += canvas_px(view->canvas, 8) +
         widget_chip(view, x, y, h,
                     &(struct button){
                         .label = view->row_scaled ? "each row its own scale" : "scale 0 to 1",
                         .on = view->row_scaled,
                         .hot = { .action = ACT_ROW_SCALE,
                                  .hint = "Colours for 0..1, comparable everywhere, or for "
                                          "each row up to its own largest weight" } });
    x += canvas_px(view->canvas, 8) +
         widget_chip(view, x, y, h,
                     &(struct button){
                         .label = is_out(panel->arm, head) ? "knocked out" : "knock out",
                         .on = is_out(panel->arm, head),
                         .hot = { .action = ACT_KNOCK_OUT,
                                  .arm = panel->number,
                                  .hint = "K: this head gives nothing, in the sequence shown; "
                                          "see its loss and answer. Esc takes it back" } });
    canvas_text(view->canvas, rect_inset(row, x - row.x, 0, 0, 0), TEXT_TINY, ALIGN_RIGHT,
                theme->dim, "key \u2192");
}

static void draw_readout(const struct arm_panel *panel, struct rect plot,
                         const struct attention_view *head)
{
    const struct view *view = panel->view;
    const int key = view->hover_step;
    char value[FORMAT_MAX];
    int query;

    if (key < 0 || key >= head->steps || !view_over(view, plot))
        return;
    query = (int)((long)(view->mouse_y - plot.y) * head->steps / plot.h);
    if (!(head->weight[query * head->steps + key] > 0))
        panel_hover_text(panel, HOVER_LOWER, "query %d cannot see key %d", query, key);
    else
        panel_hover_text(panel, HOVER_LOWER, "query %d looks at key %d: %s", query, key,
                         format_number(value, (double)head->weight[query * head->steps + key]));
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
    const int thick = canvas_px(canvas, 1), tick = canvas_px(canvas, 4);

    canvas_outline(
        canvas, (struct rect){ plot.x - thick, top - thick, plot.w + 2 * thick, h + 2 * thick },
        thick, theme_fade(theme->mark, 150));
    for (int t = time_first(&panel->axis); t < time_end(&panel->axis); t++)
        if (panel->snapshot->token[t].marked)
            canvas_fill(canvas,
                        (struct rect){ time_left(&panel->axis, t), plot.y - tick,
                                       time_width(&panel->axis, t), tick - thick },
                        theme->mark);
}

void panel_attention(const struct arm_panel *panel, struct rect r)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    const struct rect row = panel_title_row(view, r);
    const struct rect plot = panel_plot(panel, r);
    const int heads = trace_view_heads(&panel->arm->trace);
    const int line = canvas_line_height(view->canvas, TEXT_TINY);
    const int left = panel->place->card.x + canvas_px(view->canvas, 6);
    const int width = plot.x - left - canvas_px(view->canvas, 5);
    struct attention_view head;

    if (r.w == 0 || plot.h < 2)
        return;
    if (!trace_view_attention(&panel->arm->trace, view->arm[panel->number].head, &head) ||
        head.steps != panel->axis.steps)
        return;
    draw_title(panel, row, &head);
    draw_map(panel, &head, &panel->axis, plot, IMAGE_ATTENTION + panel->column);
    canvas_text(view->canvas, (struct rect){ left, plot.y, width, line }, TEXT_TINY,
                ALIGN_RIGHT, theme->dim, "looking");
    canvas_text(view->canvas, (struct rect){ left, plot.y + line, width, line }, TEXT_TINY,
                ALIGN_RIGHT, theme->dim, "(query) \u2193");
    mark_asked(panel, plot, &head);
    draw_thumbs(panel,
                (struct rect){ left, plot.y + 2 * line + canvas_px(view->canvas, 6), width,
                               plot.h - 2 * line - canvas_px(view->canvas, 6) },
                heads);
    draw_readout(panel, plot, &head);
}

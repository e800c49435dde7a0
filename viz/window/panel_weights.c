/*
 * Any tensor of an arm: a matrix as coloured cells, a vector as bars, and its gates; beside a
 * recurrent matrix its eigenvalues (panel_spectrum.c).
 */
#include "viz/window/panels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lessons/words.h"
#include "viz/window/format.h"
#include "viz/window/weight_view.h"
#include "viz/window/widgets.h"

/* What is shown of the arm. */
struct shown {
    const struct snapshot_weights *weights;
    int number, count; /* tensor; how many there are */
    const struct snapshot_tensor *tensor;
    struct weight_block block[WEIGHT_BLOCKS_MAX];
    int blocks, chosen; /* gate */
    double limit;       /* of the colours */
};

/* Apart from all other pictures that may be kept under the same key. */
enum { STAMP = 1 << 24 };

static struct shown find_shown(const struct arm_panel *panel)
{
    const struct view *view = panel->view;
    const struct snapshot_weights *weights = &panel->arm->weights;
    struct shown shown = { .weights = weights,
                           .number = view->seen.tensor[panel->number],
                           .count = weights->count };
    double most = 0;

    shown.tensor = &weights->tensor[shown.number];
    shown.blocks = weight_blocks(weights, shown.number, shown.block);
    shown.chosen =
        view->arm[panel->number].block < shown.blocks ? view->arm[panel->number].block : 0;
    most = weight_largest(weights, shown.number,
                          (struct weight_block){ "", 0, shown.tensor->rows });
    shown.limit = most > 0 && isfinite(most) ? panel_round_up(most) : 1;
    return shown;
}

static double weight_at(const struct shown *shown, int row, int column)
{
    const struct snapshot_tensor *t = shown->tensor;

    return (double)
        shown->weights->value[t->offset + (size_t)row * (size_t)t->columns + (size_t)column];
}

/* "f 4" where row 68 is the fourth of the forget gate's; else "68". */
static void name_row(char name[FORMAT_MAX], const struct shown *shown, int row)
{
    snprintf(name, FORMAT_MAX, "%d", row);
    for (int i = 0; i < shown->blocks && shown->blocks > 1; i++)
        if (row >= shown->block[i].first && row < shown->block[i].first + shown->block[i].rows)
            snprintf(name, FORMAT_MAX, "%s %d", shown->block[i].name,
                     row - shown->block[i].first);
}

/* ----------------------------------------------------------------------------------- title */

static int draw_name(const struct arm_panel *panel, const struct shown *shown, struct rect row)
{
    struct view *view = panel->view;
    const int y = row.y + canvas_px(view->canvas, 2), h = row.h - canvas_px(view->canvas, 5);
    const int gap = canvas_px(view->canvas, 3);
    struct hot hot = { .action = ACT_TENSOR,
                       .arm = panel->number,
                       .value = -1,
                       .wheel = true,
                       .right = true,
                       .hint = "The tensor before; the wheel goes through all of them" };
    char name[SHORT_MAX];
    int x = row.x, room;

    x += gap + widget_chip(view, x, y, h, &(struct button){ .label = "\u2039", .hot = hot });
    hot.value = 1;
    hot.hint = "The next tensor, its name is PyTorch's; the wheel goes through all of them";
    room = row.x + row.w - x - 2 * gap - 2 * widget_chip_width(view, "\u203a") -
           (shown->blocks > 1 ? shown->blocks * (2 + widget_chip_width(view, "m")) : 0);
    panel_shorten(name, view->canvas, TEXT_TINY, room, shown->tensor->name, true);
    x += gap +
         widget_chip(view, x, y, h, &(struct button){ .label = name, .on = true, .hot = hot });
    x += gap + widget_chip(view, x, y, h, &(struct button){ .label = "\u203a", .hot = hot });
    return x;
}

static int draw_gates(const struct arm_panel *panel, const struct shown *shown, struct rect row,
                      int x)
{
    struct view *view = panel->view;
    const int y = row.y + canvas_px(view->canvas, 2), h = row.h - canvas_px(view->canvas, 5);

    x += canvas_px(view->canvas, 5);
    for (int i = 0; i < shown->blocks && shown->blocks > 1; i++) {
        const struct button button = { .label = shown->block[i].name,
                                       .on = i == shown->chosen,
                                       .hot = { .action = ACT_BLOCK,
                                                .arm = panel->number,
                                                .value = i,
                                                .hint = "The rows of this gate; of a recurrent "
                                                        "matrix, their eigenvalues" } };

        if (x + widget_chip_width(view, button.label) > row.x + row.w)
            break;
        x += canvas_px(view->canvas, 2) + widget_chip(view, x, y, h, &button);
    }
    return x + canvas_px(view->canvas, 6);
}

static void draw_title(const struct arm_panel *panel, const struct shown *shown,
                       struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct snapshot_tensor *t = shown->tensor;
    const struct weight_block of = shown->block[shown->chosen];
    int x = draw_name(panel, shown, row);
    char norm[FORMAT_MAX], shape[32], text[96];

    x = draw_gates(panel, shown, row, x);
    row = rect_inset(row, x - row.x, 0, 0, 0);
    format_number(norm, weight_norm(shown->weights, shown->number, of));
    if (t->vector)
        snprintf(shape, sizeof shape, "%d", t->rows);
    else
        snprintf(shape, sizeof shape, "%d\u00d7%d", t->rows, t->columns);
    snprintf(text, sizeof text, words_in(panel->view->language, "%s, norm %s%s%s"), shape, norm,
             shown->blocks > 1 ? words_in(panel->view->language, " of ") : "", of.name);
    if (canvas_text_width(canvas, TEXT_TINY, text, -1) > row.w)
        snprintf(text, sizeof text, "%s", shape);
    if (canvas_text_width(canvas, TEXT_TINY, text, -1) <= row.w)
        canvas_text(canvas, row, TEXT_TINY, ALIGN_RIGHT, theme->dim, text);
}

/* ---------------------------------------------------------------------------------- values */

static double cell_at(const void *context, int row, int column)
{
    const struct shown *shown = context;

    return weight_at(shown, row, column) / shown->limit;
}

/* The values of a vector from left to right, up or down from the middle. */
static void draw_bars(const struct arm_panel *panel, const struct shown *shown,
                      struct pixels *pixels)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const int n = shown->tensor->rows, middle = pixels->h / 2;

    raster_clear(pixels, theme->panel);
    raster_fill(pixels, (struct rect){ 0, middle, pixels->w, 1 }, theme->edge);
    for (int i = 0; i < n; i++) {
        const double v = weight_at(shown, i, 0) / shown->limit;
        const int left = raster_edge(i, n, pixels->w), right = raster_edge(i + 1, n, pixels->w);
        const int h = isfinite(v) ? (int)lround(fabs(v) * (pixels->h / 2.0 - 1)) : 0;

        raster_fill(pixels,
                    (struct rect){ left, v > 0 ? middle - h : middle + 1,
                                   right > left ? right - left - (right - left > 3) : 1, h },
                    theme_diverging(theme, v > 0 ? 1 : -1));
    }
}

/* Where gates meet, and which of them is chosen. */
static void draw_borders(const struct arm_panel *panel, const struct shown *shown,
                         struct rect plot)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int rows = shown->tensor->rows, line = canvas_line_height(canvas, TEXT_TINY);

    for (int i = 0; i < shown->blocks && shown->blocks > 1; i++) {
        const struct weight_block b = shown->block[i];
        const bool across = shown->tensor->vector;
        const int extent = across ? plot.w : plot.h;
        const int from = raster_edge(b.first, rows, extent);
        const int to = raster_edge(b.first + b.rows, rows, extent);
        const struct rect r = across
                                  ? (struct rect){ plot.x + from, plot.y, to - from, plot.h }
                                  : (struct rect){ plot.x, plot.y + from, plot.w, to - from };

        view_hot(panel->view, (struct hot){ .rect = r,
                                            .action = ACT_BLOCK,
                                            .arm = panel->number,
                                            .value = i,
                                            .hint = "Click: the rows of this gate" });
        if (i > 0)
            canvas_fill(canvas,
                        across ? (struct rect){ r.x, r.y, 1, r.h }
                               : (struct rect){ r.x, r.y, r.w, 1 },
                        theme->edge);
        if (i == shown->chosen)
            canvas_outline(canvas, r, canvas_px(canvas, 1), theme->mark);
        if (r.h >= line)
            panel_note(
                canvas,
                (struct rect){ r.x + canvas_px(canvas, 3), r.y, canvas_px(canvas, 16), line },
                TEXT_TINY, ALIGN_LEFT, i == shown->chosen ? theme->mark : theme->text, b.name);
    }
}

/* A tensor of so few values is told in numbers too: two that walk to their answer, say. */
enum { NUMBERS_MOST = 4 };

static void draw_numbers(const struct arm_panel *panel, const struct shown *shown,
                         struct rect plot)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct snapshot_tensor *t = shown->tensor;
    const int rows = t->vector ? 1 : t->rows, columns = t->vector ? t->rows : t->columns;
    const int line = canvas_line_height(canvas, TEXT_TINY);

    for (int i = 0; i < rows * columns && rows * columns <= NUMBERS_MOST; i++) {
        const int row = i / columns, column = i % columns;
        const int left = raster_edge(column, columns, plot.w);
        const int below = raster_edge(row + 1, rows, plot.h);
        char number[FORMAT_MAX];

        format_number(number, weight_at(shown, t->vector ? column : row, column * !t->vector));
        panel_note(canvas,
                   (struct rect){ plot.x + left + canvas_px(canvas, 3), plot.y + below - line,
                                  raster_edge(column + 1, columns, plot.w) - left, line },
                   TEXT_TINY, ALIGN_LEFT, theme->text, number);
    }
}

static void draw_readout(const struct arm_panel *panel, const struct shown *shown,
                         struct rect plot)
{
    const struct view *view = panel->view;
    const struct snapshot_tensor *t = shown->tensor;
    const long x = view->mouse_x - plot.x, y = view->mouse_y - plot.y;
    char name[FORMAT_MAX], value[FORMAT_MAX];
    int row, column;

    if (!view_over(view, plot))
        return;
    row = (int)(t->vector ? x * t->rows / plot.w : y * t->rows / plot.h);
    column = (int)(t->vector ? 0 : x * t->columns / plot.w);
    name_row(name, shown, row);
    format_number(value, weight_at(shown, row, column));
    if (t->vector)
        panel_hover_text(panel, HOVER_LOWER, "%s: %s", name, value);
    else
        panel_hover_text(panel, HOVER_LOWER, "row %s, column %d: %s", name, column, value);
}

static void draw_tensor(const struct arm_panel *panel, const struct shown *shown,
                        struct rect plot)
{
    struct view *view = panel->view;
    const int key = IMAGE_ATTENTION + panel->column;
    char least[FORMAT_MAX], most[FORMAT_MAX];
    bool fresh;
    struct pixels *pixels = canvas_image(view->canvas, key, plot.w, plot.h,
                                         panel_stamp(panel, STAMP + shown->number), &fresh);

    if (pixels == NULL)
        return;
    if (fresh && shown->tensor->vector)
        draw_bars(panel, shown, pixels);
    else if (fresh)
        raster_heatmap(pixels, &(struct raster_matrix){ .rows = shown->tensor->rows,
                                                        .columns = shown->tensor->columns,
                                                        .at = cell_at,
                                                        .paint = theme_diverging,
                                                        .context = shown,
                                                        .theme = canvas_theme(view->canvas) });
    canvas_image_draw(view->canvas, key, plot.x, plot.y);
    snprintf(least, sizeof least, "-%g", shown->limit);
    snprintf(most, sizeof most, "+%g", shown->limit);
    panel_legend(panel, plot, 1, TRACE_SIGNED, least, most);
    draw_borders(panel, shown, plot);
    draw_numbers(panel, shown, plot);
    draw_readout(panel, shown, plot);
}

void panel_weights(const struct arm_panel *panel, struct rect r)
{
    struct view *view = panel->view;
    const struct rect title = panel_title_row(view, r);
    struct rect plot = panel_plot(panel, r);
    const int gap = canvas_px(view->canvas, 8);
    struct shown shown;
    int side;

    if (plot.h < canvas_px(view->canvas, 16))
        return;
    shown = find_shown(panel);
    view_hot(view, (struct hot){ .rect = r,
                                 .action = ACT_TENSOR,
                                 .arm = panel->number,
                                 .wheel = true,
                                 .ground = true });
    draw_title(panel, &shown, title);
    side = plot.h < plot.w / 2 ? plot.h : plot.w / 2;
    if (weight_is_recurrent(shown.weights, shown.number) &&
        shown.tensor->columns <= EIGENVALUES_MOST) {
        plot.w -= side + gap;
        panel_spectrum(
            panel, shown.number, shown.chosen,
            (struct rect){ plot.x + plot.w + gap, plot.y + (plot.h - side) / 2, side, side });
    }
    draw_tensor(panel, &shown, plot);
}

#include "viz/window/panels.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lessons/words.h"
#include "viz/window/format.h"

enum { TITLE_H = 20, LEGEND_W = 6 };

int panel_last_scored(const struct snapshot *snapshot)
{
    for (int t = snapshot->steps - 1; t >= 0; t--)
        if (snapshot->token[t].scored)
            return t;
    return snapshot->steps - 1;
}

int panel_asked_step(const struct snapshot *snapshot)
{
    return snapshot->loss_at >= 0 && snapshot->loss_at < snapshot->steps
               ? snapshot->loss_at
               : panel_last_scored(snapshot);
}

const char *panel_arm_label(const struct snapshot *snapshot, int arm, char label[ARM_LABEL_MAX])
{
    bool shared = false;

    for (int i = 0; i < snapshot->arms; i++)
        shared = shared ||
                 (i != arm && strcmp(snapshot->arm[i].model, snapshot->arm[arm].model) == 0);
    snprintf(label, ARM_LABEL_MAX, shared ? "%s, %s" : "%s", snapshot->arm[arm].model,
             snapshot->arm[arm].name);
    return label;
}

uint64_t panel_stamp(const struct arm_panel *panel, int option)
{
    const struct {
        unsigned long serial;
        unsigned long epoch;
        long option, number, first, end;
    } parts = { panel->snapshot->serial, panel->view->epoch,       option,
                panel->number,           time_first(&panel->axis), time_end(&panel->axis) };

    return canvas_stamp(0, &parts, sizeof parts);
}

/* The begin of the character that byte `at` belongs to. */
static int character_at(const char *text, int at)
{
    while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
        at--;
    return at;
}

const char *panel_shorten(char out[SHORT_MAX], struct canvas *canvas, enum text_style style,
                          int width, const char *text, bool tail)
{
    static const char dots[] = "\u2026";
    const int length = (int)strlen(text), most = SHORT_MAX - (int)sizeof dots;
    const int room = width - canvas_text_width(canvas, style, dots, -1);
    int least = 0, above = length < most ? length + 1 : most; /* least has room, above not */

    if (length < most && canvas_text_width(canvas, style, text, -1) <= width) {
        snprintf(out, SHORT_MAX, "%s", text);
        return out;
    }
    while (above - least > 1) {
        const int bytes = (least + above) / 2;
        const char *part = tail ? text + length - bytes : text;

        if (canvas_text_width(canvas, style, part, bytes) <= room)
            least = bytes;
        else
            above = bytes;
    }
    if (tail) {
        const char *part = text + length - least;

        while (((unsigned char)*part & 0xc0) == 0x80)
            part++;
        snprintf(out, SHORT_MAX, "%s%s", dots, part);
    } else {
        snprintf(out, SHORT_MAX, "%.*s%s", character_at(text, least), text, dots);
    }
    return out;
}

struct rect panel_title_row(const struct view *view, struct rect panel)
{
    return (struct rect){ panel.x, panel.y, panel.w, canvas_px(view->canvas, TITLE_H) };
}

struct rect panel_plot(const struct arm_panel *panel, struct rect rect)
{
    const int title = canvas_px(panel->view->canvas, TITLE_H);
    struct rect plot = { panel->axis.x, rect.y + title, panel->axis.w, rect.h - title };

    if (plot.h < 0)
        plot.h = 0;
    return plot;
}

void panel_hover_text(const struct arm_panel *panel, enum hover_text which, const char *format,
                      ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(panel->view->hover_text[panel->column][which], HOVER_TEXT_MAX,
              words_in(panel->view->language, format), arguments);
    va_end(arguments);
}

void panel_note(struct canvas *canvas, struct rect place, enum text_style style,
                enum align align, struct colour colour, const char *text)
{
    const struct theme *theme = canvas_theme(canvas);
    const int width = canvas_text_width(canvas, style, text, -1) + canvas_px(canvas, 6);
    struct rect ground = place;

    if (width > place.w)
        return;
    ground.w = width;
    if (align == ALIGN_RIGHT)
        ground.x = place.x + place.w - width;
    canvas_round(canvas, ground, canvas_px(canvas, 2), theme_fade(theme->panel, 215));
    canvas_text(canvas, ground, style, ALIGN_CENTRE, colour, text);
}

static double ramp_at(const void *context, int row, int column)
{
    const enum trace_range *range = context;
    const double down = row / 63.0;

    (void)column;
    return *range == TRACE_SIGNED ? 1 - 2 * down : 1 - down;
}

void panel_legend(const struct arm_panel *panel, struct rect plot, int which,
                  enum trace_range range, const char *least, const char *most)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int key = IMAGE_LEGEND + panel->column * 4 + which;
    const int w = canvas_px(canvas, LEGEND_W), line = canvas_line_height(canvas, TEXT_TINY);
    const struct rect bar = { plot.x - canvas_px(canvas, 6) - w, plot.y, w, plot.h };
    const struct rect labels = { panel->place->card.x + canvas_px(canvas, 4), plot.y,
                                 bar.x - panel->place->card.x - canvas_px(canvas, 7), line };
    bool fresh;
    struct pixels *pixels =
        canvas_image(canvas, key, bar.w, bar.h, 1 + (uint64_t)range, &fresh);

    if (pixels == NULL || plot.h < 2 * line)
        return;
    if (fresh)
        raster_heatmap(pixels,
                       &(struct raster_matrix){ .rows = 64,
                                                .columns = 1,
                                                .at = ramp_at,
                                                .paint = range == TRACE_SIGNED ? theme_diverging
                                                                               : theme_viridis,
                                                .context = &range,
                                                .theme = canvas_theme(panel->view->canvas) });
    canvas_image_draw(canvas, key, bar.x, bar.y);
    canvas_text(canvas, labels, TEXT_TINY, ALIGN_RIGHT, theme->dim, most);
    canvas_text(canvas, (struct rect){ labels.x, plot.y + plot.h - line, labels.w, line },
                TEXT_TINY, ALIGN_RIGHT, theme->dim, least);
    if (range == TRACE_SIGNED && plot.h > 4 * line)
        canvas_text(canvas,
                    (struct rect){ labels.x, plot.y + (plot.h - line) / 2, labels.w, line },
                    TEXT_TINY, ALIGN_RIGHT, theme->dim, "0");
}

struct cells {
    const struct trace_entry *entry;
    double limit;
};

/* Units from top to bottom, time from left to right. */
static double cell_at(const void *context, int row, int column)
{
    const struct cells *cells = context;

    return trace_at(cells->entry, column, row) / cells->limit;
}

double panel_round_up(double value)
{
    static const double steps[] = { 1, 2, 5, 10 };
    const double power = pow(10, floor(log10(value)));

    for (int i = 0; i < 4; i++)
        if (value <= steps[i] * power * (1 + 1e-6))
            return steps[i] * power;
    return 10 * power;
}

static double limit_of(const struct trace_entry *entry)
{
    const size_t count = (size_t)entry->extent[1] * (size_t)entry->extent[2];
    double most = 0;

    if (entry->range == TRACE_SHARE)
        return 1;
    for (size_t i = 0; i < count; i++)
        if (fabs((double)entry->value[i]) > most)
            most = fabs((double)entry->value[i]);
    return most > 0 && isfinite(most) ? panel_round_up(most) : 1;
}

double panel_heatmap(const struct arm_panel *panel, struct rect plot, int image,
                     const struct trace_entry *entry)
{
    const struct cells cells = { entry, limit_of(entry) };
    const long part = (long)(entry - panel->arm->trace.entries);
    bool fresh;
    struct pixels *pixels = canvas_image(panel->view->canvas, image, plot.w, plot.h,
                                         panel_stamp(panel, (int)part), &fresh);

    if (pixels == NULL)
        return cells.limit;
    if (fresh)
        raster_heatmap(
            pixels, &(struct raster_matrix){
                        .rows = entry->extent[2],
                        .columns = time_end(&panel->axis) - time_first(&panel->axis),
                        .first = time_first(&panel->axis),
                        .at = cell_at,
                        .paint = entry->range == TRACE_SIGNED ? theme_diverging : theme_viridis,
                        .context = &cells,
                        .theme = canvas_theme(panel->view->canvas) });
    canvas_image_draw(panel->view->canvas, image, plot.x, plot.y);
    return cells.limit;
}

const char *panel_task_title(const struct view *view, const struct snapshot *snapshot,
                             char text[TASK_TITLE_MAX])
{
    const char *colon = strchr(snapshot->task_title, ':');

    if (colon == NULL || colon[1] != ' ')
        return snapshot->task_title;
    snprintf(text, TASK_TITLE_MAX, words_in(view->language, "%.*s: %s"),
             (int)(colon - snapshot->task_title), snapshot->task_title,
             words_in(view->language, colon + 2));
    return text;
}

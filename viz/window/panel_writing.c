/*
 * What arms write behind a prompt: both from the same words and the same luck, each symbol on
 * the colour of the probability that the model itself gave it.
 */
#include "viz/window/panels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lessons/words.h"
#include "viz/window/format.h"
#include "viz/window/widgets.h"

enum { FIELD_H = 19, GAP = 4, DIAL_LEAST_W = 58 };

/* A number that can be dragged, turned and typed: a label over a bar that is filled so far. */
struct dial {
    const char *label, *value;
    double share; /* of its range; below 0: no bar */
    struct hot hot;
};

static void draw_dial(struct view *view, const struct dial *dial)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const struct rect r = dial->hot.rect;
    const struct rect text = rect_inset(r, canvas_px(canvas, 5), 0, canvas_px(canvas, 5), 0);
    const bool over = view_hot(view, dial->hot);
    const int value = canvas_text_width(canvas, TEXT_MONO_SMALL, dial->value, -1);

    canvas_round(canvas, r, canvas_px(canvas, 3), over ? theme->hover : theme->raised);
    if (dial->share >= 0)
        canvas_fill(canvas,
                    (struct rect){ r.x, r.y + r.h - canvas_px(canvas, 2),
                                   (int)lround(fmin(dial->share, 1) * r.w),
                                   canvas_px(canvas, 2) },
                    theme->accent);
    canvas_text(canvas, text, TEXT_MONO_SMALL, ALIGN_RIGHT, theme->text, dial->value);
    canvas_text(canvas, rect_inset(text, 0, 0, value + canvas_px(canvas, 3), 0), TEXT_TINY,
                ALIGN_LEFT, theme->dim, dial->label);
}

static void draw_prompt(const struct arm_panel *panel, struct rect r)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    struct canvas *canvas = view->canvas;
    const int left = panel->place->card.x;
    const bool own = view->writing.prompt[0] != '\0';
    char text[SHORT_MAX];
    bool over;

    canvas_text(canvas,
                (struct rect){ left, r.y, panel->axis.x - left - canvas_px(canvas, 5), r.h },
                TEXT_TINY, ALIGN_RIGHT, theme->dim, "go on from");
    over = view_hot(view, (struct hot){ .rect = r,
                                        .action = ACT_PROMPT,
                                        .arm = panel->number,
                                        .entry = true,
                                        .hint = "Type what they read first; empty: the "
                                                "sequence that is shown" });
    canvas_round(canvas, r, canvas_px(canvas, 3), over ? theme->hover : theme->raised);
    r = rect_inset(r, canvas_px(canvas, 6), 0, canvas_px(canvas, 6), 0);
    canvas_text(canvas, r, TEXT_MONO_SMALL, ALIGN_LEFT, own ? theme->text : theme->dim,
                panel_shorten(text, canvas, TEXT_MONO_SMALL, r.w,
                              own ? view->writing.prompt : panel->snapshot->text, true));
}

/* Begin, rest, or go on: what can be done now. */
static void draw_button(const struct arm_panel *panel, struct rect r)
{
    const struct written *written = &panel->arm->written;
    const bool can_go_on = written->open && !written->going && !written->ended &&
                           written->count > 0 && written->count < GENERATION_MOST &&
                           panel->snapshot->writes == WRITES_ON;
    const int gap = canvas_px(panel->view->canvas, 3), half = (r.w - gap) / 2;
    struct hot write = { .rect = r,
                         .action = ACT_WRITE,
                         .arm = panel->number,
                         .hint = "Both write from here, with the weights of this moment" };
    struct hot more = { .rect = { r.x + half + gap, r.y, r.w - half - gap, r.h },
                        .action = ACT_WRITE,
                        .arm = panel->number,
                        .value = 2,
                        .hint = "Both write 100 symbols more" };

    if (written->going) {
        write.value = 1;
        write.hint = "Both rest where they are";
    }
    if (can_go_on) {
        write.rect.w = half;
        widget_button(panel->view, &(struct button){ .label = "more", .hot = more });
    }
    widget_button(panel->view,
                  &(struct button){ .label = written->going ? "stop" : "write", .hot = write });
}

static void draw_controls(const struct arm_panel *panel, struct rect row)
{
    struct view *view = panel->view;
    const struct writing_view *writing = &view->writing;
    const int gap = canvas_px(view->canvas, GAP);
    const int V = panel->snapshot->outputs;
    char values[3][FORMAT_MAX];
    struct dial dials[] = {
        { "temperature",
          values[0],
          writing->temperature / 2,
          { .action = ACT_TEMPERATURE,
            .hint = "1: as likely as the model says; 0: always the likeliest; more: bolder" } },
        { "top",
          values[1],
          V > 0 ? (double)writing->top_k / V : -1,
          { .action = ACT_TOP_K,
            .hint = "Top-k: choose among the so many likeliest only; all: among all" } },
        { "seed",
          values[2],
          -1,
          { .action = ACT_WRITE_SEED,
            .hint = "Of what is drawn; a click takes the next one" } },
    };
    static const int shares[] = { 38, 21, 19, 22 }; /* per cent of the row */
    int x = row.x;

    snprintf(values[0], sizeof values[0], "%.2f", writing->temperature);
    snprintf(values[1], sizeof values[1],
             writing->top_k > 0 ? "%d" : words_in(panel->view->language, "all"),
             writing->top_k);
    snprintf(values[2], sizeof values[2], "%ld", writing->seed);
    for (int i = 0; i < 3; i++) {
        const int w = row.w * shares[i] / 100 - gap;

        dials[i].hot.rect = (struct rect){ x, row.y, w, row.h };
        dials[i].hot.arm = panel->number;
        dials[i].hot.wheel = dials[i].hot.entry = true;
        dials[i].hot.drag = dials[i].share >= 0;
        draw_dial(view, &dials[i]);
        x += w + gap;
    }
    draw_button(panel, (struct rect){ x, row.y, row.x + row.w - x, row.h });
}

/* Dark or light letters, whichever can be read on viridis, which is the same in both themes. */
static struct colour ink_on(const struct theme *theme, double probability)
{
    const struct colour ground = theme_viridis(theme, probability);

    return 3 * ground.r + 6 * ground.g + ground.b > 1250 ? theme_light.text : theme_dark.text;
}

/* Where the next symbol goes, breaking lines. */
struct pen {
    struct rect r;
    int x, y, line;
};

static bool make_room(struct pen *pen, int width)
{
    if (pen->x > pen->r.x && pen->x + width > pen->r.x + pen->r.w) {
        pen->x = pen->r.x;
        pen->y += pen->line;
    }
    return pen->y + pen->line <= pen->r.y + pen->r.h;
}

/* What can be seen of a symbol that is an end or a blank. */
static const char *visible(const struct written *written, int k)
{
    const char *text = written->symbol[k].text;

    if (written->ended && k == written->count - 1)
        return "\u25a0";
    return *text == '\0' ? " " : text;
}

/* Symbols from `first` on; returns how many had room. Draws only if `draw`. */
static int draw_symbols(const struct arm_panel *panel, struct pen pen, int first, bool draw)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    struct canvas *canvas = view->canvas;
    const struct written *written = &panel->arm->written;
    const int pad = panel->snapshot->writes == WRITES_ON ? 0 : canvas_px(canvas, 3);
    char number[FORMAT_MAX];

    for (int k = first; k < written->count; k++) {
        const char *text = visible(written, k);
        const double p = (double)written->symbol[k].probability;
        const int w = canvas_text_width(canvas, TEXT_MONO_SMALL, text, -1) + pad;
        struct rect cell;

        if (!make_room(&pen, w))
            return k - first;
        cell = (struct rect){ pen.x, pen.y, w, pen.line - canvas_px(canvas, 1) };
        pen.x += w;
        if (!draw)
            continue;
        canvas_fill(canvas, cell, theme_viridis(theme, p));
        canvas_letters(canvas, cell.x + pad / 2,
                       cell.y + (cell.h - canvas_line_height(canvas, TEXT_MONO_SMALL)) / 2,
                       TEXT_MONO_SMALL, ink_on(theme, p), text, (int)strlen(text));
        if (view_over(view, cell))
            panel_hover_text(panel, HOVER_LOWER, "\"%s\": probability %s", text,
                             format_number(number, p));
    }
    return written->count - first;
}

/* The text; if it is longer than the place, its end, from the start of a line. */
static void draw_text(const struct arm_panel *panel, struct rect r)
{
    struct canvas *canvas = panel->view->canvas;
    const struct written *written = &panel->arm->written;
    const struct pen pen = {
        r, r.x, r.y, canvas_line_height(canvas, TEXT_MONO_SMALL) + canvas_px(canvas, 2)
    };
    int first = 0;

    while (first < written->count) {
        const int shown = draw_symbols(panel, pen, first, false);
        struct pen one = pen;

        if (first + shown >= written->count || shown == 0)
            break;
        one.r.h = pen.line; /* leave the first line out */
        first += draw_symbols(panel, one, first, false);
    }
    draw_symbols(panel, pen, first, true);
}

void panel_writing(const struct arm_panel *panel, struct rect r)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    struct canvas *canvas = view->canvas;
    const struct written *written = &panel->arm->written;
    const int field = canvas_px(canvas, FIELD_H), gap = canvas_px(canvas, GAP);
    const struct rect all = { panel->axis.x, r.y, panel->axis.w, r.h };
    const struct rect text = rect_inset(all, 0, 2 * (field + gap), 0, 0);
    const int left = panel->place->card.x, line = canvas_line_height(canvas, TEXT_TINY);
    const int label = panel->axis.x - left - canvas_px(canvas, 5);

    if (r.h < 2 * (field + gap))
        return;
    draw_prompt(panel, (struct rect){ all.x, all.y, all.w, field });
    draw_controls(panel, (struct rect){ all.x, all.y + field + gap, all.w, field });
    if (written->refusal[0] != '\0') {
        widget_paragraph(view, text, TEXT_SMALL, theme->bad, written->refusal);
        return;
    }
    if (!written->any) {
        widget_paragraph(view, text, TEXT_SMALL, theme->dim,
                         "Press write: both go on from the same prompt, with the same luck. "
                         "A bright ground is a symbol that the model was sure of.");
        return;
    }
    canvas_format(canvas, (struct rect){ left, text.y, label, line }, TEXT_TINY, ALIGN_RIGHT,
                  theme->dim, "step %ld", written->step);
    canvas_format(canvas, (struct rect){ left, text.y + line, label, line }, TEXT_TINY,
                  ALIGN_RIGHT, theme->dim, written->going ? "%d \u2026" : "%d", written->count);
    draw_text(panel, text);
}

/*
 * The sequence itself: over it the attention that the asked output pays to each step, below
 * what goes in, what should come out, and what the arm answers.
 */
#include "viz/window/panels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/words.h"
#include "viz/window/format.h"
#include "viz/window/trace_view.h"

enum { STRIP_TITLE_H = 15, STRIP_PAD = 5, HEAD_NAME_MAX = 40, WORD_CELL_W = 14 };

/* Which heads the strip shows: all if they fit, else the first of the chosen one's
 * neighbours. */
static int strip_first(const struct arm_panel *panel, int heads)
{
    const int chosen = panel->view->arm[panel->number].head;

    if (heads <= STRIP_ROWS_MAX)
        return 0;
    return chosen + STRIP_ROWS_MAX <= heads ? chosen : heads - STRIP_ROWS_MAX;
}

static double strip_at(const void *context, int row, int column)
{
    (void)row;
    return (double)((const real *)context)[column];
}

static void draw_strip_row(const struct arm_panel *panel, const struct attention_view *head,
                           int row, struct rect place)
{
    struct canvas *canvas = panel->view->canvas;
    const int key = IMAGE_STRIP + panel->column * STRIP_ROWS_MAX + row;
    const int asked = panel_asked_step(panel->snapshot);
    bool fresh;
    struct pixels *pixels =
        canvas_image(canvas, key, place.w, place.h,
                     panel_stamp(panel, asked * 1000 + head->layer * 64 + head->head), &fresh);

    if (pixels == NULL)
        return;
    if (fresh)
        raster_heatmap(pixels, &(struct raster_matrix){
                                   .rows = 1,
                                   .columns = time_end(&panel->axis) - time_first(&panel->axis),
                                   .first = time_first(&panel->axis),
                                   .at = strip_at,
                                   .paint = theme_viridis,
                                   .context = head->weight + asked * head->steps,
                                   .theme = canvas_theme(panel->view->canvas) });
    canvas_image_draw(canvas, key, place.x, place.y);
}

/* Boxes around the marked steps, one around neighbours, through all rows. */
static void outline_marked(const struct arm_panel *panel, int y, int h)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct snapshot *s = panel->snapshot;
    const int thick = canvas_px(panel->view->canvas, 1);

    for (int t = time_first(&panel->axis); t < time_end(&panel->axis); t++) {
        const int left = time_left(&panel->axis, t);

        if (!s->token[t].marked)
            continue;
        while (t + 1 < time_end(&panel->axis) && s->token[t + 1].marked)
            t++;
        canvas_outline(panel->view->canvas,
                       (struct rect){ left - thick, y - thick,
                                      time_left(&panel->axis, t) + time_width(&panel->axis, t) -
                                          left + 2 * thick,
                                      h + 2 * thick },
                       thick, theme->mark);
    }
}

/*
 * A few steps that stand out, as adding's two: where most are marked, it says nothing to count
 * them.
 */
static bool few_marked(const struct snapshot *snapshot)
{
    int marked = 0;

    for (int t = 0; t < snapshot->steps; t++)
        marked += snapshot->token[t].marked;
    return marked > 0 && marked <= 4 && marked <= snapshot->steps / 4;
}

/* "head 2", or "layer 2 head 1" where there are several layers. */
static void name_head(char name[HEAD_NAME_MAX], const struct arm_panel *panel,
                      const struct attention_view *head)
{
    if (trace_layers(&panel->arm->trace) > 1 || panel->view->language == LANGUAGE_CHINESE)
        snprintf(name, HEAD_NAME_MAX, words_in(panel->view->language, "layer %d head %d"),
                 head->layer + 1, head->head + 1);
    else
        snprintf(name, HEAD_NAME_MAX, words_in(panel->view->language, "head %d"),
                 head->head + 1);
}

/* The sentence over the strip: the best head's attention on the marked steps. */
static void draw_strip_title(const struct arm_panel *panel, struct rect row, int heads)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int asked = panel_asked_step(panel->snapshot);
    struct attention_view head;
    char name[HEAD_NAME_MAX] = "";
    double best = -1;
    int x;

    for (int i = 0; i < heads; i++)
        if (trace_view_attention(&panel->arm->trace, i, &head) &&
            attention_on_marked(&head, asked, panel->snapshot) > best) {
            best = attention_on_marked(&head, asked, panel->snapshot);
            name_head(name, panel, &head);
        }
    if (panel->arm->edits > 0) {
        panel_effect(panel, row);
        return;
    }
    x = canvas_text(canvas, row, TEXT_TINY, ALIGN_LEFT, theme->dim, "The output looks at");
    if (few_marked(panel->snapshot))
        canvas_format(canvas, rect_inset(row, x + canvas_px(canvas, 8), 0, 0, 0), TEXT_TINY,
                      ALIGN_RIGHT, theme->text, "%s: %.2f of it on the marked", name, best);
}

/* Left of a row: whose it is; with several layers shortened to "L2 h1", as in a language whose
 * letters are higher than a row. */
static void label_strip_row(const struct arm_panel *panel, const struct attention_view *head,
                            struct rect place)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int left = panel->place->card.x;
    const struct rect r = { left, place.y - 3, place.x - left - canvas_px(canvas, 5),
                            place.h + 6 };

    if (trace_layers(&panel->arm->trace) > 1)
        canvas_format(canvas, r, TEXT_TINY, ALIGN_RIGHT, theme->dim, "L%d h%d", head->layer + 1,
                      head->head + 1);
    else
        canvas_format(canvas, r, TEXT_TINY, ALIGN_RIGHT, theme->dim, "head %d", head->head + 1);
}

void panel_strip(const struct arm_panel *panel)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct rect r = panel->place->strip;
    const int heads = trace_view_heads(&panel->arm->trace);
    const int rows = heads < STRIP_ROWS_MAX ? heads : STRIP_ROWS_MAX;
    const int title = canvas_px(canvas, STRIP_TITLE_H);
    const int first = strip_first(panel, heads);
    const struct rect row = { panel->axis.x, r.y, panel->axis.w, title };
    int h;

    if (r.w == 0)
        return;
    if (heads == 0 && panel->arm->edits > 0)
        panel_effect(panel, row);
    if (heads == 0) {
        canvas_text(canvas, (struct rect){ row.x, r.y, row.w, r.h }, TEXT_TINY, ALIGN_LEFT,
                    theme->faint,
                    "No attention here: everything has to pass through the state");
        return;
    }
    draw_strip_title(panel, row, heads);
    h = (r.h - title - canvas_px(canvas, STRIP_PAD)) / rows;
    for (int i = 0; i < rows; i++) {
        const struct rect place = { panel->axis.x, r.y + title + i * h, panel->axis.w,
                                    h - canvas_px(canvas, 1) };
        struct attention_view head;

        if (!trace_view_attention(&panel->arm->trace, first + i, &head) ||
            head.steps != panel->axis.steps)
            continue;
        draw_strip_row(panel, &head, i, place);
        label_strip_row(panel, &head, place);
    }
    outline_marked(panel, r.y + title, rows * h - canvas_px(canvas, 1));
}

/* ----------------------------------------------------------------------------------- tokens */

/* Widest text that all cells of a kind need; used to see whether they have room. */
static int widest(const struct arm_panel *panel, enum text_style style)
{
    const struct snapshot *s = panel->snapshot;
    int most = 0;

    for (int t = 0; t < s->steps; t++) {
        const int width = canvas_text_width(panel->view->canvas, style, s->token[t].input, -1);

        if (width > most)
            most = width;
    }
    return most;
}

/* A number as it is written, or NaN. */
static double number_of(const char *text)
{
    char *end;
    const double value = strtod(text, &end);

    return *text == '\0' || *end != '\0' ? (double)NAN : value;
}

/* Inputs that have no room for letters: numbers as little bars, the rest as dots. */
static void draw_input_bars(const struct arm_panel *panel, struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct snapshot *s = panel->snapshot;
    struct canvas *canvas = panel->view->canvas;
    double most = 1;

    for (int t = time_first(&panel->axis); t < time_end(&panel->axis); t++)
        most = fmax(most, fabs(number_of(s->token[t].input)));
    for (int t = time_first(&panel->axis); t < time_end(&panel->axis); t++) {
        const double value = number_of(s->token[t].input);
        const int w = time_width(&panel->axis, t), gap = w >= 4 ? canvas_px(canvas, 1) : 0;
        const int h = isnan(value)
                          ? canvas_px(canvas, 2)
                          : canvas_px(canvas, 1) +
                                (int)(fabs(value) / most * (row.h - canvas_px(canvas, 3)));
        const struct colour colour = s->token[t].marked ? theme->text : theme->faint;

        canvas_fill(canvas,
                    (struct rect){ time_left(&panel->axis, t), row.y + row.h - h, w - gap, h },
                    colour);
    }
}

/* Text centred over a cell, moved as little as needed to stay on the axis. */
static void draw_centred(const struct arm_panel *panel, int t, struct rect row,
                         enum text_style style, struct colour colour, const char *text)
{
    struct canvas *canvas = panel->view->canvas;
    const int width = canvas_text_width(canvas, style, text, -1);
    int x = time_centre(&panel->axis, t) - width / 2;

    if (x + width > panel->axis.x + panel->axis.w)
        x = panel->axis.x + panel->axis.w - width;
    if (x < panel->axis.x)
        x = panel->axis.x;
    canvas_text(canvas, (struct rect){ x, row.y, width, row.h }, style, ALIGN_LEFT, colour,
                text);
}

/* How much of the inputs there is room for. */
enum room { ROOM_FOR_BARS, ROOM_FOR_MOST, ROOM_FOR_ALL };

/* Bars say what a number is, and nothing of a word: of words, some are better than none. */
static bool are_words(const struct snapshot *s)
{
    for (int t = 0; t < s->steps; t++)
        if (s->token[t].input[0] != '\0' && isnan(number_of(s->token[t].input)))
            return true;
    return false;
}

static enum room input_room(const struct arm_panel *panel)
{
    const int cell = panel->axis.w / (time_end(&panel->axis) - time_first(&panel->axis)) - 1;
    const int most = widest(panel, TEXT_MONO_SMALL);

    if (most <= cell)
        return ROOM_FOR_ALL;
    return 2 * most <= 3 * cell || (cell >= canvas_px(panel->view->canvas, WORD_CELL_W) &&
                                    are_words(panel->snapshot))
               ? ROOM_FOR_MOST
               : ROOM_FOR_BARS;
}

/* Inputs in letters; a word that would run into the one before it is left out. */
static void draw_input_letters(const struct arm_panel *panel, struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct snapshot *s = panel->snapshot;
    struct canvas *canvas = panel->view->canvas;
    const int gap = canvas_px(canvas, 1);
    int free_from = panel->axis.x;

    for (int t = time_first(&panel->axis); t < time_end(&panel->axis); t++)
        canvas_fill(canvas,
                    (struct rect){ time_left(&panel->axis, t), row.y,
                                   time_width(&panel->axis, t) - gap, row.h },
                    theme->raised);
    for (int t = time_first(&panel->axis); t < time_end(&panel->axis); t++) {
        const char *input = s->token[t].input;
        const int width = canvas_text_width(canvas, TEXT_MONO_SMALL, input, -1);
        const int left = time_centre(&panel->axis, t) - width / 2;
        const int apart = width > time_width(&panel->axis, t) ? 3 * gap : 0;

        if (width == 0 || (left < free_from + apart && t > time_first(&panel->axis)))
            continue;
        draw_centred(panel, t, row, TEXT_MONO_SMALL, theme->text, input);
        free_from = left + width + apart;
    }
}

static void draw_inputs(const struct arm_panel *panel, struct rect row, enum room room)
{
    if (room == ROOM_FOR_BARS)
        draw_input_bars(panel, row);
    else
        draw_input_letters(panel, row);
    outline_marked(panel, row.y, row.h);
}

/* Targets and answers of scored steps; with little room only where the cells do not collide. */
static void draw_outputs(const struct arm_panel *panel, struct rect target, struct rect answer)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct snapshot *s = panel->snapshot;
    struct canvas *canvas = panel->view->canvas;
    int free_from = panel->axis.x;

    for (int t = time_first(&panel->axis); t < time_end(&panel->axis); t++) {
        const struct snapshot_token *token = &s->token[t];
        const struct snapshot_answer *a = &panel->arm->answer[t];
        const int asked = canvas_text_width(canvas, TEXT_MONO_SMALL, token->target, -1);
        const int said = canvas_text_width(canvas, TEXT_MONO_SMALL, a->text, -1);
        const int half = (asked > said ? asked : said) / 2;

        if (!token->scored)
            continue;
        if (time_centre(&panel->axis, t) - half < free_from) {
            const int end = time_left(&panel->axis, t + 1);
            const int left =
                time_left(&panel->axis, t) > free_from ? time_left(&panel->axis, t) : free_from;

            canvas_fill(canvas,
                        (struct rect){ left, answer.y + answer.h / 3,
                                       end > left ? end - left : 0, answer.h / 3 },
                        a->right ? theme->good : theme->bad);
            free_from = end > free_from ? end : free_from;
            continue;
        }
        draw_centred(panel, t, target, TEXT_MONO_SMALL, theme->dim, token->target);
        draw_centred(panel, t, answer, TEXT_MONO_SMALL, a->right ? theme->good : theme->bad,
                     a->text);
        free_from = time_centre(&panel->axis, t) + half + canvas_px(canvas, 1);
    }
}

/* Pixels that the text takes, centred over its cell. */
static struct rect letters_over(const struct arm_panel *panel, int t, const char *text)
{
    const int width = canvas_text_width(panel->view->canvas, TEXT_MONO_SMALL, text, -1);

    return (struct rect){ time_centre(&panel->axis, t) - width / 2, 0, width, 1 };
}

/* Whether the letters would touch a target: those stand in the same row. */
static bool touches_target(const struct arm_panel *panel, struct rect letters)
{
    const int gap = canvas_px(panel->view->canvas, 2);

    for (int t = time_first(&panel->axis); t < time_end(&panel->axis); t++) {
        const struct snapshot_token *token = &panel->snapshot->token[t];
        const struct rect target = letters_over(panel, t, token->target);

        if (token->scored && letters.x < target.x + target.w + gap &&
            target.x < letters.x + letters.w + gap)
            return true;
    }
    return false;
}

/* Under a narrow marked cell, what it says: there is room where nothing is scored. */
static void draw_marked_values(const struct arm_panel *panel, struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct snapshot *s = panel->snapshot;
    int free_from = panel->axis.x;

    for (int t = time_first(&panel->axis); t < time_end(&panel->axis); t++) {
        const struct rect letters = letters_over(panel, t, s->token[t].input);

        if (!s->token[t].marked || s->token[t].scored || letters.x < free_from ||
            touches_target(panel, letters))
            continue;
        draw_centred(panel, t, row, TEXT_MONO_SMALL, theme->text, s->token[t].input);
        free_from = letters.x + letters.w + canvas_px(panel->view->canvas, 2);
    }
}

static void draw_labels(const struct arm_panel *panel, const struct rect rows[3])
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    static const char *const labels[] = { "input", "target", "answer" };
    struct canvas *canvas = panel->view->canvas;
    const int left = panel->place->card.x;

    for (int i = 0; i < 3; i++)
        canvas_text(canvas,
                    (struct rect){ left, rows[i].y, panel->axis.x - left - canvas_px(canvas, 5),
                                   rows[i].h },
                    TEXT_TINY, ALIGN_RIGHT, theme->dim, labels[i]);
}

/* A click on a scored step takes the loss there. */
static void note_outputs(const struct arm_panel *panel, struct rect all)
{
    for (int t = time_first(&panel->axis); t < time_end(&panel->axis); t++) {
        const struct rect cell = { time_left(&panel->axis, t), all.y,
                                   time_width(&panel->axis, t), all.h };

        if (panel->snapshot->token[t].scored)
            view_hot(panel->view,
                     (struct hot){ .rect = cell,
                                   .action = ACT_LOSS_AT,
                                   .value = t,
                                   .hint = "Click: take the loss at this output" });
    }
}

/* The hovered step in words: it may have no room in the row. */
static void draw_token_readout(const struct arm_panel *panel, struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const int t = panel->view->hover_step;
    struct canvas *canvas = panel->view->canvas;
    const struct snapshot_token *token;
    char text[80];
    int width, x;

    if (t < 0 || t >= panel->snapshot->steps)
        return;
    token = &panel->snapshot->token[t];
    if (token->scored)
        snprintf(text, sizeof text,
                 words_in(panel->view->language, "t %d: %s, target %s, answer %s"), t,
                 token->input, token->target, panel->arm->answer[t].text);
    else
        snprintf(text, sizeof text, "t %d: %s", t, token->input);
    width = canvas_text_width(canvas, TEXT_MONO_SMALL, text, -1) + canvas_px(canvas, 16);
    x = time_centre(&panel->axis, t) - width / 2;
    if (x + width > panel->axis.x + panel->axis.w)
        x = panel->axis.x + panel->axis.w - width;
    if (x < panel->axis.x)
        x = panel->axis.x;
    row = (struct rect){ x, row.y, width, row.h };
    canvas_round(canvas, row, canvas_px(canvas, 3), theme->hover);
    canvas_text(canvas, row, TEXT_MONO_SMALL, ALIGN_CENTRE, theme->text, text);
}

void panel_tokens(const struct arm_panel *panel)
{
    struct canvas *canvas = panel->view->canvas;
    const struct rect r = panel->place->tokens;
    const int line = canvas_px(canvas, 15);
    const enum room room = input_room(panel);
    const struct rect rows[3] = { { panel->axis.x, r.y, panel->axis.w, line },
                                  { panel->axis.x, r.y + line, panel->axis.w, line },
                                  { panel->axis.x, r.y + 2 * line, panel->axis.w, line } };

    if (r.w == 0)
        return;
    draw_inputs(panel, rows[0], room);
    if (r.h >= 3 * line) {
        draw_labels(panel, rows);
        if (room == ROOM_FOR_BARS && few_marked(panel->snapshot))
            draw_marked_values(panel, rows[1]);
        draw_outputs(panel, rows[1], rows[2]);
        if (room != ROOM_FOR_ALL)
            draw_token_readout(panel, rows[1]);
    }
    note_outputs(panel, r);
}

/*
 * The locked cell of an attention map, in numbers that can be checked: from the product of query
 * and key to the weight, and what it takes from the value.
 */
#include "viz/window/attention_parts.h"

#include <math.h>
#include <stdio.h>

#include "lessons/words.h"
#include "viz/window/format.h"

enum { CARD_W = 250, LINE_H = 15, PAD = 7, LINES_MAX = 8, LINE_MAX = 128 };

/* Number c of that head's part of a vector at step t; a mean's is that of its steps. */
static double number_of(const struct trace_entry *entry, const struct attention_view *head,
                        const struct attention_workings *w, int first, int count, int c)
{
    double sum = 0;

    for (int t = first; t < first + count; t++)
        sum += (double)entry->value[t * entry->extent[2] + head->head * w->width + c];
    return sum / count;
}

/* Of the row's softmax, without what a hand has set. A block that is a mean counts once. */
static double share_of(const struct arm_panel *panel, const struct attention_view *head,
                       struct attention_cell cell, const struct attention_workings *w)
{
    const real *scores = head->score + cell.query * head->steps;
    double most = -HUGE_VAL, sum = 0;

    for (int key = 0; key < head->steps; key++)
        most = fmax(most, (double)scores[key]);
    for (int key = 0; key < head->steps; key++) {
        const bool mean = attention_is_mean(panel->snapshot, panel->number,
                                            (struct attention_cell){ cell.query, key });

        sum += exp((double)scores[key] - most) /
               (mean ? snapshot_arm_config(panel->snapshot, panel->number)->span : 1);
    }
    return exp(w->score - most) / sum;
}

bool attention_work_out(const struct arm_panel *panel, const struct attention_view *head,
                        struct attention_cell cell, struct attention_workings *w)
{
    const struct trace *trace = &panel->arm->trace;
    const struct trace_entry *query = trace_find(trace, "query", head->layer),
                             *key = trace_find(trace, "key", head->layer),
                             *value = trace_find(trace, "value", head->layer),
                             *weights = trace_find(trace, "attention", head->layer);
    const int at = cell.query * head->steps + cell.key;

    if (query == NULL || key == NULL || value == NULL || head->score == NULL)
        return false;
    *w = (struct attention_workings){ .width = query->extent[2] / weights->extent[1],
                                      .first = cell.key,
                                      .count = 1,
                                      .score = (double)head->score[at] };
    if (attention_is_mean(panel->snapshot, panel->number, cell)) {
        w->count = snapshot_arm_config(panel->snapshot, panel->number)->span;
        w->first = cell.key / w->count * w->count;
    }
    for (int c = 0; c < w->width; c++)
        w->product += number_of(query, head, w, cell.query, 1, c) *
                      number_of(key, head, w, w->first, w->count, c);
    w->scaled = w->product / sqrt(w->width);
    w->bias = w->score - w->scaled;
    w->share = isinf(w->score) ? 0 : share_of(panel, head, cell, w);
    w->weight = (double)head->weight[at] * w->count;
    for (int c = 0; c < w->width; c++) {
        const double mixed = w->weight * number_of(value, head, w, w->first, w->count, c);

        if (c < ATTENTION_VALUES)
            w->mixed[c] = mixed;
        w->norm += mixed * mixed;
    }
    w->norm = sqrt(w->norm);
    return true;
}

/* The card's text. */
struct card {
    struct line {
        char label[LINE_MAX], number[2 * FORMAT_MAX];
    } line[LINES_MAX];
    int lines;
};

static void add_words(struct card *card, const char *words)
{
    struct line *line = &card->line[card->lines++];

    snprintf(line->label, sizeof line->label, "%s", words);
    line->number[0] = '\0';
}

static void add(struct card *card, const char *label, double value)
{
    add_words(card, label);
    format_number(card->line[card->lines - 1].number, value);
}

/* "q\u00b7k, / \u221a16": two numbers, one after the other. */
static void add_two(struct card *card, const char *label, double first, double then)
{
    char a[FORMAT_MAX], b[FORMAT_MAX];

    add_words(card, label);
    snprintf(card->line[card->lines - 1].number, sizeof card->line->number, "%8s %8s",
             format_number(a, first), format_number(b, then));
}

/* A few numbers of a vector, so that one can follow them. */
static void add_vector(struct card *card, const struct attention_workings *w,
                       enum language language)
{
    char numbers[ATTENTION_VALUES][FORMAT_MAX], words[LINE_MAX];

    for (int i = 0; i < ATTENTION_VALUES; i++)
        format_number(numbers[i], w->mixed[i]);
    if (w->width >= ATTENTION_VALUES) {
        snprintf(words, sizeof words, "%s %8s %8s %8s%s",
                 w->count > 1 ? words_in(language, "\u00d7 mean v") : "\u00d7 v", numbers[0],
                 numbers[1], numbers[2], w->width > ATTENTION_VALUES ? " \u2026" : "");
        add_words(card, words);
    }
    add(card, w->width >= ATTENTION_VALUES ? "its length" : "\u00d7 v: its length", w->norm);
}

static bool has_bias(const struct arm_panel *panel)
{
    return snapshot_arm_config(panel->snapshot, panel->number)->positions == POSITIONS_ALIBI;
}

static void write_card(const struct arm_panel *panel, const struct attention_view *head,
                       struct attention_cell cell, struct card *card)
{
    const struct edit *edit = attention_edit(panel->arm, head, cell);
    char label[LINE_MAX];
    struct attention_workings w;

    if (!attention_work_out(panel, head, cell, &w)) {
        add(card, "weight", (double)head->weight[cell.query * head->steps + cell.key]);
        return;
    }
    if (isinf(w.score)) {
        add(card, "q\u00b7k", w.product);
        add_words(card, "the mask hides it: no weight");
        return;
    }
    snprintf(label, sizeof label,
             w.count > 1 ? words_in(panel->view->language, "q\u00b7mean k, / \u221a%d")
                         : words_in(panel->view->language, "q\u00b7k, / \u221a%d"),
             w.width);
    add_two(card, label, w.product, w.scaled);
    if (has_bias(panel))
        add_two(card, "ALiBi, sum", w.bias, w.score);
    add(card, "mask: shown; softmax", w.share);
    if (edit != NULL || fabs(w.weight - w.share) > 1e-4)
        add(card, edit != NULL ? "set by hand" : "rescaled by hand", w.weight);
    add_vector(card, &w, panel->view->language);
}

static bool covers(struct rect card, struct rect cell)
{
    const struct rect common = rect_common(card, cell);

    return common.w > 0 && common.h > 0;
}

/* Over the map where the cell is not: right, left, or above it, over other panels. */
static struct rect place_of(const struct arm_panel *panel, const struct attention_map *map,
                            struct rect cell, int lines)
{
    struct canvas *canvas = panel->view->canvas;
    const struct rect plot = map->plot;
    const int h = canvas_px(canvas, LINE_H) * (lines + 1) + 2 * canvas_px(canvas, PAD);
    const int bottom = panel->place->card.y + panel->place->card.h;
    struct rect r = { plot.x + plot.w - canvas_px(canvas, CARD_W), plot.y,
                      canvas_px(canvas, CARD_W), h };

    if (r.y + r.h > bottom)
        r.y = bottom - r.h;
    if (covers(r, cell))
        r.x = plot.x;
    if (covers(r, cell))
        r.y = cell.y - canvas_px(canvas, LINE_H) - r.h;
    return r;
}

static void draw_card(const struct arm_panel *panel, struct rect r, const struct card *card,
                      struct attention_cell cell)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int pad = canvas_px(canvas, PAD), line = canvas_px(canvas, LINE_H);
    struct rect row = { r.x + pad, r.y + pad, r.w - 2 * pad, line };

    canvas_round(canvas, rect_inset(r, -1, -1, -1, -1), canvas_px(canvas, 5), theme->edge);
    canvas_round(canvas, r, canvas_px(canvas, 4), theme->window);
    canvas_format(canvas, row, TEXT_SMALL_BOLD, ALIGN_LEFT, theme->text,
                  "step %d looks at step %d", cell.query, cell.key);
    for (int i = 0; i < card->lines; i++) {
        row.y += line;
        canvas_text(canvas, row, TEXT_MONO_SMALL, ALIGN_LEFT, theme->dim, card->line[i].label);
        canvas_text(canvas, row, TEXT_MONO_SMALL, ALIGN_RIGHT, theme->text,
                    card->line[i].number);
    }
    view_hot(panel->view,
             (struct hot){ .rect = r,
                           .hint = "The numbers behind this cell. Arrows: the next "
                                   "cell. Esc or a click on it: let it go" });
}

void attention_draw_cell(const struct arm_panel *panel, const struct attention_map *map)
{
    const struct attention_hand *hand = &panel->view->attention;
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const int thick = canvas_px(panel->view->canvas, 2);
    struct card card = { .lines = 0 };
    struct rect cell;

    if (!hand->locked || hand->arm != panel->number || hand->cell.query >= map->head.steps ||
        hand->cell.key >= map->head.steps)
        return;
    cell = attention_cell_rect(panel, map, hand->cell);
    if (cell.w > 0)
        canvas_outline(panel->view->canvas, rect_inset(cell, -thick, -thick, -thick, -thick),
                       thick, theme->accent);
    write_card(panel, &map->head, hand->cell, &card);
    draw_card(panel, place_of(panel, map, cell, card.lines), &card, hand->cell);
}

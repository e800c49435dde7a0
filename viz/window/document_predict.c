/* Predictions on the page: choices to press, buttons, and what came of it. */
#include <math.h>
#include <stdio.h>

#include "lessons/words.h"
#include "viz/window/document_parts.h"
#include "viz/window/format.h"

enum { PAD = 8, GAP = 5, BUTTONS = DOCUMENT_SHAPES + 2 };

static const char *const shapes[DOCUMENT_SHAPES] = { "level", "slow fall", "fast fall" };

/* The mark at the left of a choice: what it is, and in what colour. */
static const char *choice_mark(const struct document *d, const struct block *b,
                               const struct theme *theme, struct colour *colour)
{
    const struct answer *answer = &d->answer[b->prediction];
    const bool chosen = answer->state == ANSWER_GIVEN && answer->choice == b->choice;

    if (!document_answered(d, b->prediction)) {
        *colour = theme->dim;
        return "\u25cb"; /* an empty circle */
    }
    if (b->choice == d->asked.prediction[b->prediction].right) {
        *colour = theme->good;
        return "\u2713";
    }
    *colour = chosen ? theme->bad : theme->faint;
    return chosen ? "\u2717" : "\u25cb";
}

void document_draw_choice(const struct document *d, struct canvas *canvas, struct rect box,
                          const struct block *b)
{
    const struct theme *theme = canvas_theme(canvas);
    const struct answer *answer = &d->answer[b->prediction];
    const bool chosen = answer->state == ANSWER_GIVEN && answer->choice == b->choice;
    struct colour colour;
    const char *mark = choice_mark(d, b, theme, &colour);

    if (!document_answered(d, b->prediction))
        canvas_round(canvas, box, canvas_px(canvas, 4), theme->raised);
    else if (chosen)
        canvas_outline(canvas, box, 1, theme->edge);
    canvas_text(canvas,
                (struct rect){ box.x, box.y, canvas_px(canvas, CHOICE_INSET),
                               document_line(b, canvas) + 2 * canvas_px(canvas, CHOICE_PAD) },
                TEXT_BODY, ALIGN_CENTRE, colour, mark);
}

struct button {
    const char *label;
    struct spot spot; /* its rectangle is counted from the corner of the first button */
};

/* What can be pressed below a prediction that has no answer yet. Returns how many. */
static int list_buttons(const struct document *d, int prediction, struct button list[BUTTONS])
{
    const enum answer_state state = d->answer[prediction].state;
    const bool drawing = state == ANSWER_DRAWING;
    int count = 0;

    if (d->asked.prediction[prediction].draw && state == ANSWER_OPEN)
        list[count++] = (struct button){ "Draw it", { .kind = SPOT_DRAW } };
    for (int i = 0; i < DOCUMENT_SHAPES && drawing; i++)
        list[count++] = (struct button){ shapes[i], { .kind = SPOT_SHAPE, .choice = i } };
    if (drawing)
        list[count++] = (struct button){ "Compare", { .kind = SPOT_COMPARE } };
    list[count++] = (struct button){ "Skip", { .kind = SPOT_SKIP } };
    return count;
}

/* One beside the other, in as many rows as that takes; returns their height. */
static int place_buttons(struct canvas *canvas, struct button list[BUTTONS], int count, int w)
{
    const int h = canvas_px(canvas, BUTTON_H), gap = canvas_px(canvas, GAP);
    int x = 0, y = 0;

    for (int i = 0; i < count; i++) {
        struct rect *r = &list[i].spot.rect;

        r->w = canvas_text_width(canvas, TEXT_SMALL, list[i].label, -1) +
               2 * canvas_px(canvas, PAD);
        r->h = h;
        if (x > 0 && x + r->w > w) {
            x = 0;
            y += h + gap;
        }
        r->x = x;
        r->y = y;
        x += r->w + gap;
    }
    return y + h;
}

int document_buttons_height(const struct document *d, struct canvas *canvas, int prediction,
                            int w)
{
    struct button list[BUTTONS];

    if (document_answered(d, prediction))
        return canvas_px(canvas, BUTTON_H);
    return place_buttons(canvas, list, list_buttons(d, prediction, list), w);
}

/* What came of it, in words. */
static const char *verdict(const struct document *d, int prediction, char words[128],
                           bool *good)
{
    const struct answer *answer = &d->answer[prediction];
    const struct prediction *asked = &d->asked.prediction[prediction];
    char factor[FORMAT_MAX];

    *good = false;
    if (answer->state == ANSWER_SKIPPED)
        return "Skipped";
    if (asked->draw) {
        if (isnan(answer->decades))
            return "Nothing was drawn";
        *good = answer->decades < 1;
        snprintf(words, 128, words_in(d->language, "On average off by a factor %s"),
                 format_number(factor, pow(10, answer->decades)));
        return words;
    }
    *good = answer->choice == asked->right;
    return *good ? "Right, as you said" : "Not as you said";
}

void document_draw_buttons(struct document *d, struct canvas *canvas, struct rect row,
                           struct rect within, const struct block *b)
{
    const struct theme *theme = canvas_theme(canvas);
    struct button list[BUTTONS];
    char words[128];
    int count;

    if (document_answered(d, b->prediction)) {
        bool good;
        const char *said = verdict(d, b->prediction, words, &good);

        canvas_text(canvas, row, TEXT_BOLD, ALIGN_LEFT,
                    d->answer[b->prediction].state == ANSWER_SKIPPED ? theme->dim
                    : good                                           ? theme->good
                                                                     : theme->mark,
                    said);
        return;
    }
    count = list_buttons(d, b->prediction, list);
    place_buttons(canvas, list, count, row.w);
    for (int i = 0; i < count; i++) {
        struct spot spot = list[i].spot;

        spot.number = b->prediction;
        spot.rect.x += row.x;
        spot.rect.y += row.y;
        canvas_round(canvas, spot.rect, canvas_px(canvas, 4), theme->raised);
        canvas_text(canvas, spot.rect, TEXT_SMALL, ALIGN_CENTRE, theme->text, list[i].label);
        document_add_spot(d, within, &spot);
    }
}

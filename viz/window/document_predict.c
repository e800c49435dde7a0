/* Predictions on the page: choices to press, buttons, and what came of it. */
#include <math.h>
#include <stdio.h>

#include "viz/window/document_parts.h"
#include "viz/window/format.h"

enum { PAD = 8, GAP = 5 };

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

/* A button of the row, at *x; on to the next. */
static void add_button(struct document *d, struct canvas *canvas, struct rect row,
                       struct rect within, int *x, const char *label, struct spot spot)
{
    const struct theme *theme = canvas_theme(canvas);

    spot.rect = (struct rect){ *x, row.y,
                               canvas_text_width(canvas, TEXT_SMALL, label, -1) +
                                   2 * canvas_px(canvas, PAD),
                               row.h };
    canvas_round(canvas, spot.rect, canvas_px(canvas, 4), theme->raised);
    canvas_text(canvas, spot.rect, TEXT_SMALL, ALIGN_CENTRE, theme->text, label);
    document_add_spot(d, within, &spot);
    *x += spot.rect.w + canvas_px(canvas, GAP);
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
        snprintf(words, 128, "Off by %.1f decades on average, a factor of %s", answer->decades,
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
    const struct answer *answer = &d->answer[b->prediction];
    const bool draw = d->asked.prediction[b->prediction].draw;
    struct spot spot = { .number = b->prediction };
    int x = row.x;
    char words[128];
    bool good;

    if (document_answered(d, b->prediction)) {
        const char *said = verdict(d, b->prediction, words, &good);

        canvas_text(canvas, row, TEXT_BOLD, ALIGN_LEFT,
                    answer->state == ANSWER_SKIPPED ? theme->dim
                    : good                          ? theme->good
                                                    : theme->mark,
                    said);
        return;
    }
    if (draw && answer->state == ANSWER_OPEN) {
        spot.kind = SPOT_DRAW;
        add_button(d, canvas, row, within, &x, "Draw it", spot);
    }
    for (int i = 0; i < DOCUMENT_SHAPES && answer->state == ANSWER_DRAWING; i++) {
        spot.kind = SPOT_SHAPE;
        spot.choice = i;
        add_button(d, canvas, row, within, &x, shapes[i], spot);
    }
    spot.choice = 0;
    if (answer->state == ANSWER_DRAWING) {
        spot.kind = SPOT_COMPARE;
        add_button(d, canvas, row, within, &x, "Compare", spot);
    }
    spot.kind = SPOT_SKIP;
    add_button(d, canvas, row, within, &x, "Skip", spot);
}

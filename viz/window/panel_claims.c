/* What the lesson claims, as a checklist that the run fills in. */
#include <stdio.h>
#include <string.h>

#include "lessons/words.h"
#include "viz/window/format.h"
#include "viz/window/panels.h"
#include "viz/window/widgets.h"

enum { MARK_W = 22, ROW_GAP = 12, BUTTON_H = 24, LINE_GAP = 3 };

/* Nobody measures here: a picture of a lab that is not watched. */
static bool is_watched(const struct view *view)
{
    return view->seen.claims.lesson == view->lesson;
}

static bool is_grey(const struct view *view)
{
    return is_watched(view) && !view->seen.claims.own;
}

static struct claim_now state_of(const struct view *view, int claim)
{
    return is_watched(view) && view->seen.claims.own
               ? view->seen.claims.claim[claim]
               : (struct claim_now){ .state = CLAIM_OPEN };
}

int panel_claims_met(const struct view *view)
{
    int met = 0;

    for (int i = 0; i < view->lesson->claim_count; i++)
        met += state_of(view, i).state == CLAIM_MET;
    return met;
}

static void state_words(const struct claim_now *now, enum language language, char words[96])
{
    char number[FORMAT_MAX];

    format_number(number, now->measured);
    if (now->state == CLAIM_OPEN)
        snprintf(words, 96, "%s", words_in(language, "not measured yet"));
    else if (now->provisional)
        snprintf(words, 96, words_in(language, "%s so far; training goes on"), number);
    else
        snprintf(words, 96,
                 words_in(language,
                          now->state == CLAIM_MET ? "%s: so it is" : "%s: not in this run"),
                 number);
}

/* A paragraph at y that is drawn as far as it lies on the page; returns what is below it. */
static int paragraph(struct view *view, struct rect r, int y, enum text_style style,
                     struct colour colour, const char *text)
{
    return y +
           widget_paragraph(view, (struct rect){ r.x, y, r.w, 1 << 20 }, style, colour, text);
}

static int draw_claim(struct view *view, struct rect r, int y, int claim)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const struct claim_now now = state_of(view, claim);
    const struct colour ink = is_grey(view) ? theme->faint : theme->text;
    const struct colour mark = now.state == CLAIM_MET     ? theme->good
                               : now.state == CLAIM_UNMET ? theme->bad
                                                          : theme->faint;
    const int inset = canvas_px(view->canvas, MARK_W), gap = canvas_px(view->canvas, LINE_GAP);
    const struct rect text = rect_inset(r, inset, 0, 0, 0);
    char name[CLAIM_WORDS_MAX], form[CLAIM_TEXT_MAX], words[96];

    claim_words(&view->lesson->claims[claim], view->language, name);
    claim_text(&view->lesson->claims[claim], form);
    state_words(&now, view->language, words);
    canvas_text(view->canvas,
                (struct rect){ r.x, y, inset, canvas_line_height(view->canvas, TEXT_BODY) },
                TEXT_BODY, ALIGN_LEFT, mark,
                now.state == CLAIM_MET     ? "\u2713"
                : now.state == CLAIM_UNMET ? "\u2717"
                                           : "\u25cb");
    y = paragraph(view, text, y, TEXT_BODY, ink, name) + gap;
    y = paragraph(view, text, y, TEXT_MONO_SMALL, is_grey(view) ? theme->faint : theme->dim,
                  form) +
        gap;
    return paragraph(view, text, y, TEXT_SMALL, now.state == CLAIM_OPEN ? theme->faint : mark,
                     words);
}

static int draw_back(struct view *view, struct rect r, int y)
{
    const struct rect button = { r.x, y, r.w, canvas_px(view->canvas, BUTTON_H) };
    const struct rect seen = rect_common(button, r);

    if (seen.h == button.h)
        widget_button(view,
                      &(struct button){
                          .label = view->lesson->experiment[0] != '\0'
                                       ? "Begin anew with the experiment's settings"
                                       : "Begin anew with the lesson's settings",
                          .hot = { .rect = button,
                                   .action = ACT_OWN,
                                   .hint = "All that you changed is as the lesson says" } });
    return y + button.h;
}

int panel_claims(struct view *view, struct rect r, int scroll)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const int gap = canvas_px(view->canvas, ROW_GAP);
    const bool of_experiment = view->lesson->experiment[0] != '\0';
    int y = r.y - scroll;
    char end[192];

    canvas_clip(view->canvas, &r);
    canvas_text(view->canvas,
                (struct rect){ r.x, y, r.w, canvas_line_height(view->canvas, TEXT_BODY) },
                TEXT_BOLD, ALIGN_LEFT, theme->text,
                of_experiment ? "What this experiment claims" : "What this lesson claims");
    y += canvas_line_height(view->canvas, TEXT_BODY) + gap;
    if (of_experiment)
        y = paragraph(view, r, y, TEXT_BODY, theme->dim,
                      lesson_title(view->lesson, view->language)) +
            gap;
    if (is_grey(view)) {
        y = paragraph(
                view, r, y, TEXT_BODY, theme->mark,
                of_experiment
                    ? "These claims are about the experiment's own settings, from step 0 on. "
                      "This run is another."
                    : "These claims are about the lesson's own settings, from step 0 on. This "
                      "run is another.") +
            gap;
        y = draw_back(view, r, y) + gap;
    }
    for (int i = 0; i < view->lesson->claim_count; i++)
        y = draw_claim(view, r, y, i) + gap;
    snprintf(
        end, sizeof end,
        words_in(
            view->language,
            "What training decides is measured at step %ld, before that on fewer sequences. This "
            "is one run; duet check %d asks three."),
        view->lesson->config.training.steps, view->lesson->number);
    y = paragraph(view, r, y, TEXT_SMALL, theme->faint, end);
    canvas_clip(view->canvas, NULL);
    return y - r.y + scroll;
}

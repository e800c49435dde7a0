/* What a hand's changes do to the sequence shown. */
#include "viz/window/panels.h"

#include <stdio.h>

#include "lessons/words.h"
#include "viz/window/format.h"

enum { ANSWER_MAX = 48 };

/* "1.588 \u2717": an answer, and whether it is right. Returns text. */
static const char *judged(char text[ANSWER_MAX], const struct snapshot_answer *answer)
{
    snprintf(text, ANSWER_MAX, "%s %s", answer->text, answer->right ? "\u2713" : "\u2717");
    return text;
}

void panel_effect(const struct arm_panel *panel, struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct snapshot_arm *arm = panel->arm;
    const int asked = panel_asked_step(panel->snapshot);
    char now[FORMAT_MAX], before[FORMAT_MAX], said[ANSWER_MAX], says[ANSWER_MAX];
    char text[4 * ANSWER_MAX] = "";

    format_number(now, arm->probe_loss);
    format_number(before, arm->has_before ? arm->before_loss : arm->free_loss);
    if (arm->has_before)
        snprintf(
            text, sizeof text,
            words_in(panel->view->language, "before (step %ld): loss %s, %s   now: %s, %s"),
            arm->before_step, before, judged(said, &arm->before[asked]), now,
            judged(says, &arm->answer[asked]));
    if (!arm->has_before || canvas_text_width(panel->view->canvas, TEXT_TINY, text, -1) > row.w)
        snprintf(text, sizeof text,
                 words_in(panel->view->language, "before: loss %s   now: %s"), before, now);
    canvas_text(panel->view->canvas, row, TEXT_TINY, ALIGN_LEFT, theme->mark, text);
    view_hot(panel->view,
             (struct hot){ .rect = row,
                           .hint = "Loss of this sequence and its asked answer: before your "
                                   "first change, and now. Esc takes all changes back" });
}

/* What theory says about the rows shown: a long-dashed line, and what it is in words. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "lessons/words.h"
#include "viz/window/format.h"
#include "viz/window/gradient_parts.h"

const struct theory *gradient_theory(const struct arm_panel *panel, const char **because)
{
    const struct theory *theory = &panel->arm->theory;
    const int layer = panel->view->arm[panel->number].layer;

    *because = theory->because;
    if (theory->kind == THEORY_NONE) {
        if (*because == NULL)
            *because = "Nothing as simple is known of this arm";
        return NULL;
    }
    if (theory->layer != (panel->view->state_view ? layer : 0)) {
        *because = "The line is for the state of the last layer: choose it, in the state view";
        return NULL;
    }
    return theory;
}

bool gradient_theory_shown(const struct arm_panel *panel)
{
    const char *because;

    return panel->view->theory && gradient_theory(panel, &because) != NULL;
}

/* Through the bar of the first step back. */
void gradient_theory_line(const struct arm_panel *panel, struct pixels *pixels,
                          const struct profile_row *now)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const double px = canvas_scale(panel->view->canvas);
    const int tau = panel->arm->now.tau, T = panel->axis.steps;
    const char *because;
    const struct theory *known = gradient_theory(panel, &because);
    double *norm;

    if (!panel->view->theory || known == NULL || tau < 1 || !(now->one[tau - 1] > 0))
        return;
    norm = malloc((size_t)T * sizeof *norm);
    if (norm == NULL) /* one line less in this picture */
        return;
    for (int t = 0; t < T; t++)
        norm[t] = t < tau ? theory_norm(known, now->one[tau - 1], tau - t) : (double)NAN;
    gradient_line(panel, pixels, norm, 1, canvas_line(panel->view->canvas, 1.6),
                  (struct dashes){ 8 * px, 4 * px }, theme->accent);
    free(norm);
}

void gradient_theory_note(const struct arm_panel *panel, struct rect place)
{
    static const char *const what[] = { [THEORY_ORTHOGONAL] = "orthogonal, no input",
                                        [THEORY_DRIVEN] = "orthogonal, driven by noise",
                                        [THEORY_BOUND] = "largest singular value" };
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const char *because;
    const struct theory *known = gradient_theory(panel, &because);
    char factor[FORMAT_MAX], text[80];

    if (!panel->view->theory || known == NULL)
        return;
    format_factor(factor, known->factor);
    snprintf(text, sizeof text, words_in(panel->view->language, "%s %s a step: %s"),
             known->kind == THEORY_BOUND ? words_in(panel->view->language, "at most")
                                         : words_in(panel->view->language, "theory"),
             factor, what[known->kind]);
    if (canvas_text_width(panel->view->canvas, TEXT_TINY, text, -1) > place.w * 9 / 10)
        snprintf(text, sizeof text, words_in(panel->view->language, "%s %s a step"),
                 known->kind == THEORY_BOUND ? words_in(panel->view->language, "at most")
                                             : words_in(panel->view->language, "theory"),
                 factor);
    panel_note(panel->view->canvas, place, TEXT_TINY, ALIGN_LEFT, theme->accent, text);
}

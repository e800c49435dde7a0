/*
 * What is at the cursor: the value and the mean factor per step to the loss; below, the factor
 * of this step alone and what the other column has here.
 */
#include <math.h>
#include <stdio.h>

#include "lessons/words.h"
#include "viz/window/format.h"
#include "viz/window/gradient_parts.h"

/*
 * The mean factor per step between there and the first step back: the very step of the loss is
 * left out, as it is in the slope.
 */
static void say_value(const struct arm_panel *panel, const struct profile_row *now)
{
    const int t = panel->view->hover_step, tau = panel_asked_step(panel->snapshot);
    char value[FORMAT_MAX], factor[FORMAT_MAX];

    format_number(value, now->one[t]);
    if (t < tau - 1 && now->one[t] > 0 && now->one[tau - 1] > 0 &&
        panel->snapshot->loss_at >= 0)
        panel_hover_text(
            panel, HOVER_GRADIENT, "t %d, %d back  %s  %s a step", t, tau - t, value,
            format_factor(factor, exp(log(now->one[t] / now->one[tau - 1]) / (tau - 1 - t))));
    else
        panel_hover_text(panel, HOVER_GRADIENT, "t %d  %s", t, value);
}

/* The same rows of the arm in the other column; NULL: there is none. */
static const struct profile_row *other_row(const struct arm_panel *panel, int *number)
{
    struct arm_panel other = *panel;
    struct gradient_rows rows;

    if (panel->view->layout.columns < 2)
        return NULL;
    *number = panel->view->shown[1 - panel->column];
    if (*number >= panel->snapshot->arms || *number == panel->number)
        return NULL;
    other.number = *number;
    other.arm = &panel->snapshot->arm[*number];
    return gradient_rows(&other, &rows) ? rows.now : NULL;
}

static void say_more(const struct arm_panel *panel, const struct profile_row *now)
{
    const int t = panel->view->hover_step, tau = panel_asked_step(panel->snapshot);
    const bool has_step = t < tau && now->one[t + 1] > 0 && isfinite(now->one[t]);
    char factor[FORMAT_MAX], value[FORMAT_MAX], here[48] = "", label[ARM_LABEL_MAX];
    int number = 0;
    const struct profile_row *other = other_row(panel, &number);

    if (has_step)
        snprintf(here, sizeof here, words_in(panel->view->language, "this step %s"),
                 format_factor(factor, now->one[t] / now->one[t + 1]));
    if (other != NULL)
        panel_hover_text(panel, HOVER_GRADIENT_MORE, "%s%s%s here %s", here,
                         has_step ? "   " : "", panel_arm_label(panel->snapshot, number, label),
                         format_number(value, other->one[t]));
    else
        panel_hover_text(panel, HOVER_GRADIENT_MORE, "%s", here);
}

void gradient_readout(const struct arm_panel *panel, struct rect place,
                      const struct profile_row *now)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    char(*text)[HOVER_TEXT_MAX] = panel->view->hover_text[panel->column];

    say_value(panel, now);
    say_more(panel, now);
    panel_note(panel->view->canvas, place, TEXT_MONO_SMALL, ALIGN_LEFT,
               theme_arm_colour(theme, panel->arm->model), text[HOVER_GRADIENT]);
    place.y += place.h;
    if (text[HOVER_GRADIENT_MORE][0] != '\0')
        panel_note(panel->view->canvas, place, TEXT_MONO_SMALL, ALIGN_LEFT, theme->dim,
                   text[HOVER_GRADIENT_MORE]);
}

/* The letters of a gradient panel: where the error is and which way it goes, the factor per
 * step, what bars and lines are. */
#include <math.h>
#include <stdio.h>

#include "lessons/words.h"
#include "viz/window/format.h"
#include "viz/window/gradient_parts.h"

/* Below the factor, which has the first line. */
static int second_line(const struct canvas *canvas, struct rect plot)
{
    return plot.y + canvas_px(canvas, 3) + canvas_line_height(canvas, TEXT_MONO_BOLD);
}

/* From the error to the left: that is the way the gradient goes, against time. */
static void draw_arrow(const struct arm_panel *panel, struct rect plot, int y)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int head = canvas_px(canvas, 4), thick = canvas_px(canvas, 1.5);
    const int right = time_centre(&panel->axis, panel_asked_step(panel->snapshot));
    int left = right - canvas_text_width(canvas, TEXT_TINY, "the error is here", -1) -
               canvas_px(canvas, 8);

    left = left < plot.x ? plot.x : left;
    if (right - left < canvas_px(canvas, 40))
        return;
    canvas_fill(canvas, (struct rect){ left, y, right - left - head, thick }, theme->bad);
    for (int i = 0; i < head; i++)
        canvas_fill(canvas, (struct rect){ left + i, y - i, 1, 2 * i + thick }, theme->bad);
}

/* Where the error is. */
void gradient_error(const struct arm_panel *panel, struct rect plot)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int line = canvas_line_height(canvas, TEXT_TINY), y = second_line(canvas, plot);
    int x;

    if (panel->snapshot->loss_at < 0 ||
        !time_shown(&panel->axis, panel_asked_step(panel->snapshot)))
        return;
    x = time_centre(&panel->axis, panel_asked_step(panel->snapshot));
    canvas_dashes(canvas, x, plot.y, plot.h, true, theme_fade(theme->bad, 220));
    if (panel->view->hover_step >= 0) /* the hover text is there */
        return;
    panel_note(canvas, (struct rect){ plot.x, y, x - canvas_px(canvas, 3) - plot.x, line },
               TEXT_TINY, ALIGN_RIGHT, theme->bad, "the error is here");
    draw_arrow(panel, plot, y + line + canvas_px(canvas, 3));
}

enum { RMS_WORDS_MAX = 48 };

/* What is measured over 64 sequences is measured less often: of which step it is, if of another. */
static const char *rms_words(const struct arm_panel *panel, const char *name,
                             char words[RMS_WORDS_MAX])
{
    if (panel->arm->rms_step == panel->arm->probed_step)
        snprintf(words, RMS_WORDS_MAX, "%s", words_in(panel->view->language, name));
    else
        snprintf(words, RMS_WORDS_MAX, words_in(panel->view->language, "%s, step %ld"),
                 words_in(panel->view->language, name), panel->arm->rms_step);
    return words;
}

/* The number this panel is for. */
static void draw_factor(const struct arm_panel *panel, struct rect place,
                        const struct profile_row *now)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    char factor[FORMAT_MAX], text[FORMAT_MAX * 4], words[RMS_WORDS_MAX];

    if (isnan(now->slope))
        return;
    format_factor(factor, exp(now->slope));
    if (isfinite(now->rms[panel->arm->now.tau]))
        snprintf(text, sizeof text, words_in(panel->view->language, "%s per step back (%s)"),
                 factor, rms_words(panel, "rms", words));
    else
        snprintf(text, sizeof text, words_in(panel->view->language, "%s per step back"),
                 factor);
    if (canvas_text_width(canvas, TEXT_MONO_BOLD, text, -1) > place.w)
        snprintf(text, sizeof text, "%s", factor);
    panel_note(canvas, place, TEXT_MONO_BOLD, ALIGN_LEFT,
               theme_arm_colour(theme, panel->arm->model), text);
}

/* A raw seed is as long as the error of this one answer. */
static void draw_raw(const struct arm_panel *panel, struct rect place)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const double error = panel->arm->now.error;
    char number[FORMAT_MAX], text[64];

    snprintf(text, sizeof text, words_in(panel->view->language, "raw: the error is %s long"),
             format_number(number, error));
    panel_note(panel->view->canvas, place, TEXT_TINY, ALIGN_LEFT, theme->text, text);
}

/* Raw seed and theory, where there is room. Returns where they end. */
static int draw_more_notes(const struct arm_panel *panel, struct rect plot, struct rect place)
{
    const int most = plot.y + plot.h;

    place.h =
        canvas_line_height(panel->view->canvas, TEXT_TINY) + canvas_px(panel->view->canvas, 2);
    if (panel->arm->now.raw && place.y + 2 * place.h < most) {
        draw_raw(panel, place);
        place.y += place.h;
    }
    if (gradient_theory_shown(panel) && place.y + 2 * place.h < most) {
        gradient_theory_note(panel, place);
        place.y += place.h;
    }
    return place.y;
}

/* The lines of letters at the left top, one below the other. Returns where they end. */
int gradient_notes(const struct arm_panel *panel, struct rect plot,
                   const struct profile_row *now)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const bool all = panel->snapshot->loss_at < 0;
    struct rect place = { plot.x + canvas_px(canvas, 3), plot.y + canvas_px(canvas, 2),
                          plot.w - canvas_px(canvas, 6),
                          canvas_line_height(canvas, TEXT_MONO_BOLD) };

    if (time_shown(&panel->axis, panel->view->hover_step)) {
        gradient_readout(panel, place, now);
        return place.y + 2 * place.h;
    }
    if (plot.h <= canvas_px(canvas, 50))
        return plot.y;
    if (all)
        panel_note(canvas, place, TEXT_SMALL, ALIGN_LEFT, theme->bad,
                   "local losses hide vanishing");
    else
        draw_factor(panel, place, now);
    place.y = second_line(canvas, plot);
    if (!all) /* where the error is may be anywhere in the second line */
        place.y += canvas_line_height(canvas, TEXT_TINY) + canvas_px(canvas, 8);
    return draw_more_notes(panel, plot, place);
}

/* One entry of the legend, if it ends before `right`; moves *x on. */
enum sample { SAMPLE_BAR, SAMPLE_LINE, SAMPLE_DASHES };

static void draw_entry(const struct arm_panel *panel, struct rect row, int *x, int right,
                       enum sample sample, const char *label)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct colour colour = theme_arm_colour(theme, panel->arm->model);
    const int gap = canvas_px(canvas, 4),
              w = canvas_px(canvas, sample == SAMPLE_DASHES ? 13 : 9);
    const int mid = row.y + row.h / 2;
    const int width = w + gap + canvas_text_width(canvas, TEXT_TINY, label, -1) + 2 * gap;

    if (*x + width > right)
        return;
    if (sample == SAMPLE_BAR)
        canvas_fill(canvas, (struct rect){ *x, mid - w / 2, w, w },
                    theme_between(theme->panel, colour, 0.72));
    else if (sample == SAMPLE_LINE)
        canvas_fill(canvas, (struct rect){ *x, mid, w, canvas_px(canvas, 2) },
                    theme_between(colour, theme->text, 0.55));
    else
        canvas_dashes(canvas, *x, mid, w, false, theme->text);
    canvas_text(canvas, rect_inset(row, *x + w + gap - row.x, 0, 0, 0), TEXT_TINY, ALIGN_LEFT,
                theme->dim, label);
    *x += width;
}

/* Which way time goes; of a part of it, which part. */
static const char *what_is_shown(const struct time_axis *axis, enum language language,
                                 char words[48])
{
    const int first = time_first(axis), end = time_end(axis);

    if (end - first >= axis->steps)
        return "time \u2192";
    snprintf(words, 48, words_in(language, "steps %d to %d of %d"), first, end - 1,
             axis->steps);
    return words;
}

/* What bars and lines are, and which way things go. */
void gradient_legend(const struct arm_panel *panel, struct rect plot, bool many, bool ghost)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct rect row = { plot.x, plot.y + plot.h + canvas_px(canvas, 1), plot.w,
                              canvas_px(canvas, GRADIENT_LEGEND_H) };
    int x = row.x, right = row.x + row.w;
    char shown[48], rms[RMS_WORDS_MAX];

    view_hot(panel->view,
             (struct hot){ .rect = row,
                           .hint = "Bars: this sequence. Line: root mean square over 64 fixed "
                                   "ones, measured less often. Dashes: step 0" });
    right -= canvas_text(canvas, row, TEXT_TINY, ALIGN_RIGHT, theme->text, "\u2190 gradient");
    x += canvas_text(canvas, row, TEXT_TINY, ALIGN_LEFT, theme->text,
                     what_is_shown(&panel->axis, panel->view->language, shown)) +
         canvas_px(canvas, 12);
    draw_entry(panel, row, &x, right, SAMPLE_BAR, "this sequence");
    if (many)
        draw_entry(panel, row, &x, right, SAMPLE_LINE, rms_words(panel, "rms of 64", rms));
    if (ghost)
        draw_entry(panel, row, &x, right, SAMPLE_DASHES, "step 0");
}

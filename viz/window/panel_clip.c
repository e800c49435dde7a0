/*
 * training.clip as a line in the plot of gradient norms: what lies above it is cut to it. A hand
 * moves it, and the next update is made with it.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lessons/words.h"
#include "viz/window/act.h"
#include "viz/window/format.h"
#include "viz/window/panels.h"

enum { REACH = 5 /* of the hand, above and below the line */, HANDLE_W = 50, HANDLE_H = 13 };
enum { LATELY = 100 /* updates */ };

/* A clip is shown within so many times what has been measured; beyond that at the edge. */
static const double SHOWN_WITHIN = 100;

void panel_clip_axis(const struct view *view, const struct snapshot *snapshot,
                     struct value_axis *axis)
{
    const double clip = act_config(view)->training.clip;

    (void)snapshot;
    if (view->held && view->held_hot.action == ACT_CLIP) { /* it stands still under the hand */
        *axis = view->clip.axis;
        return;
    }
    if (clip > 0 && clip < axis->least && clip > axis->least / SHOWN_WITHIN)
        axis->least = clip / 1.5;
    if (clip > axis->most && clip < axis->most * SHOWN_WITHIN)
        axis->most = clip * 1.5;
}

/* Of the arm's last updates, the share whose gradient was longer than that. */
static double clipped_share(const struct snapshot_arm *arm, double clip)
{
    int cut = 0, all = 0;

    for (int i = arm->curve.count - 1; i >= 0; i--) {
        const struct curve_point *point = &arm->curve.points[i];

        if (point->step < arm->step - LATELY)
            break;
        cut += (double)point->gradient_norm > clip;
        all++;
    }
    return all > 0 ? (double)cut / all : (double)NAN;
}

/* "Clipped of the last 100 updates: elman 34 %, transformer 2 %", after what a hand can do. */
static void write_hint(struct view *view, const struct snapshot *s, double clip)
{
    char *hint = view->clip.hint;
    const size_t size = sizeof view->clip.hint;

    if (!(clip > 0)) {
        snprintf(hint, size, "%s",
                 words_in(view->language,
                          "No gradient is clipped: drag this down, turn the wheel, or double "
                          "click to type the largest norm"));
        return;
    }
    snprintf(hint, size,
             words_in(view->language,
                      "Drag, turn or double click: acts at once. Clipped of the last %d:"),
             LATELY);
    for (int i = 0; i < 2 && i < s->arms; i++) {
        const struct snapshot_arm *arm = &s->arm[view->shown[i]];
        char label[ARM_LABEL_MAX];
        const size_t length = strlen(hint);

        snprintf(hint + length, size - length, "%s %s %.0f %%", i > 0 ? "," : "",
                 panel_arm_label(s, view->shown[i], label), 100 * clipped_share(arm, clip));
    }
}

static void make_hot(struct view *view, struct rect rect)
{
    view_hot(view, (struct hot){ .rect = rect,
                                 .action = ACT_CLIP,
                                 .hint = view->clip.hint,
                                 .drag = true,
                                 .wheel = true,
                                 .entry = true });
}

static void draw_off(struct view *view, struct rect area)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const int w = canvas_px(canvas, HANDLE_W), h = canvas_px(canvas, HANDLE_H);
    const struct rect handle = { area.x + area.w - w, area.y, w, h };

    canvas_round(canvas, handle, canvas_px(canvas, 3),
                 view_over(view, handle) ? theme->hover : theme->raised);
    canvas_text(canvas, handle, TEXT_TINY, ALIGN_CENTRE, theme->dim, "clip off");
    make_hot(view, handle);
}

/* How much each arm was clipped, from the left, in fields that do not move. */
static int draw_shares(struct view *view, const struct snapshot *s, struct rect place,
                       double clip)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const int left = place.x;

    for (int i = 0; i < 2 && i < s->arms; i++) {
        const struct snapshot_arm *arm = &s->arm[view->shown[i]];
        const double share = clipped_share(arm, clip);
        char text[16];

        if (!isfinite(share))
            continue;
        snprintf(text, sizeof text, "%.0f%%", 100 * share);
        panel_note(canvas, place, TEXT_TINY, ALIGN_LEFT, theme_arm_colour(theme, arm->model),
                   text);
        place.x += canvas_text_width(canvas, TEXT_TINY, "100%", -1) + canvas_px(canvas, 3);
    }
    return place.x - left;
}

static void draw_line(struct view *view, const struct snapshot *s, struct rect area,
                      const struct value_axis *axis, double clip)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const int line = canvas_line_height(canvas, TEXT_TINY), reach = canvas_px(canvas, REACH);
    const int y = (int)value_y(axis, area, clip);
    const bool below = y - line < area.y;
    struct rect place = { area.x, below ? y + canvas_px(canvas, 2) : y - line, area.w, line };
    char number[FORMAT_MAX], label[48];
    const int share = canvas_text_width(canvas, TEXT_TINY, "100%", -1) + canvas_px(canvas, 6);
    const bool beyond = clip > axis->most || clip < axis->least;

    canvas_dashes(canvas, area.x, y, area.w, false, theme->accent);
    snprintf(label, sizeof label, words_in(view->language, "clip %s%s"),
             format_number(number, clip),
             clip > axis->most    ? " \u2191"
             : clip < axis->least ? " \u2193"
                                  : "");
    if (!beyond && /* there it is all of them, or none */
        canvas_text_width(canvas, TEXT_TINY, label, -1) + 2 * share < area.w)
        place = rect_inset(place, draw_shares(view, s, place, clip), 0, 0, 0);
    panel_note(canvas, place, TEXT_TINY, ALIGN_RIGHT, theme->accent, label);
    make_hot(view, (struct rect){ area.x, y - reach, area.w, 2 * reach + 1 });
}

void panel_clip(struct view *view, const struct snapshot *snapshot, struct rect area,
                const struct value_axis *axis)
{
    const double clip = act_config(view)->training.clip;

    view->clip.area = area;
    view->clip.axis = *axis;
    write_hint(view, snapshot, clip);
    if (clip > 0)
        draw_line(view, snapshot, area, axis, clip);
    else
        draw_off(view, area);
}

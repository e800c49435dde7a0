/*
 * The training from its first step to the last that any way of it reached: what is kept of it,
 * where one looks, where it was forked.
 */
#include "viz/window/panels.h"

#include <stdio.h>

#include "lessons/words.h"
#include "viz/window/format.h"
#include "viz/window/race.h"
#include "viz/window/widgets.h"

enum {
    WORDS_W = 282,
    WORDS_LEAST_W = 560, /* of the whole, for words to be there; for chips: */
    CHIPS_LEAST_W = 860,
    TICK_H = 8,
    FIRST_H = 14,
    HEAD_W = 9
};

long timeline_last(const struct snapshot *s)
{
    long last = s->step;

    for (int i = 0; i < s->branches.count; i++)
        if (s->branches.items[i].to > last)
            last = s->branches.items[i].to;
    return last;
}

/* ------------------------------------------------------------------------------------ chips */

/* From right to left: how much of the row is left of it. */
static void add_chip(struct view *view, struct rect *row, const struct button *button)
{
    struct canvas *canvas = view->canvas;
    const int w = widget_chip_width(view, button->label), h = canvas_px(canvas, 17);

    row->w -= w;
    widget_chip(view, row->x + row->w, row->y + (row->h - h) / 2, h, button);
    row->w -= canvas_px(canvas, 4);
}

static struct button fork_chip(const char *label, enum fork_way way, const char *hint)
{
    return (struct button){ .label = label,
                            .hot = { .action = ACT_FORK, .value = way, .hint = hint } };
}

static void draw_chips(struct view *view, struct rect *row, const struct snapshot *s)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const struct button chips[] = {
        fork_chip(s->config.training.clip > 0 ? "clip off" : "clip on", FORK_CLIP,
                  "Fork: train on from where you look, with or without a clip on the gradient"),
        fork_chip("lr \u00d7 3", FORK_FASTER,
                  "Fork: train on from where you look, with three times the learning rates"),
        fork_chip("lr \u00f7 3", FORK_SLOWER,
                  "Shift-F: train on from where you look, with a third of the learning rates"),
        fork_chip("same", FORK_SAME,
                  "F: train on from where you look; the curves of before stay, paler"),
    };
    const int label = canvas_text_width(canvas, TEXT_TINY, "Fork", -1);

    for (size_t i = 0; i < sizeof chips / sizeof *chips; i++)
        add_chip(view, row, &chips[i]);
    row->w -= label;
    canvas_text(canvas, (struct rect){ row->x + row->w, row->y, label, row->h }, TEXT_TINY,
                ALIGN_LEFT, theme->dim, "Fork");
    row->w -= canvas_px(canvas, 12);
}

/* ------------------------------------------------------------------------------------ track */

static void draw_words(struct view *view, struct rect place, const struct snapshot *s)
{
    const struct theme *theme = canvas_theme(view->canvas);

    if (s->looking_at == LAB_NOW)
        canvas_format(view->canvas, place, TEXT_SMALL, ALIGN_LEFT, theme->dim,
                      "now, step %ld: %s", s->step,
                      s->running ? words_in(view->language, "training")
                                 : words_in(view->language, "paused"));
    else
        canvas_format(view->canvas, place, TEXT_SMALL, ALIGN_LEFT, theme->accent,
                      "looking at step %ld of %ld: %s", s->looking_at, s->step,
                      s->looks_through ? words_in(view->language, "in today's layers")
                      : s->running     ? words_in(view->language, "training goes on")
                                       : words_in(view->language, "paused"));
    if (s->looks_through)
        view_hot(view, (struct hot){ .rect = place,
                                     .hint = "Mask, heads or the like were others then: these "
                                             "are the weights of then in the layers of now; F "
                                             "brings the layers back, too" });
}

static int step_x(struct rect track, long last, long step)
{
    return track.x + (last > 0 ? (int)((double)step / (double)last * (track.w - 1)) : 0);
}

/* A bar of `h` pixels across the middle of the track. */
static void draw_bar(struct canvas *canvas, struct rect track, int x, int w, int h,
                     struct colour colour)
{
    canvas_fill(canvas, (struct rect){ x - w / 2, track.y + (track.h - h) / 2, w, h }, colour);
}

/* "left at step 80, had come to 400: lr 0.003 / 0.001, clip 1" */
static void describe(const struct snapshot *s, const struct branch *branch,
                     enum language language, char hint[HINT_MAX])
{
    const size_t used = (size_t)snprintf(
        hint, HINT_MAX, words_in(language, "left at step %ld, had come to %ld: "), branch->from,
        branch->to);
    double rates[ARMS_MAX];
    int count = 0;

    for (; count < branch->arms && count < s->arms; count++)
        rates[count] = branch->arm[count].learning_rate;
    format_rates(hint + used, HINT_MAX - used, rates, count, branch->clip, language);
}

/* A wedge that points down to where a way was left; pressed, one looks there. */
static void draw_fork(struct view *view, struct rect track, const struct snapshot *s,
                      int number)
{
    struct canvas *canvas = view->canvas;
    const struct colour colour = canvas_theme(canvas)->mark;
    const struct branch *branch = &s->branches.items[number];
    const int h = canvas_px(canvas, 5), x = step_x(track, timeline_last(s), branch->from);

    describe(s, branch, view->language, view->branch_hint[number]);
    view_hot(view, (struct hot){ .rect = { x - h, track.y, 2 * h + 1, h + 1 },
                                 .action = ACT_LOOK,
                                 .value = branch->from,
                                 .hint = view->branch_hint[number] });

    for (int i = 0; i < h; i++)
        canvas_fill(canvas,
                    (struct rect){ x - (h - 1 - i), track.y + canvas_px(canvas, 1) + i,
                                   2 * (h - 1 - i) + 1, 1 },
                    colour);
}

static void draw_head(struct canvas *canvas, struct rect track, int x, bool hollow,
                      struct colour ring)
{
    const struct theme *theme = canvas_theme(canvas);
    const int d = canvas_px(canvas, HEAD_W), line = canvas_px(canvas, 2);
    const struct rect head = { x - d / 2, track.y + (track.h - d) / 2, d, d };

    canvas_round(canvas, head, d / 2, ring);
    if (hollow)
        canvas_round(canvas, rect_inset(head, line, line, line, line), (d - 2 * line) / 2,
                     theme->panel);
}

static void draw_track(struct view *view, struct rect track, const struct snapshot *s)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const long last = timeline_last(s);
    const int thick = canvas_px(canvas, 3), now = step_x(track, last, s->step);

    canvas_fill(canvas,
                (struct rect){ track.x, track.y + (track.h - thick) / 2, track.w, thick },
                theme->raised);
    canvas_fill(
        canvas,
        (struct rect){ track.x, track.y + (track.h - thick) / 2, now - track.x + 1, thick },
        theme->edge);
    for (int i = 0; i < s->moments; i++)
        draw_bar(canvas, track, step_x(track, last, s->moment[i]), 1, canvas_px(canvas, TICK_H),
                 theme->dim);
    draw_bar(canvas, track, track.x, canvas_px(canvas, 2), canvas_px(canvas, FIRST_H),
             theme->text);
    if (s->looking_at == LAB_NOW) {
        draw_head(canvas, track, now, false, theme->text);
    } else {
        draw_head(canvas, track, now, true, theme->dim);
        draw_head(canvas, track, step_x(track, last, s->looking_at), false, theme->accent);
    }
    view_hot(view,
             (struct hot){ .rect = track,
                           .action = ACT_SCRUB,
                           .drag = true,
                           .wheel = true,
                           .hint = "Drag or click: look back over the training; wheel, PgUp, "
                                   "PgDn: a moment on or back; a wedge: a fork" });
    for (int i = 0; i < s->branches.count; i++)
        draw_fork(view, track, s, i);
}

/* Both ends of the track in numbers. Returns what lies between. */
static struct rect draw_ends(struct canvas *canvas, struct rect row, const struct snapshot *s)
{
    const struct theme *theme = canvas_theme(canvas);
    char label[FORMAT_MAX];
    const char *last = race_x_label(label, RACE_STEPS, (double)timeline_last(s));
    const int gap = canvas_px(canvas, 7), w = canvas_text_width(canvas, TEXT_TINY, "0", -1);
    const int field = canvas_text_width(canvas, TEXT_TINY, "000,000", -1);

    canvas_text(canvas, row, TEXT_TINY, ALIGN_LEFT, theme->dim, "0");
    canvas_text(canvas, (struct rect){ row.x + row.w - field, row.y, field, row.h }, TEXT_TINY,
                ALIGN_LEFT, theme->dim, last);
    return rect_inset(row, w + gap, 0, field + gap, 0);
}

void panel_timeline(struct view *view, const struct snapshot *s)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const struct rect r = view->layout.timeline;
    const int pad = canvas_px(canvas, 10);
    struct rect row = rect_inset(r, pad, 0, pad, 0);

    if (r.w == 0)
        return;
    canvas_round(canvas, r, canvas_px(canvas, 6), theme->panel);
    if (r.w >= canvas_px(canvas, WORDS_LEAST_W)) {
        draw_words(view, (struct rect){ row.x, row.y, canvas_px(canvas, WORDS_W), row.h }, s);
        row = rect_inset(row, canvas_px(canvas, WORDS_W), 0, 0, 0);
    }
    if (r.w >= canvas_px(canvas, CHIPS_LEAST_W))
        draw_chips(view, &row, s);
    add_chip(view, &row,
             &(struct button){ .label = "now",
                               .on = s->looking_at == LAB_NOW,
                               .hot = { .action = ACT_LOOK,
                                        .value = LAB_NOW,
                                        .hint = "End: back to the present; Home: step 0" } });
    row = rect_inset(row, 0, 0, canvas_px(canvas, 6), 0);
    draw_track(view, draw_ends(canvas, row, s), s);
}

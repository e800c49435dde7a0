#include "viz/window/layout.h"

#include <math.h>
#include <string.h>

#include "common/numeric/clamp.h"

/* Sizes in units: pixels at scale 1. */
enum {
    MARGIN = 10,
    GAP = 8,
    PAD = 10, /* inside a card */
    RAIL_W = 164,
    STATUS_H = 26,
    TEXT_W = 1100, /* least width of a window with the lesson's text */
    TEXT_LEAST_W = 860,
    LESSON_BAR_H = 26,
    TIMELINE_H = 26,
    HEADER_H = 46,
    HEADER_SMALL_H = 22,
    GUTTER_W = 56, /* labels left of a time axis */
    GUTTER_SMALL_W = 34,
    TOKENS_H = 48,
    TOKENS_SMALL_H = 18,
    STRIP_TITLE_H = 15,
    STRIP_ROW_H = 10,
    STRIP_PAD = 5,
};

struct sizes {
    double scale;
    int w, h; /* of the window, in units */
};

static int px(const struct sizes *s, double units)
{
    return (int)lround(units * s->scale);
}

/* Heights of the parts of a column; 0: left out. */
struct parts {
    int header, gradient, strip, tokens, states, lower;
};

/* `height` units for everything; the parts get their share of what the fixed ones leave. */
static struct parts divide(int height, int strip_rows, enum layout_part enlarged)
{
    static const struct {
        int gradient, states; /* per cent; the lower part has the rest */
    } shares[] = { [LAYOUT_EVEN] = { 38, 22 },
                   [LAYOUT_GRADIENT] = { 68, 14 },
                   [LAYOUT_STATES] = { 22, 54 },
                   [LAYOUT_LOWER] = { 20, 12 } };
    const int strip = strip_rows > 0 ? STRIP_TITLE_H + strip_rows * STRIP_ROW_H + STRIP_PAD : 0;
    struct parts p = { .header = height >= 190 ? HEADER_H : HEADER_SMALL_H };
    int rest = height - p.header - 2 * PAD;

    if (rest >= 400) {
        p.tokens = TOKENS_H;
        p.strip = strip;
        rest -= p.tokens + p.strip + 3 * GAP - GAP / 2;
        p.gradient = rest * shares[enlarged].gradient / 100;
        p.states = rest * shares[enlarged].states / 100;
        p.lower = rest - p.gradient - p.states;
    } else if (rest >= 230) {
        p.tokens = TOKENS_H;
        rest -= p.tokens + 2 * GAP;
        p.gradient = rest * 60 / 100;
        p.states = rest - p.gradient;
        if (enlarged == LAYOUT_LOWER) { /* in place of the states */
            p.lower = p.states;
            p.states = 0;
        }
    } else if (rest >= 100) {
        p.tokens = TOKENS_SMALL_H;
        p.gradient = rest - p.tokens - GAP / 2;
    } else {
        p.gradient = rest > 0 ? rest : 0;
    }
    return p;
}

/* Take a rectangle of that height off the top of what is left; nothing for 0. */
static struct rect take(struct rect *left, int height, int gap)
{
    const struct rect taken = { left->x, left->y, height > 0 ? left->w : 0, height };

    if (height > 0)
        *left = rect_inset(*left, 0, height + gap, 0, 0);
    return taken;
}

static void fill_column(struct layout_column *c, const struct sizes *s, struct rect card,
                        const struct layout_wish *wish)
{
    const struct parts p = divide((int)(card.h / s->scale), wish->strip_rows, wish->enlarged);
    const int pad = px(s, PAD), gap = px(s, GAP);
    const int gutter = px(s, card.w / s->scale < 260 ? GUTTER_SMALL_W : GUTTER_W);
    struct rect left = rect_inset(card, pad, pad, pad, pad);

    c->card = card;
    c->header = take(&left, px(s, p.header), 0);
    c->gradient = take(&left, px(s, p.gradient), px(s, GAP / 2));
    c->strip = take(&left, px(s, p.strip), 0);
    c->tokens = take(&left, px(s, p.tokens), gap);
    c->states = take(&left, px(s, p.states), gap);
    c->lower = take(&left, p.lower > 0 ? left.h : 0, 0);
    c->axis_x = card.x + pad + gutter;
    c->axis_w = card.w - 2 * pad - gutter;
    if (c->axis_w < 1)
        c->axis_w = 1;
}

/* Left to right: rail, middle, lesson text. Returns the middle. */
static struct rect split_width(struct layout *layout, const struct sizes *s, struct rect all,
                               const struct layout_wish *wish)
{
    const int gap = px(s, GAP), least = wish->text_asked ? TEXT_LEAST_W : TEXT_W;

    if (s->w >= 700 && s->h >= 380) {
        layout->rail = (struct rect){ all.x, all.y, px(s, RAIL_W), all.h };
        all = rect_inset(all, px(s, RAIL_W) + gap, 0, 0, 0);
    }
    if (wish->text && s->w >= least && s->h >= 380) {
        const int w = px(s, clamp_int(s->w * 23 / 100, 290, 460));

        layout->lesson = (struct rect){ all.x + all.w - w, all.y, w, all.h };
        all = rect_inset(all, 0, 0, w + gap, 0);
    }
    return all;
}

void layout_compute(struct layout *layout, const struct layout_wish *wish)
{
    const struct sizes s = { wish->scale, (int)(wish->w / wish->scale),
                             (int)(wish->h / wish->scale) };
    const int gap = px(&s, GAP);
    const int margin = px(&s, s.w < 500 || s.h < 300 ? MARGIN / 3 : MARGIN);
    struct rect all = { 0, 0, wish->w, wish->h };

    memset(layout, 0, sizeof *layout);
    layout->scale = wish->scale;
    if (s.h >= 150) {
        layout->status =
            (struct rect){ 0, wish->h - px(&s, STATUS_H), wish->w, px(&s, STATUS_H) };
        all.h -= px(&s, STATUS_H);
    }
    all = rect_inset(all, margin, margin, margin, layout->status.w > 0 ? px(&s, 2) : margin);
    if (s.h >= 480) {
        const int h = px(&s, TIMELINE_H);

        layout->timeline = (struct rect){ all.x, all.y + all.h - h, all.w, h };
        all.h -= h + px(&s, GAP / 2);
    }
    all = split_width(layout, &s, all, wish);
    if (wish->text_bar && layout->lesson.w == 0 && s.w >= 700 && s.h >= 430) {
        layout->lesson_bar = (struct rect){ all.x, all.y, all.w, px(&s, LESSON_BAR_H) };
        all = rect_inset(all, 0, layout->lesson_bar.h + px(&s, GAP / 2), 0, 0);
    }
    if (s.h >= 430) {
        layout->race =
            (struct rect){ all.x, all.y, all.w, px(&s, clamp_int(s.h * 155 / 1000, 78, 220)) };
        all = rect_inset(all, 0, layout->race.h + gap, 0, 0);
    }
    layout->columns = wish->arms >= 2 && all.w >= px(&s, 440) ? 2 : 1;
    for (int i = 0; i < layout->columns; i++) {
        const int w = (all.w - (layout->columns - 1) * gap) / layout->columns;

        fill_column(&layout->column[i], &s,
                    (struct rect){ all.x + i * (w + gap), all.y, w, all.h }, wish);
    }
}

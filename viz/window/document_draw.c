/* A chunk of a document on the canvas. */
#include <stdio.h>

#include "viz/window/document_parts.h"

void document_add_spot(struct document *d, struct rect within, const struct spot *spot)
{
    struct spot seen = *spot;

    seen.rect = rect_common(spot->rect, within);
    if (seen.rect.w <= 0 || seen.rect.h <= 0 ||
        !document_grow((void **)&d->spots, &d->spot_room, d->spot_count + 1, sizeof *d->spots))
        return; /* it cannot be pressed in this frame */
    d->spots[d->spot_count++] = seen;
}

int document_spots(const struct document *d, const struct spot **spots)
{
    *spots = d->spots;
    return d->spot_count;
}

static void draw_block(const struct block *b, struct canvas *canvas, struct rect rect, int top)
{
    const struct theme *theme = canvas_theme(canvas);
    const int y = top + b->y, line = canvas_line_height(canvas, TEXT_BODY);
    char bullet[16];

    if (b->kind == KIND_CODE)
        canvas_round(canvas,
                     (struct rect){ rect.x, y - canvas_px(canvas, 3), rect.w,
                                    b->h + canvas_px(canvas, 5) },
                     canvas_px(canvas, 4), theme->window);
    if (b->kind == KIND_RULE)
        canvas_fill(canvas, (struct rect){ rect.x, y + b->h / 2, rect.w, 1 }, theme->edge);
    if (b->quote) /* through the space between two quoted blocks */
        canvas_fill(
            canvas,
            (struct rect){ rect.x, y - b->joined, canvas_px(canvas, 3), b->h + b->joined },
            theme->accent);
    if (b->kind == KIND_ROW && b->head)
        canvas_fill(canvas, (struct rect){ rect.x, y + b->h, rect.w, 1 }, theme->edge);
    if (b->bullet == 0 || b->role == ROLE_CHOICE)
        return;
    if (b->bullet < 0)
        snprintf(bullet, sizeof bullet, "\u2022");
    else
        snprintf(bullet, sizeof bullet, "%d.", b->bullet);
    canvas_text(
        canvas,
        (struct rect){ rect.x + document_indent(b, canvas) - canvas_px(canvas, BULLET_W + 6), y,
                       canvas_px(canvas, BULLET_W + 2), line },
        TEXT_BODY, ALIGN_RIGHT, theme->dim, bullet);
}

static struct colour colour_of(const struct theme *theme, enum ink ink)
{
    switch (ink) {
    case INK_STRONG:
        return theme->text;
    case INK_CODE:
        return theme_between(theme->accent, theme->text, 0.5);
    case INK_LINK:
        return theme->accent;
    case INK_PICTURE:
        return theme->dim;
    default:
        return theme_between(theme->dim, theme->text, 0.7);
    }
}

/* What prediction needs beside its words. */
static void draw_asked(struct document *d, struct canvas *canvas, struct rect rect, int top,
                       const struct block *b)
{
    const int left = canvas_px(canvas, ASKED_INSET);
    const struct rect box = { rect.x + left, top + b->y, rect.w - left, b->h };

    if (b->role == ROLE_BUTTONS)
        document_draw_buttons(d, canvas, box, rect, b);
    if (b->role != ROLE_CHOICE)
        return;
    document_draw_choice(d, canvas, box, b);
    if (!document_answered(d, b->prediction))
        document_add_spot(d, rect,
                          &(struct spot){ .kind = SPOT_CHOICE,
                                          .number = b->prediction,
                                          .choice = b->choice,
                                          .rect = box });
}

/* Is the next word on the same line of the same link? */
static bool goes_on(const struct document *d, int word)
{
    const struct word *w = &d->words[word];

    return word + 1 < d->count && w[1].link == w->link && w[1].block == w->block &&
           w[1].y == w->y;
}

/* The words of a link that stand in one line: underlined, or struck out; a spot. */
static void draw_link(struct document *d, struct canvas *canvas, struct rect rect, int top,
                      int from, int word)
{
    const struct theme *theme = canvas_theme(canvas);
    const struct word *first = &d->words[from], *last = &d->words[word];
    const struct document_link *link = &d->links[last->link - 1];
    const int line = canvas_line_height(canvas, TEXT_BODY), thin = canvas_px(canvas, 1);
    struct spot spot = { .kind = SPOT_LINK, .number = last->link - 1 };
    const bool begins = from == 0 || first[-1].link != first->link;

    spot.rect =
        (struct rect){ rect.x + first->x, top + first->y, last->x + last->w - first->x, line };
    if (link->kind == LINK_BROKEN)
        canvas_fill(canvas,
                    (struct rect){ spot.rect.x, spot.rect.y + line / 2, spot.rect.w, thin },
                    theme->bad);
    else
        canvas_fill(canvas,
                    (struct rect){ spot.rect.x, spot.rect.y + line - thin, spot.rect.w, thin },
                    theme_fade(theme->accent, 150));
    if (link->kind == LINK_OURS && begins) {
        const int mark = canvas_px(canvas, LINK_MARK_W);

        spot.rect.x -= mark;
        spot.rect.w += mark;
        canvas_text(canvas, (struct rect){ spot.rect.x, spot.rect.y, mark, line }, TEXT_SMALL,
                    ALIGN_LEFT, link->done ? theme->good : theme->accent,
                    link->done ? "\u2713" : "\u25b8");
    }
    document_add_spot(d, rect, &spot);
}

static struct colour colour_of_word(const struct document *d, const struct theme *theme,
                                    const struct word *w)
{
    if (w->link > 0 && d->links[w->link - 1].kind == LINK_BROKEN)
        return theme->bad;
    return colour_of(theme, w->ink);
}

static void draw_words(struct document *d, struct canvas *canvas, struct rect rect, int top)
{
    const struct theme *theme = canvas_theme(canvas);
    int link_from = 0;

    for (int i = 0; i < d->count; i++) {
        const struct word *w = &d->words[i];

        if (!d->blocks[w->block].shown)
            continue;
        if (i == 0 || w[-1].link != w->link || !goes_on(d, i - 1))
            link_from = i;
        if (top + w->y >= rect.y + rect.h || top + w->y + canvas_px(canvas, 30) <= rect.y)
            continue;
        canvas_letters(canvas, rect.x + w->x, top + w->y, w->style, colour_of_word(d, theme, w),
                       d->text + w->from, w->length);
        if (w->link > 0 && !goes_on(d, i))
            draw_link(d, canvas, rect, top, link_from, i);
    }
}

int document_draw(struct document *d, struct canvas *canvas, struct rect rect, int scroll)
{
    const int top = rect.y - scroll;
    const enum language spoken = canvas_speak(canvas, d->language);

    if (d->stale || d->width != rect.w || d->scale < canvas_scale(canvas) ||
        d->scale > canvas_scale(canvas))
        document_lay_out(d, canvas, rect.w);
    d->spot_count = 0;
    canvas_clip(canvas, &rect);
    for (int i = 0; i < d->block_count; i++) {
        const struct block *b = &d->blocks[i];

        if (!b->shown || top + b->y - b->joined >= rect.y + rect.h ||
            top + b->y + b->h <= rect.y)
            continue;
        draw_block(b, canvas, rect, top);
        draw_asked(d, canvas, rect, top, b);
    }
    draw_words(d, canvas, rect, top);
    canvas_clip(canvas, NULL);
    canvas_speak(canvas, spoken);
    return d->height;
}

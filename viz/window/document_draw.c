/* A document in a column: words into lines, lines onto the canvas. */
#include "viz/window/document.h"

#include <stdio.h>

#include "viz/window/document_parts.h"

enum { BULLET_W = 14 };

/* How far the words of a block stand in, in pixels. */
static int indent(const struct block *block, struct canvas *canvas)
{
    const int level = block->kind == KIND_HEADING ? 0 : block->level;

    return level * canvas_px(canvas, BULLET_W) + (block->quote ? canvas_px(canvas, 12) : 0) +
           (block->kind == KIND_CODE ? canvas_px(canvas, 8) : 0);
}

/* Space above a block: headings stand apart, lines of a list stand together. */
static int space_above(const struct document *d, int block, struct canvas *canvas)
{
    const struct block *b = &d->blocks[block];

    if (block == 0)
        return 0;
    if (b->kind == KIND_HEADING)
        return canvas_px(canvas, 18);
    if ((b->level > 0 && b[-1].level > 0 && b[-1].kind == KIND_PARAGRAPH) ||
        b->kind == KIND_ROW)
        return canvas_px(canvas, 3);
    return canvas_px(canvas, 9);
}

/* Code that is wider than the column is set smaller. */
static void fit_code(struct document *d, struct canvas *canvas, int first, int block, int room)
{
    int widest = 0;

    for (int i = first; i < d->count && d->words[i].block == block; i++) {
        struct word *w = &d->words[i];
        int wide;

        w->style = TEXT_MONO;
        wide = canvas_text_width(canvas, w->style, d->text + w->from, w->length);
        widest = wide > widest ? wide : widest;
    }
    for (int i = first; widest > room && i < d->count && d->words[i].block == block; i++)
        d->words[i].style = TEXT_MONO_SMALL;
}

/* Break the words from `word` on that belong to a block into lines; returns the next block's.
 * */
static int lay_words(struct document *d, struct canvas *canvas, int word, int block, int line,
                     int *y)
{
    const struct block *b = &d->blocks[block];
    const int left = indent(b, canvas), first = word;
    int x = left;

    for (; word < d->count && d->words[word].block == block; word++) {
        struct word *w = &d->words[word];
        const int wide = canvas_text_width(canvas, w->style, d->text + w->from, w->length);
        const int space =
            w->space && word > first ? canvas_text_width(canvas, w->style, " ", 1) : 0;
        const bool full =
            b->kind != KIND_CODE && w->space && x > left && x + space + wide > d->width;

        if (word > first && (w->line || full)) {
            x = left;
            *y += line;
        } else {
            x += space;
        }
        w->x = x;
        w->y = *y;
        x += wide;
    }
    return word;
}

static void lay_out(struct document *d, struct canvas *canvas, int width)
{
    int y = 0, word = 0;

    d->width = width;
    d->scale = canvas_scale(canvas);
    for (int i = 0; i < d->block_count; i++) {
        struct block *block = &d->blocks[i];
        const bool title = block->kind == KIND_HEADING && block->level == 1;
        const int line = canvas_line_height(canvas, title ? TEXT_TITLE : TEXT_BODY) +
                         canvas_px(canvas, block->kind == KIND_CODE ? 1 : 4);

        y += space_above(d, i, canvas);
        block->y = y;
        block->joined =
            i > 0 && block->quote && block[-1].quote ? space_above(d, i, canvas) : 0;
        if (block->kind == KIND_CODE)
            fit_code(d, canvas, word, i, width - 2 * indent(block, canvas));
        word = lay_words(d, canvas, word, i, line, &y);
        y += line;
        block->h = y - block->y;
    }
    d->height = y;
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
    if (b->bullet == 0)
        return;
    if (b->bullet < 0)
        snprintf(bullet, sizeof bullet, "\u2022");
    else
        snprintf(bullet, sizeof bullet, "%d.", b->bullet);
    canvas_text(canvas,
                (struct rect){ rect.x + indent(b, canvas) - canvas_px(canvas, BULLET_W + 6), y,
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
    default:
        return theme_between(theme->dim, theme->text, 0.7);
    }
}

int document_draw(struct document *d, struct canvas *canvas, struct rect rect, int scroll)
{
    const struct theme *theme = canvas_theme(canvas);
    const int top = rect.y - scroll;

    if (d->width != rect.w || d->scale < canvas_scale(canvas) ||
        d->scale > canvas_scale(canvas))
        lay_out(d, canvas, rect.w);
    canvas_clip(canvas, &rect);
    for (int i = 0; i < d->block_count; i++)
        if (top + d->blocks[i].y < rect.y + rect.h &&
            top + d->blocks[i].y + d->blocks[i].h > rect.y)
            draw_block(&d->blocks[i], canvas, rect, top);
    for (int i = 0; i < d->count; i++) {
        const struct word *w = &d->words[i];

        if (top + w->y < rect.y + rect.h && top + w->y + canvas_px(canvas, 30) > rect.y)
            canvas_letters(canvas, rect.x + w->x, top + w->y, w->style,
                           colour_of(theme, w->ink), d->text + w->from, w->length);
    }
    canvas_clip(canvas, NULL);
    return d->height;
}

/* A chunk of a document in a column: words into lines. */
#include "viz/window/document_parts.h"

int document_indent(const struct block *block, struct canvas *canvas)
{
    const int level =
        block->kind == KIND_HEADING || block->role == ROLE_CHOICE ? 0 : block->level;

    return level * canvas_px(canvas, BULLET_W) + (block->quote ? canvas_px(canvas, 12) : 0) +
           (block->kind == KIND_CODE ? canvas_px(canvas, 8) : 0) +
           (block->role == ROLE_CHOICE ? canvas_px(canvas, CHOICE_INSET) : 0);
}

int document_line(const struct block *block, struct canvas *canvas)
{
    const bool title = block->kind == KIND_HEADING && block->level == 1;

    return canvas_line_height(canvas, title ? TEXT_TITLE : TEXT_BODY) +
           canvas_px(canvas, block->kind == KIND_CODE ? 1 : 4);
}

/* Is it on the page: in this chunk, and no answer that is still hidden? */
static bool is_shown(const struct document *d, const struct block *b)
{
    return b->chunk == d->chunk &&
           (b->role != ROLE_ANSWER || document_answered(d, b->prediction));
}

/* Space above a block: headings stand apart, lines of a list stand together. */
static int space_above(const struct document *d, int block, int above, struct canvas *canvas)
{
    const struct block *b = &d->blocks[block], *before = above >= 0 ? &d->blocks[above] : NULL;

    if (before == NULL)
        return 0;
    if (b->kind == KIND_HEADING)
        return canvas_px(canvas, 18);
    if (b->role == ROLE_CHOICE || b->role == ROLE_BUTTONS)
        return canvas_px(canvas, 6);
    if ((b->level > 0 && before->level > 0 && before->kind == KIND_PARAGRAPH) ||
        (b->kind == KIND_ROW && before->kind == KIND_ROW && b->table == before->table))
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

int document_mark_room(const struct document *d, struct canvas *canvas, int word)
{
    const struct word *w = &d->words[word];

    if (w->link == 0 || d->links[w->link - 1].kind != LINK_OURS ||
        (word > 0 && w[-1].link == w->link))
        return 0;
    return canvas_px(canvas, LINK_MARK_W);
}

int document_run(const struct document *d, struct canvas *canvas, int word, int end)
{
    int width = document_mark_room(d, canvas, word) + d->words[word].w;

    for (int i = word + 1; i < end; i++) {
        const struct word *w = &d->words[i];

        if (w->space || w->split || w->line)
            break;
        width += document_mark_room(d, canvas, i) + w->w;
    }
    return width;
}

/* How wide each word of a block is; returns the next block's first. */
static int measure_words(struct document *d, struct canvas *canvas, int word, int block)
{
    for (; word < d->count && d->words[word].block == block; word++) {
        struct word *w = &d->words[word];

        w->w = canvas_text_width(canvas, w->style, d->text + w->from, w->length);
    }
    return word;
}

/* Break the words of a block, from `word` on, into lines; returns the next block's first. */
static int lay_words(struct document *d, struct canvas *canvas, int word, int block, int *y)
{
    const struct block *b = &d->blocks[block];
    const int left = document_indent(b, canvas), first = word, line = document_line(b, canvas);
    const int end = measure_words(d, canvas, word, block);
    const int right = d->width - (b->role == ROLE_CHOICE ? line / 2 : 0);
    int x = left;

    for (; word < end; word++) {
        struct word *w = &d->words[word];
        const int mark = document_mark_room(d, canvas, word);
        const int space =
            w->space && word > first ? canvas_text_width(canvas, w->style, " ", 1) : 0;
        const bool full = b->kind != KIND_CODE && (w->space || w->split) && x > left &&
                          x + space + document_run(d, canvas, word, end) > right;

        if (word > first && (w->line || full)) {
            x = left;
            *y += line;
        } else {
            x += space;
        }
        w->x = x + mark;
        w->y = *y;
        x += mark + w->w;
    }
    return word;
}

/* One block, with what is around its words. */
static int lay_block(struct document *d, struct canvas *canvas, int word, int block, int *y)
{
    struct block *b = &d->blocks[block];
    const int pad = b->role == ROLE_CHOICE ? canvas_px(canvas, CHOICE_PAD) : 0;

    b->y = *y;
    if (b->kind == KIND_BUTTONS) {
        b->h = document_buttons_height(d, canvas, b->prediction,
                                       d->width - canvas_px(canvas, ASKED_INSET));
        *y += b->h;
        return word;
    }
    if (b->kind == KIND_CODE)
        fit_code(d, canvas, word, block, d->width - 2 * document_indent(b, canvas));
    *y += pad + (pad > 0 ? canvas_px(canvas, 2) : 0);
    word = lay_words(d, canvas, word, block, y);
    *y += document_line(b, canvas) + pad - (pad > 0 ? canvas_px(canvas, 2) : 0);
    b->h = *y - b->y;
    return word;
}

void document_lay_out(struct document *d, struct canvas *canvas, int width)
{
    int y = 0, word = 0, above = -1;

    d->width = width;
    d->scale = canvas_scale(canvas);
    d->stale = false;
    for (int i = 0; i < d->block_count;) {
        struct block *block = &d->blocks[i];
        int space;

        block->shown = is_shown(d, block);
        if (!block->shown) {
            while (word < d->count && d->words[word].block == i)
                word++;
            i++;
            continue;
        }
        space = space_above(d, i, above, canvas);
        y += space;
        block->joined = above >= 0 && block->quote && d->blocks[above].quote ? space : 0;
        above = i;
        if (block->kind == KIND_ROW) {
            i = document_lay_table(d, canvas, i, &word, &y);
            above = i - 1;
        } else {
            word = lay_block(d, canvas, word, i, &y);
            i++;
        }
    }
    d->height = y;
}

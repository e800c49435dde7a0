/* Words and blocks of a document, as they are met. */
#include <stdlib.h>
#include <string.h>

#include "common/files/utf8.h"
#include "viz/window/document_parts.h"
#include "viz/window/line_break.h"

bool document_grow(void **memory, int *room, int needed, size_t size)
{
    int more = *room > 0 ? *room : 64;
    void *moved;

    if (needed <= *room)
        return true;
    while (more < needed)
        more *= 2;
    moved = realloc(*memory, (size_t)more * size);
    if (moved == NULL)
        return false;
    *memory = moved;
    *room = more;
    return true;
}

/* A section of its own: the chunk that begins here. */
void document_begin_chunk(struct document *d)
{
    if (!document_grow((void **)&d->titles, &d->title_room, d->chunks + 1, sizeof *d->titles)) {
        d->failed = true;
        return;
    }
    d->titles[d->chunks++][0] = '\0';
}

void document_begin_block(struct document *d, enum kind kind, int level)
{
    const bool section = kind == KIND_HEADING && level == 2 && d->quotes == 0 && d->depth == 0;

    if (d->role == ROLE_ANSWER && (kind != KIND_PARAGRAPH || d->quotes > 0 || d->depth > 0))
        d->role = ROLE_NONE; /* it does not come any more */
    if (d->chunks == 0 || (section && d->block_count > 0))
        document_begin_chunk(d);
    if (d->failed || !document_grow((void **)&d->blocks, &d->block_room, d->block_count + 1,
                                    sizeof *d->blocks)) {
        d->failed = true;
        return;
    }
    d->blocks[d->block_count++] = (struct block){ .kind = kind,
                                                  .chunk = d->chunks - 1,
                                                  .level = level,
                                                  .bullet = d->bullet,
                                                  .quote = d->quotes > 0,
                                                  .table = d->tables,
                                                  .head = d->head,
                                                  .prediction = d->predictions - 1 };
    d->bullet = 0;
    d->open = true;
    d->space = d->soft = false;
    d->line = false;
}

static void style_word(const struct document *d, struct word *word)
{
    const struct block *block = &d->blocks[word->block];

    word->style = TEXT_BODY;
    word->ink = INK_PROSE;
    if (block->kind == KIND_HEADING) {
        word->style = block->level == 1 ? TEXT_TITLE : TEXT_BOLD;
        word->ink = INK_STRONG;
    } else if (block->kind == KIND_CODE || d->code > 0) {
        word->style = TEXT_MONO;
        word->ink = INK_CODE;
    } else if (d->strong > 0) {
        word->style = TEXT_BOLD;
        word->ink = INK_STRONG;
    } else if (d->picture > 0) {
        word->ink = INK_PICTURE;
    } else if (d->emphasis > 0) {
        word->ink = INK_STRONG;
    }
    if (block->kind == KIND_ROW && block->head && word->style == TEXT_BODY) {
        word->style = TEXT_BOLD;
        word->ink = INK_STRONG;
    }
    if (d->link > 0)
        word->ink = INK_LINK;
}

/* How the word hangs together with the one before it in its block. */
static void join_word(const struct document *d, struct word *word, const char *text)
{
    const struct word *before = d->count > 0 ? &d->words[d->count - 1] : NULL;
    const char *ended;
    bool joins;

    if (before == NULL || before->block != word->block || before->cell != word->cell ||
        before->length == 0) {
        word->space = word->space || d->soft;
        return;
    }
    ended = d->text + before->from;
    joins = utf8_joins(ended, (size_t)before->length, text, (size_t)word->length);
    if (d->language == LANGUAGE_CHINESE && joins)
        word->space = false; /* Markdown needs one between "。**" and a letter; eyes do not */
    else if (d->soft && !joins)
        word->space = true;
    word->split = !word->space && line_may_break_between(ended, (size_t)before->length, text,
                                                         (size_t)word->length);
}

void document_add_word(struct document *d, const char *text, int length)
{
    struct word word = { .block = d->block_count - 1,
                         .from = d->size,
                         .length = length,
                         .link = d->link,
                         .cell = d->cell,
                         .space = d->space,
                         .line = d->line };

    if (d->failed || d->block_count == 0 || length == 0)
        return;
    if (!document_grow((void **)&d->words, &d->word_room, d->count + 1, sizeof *d->words) ||
        !document_grow((void **)&d->text, &d->room, d->size + length, 1)) {
        d->failed = true;
        return;
    }
    memcpy(d->text + d->size, text, (size_t)length);
    d->size += length;
    style_word(d, &word);
    join_word(d, &word, d->text + word.from);
    d->words[d->count++] = word;
    d->space = d->line = d->soft = false;
}

/* Prose: words between spaces, spaces folded; or what stays together of scripts without any. */
void document_add_prose(struct document *d, const char *text, int length)
{
    while (length > 0) {
        int n = (int)line_piece(text, (size_t)length);

        document_add_word(d, text, n);
        if (n < length && strchr(" \n\t", text[n]) != NULL) {
            d->space = true;
            n++;
        }
        text += n;
        length -= n;
    }
}

/* Code: whole lines, as they are. */
void document_add_code(struct document *d, const char *text, int length)
{
    while (length > 0) {
        const char *end = memchr(text, '\n', (size_t)length);
        const int n = end != NULL ? (int)(end - text) : length;

        if (n == 0 && end != NULL && d->line)
            document_add_word(d, " ", 1); /* an empty line */
        document_add_word(d, text, n);
        if (end == NULL)
            return;
        d->line = true;
        text += n + 1;
        length -= n + 1;
    }
}

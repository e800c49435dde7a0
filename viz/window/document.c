#include "viz/window/document.h"

#include <assert.h>
#include <md4c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/file_read.h"
#include "common/files/utf8.h"
#include "viz/window/document_parts.h"

enum { FILE_MOST = 1 << 20 };

static bool grow(void **memory, int *room, int needed, size_t size)
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

static void begin_block(struct document *d, enum kind kind, int level)
{
    if (d->failed ||
        !grow((void **)&d->blocks, &d->block_room, d->block_count + 1, sizeof *d->blocks)) {
        d->failed = true;
        return;
    }
    d->blocks[d->block_count++] = (struct block){
        .kind = kind, .level = level, .bullet = d->bullet, .quote = d->quotes > 0
    };
    d->bullet = 0;
    d->open = true;
    d->space = false;
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
    } else if (d->link > 0) {
        word->ink = INK_LINK;
    } else if (d->emphasis > 0) {
        word->ink = INK_STRONG;
    }
}

static void add_word(struct document *d, const char *text, int length)
{
    struct word word = { .block = d->block_count - 1,
                         .from = d->size,
                         .length = length,
                         .space = d->space,
                         .line = d->line };

    if (d->failed || d->block_count == 0 || length == 0)
        return;
    if (!grow((void **)&d->words, &d->word_room, d->count + 1, sizeof *d->words) ||
        !grow((void **)&d->text, &d->room, d->size + length, 1)) {
        d->failed = true;
        return;
    }
    memcpy(d->text + d->size, text, (size_t)length);
    d->size += length;
    style_word(d, &word);
    if (length == 8 && d->quotes > 0 && memcmp(text, "predict:", 8) == 0) {
        word.style = TEXT_BOLD;
        word.ink = INK_LINK;
    }
    d->words[d->count++] = word;
    d->space = d->line = false;
}

/* Prose: words between spaces, spaces folded. */
static void add_prose(struct document *d, const char *text, int length)
{
    while (length > 0) {
        int n = 0;

        while (n < length && text[n] != ' ' && text[n] != '\n' && text[n] != '\t')
            n++;
        add_word(d, text, n);
        if (n < length) {
            d->space = true;
            n++;
        }
        text += n;
        length -= n;
    }
}

/* Code: whole lines, as they are. */
static void add_code(struct document *d, const char *text, int length)
{
    while (length > 0) {
        const char *end = memchr(text, '\n', (size_t)length);
        const int n = end != NULL ? (int)(end - text) : length;

        if (n == 0 && end != NULL && d->line)
            add_word(d, " ", 1); /* an empty line */
        add_word(d, text, n);
        if (end == NULL)
            return;
        d->line = true;
        text += n + 1;
        length -= n + 1;
    }
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *context)
{
    struct document *d = context;

    switch (type) {
    case MD_BLOCK_H:
        begin_block(d, KIND_HEADING, (int)((MD_BLOCK_H_DETAIL *)detail)->level);
        break;
    case MD_BLOCK_P:
        begin_block(d, KIND_PARAGRAPH, d->depth);
        break;
    case MD_BLOCK_CODE:
        begin_block(d, KIND_CODE, d->depth);
        break;
    case MD_BLOCK_HR:
        begin_block(d, KIND_RULE, 0);
        break;
    case MD_BLOCK_TR:
        begin_block(d, KIND_ROW, d->depth);
        break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        d->space = true;
        break;
    case MD_BLOCK_QUOTE:
        d->quotes++;
        break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        d->open = false;
        if (d->depth < NEST_MAX)
            d->lists[d->depth] =
                (struct list){ type == MD_BLOCK_OL,
                               type == MD_BLOCK_OL ? (int)((MD_BLOCK_OL_DETAIL *)detail)->start
                                                   : 0 };
        d->depth++;
        break;
    case MD_BLOCK_LI: {
        struct list *list = &d->lists[(d->depth < NEST_MAX ? d->depth : NEST_MAX) - 1];

        d->bullet = list->ordered ? list->number++ : -1;
        d->open = false;
        break;
    }
    default:
        break;
    }
    return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *context)
{
    struct document *d = context;

    (void)detail;
    if (type == MD_BLOCK_QUOTE)
        d->quotes--;
    if (type == MD_BLOCK_UL || type == MD_BLOCK_OL)
        d->depth--;
    if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) {
        d->space = true;
        add_word(d, " \u2502", 4);
    } else if (type != MD_BLOCK_LI) {
        d->open = false;
    }
    return 0;
}

static void count_span(struct document *d, MD_SPANTYPE type, int by)
{
    switch (type) {
    case MD_SPAN_STRONG:
        d->strong += by;
        break;
    case MD_SPAN_EM:
        d->emphasis += by;
        break;
    case MD_SPAN_CODE:
        d->code += by;
        break;
    case MD_SPAN_A:
        d->link += by;
        break;
    default:
        break;
    }
}

static int enter_span(MD_SPANTYPE type, void *detail, void *context)
{
    (void)detail;
    count_span(context, type, 1);
    return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *context)
{
    (void)detail;
    count_span(context, type, -1);
    return 0;
}

/* The few entities that lesson texts use. */
static const char *entity(const char *text, size_t length)
{
    static const char *const known[][2] = {
        { "&amp;", "&" },   { "&lt;", "<" },   { "&gt;", ">" },
        { "&quot;", "\"" }, { "&nbsp;", " " },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i][0]) == length && strncmp(known[i][0], text, length) == 0)
            return known[i][1];
    return NULL;
}

static int take_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *context)
{
    struct document *d = context;
    const bool code = d->block_count > 0 && d->blocks[d->block_count - 1].kind == KIND_CODE;

    if (type == MD_TEXT_HTML)
        return 0;
    /* A tight list has text without a paragraph around it. */
    if (!d->open)
        begin_block(d, KIND_PARAGRAPH, d->depth);
    if (type == MD_TEXT_BR) {
        d->line = true;
    } else if (type == MD_TEXT_SOFTBR) {
        d->space = true;
    } else if (type == MD_TEXT_ENTITY && entity(text, size) != NULL) {
        add_word(d, entity(text, size), 1);
    } else if (type == MD_TEXT_CODE && code) {
        add_code(d, text, (int)size);
    } else {
        add_prose(d, text, (int)size);
    }
    return 0;
}

struct document *document_parse(const char *markdown, size_t length)
{
    static const MD_PARSER parser = {
        .flags = MD_FLAG_TABLES | MD_FLAG_NOHTML | MD_FLAG_STRIKETHROUGH,
        .enter_block = enter_block,
        .leave_block = leave_block,
        .enter_span = enter_span,
        .leave_span = leave_span,
        .text = take_text,
    };
    struct document *d = calloc(1, sizeof *d);

    if (d == NULL)
        return NULL;
    if (md_parse(markdown, (MD_SIZE)length, &parser, d) != 0 || d->failed) {
        document_free(d);
        return NULL;
    }
    return d;
}

struct document *document_read(const struct lesson *lesson)
{
    char path[LESSON_PATH_MAX + 16];
    struct document *d;
    char *bytes;
    size_t length;

    snprintf(path, sizeof path, "%s/README.md", lesson->path);
    if (file_read_all(&bytes, &length, path, FILE_MOST, NULL) != STATUS_OK)
        return NULL;
    /* A text that is broken is shown up to there. */
    d = document_parse(bytes, utf8_find_bad(bytes, length));
    free(bytes);
    return d;
}

void document_free(struct document *d)
{
    if (d == NULL)
        return;
    free(d->text);
    free(d->words);
    free(d->blocks);
    free(d);
}

char *document_words(const struct document *d)
{
    char *words = malloc((size_t)d->size + (size_t)d->count + 1);
    int to = 0;

    if (words == NULL)
        return NULL;
    for (int i = 0; i < d->count; i++) {
        if (i > 0 && (d->words[i].space || d->words[i].line ||
                      d->words[i].block != d->words[i - 1].block))
            words[to++] = ' ';
        memcpy(words + to, d->text + d->words[i].from, (size_t)d->words[i].length);
        to += d->words[i].length;
    }
    words[to] = '\0';
    return words;
}

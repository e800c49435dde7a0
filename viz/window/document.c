#include "viz/window/document.h"

#include <assert.h>
#include <md4c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/utf8.h"

enum { FILE_MOST = 1 << 20, NEST_MAX = 16, BULLET_W = 14 };

/* What a block of the text is. */
enum kind { KIND_PARAGRAPH, KIND_HEADING, KIND_CODE, KIND_RULE, KIND_ROW };

struct word {
    int block;
    int from, length; /* in text */
    enum text_style style;
    struct colour colour;
    bool space; /* there is a space before it */
    bool line;  /* it begins a line in any case */
    int x, y;   /* where the last layout put it */
};

struct block {
    enum kind kind;
    int level;  /* of a heading; how deep in lists else */
    int bullet; /* of the first paragraph of a list item: 0 none, -1 a dot, n the number */
    bool quote; /* marked at the left */
    int y, h;
    int joined; /* pixels up to the quoted block above */
};

struct list {
    bool ordered;
    int number;
};

struct document {
    char *text;
    int size, room;
    struct word *words;
    int count, word_room;
    struct block *blocks;
    int block_count, block_room;
    bool failed; /* no memory */
    /* While md4c reads: */
    struct list lists[NEST_MAX];
    int depth, quotes, bullet;
    int strong, emphasis, code, link;
    bool open, space, line;
    /* The layout that words and blocks hold: */
    int width, height;
    double scale;
};

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
    word->colour = theme_between(theme.dim, theme.text, 0.7);
    if (block->kind == KIND_HEADING) {
        word->style = block->level == 1 ? TEXT_TITLE : TEXT_BOLD;
        word->colour = theme.text;
    } else if (block->kind == KIND_CODE || d->code > 0) {
        word->style = TEXT_MONO;
        word->colour = theme_between(theme.accent, theme.text, 0.5);
    } else if (d->strong > 0) {
        word->style = TEXT_BOLD;
        word->colour = theme.text;
    } else if (d->link > 0) {
        word->colour = theme.accent;
    } else if (d->emphasis > 0) {
        word->colour = theme.text;
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
        word.colour = theme.accent;
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
    struct document *d = NULL;
    char *bytes = malloc(FILE_MOST);
    FILE *file;
    size_t length;

    snprintf(path, sizeof path, "%s/README.md", lesson->path);
    file = fopen(path, "rb");
    if (bytes != NULL && file != NULL) {
        length = fread(bytes, 1, FILE_MOST, file);
        /* A text that is cut or broken is shown up to there. */
        d = document_parse(bytes, utf8_find_bad(bytes, length));
    }
    if (file != NULL)
        fclose(file);
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

/* Break the words from `word` on that belong to a block into lines; returns the next block's. */
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
    const int y = top + b->y, line = canvas_line_height(canvas, TEXT_BODY);
    char bullet[16];

    if (b->kind == KIND_CODE)
        canvas_round(canvas,
                     (struct rect){ rect.x, y - canvas_px(canvas, 3), rect.w,
                                    b->h + canvas_px(canvas, 5) },
                     canvas_px(canvas, 4), theme.window);
    if (b->kind == KIND_RULE)
        canvas_fill(canvas, (struct rect){ rect.x, y + b->h / 2, rect.w, 1 }, theme.edge);
    if (b->quote) /* through the space between two quoted blocks */
        canvas_fill(
            canvas,
            (struct rect){ rect.x, y - b->joined, canvas_px(canvas, 3), b->h + b->joined },
            theme.accent);
    if (b->bullet == 0)
        return;
    if (b->bullet < 0)
        snprintf(bullet, sizeof bullet, "\u2022");
    else
        snprintf(bullet, sizeof bullet, "%d.", b->bullet);
    canvas_text(canvas,
                (struct rect){ rect.x + indent(b, canvas) - canvas_px(canvas, BULLET_W + 6), y,
                               canvas_px(canvas, BULLET_W + 2), line },
                TEXT_BODY, ALIGN_RIGHT, theme.dim, bullet);
}

int document_draw(struct document *d, struct canvas *canvas, struct rect rect, int scroll)
{
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
            canvas_letters(canvas, rect.x + w->x, top + w->y, w->style, w->colour,
                           d->text + w->from, w->length);
    }
    canvas_clip(canvas, NULL);
    return d->height;
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

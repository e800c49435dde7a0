/* Markdown to words: what md4c finds, and what it is in a prediction. */
#include <md4c.h>
#include <stdio.h>
#include <string.h>

#include "viz/window/document_parts.h"

/* ------------------------------------------------------------------------------ predictions */

static bool is_word(const struct document *d, int word, const char *text)
{
    return word < d->count && d->words[word].length == (int)strlen(text) &&
           memcmp(d->text + d->words[word].from, text, strlen(text)) == 0;
}

/* The word of that number, from 0, in the last block. */
static int word_of_block(const struct document *d, int number)
{
    int first = d->count;

    while (first > 0 && d->words[first - 1].block == d->block_count - 1)
        first--;
    return first + number;
}

/* Let the word be read as that instead; "": it is not seen. */
static void set_word(struct document *d, int word, const char *text)
{
    const int length = (int)strlen(text);

    if (!document_grow((void **)&d->text, &d->room, d->size + length, 1)) {
        d->failed = true;
        return;
    }
    memcpy(d->text + d->size, text, (size_t)length);
    d->words[word].from = d->size;
    d->words[word].length = length;
    d->size += length;
}

/*
 * The quote's first paragraph has been read: is it a prediction? Then it begins with one bold
 * word, whatever is to be predicted.
 */
static void find_prediction(struct document *d)
{
    static const char *const begin[LANGUAGES] = {
        [LANGUAGE_ENGLISH] = "predict:",
        [LANGUAGE_CHINESE] = "\u731c\u4e00\u731c\uff1a",
    };
    const int first = word_of_block(d, 0);
    const bool choose = is_word(d, first, "predict:");
    const bool draw = is_word(d, first, "predict") && is_word(d, first + 1, "draw") &&
                      is_word(d, first + 2, "gradient:");
    struct block *block = &d->blocks[d->block_count - 1];

    if ((!choose && !draw) || d->predictions == d->asked.predictions)
        return;
    d->words[first].style = TEXT_BOLD;
    d->words[first].ink = INK_LINK;
    set_word(d, first, begin[d->language]);
    for (int i = 1; i <= 2 && draw; i++) { /* "draw" "gradient:" */
        d->words[first + i].length = 0;
        d->words[first + i].space = false;
    }
    if (d->language == LANGUAGE_CHINESE && first + (draw ? 3 : 1) < d->count) {
        d->words[first + (draw ? 3 : 1)].space = false;
        d->words[first + (draw ? 3 : 1)].split = true;
    }
    block->role = ROLE_QUESTION;
    block->prediction = d->predictions++;
    for (int i = first; i < d->count; i++)
        if (d->words[i].link > 0)
            d->links[d->words[i].link - 1].prediction = block->prediction;
    d->role = ROLE_CHOICE;
}

/* The quote has ended: below it are buttons, then the answer. */
static void end_prediction(struct document *d)
{
    if (d->role != ROLE_CHOICE)
        return;
    document_begin_block(d, KIND_BUTTONS, 0);
    if (d->failed)
        return;
    d->blocks[d->block_count - 1].role = ROLE_BUTTONS;
    d->blocks[d->block_count - 1].quote = true;
    d->role = ROLE_ANSWER;
    d->open = false;
}

/* A list item of a prediction has begun: number them. */
static void number_choice(struct document *d)
{
    const struct block *before = d->block_count > 1 ? &d->blocks[d->block_count - 2] : NULL;
    struct block *block = &d->blocks[d->block_count - 1];

    if (d->failed || d->role != ROLE_CHOICE || d->quotes == 0 || block->bullet == 0)
        return;
    block->choice = before != NULL && before->role == ROLE_CHOICE ? before->choice + 1 : 0;
    if (block->choice < d->asked.prediction[d->predictions - 1].choices)
        block->role = ROLE_CHOICE;
}

/* A paragraph has been read: what is it in a prediction? */
static void end_paragraph(struct document *d)
{
    if (d->failed || d->block_count == 0)
        return;
    if (d->role == ROLE_QUESTION) {
        d->role = ROLE_NONE;
        find_prediction(d);
    } else if (d->role == ROLE_ANSWER && d->quotes == 0) {
        const int first = word_of_block(d, 0);

        d->role = ROLE_NONE;
        if (first < d->count && d->words[first].style == TEXT_BOLD &&
            lesson_text_answer(d->text + d->words[first].from,
                               (size_t)(d->size - d->words[first].from)) > 0)
            d->blocks[d->block_count - 1].role = ROLE_ANSWER;
    }
}

/* ----------------------------------------------------------------------------------- blocks */

static void enter_list(struct document *d, bool ordered, int start)
{
    d->open = false;
    if (d->depth < NEST_MAX)
        d->lists[d->depth] = (struct list){ ordered, start };
    d->depth++;
}

static void enter_item(struct document *d)
{
    struct list *list = &d->lists[(d->depth < NEST_MAX ? d->depth : NEST_MAX) - 1];

    d->bullet = list->ordered ? list->number++ : -1;
    d->open = false;
}

static void enter_cell(struct document *d, const MD_BLOCK_TD_DETAIL *detail)
{
    static const enum align aligns[] = { [MD_ALIGN_DEFAULT] = ALIGN_LEFT,
                                         [MD_ALIGN_LEFT] = ALIGN_LEFT,
                                         [MD_ALIGN_CENTER] = ALIGN_CENTRE,
                                         [MD_ALIGN_RIGHT] = ALIGN_RIGHT };

    d->cell++;
    d->space = false;
    if (!d->failed && d->cell < COLUMNS_MAX)
        d->blocks[d->block_count - 1].align[d->cell] = aligns[detail->align];
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *context)
{
    struct document *d = context;

    switch (type) {
    case MD_BLOCK_H:
        document_begin_block(d, KIND_HEADING, (int)((MD_BLOCK_H_DETAIL *)detail)->level);
        break;
    case MD_BLOCK_P:
        document_begin_block(d, KIND_PARAGRAPH, d->depth);
        number_choice(d);
        break;
    case MD_BLOCK_CODE:
        document_begin_block(d, KIND_CODE, d->depth);
        break;
    case MD_BLOCK_HR:
        document_begin_block(d, KIND_RULE, 0);
        break;
    case MD_BLOCK_TABLE:
        d->tables++;
        break;
    case MD_BLOCK_THEAD:
        d->head = true;
        break;
    case MD_BLOCK_TR:
        document_begin_block(d, KIND_ROW, d->depth);
        d->cell = -1;
        break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        enter_cell(d, detail);
        break;
    case MD_BLOCK_QUOTE:
        if (d->quotes++ == 0)
            d->role = ROLE_QUESTION; /* perhaps */
        break;
    case MD_BLOCK_UL:
        enter_list(d, false, 0);
        break;
    case MD_BLOCK_OL:
        enter_list(d, true, (int)((MD_BLOCK_OL_DETAIL *)detail)->start);
        break;
    case MD_BLOCK_LI:
        enter_item(d);
        break;
    default:
        break;
    }
    return 0;
}

/* What the chunk is called: the words of its first heading. */
static void take_title(struct document *d)
{
    char *title = d->chunks > 0 ? d->titles[d->chunks - 1] : NULL;

    if (d->failed || title == NULL || title[0] != '\0')
        return;
    for (int i = word_of_block(d, 0); i < d->count; i++) {
        const size_t used = strlen(title);

        snprintf(title + used, TITLE_MAX - used, "%s%.*s",
                 used > 0 && d->words[i].space ? " " : "", d->words[i].length,
                 d->text + d->words[i].from);
    }
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *context)
{
    struct document *d = context;

    (void)detail;
    if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) {
        d->space = true;
        return 0;
    }
    if (type == MD_BLOCK_P)
        end_paragraph(d);
    if (type == MD_BLOCK_H)
        take_title(d);
    if (type == MD_BLOCK_THEAD)
        d->head = false;
    if (type == MD_BLOCK_TR)
        d->cell = 0;
    if (type == MD_BLOCK_QUOTE && --d->quotes == 0)
        end_prediction(d);
    if (type == MD_BLOCK_UL || type == MD_BLOCK_OL)
        d->depth--;
    if (type != MD_BLOCK_LI)
        d->open = false;
    return 0;
}

/* ------------------------------------------------------------------------------------ spans */

/* A link as it was written, and what it does. */
static void enter_link(struct document *d, const MD_ATTRIBUTE *href)
{
    char address[LINK_HINT_MAX];
    struct document_link *link;
    struct error why;

    if (d->failed || !document_grow((void **)&d->links, &d->link_room, d->link_count + 1,
                                    sizeof *d->links)) {
        d->failed = true;
        return;
    }
    snprintf(address, sizeof address, "%.*s", (int)href->size, href->text);
    link = &d->links[d->link_count++];
    *link = (struct document_link){ .kind = LINK_WEB, .prediction = -1 };
    d->link = d->link_count;
    snprintf(link->hint, sizeof link->hint, "%s", address);
    if (!link_is_ours(address))
        return;
    if (experiment_link(&d->place, &link->link, address, &why) == STATUS_OK) {
        link->kind = LINK_OURS;
        link_words(&link->link, d->language, link->hint);
        if (link->hint[0] >= 'a' && link->hint[0] <= 'z')
            link->hint[0] = (char)(link->hint[0] - 'a' + 'A');
    } else {
        link->kind = LINK_BROKEN;
        snprintf(link->hint, sizeof link->hint, "%.200s: %.300s", address, why.message);
    }
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
    case MD_SPAN_IMG:
        d->picture += by;
        break;
    default:
        break;
    }
}

static int enter_span(MD_SPANTYPE type, void *detail, void *context)
{
    struct document *d = context;

    if (type == MD_SPAN_A)
        enter_link(d, &((MD_SPAN_A_DETAIL *)detail)->href);
    count_span(d, type, 1);
    return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *context)
{
    struct document *d = context;

    (void)detail;
    if (type == MD_SPAN_A)
        d->link = 0;
    count_span(d, type, -1);
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
    if (!d->open) {
        document_begin_block(d, KIND_PARAGRAPH, d->depth);
        number_choice(d);
    }
    if (type == MD_TEXT_BR) {
        d->line = true;
    } else if (type == MD_TEXT_SOFTBR) {
        d->soft = true;
    } else if (type == MD_TEXT_ENTITY && entity(text, size) != NULL) {
        document_add_word(d, entity(text, size), 1);
    } else if (type == MD_TEXT_CODE && code) {
        document_add_code(d, text, (int)size);
    } else {
        document_add_prose(d, text, (int)size);
    }
    return 0;
}

bool document_take(struct document *d, const char *markdown, size_t length)
{
    static const MD_PARSER parser = {
        .flags = MD_FLAG_TABLES | MD_FLAG_NOHTML | MD_FLAG_STRIKETHROUGH,
        .enter_block = enter_block,
        .leave_block = leave_block,
        .enter_span = enter_span,
        .leave_span = leave_span,
        .text = take_text,
    };

    return md_parse(markdown, (MD_SIZE)length, &parser, d) == 0 && !d->failed;
}

/* What one text of a lesson lacks by itself. */
#include <string.h>

#include "lessons/review/review_parts.h"

enum { PAGES_LEAST = 2, THINGS_TO_TRY = 3 };

static bool is_heading(const struct outline_section *section, const char *words)
{
    return section->heading_length == (int)strlen(words) &&
           memcmp(section->heading, words, strlen(words)) == 0;
}

/* Is some code of the section (-1: of all) a file of C? */
static bool names_source(const struct outline *outline, int section)
{
    for (int i = 0; i < outline->word_count; i++) {
        const struct outline_word *word = &outline->words[i];

        if (word->kind == OUTLINE_CODE && word->length > 2 &&
            memchr(word->at, '/', (size_t)word->length) != NULL &&
            memcmp(word->at + word->length - 2, ".c", 2) == 0 &&
            (section < 0 || outline_section_of(outline, word->line) == section))
            return true;
    }
    return false;
}

static void review_head(const struct review *review, const struct review_text *text)
{
    const struct outline_section *head = &text->outline.sections[0];

    if (head->heading_length == 0)
        review_tell(review, text, 1, "it does not begin with \"# Title\"");
    else if (text->title[0] != '\0' && !is_heading(head, text->title))
        review_tell(review, text, head->line, "the title is \"%.*s\", lesson.ini says \"%s\"",
                    head->heading_length, head->heading, text->title);
    if (!head->begins_bold)
        review_tell(review, text, head->line,
                    "the first paragraph does not begin with the question, in bold");
}

static void review_pages(const struct review *review, const struct review_text *text)
{
    const struct outline *outline = &text->outline;
    int pages = 0, blocks = 0;

    for (int i = 0; i < outline->section_count; i++) {
        const struct outline_section *section = &outline->sections[i];

        blocks += section->blocks;
        pages += section->numbered;
        if (section->numbered && !section->todo)
            review_tell(review, text, section->line, "\"%.*s\" has nothing to do, no %s",
                        section->heading_length, section->heading, text->todo);
    }
    if (pages < PAGES_LEAST)
        review_tell(review, text, 0, "fewer than %d numbered sections (\"## 1. ...\")",
                    PAGES_LEAST);
    if (text->predictions.predictions == 0)
        review_tell(review, text, 0, "there is no prediction (\"> predict: ...\")");
    if (blocks == 0)
        review_tell(review, text, 0, "no block of code: where is the mathematics?");
    if (!names_source(outline, -1))
        review_tell(review, text, 0, "no file of our own source is named (`rnn/lstm.c`, say)");
}

/* Are the three sections there that a lesson ends with? */
static bool ends_well(const struct review_text *text)
{
    const struct outline *outline = &text->outline;
    const int first = outline->section_count - REVIEW_LAST;
    bool all = first >= 1;

    for (int i = 0; i < REVIEW_LAST && all; i++)
        all = is_heading(&outline->sections[first + i], text->last[i]);
    return all;
}

static void review_end(const struct review *review, const struct review_text *text)
{
    const struct outline *outline = &text->outline;
    const struct outline_section *last = &outline->sections[outline->section_count - 1];

    if (!ends_well(text))
        review_tell(review, text, 0, "the last sections are not \"%s\", \"%s\", \"%s\"",
                    text->last[0], text->last[1], text->last[2]);
    else if (last->items != THINGS_TO_TRY)
        review_tell(review, text, last->line,
                    "%d things to try next in a numbered list, not %d", last->items,
                    THINGS_TO_TRY);
    else if (!names_source(outline, outline->section_count - 1))
        review_tell(review, text, last->last_item,
                    "the last thing to try names no file of our source to change");
}

void review_whole(const struct review *review, const struct review_text *text)
{
    review_head(review, text);
    review_pages(review, text);
    review_end(review, text);
}

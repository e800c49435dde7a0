/*
 * outline.h - a lesson's text as what two languages must have in common: its sections, and in
 * each of them the links, the numbers, the code that is named, and what the reader shall do.
 *
 * Line by line, which may end as on Windows, as lesson_text.h reads it; addresses of links and what stands in code are told
 * apart from prose. A number is digits with points or commas within: 1,000 and 0.57 and 2014.
 */
#ifndef LESSONS_REVIEW_OUTLINE_H
#define LESSONS_REVIEW_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

enum outline_kind {
    OUTLINE_LINK,   /* the address of one of ours, "duet:..." */
    OUTLINE_NUMBER, /* in prose or code, not in an address */
    OUTLINE_CODE    /* between two ` */
};

/* Part of the text. */
struct outline_word {
    const char *at;
    int length; /* bytes */
    int line;   /* from 1 */
    enum outline_kind kind;
};

/* What stands from one heading of ## to the next; the first section is what comes before. */
struct outline_section {
    const char *heading; /* without its #; the first one's is the text's title */
    int heading_length;  /* 0: there is none */
    int line;            /* of the heading, from 1 */
    int first, count;    /* its words */
    int blocks;          /* of code */
    int items;           /* of numbered lists */
    int last_item;       /* line of the last of them */
    bool numbered;       /* "1. ...": a page to read and do */
    bool todo;           /* something to do, "**Do:**" */
    bool begins_bold;    /* the first words behind the heading are bold */
};

/* Zeroed, it is that of no text. */
struct outline {
    char *text; /* owned; all else points into it */
    size_t length;
    struct outline_section *sections; /* (section_count), owned; at least one */
    int section_count;
    struct outline_word *words; /* (word_count), owned, in reading order */
    int word_count;
};

/*
 * Read the file at `path`, where what is to be done begins with `todo` ("**Do:**"). Overwrites
 * *outline; free it in every case. STATUS_FILE, STATUS_NO_MEMORY.
 */
enum status outline_read(struct outline *outline, const char *path, const char *todo,
                         struct error *error);
void outline_free(struct outline *outline); /* safe on a zeroed one */

/* The section that the line stands in. */
int outline_section_of(const struct outline *outline, int line);

#endif

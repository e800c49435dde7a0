/* review_parts.h - the parts of lesson_review.c: one text by itself, two texts, one language. */
#ifndef LESSONS_REVIEW_REVIEW_PARTS_H
#define LESSONS_REVIEW_REVIEW_PARTS_H

#include "lessons/lesson_text.h"
#include "lessons/review/lesson_review.h"
#include "lessons/review/outline.h"

/* A README of the lesson, read. */
struct review_text {
    const char *name;        /* README.md */
    const char *title;       /* that lesson.ini gives; "": none */
    const char *todo;        /* "**Do:**" */
    const char *const *last; /* (REVIEW_LAST) headings that it ends with */
    struct outline outline;
    struct lesson_text predictions;
};

enum { REVIEW_LAST = 3 };

struct review {
    const struct lesson *lesson;
    lesson_finding *tell;
    void *context;
};

/* Tell "NAME:LINE: ..."; line 0: of the whole text. */
void review_tell(const struct review *review, const struct review_text *text, int line,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* What one text lacks. */
void review_whole(const struct review *review, const struct review_text *text);

/* Where the second says another thing than the first. */
void review_twins(const struct review *review, const struct review_text *english,
                  const struct review_text *other);

/*
 * Chinese: punctuation, emphasis, and the words of the glossary (NULL: there is none).
 * STATUS_NO_MEMORY; STATUS_FILE: a line of the glossary that cannot be.
 */
enum status review_chinese(const struct review *review, const struct review_text *text,
                           const char *glossary, struct error *error);

#endif

/*
 * lesson_review.h - what a lesson still lacks, and where its languages say different things.
 *
 * Nothing here stops a lesson from being opened: these are what its writer wants to know. A
 * whole lesson has, in each language, a title that is lesson.ini's, a question in bold, numbered
 * pages that end in something to do, a prediction, the mathematics as a block of code, a line
 * of our source, and the three sections of the end; and it has claims.
 *
 * README.zh-CN.md has the same sections as README.md, and in each the same links, numbers and
 * code; its punctuation is full-width; it uses the words of glossary.tsv, which stands beside
 * the folders of the lessons: a line for each term, English, Chinese, "yes" where the English
 * has to stand in brackets at least once, and wrong words, with tabs in between.
 */
#ifndef LESSONS_REVIEW_LESSON_REVIEW_H
#define LESSONS_REVIEW_LESSON_REVIEW_H

#include "common/error.h"
#include "lessons/lesson.h"

enum { FINDING_MAX = 512 };

/* Called for every one: "README.md:12: what is missing or wrong". */
typedef void lesson_finding(void *context, const char *words);

/*
 * Tell all of them, in the order of the text. STATUS_NO_MEMORY, or STATUS_FILE for a text that is
 * there and cannot be read.
 */
enum status lesson_review(const struct lesson *lesson, lesson_finding *tell, void *context,
                          struct error *error);

#endif

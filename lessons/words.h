/*
 * words.h - what the program says on the screen, in another language.
 *
 * English stands in the code, where it is needed; here is what it becomes. A sentence that is
 * missing stays English. Format strings have the same conversions in the same order in every
 * language.
 */
#ifndef LESSONS_WORDS_H
#define LESSONS_WORDS_H

#include "lessons/language.h"

/* The same in that language; a string that lives as long as the program, or `english`. */
const char *words_in(enum language language, const char *english)
    __attribute__((format_arg(2)));

/* A sentence in English, and what it becomes. */
struct translation {
    const char *english, *other;
};

/* All that are known of that language, sorted by strcmp of the English; NULL: none are. */
const struct translation *words_table(enum language language, int *count);

#endif

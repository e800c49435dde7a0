/*
 * claim.h - a measured quantity, a relation and a number: what a lesson says, so that it can be
 * found wrong.
 *
 *     TERM [- TERM | / TERM] RELATION NUMBER [median | every]
 *
 *     left.test_accuracy >= 0.98
 *     right.test_accuracy - left.test_accuracy >= 0.5
 *     left.steps_to(0.99) / right.steps_to(0.99) < 1 median
 *
 * TERM is ARM.QUANTITY or ARM.QUANTITY(NUMBER), quantities as in quantity.h; RELATION one of
 * < <= > >= ==, the last one exactly equal, for what is so by construction. A claim holds if it
 * holds for every seed; with `median`, if it holds for the median over the seeds.
 */
#ifndef LESSONS_CLAIM_H
#define LESSONS_CLAIM_H

#include <stdbool.h>

#include "common/error.h"
#include "lessons/language.h"
#include "lessons/quantity.h"

enum { CLAIM_NAME_MAX = 64, CLAIM_TEXT_MAX = 256, CLAIM_WORDS_MAX = 128, CLAIM_TERMS = 2 };

enum relation {
    RELATION_LESS,
    RELATION_AT_MOST,
    RELATION_EQUAL, /* to the last bit; -0 is 0 */
    RELATION_AT_LEAST,
    RELATION_GREATER
};

/* What is made of the terms. */
enum claim_operation {
    CLAIM_ALONE,      /* the first term; there is no second */
    CLAIM_DIFFERENCE, /* first - second */
    CLAIM_RATIO       /* first / second */
};

enum claim_over { CLAIM_EVERY_SEED, CLAIM_MEDIAN };

struct claim_term {
    int arm;                         /* its number in the configuration */
    const struct quantity *quantity; /* static; NULL: there is no such term */
    double argument;                 /* the number in brackets; 0: there is none */
};

struct claim {
    char name[CLAIM_NAME_MAX];
    char in[LANGUAGES][CLAIM_WORDS_MAX]; /* what it says in another language, or "" */
    struct claim_term term[CLAIM_TERMS];
    enum claim_operation operation;
    enum relation relation;
    double value;
    enum claim_over over;
};

/* Parse the text into *claim (name and `in` untouched). STATUS_USAGE: what is wrong with it. */
enum status claim_parse(struct claim *claim, const char *text, struct error *error);

/* What the claim says, for a person: "Elman vanishes" of elman_vanishes, or in that language. */
void claim_words(const struct claim *claim, enum language language,
                 char words[CLAIM_WORDS_MAX]);

/* The claim as text that claim_parse reads back, in as few letters as that takes. */
void claim_text(const struct claim *claim, char text[CLAIM_TEXT_MAX]);

/* "<=" */
const char *relation_text(enum relation relation);

/* All that its terms need, of enum quantity_need. */
unsigned claim_needs(const struct claim *claim);

/* What the operation makes of the values of the terms; second is not read if there is none. */
double claim_combine(const struct claim *claim, double first, double second);

/* Does a measured number hold? NaN never does. */
bool claim_holds(const struct claim *claim, double measured);

/*
 * The median of count > 0 numbers, the mean of the middle two if they are even in number; NaN
 * if one of them is. Leaves them as they are.
 */
double claim_median(const double *numbers, int count);

#endif

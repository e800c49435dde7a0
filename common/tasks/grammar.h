/*
 * grammar.h - a small English that has exactly one translation into French.
 *
 *     sentence  clause [and clause ..]
 *     clause    animals I | animals is J | places is J | animals V animals | animals is R places
 *               | animals I R places | animals V animals R places
 *     animals   D A | D J A
 *     places    D P | D J P
 *
 *     D  the a this my
 *     J  black white red green blue grey heavy quiet
 *     A  cat dog bird horse cow mouse woman child
 *     P  garden house tree mat school chair river bed
 *     V  sees likes hears follows finds        I  sleeps sings runs waits
 *     R  on in under behind
 *
 * French takes as many words as English. An adjective goes behind its noun and agrees with it
 * (la maison verte), behind "est" it agrees with the subject; the article follows gender and
 * sound (le, la, l'; un, une; ce, cet, cette; mon, ma), where l' is a word of its own. Nothing
 * here needs du, des or au. No two sentences have the same translation.
 */
#ifndef COMMON_TASKS_GRAMMAR_H
#define COMMON_TASKS_GRAMMAR_H

#include <stdbool.h>

#include "common/numeric/random.h"

enum { GRAMMAR_SHORTEST = 3, GRAMMAR_LONGEST = 20 /* words of a sentence */ };

/* Words have numbers, English first: 0 .. grammar_words() - 1. */
int grammar_words(void);
int grammar_english_words(void);
const char *grammar_word(int word);

/*
 * The English or the French word of that spelling, letters of either case; -1: there is none.
 */
int grammar_find(const char *text, bool french);

/*
 * Draw a sentence of n words, 3 .. GRAMMAR_LONGEST, into english (n): one of the orders of
 * parts of speech that the grammar has for n words, each as likely, then each word of its part.
 */
void grammar_draw(struct random *random, int n, int *english);

/*
 * -ln of the probability of a sentence of n words, on average over all that grammar_draw draws.
 */
double grammar_entropy(int n);

/* Different sentences of n words. */
double grammar_sentences(int n);

/*
 * english (n) into french (n); false: it is no sentence of the grammar, french is then
 * undefined.
 */
bool grammar_translate(const int *english, int n, int *french);

#endif

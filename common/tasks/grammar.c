#include "common/tasks/grammar.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Parts of speech. A noun phrase of a clause below is 'a' or 'p'. */
enum part { DETERMINER, ADJECTIVE, ANIMAL, PLACE, VERB, INTRANSITIVE, PREPOSITION, IS, AND };
static const char letters[] = "DJAPVIRB&";

/*
 * How a noun wants what stands before it. Determiners have a form for each, adjectives a
 * masculine and a feminine one, all else has one.
 */
enum form { MASCULINE, FEMININE, MASCULINE_VOWEL, FEMININE_VOWEL };

struct entry {
    const char *english;
    enum part part;
    enum form noun; /* of a noun */
    const char *french[4];
};

static const struct entry entries[] = {
    { "the", DETERMINER, MASCULINE, { "le", "la", "l'", "l'" } },
    { "a", DETERMINER, MASCULINE, { "un", "une", "un", "une" } },
    { "this", DETERMINER, MASCULINE, { "ce", "cette", "cet", "cette" } },
    { "my", DETERMINER, MASCULINE, { "mon", "ma", "mon", "mon" } },
    { "black", ADJECTIVE, MASCULINE, { "noir", "noire" } },
    { "white", ADJECTIVE, MASCULINE, { "blanc", "blanche" } },
    { "red", ADJECTIVE, MASCULINE, { "rouge", "rouge" } },
    { "green", ADJECTIVE, MASCULINE, { "vert", "verte" } },
    { "blue", ADJECTIVE, MASCULINE, { "bleu", "bleue" } },
    { "grey", ADJECTIVE, MASCULINE, { "gris", "grise" } },
    { "heavy", ADJECTIVE, MASCULINE, { "lourd", "lourde" } },
    { "quiet", ADJECTIVE, MASCULINE, { "tranquille", "tranquille" } },
    { "cat", ANIMAL, MASCULINE, { "chat" } },
    { "dog", ANIMAL, MASCULINE, { "chien" } },
    { "bird", ANIMAL, MASCULINE_VOWEL, { "oiseau" } },
    { "horse", ANIMAL, MASCULINE, { "cheval" } },
    { "cow", ANIMAL, FEMININE, { "vache" } },
    { "mouse", ANIMAL, FEMININE, { "souris" } },
    { "woman", ANIMAL, FEMININE, { "femme" } },
    { "child", ANIMAL, MASCULINE_VOWEL, { "enfant" } },
    { "garden", PLACE, MASCULINE, { "jardin" } },
    { "house", PLACE, FEMININE, { "maison" } },
    { "tree", PLACE, MASCULINE_VOWEL, { "arbre" } },
    { "mat", PLACE, MASCULINE, { "tapis" } },
    { "school", PLACE, FEMININE_VOWEL, { "\u00E9cole" } },
    { "chair", PLACE, FEMININE, { "chaise" } },
    { "river", PLACE, FEMININE, { "rivi\u00E8re" } },
    { "bed", PLACE, MASCULINE, { "lit" } },
    { "sees", VERB, MASCULINE, { "voit" } },
    { "likes", VERB, MASCULINE, { "aime" } },
    { "hears", VERB, MASCULINE, { "entend" } },
    { "follows", VERB, MASCULINE, { "suit" } },
    { "finds", VERB, MASCULINE, { "trouve" } },
    { "sleeps", INTRANSITIVE, MASCULINE, { "dort" } },
    { "sings", INTRANSITIVE, MASCULINE, { "chante" } },
    { "runs", INTRANSITIVE, MASCULINE, { "court" } },
    { "waits", INTRANSITIVE, MASCULINE, { "attend" } },
    { "on", PREPOSITION, MASCULINE, { "sur" } },
    { "in", PREPOSITION, MASCULINE, { "dans" } },
    { "under", PREPOSITION, MASCULINE, { "sous" } },
    { "behind", PREPOSITION, MASCULINE, { "derri\u00E8re" } },
    { "is", IS, MASCULINE, { "est" } },
    { "and", AND, MASCULINE, { "et" } },
};
enum { ENTRIES = sizeof entries / sizeof entries[0] };

/* Every French form once, in the order in which it first appears above. */
static const char *const french_words[] = {
    "le",         "la",      "l'",           "un",     "une",           "ce",
    "cette",      "cet",     "mon",          "ma",     "noir",          "noire",
    "blanc",      "blanche", "rouge",        "vert",   "verte",         "bleu",
    "bleue",      "gris",    "grise",        "lourd",  "lourde",        "tranquille",
    "chat",       "chien",   "oiseau",       "cheval", "vache",         "souris",
    "femme",      "enfant",  "jardin",       "maison", "arbre",         "tapis",
    "\u00E9cole", "chaise",  "rivi\u00E8re", "lit",    "voit",          "aime",
    "entend",     "suit",    "trouve",       "dort",   "chante",        "court",
    "attend",     "sur",     "dans",         "sous",   "derri\u00E8re", "est",
    "et",
};
enum { FRENCH = sizeof french_words / sizeof french_words[0] };

/* Clauses; 'a' stands for D A or D J A, 'p' for D P or D J P. */
static const char *const clauses[] = { "aI", "aBJ", "pBJ", "aVa", "aBRp", "aIRp", "aVaRp" };
enum { CLAUSES = sizeof clauses / sizeof clauses[0], PHRASES_MAX = 3, CLAUSE_MAX = 12 };

/* Words ------------------------------------------------------------------------------------ */

int grammar_words(void)
{
    return ENTRIES + FRENCH;
}

int grammar_english_words(void)
{
    return ENTRIES;
}

const char *grammar_word(int word)
{
    assert(word >= 0 && word < ENTRIES + FRENCH);
    return word < ENTRIES ? entries[word].english : french_words[word - ENTRIES];
}

int grammar_find(const char *text, bool french)
{
    const int first = french ? ENTRIES : 0, end = french ? ENTRIES + FRENCH : ENTRIES;

    for (int word = first; word < end; word++)
        if (strcasecmp(grammar_word(word), text) == 0)
            return word;
    return -1;
}

static int part_size(enum part part)
{
    int size = 0;

    for (int i = 0; i < ENTRIES; i++)
        size += entries[i].part == part;
    return size;
}

/* Orders of parts of speech --------------------------------------------------------------------*/

/*
 * The parts of speech of a clause; bit i of variant: its i-th noun phrase has an adjective.
 * Returns how many, 0 when there are not so many phrases. parts may be NULL.
 */
static int clause_parts(int clause, int variant, enum part *parts)
{
    enum part unwanted[CLAUSE_MAX];
    int count = 0, phrase = 0;

    if (parts == NULL)
        parts = unwanted;
    for (const char *c = clauses[clause]; *c != '\0'; c++) {
        if (*c != 'a' && *c != 'p') {
            parts[count++] = (enum part)(strchr(letters, *c) - letters);
            continue;
        }
        parts[count++] = DETERMINER;
        if (variant >> phrase++ & 1)
            parts[count++] = ADJECTIVE;
        parts[count++] = *c == 'a' ? ANIMAL : PLACE;
    }
    return variant < 1 << phrase ? count : 0;
}

/* Walk through all clauses: both of one number, from 0; false: there are no more. */
static bool clause_at(int number, int *clause, int *variant)
{
    *clause = number >> PHRASES_MAX;
    *variant = number & ((1 << PHRASES_MAX) - 1);
    return *clause < CLAUSES;
}

/*
 * How many orders of n parts of speech are sentences:
 * sentence(n) = clause(n), or clause(k) and sentence(n - k - 1).
 */
static void count_orders(uint32_t count[GRAMMAR_LONGEST + 1])
{
    uint32_t of_clause[CLAUSE_MAX + 1] = { 0 };
    int clause, variant;

    for (int i = 0; clause_at(i, &clause, &variant); i++)
        of_clause[clause_parts(clause, variant, NULL)]++;
    for (int n = 0; n <= GRAMMAR_LONGEST; n++) {
        count[n] = n > 0 && n <= CLAUSE_MAX ? of_clause[n] : 0;
        for (int k = 1; k <= CLAUSE_MAX && n - k - 1 > 0; k++)
            count[n] += of_clause[k] * count[n - k - 1];
    }
}

/* Order number `number` of n parts, out of count[n]. */
static void order_of_number(const uint32_t *count, uint32_t number, int n, enum part *parts)
{
    int clause, variant;

    for (int i = 0; clause_at(i, &clause, &variant); i++) {
        const int k = clause_parts(clause, variant, NULL), rest = n - k - 1;
        uint32_t here = 0;

        if (k == n)
            here = 1;
        else if (k > 0 && rest > 0)
            here = count[rest];
        if (number >= here) {
            number -= here;
            continue;
        }
        clause_parts(clause, variant, parts);
        if (k < n) {
            parts[k] = AND;
            order_of_number(count, number, rest, parts + k + 1);
        }
        return;
    }
    assert(!"number is below count[n]");
}

void grammar_draw(struct random *random, int n, int *english)
{
    uint32_t count[GRAMMAR_LONGEST + 1];
    enum part parts[GRAMMAR_LONGEST];

    assert(n >= GRAMMAR_SHORTEST && n <= GRAMMAR_LONGEST);
    count_orders(count);
    order_of_number(count, random_below(random, count[n]), n, parts);
    for (int i = 0; i < n; i++) {
        int left = (int)random_below(random, (uint32_t)part_size(parts[i]));
        int word = 0;

        for (; entries[word].part != parts[i] || left-- > 0; word++)
            ;
        english[i] = word;
    }
}

/* How many sentences a clause of these parts is. */
static double clause_sentences(const enum part *parts, int count)
{
    double sentences = 1;

    for (int i = 0; i < count; i++)
        sentences *= part_size(parts[i]);
    return sentences;
}

/*
 * For sentences of n words, over all orders of them, the sum of the number of sentences of each
 * and the sum of its ln. The recursion is that of count_orders.
 */
static void sum_orders(const uint32_t *count, double sentences[GRAMMAR_LONGEST + 1],
                       double logs[GRAMMAR_LONGEST + 1])
{
    int clause, variant;

    for (int n = 0; n <= GRAMMAR_LONGEST; n++) {
        sentences[n] = logs[n] = 0;
        for (int i = 0; clause_at(i, &clause, &variant); i++) {
            enum part parts[CLAUSE_MAX];
            const int k = clause_parts(clause, variant, parts), rest = n - k - 1;
            const double here = clause_sentences(parts, k);

            if (k > 0 && k == n) {
                sentences[n] += here;
                logs[n] += log(here);
            } else if (k > 0 && rest > 0) {
                sentences[n] += here * sentences[rest];
                logs[n] += count[rest] * log(here) + logs[rest];
            }
        }
    }
}

double grammar_entropy(int n)
{
    double sentences[GRAMMAR_LONGEST + 1], logs[GRAMMAR_LONGEST + 1];
    uint32_t count[GRAMMAR_LONGEST + 1];

    count_orders(count);
    sum_orders(count, sentences, logs);
    return log(count[n]) + logs[n] / count[n];
}

double grammar_sentences(int n)
{
    double sentences[GRAMMAR_LONGEST + 1], logs[GRAMMAR_LONGEST + 1];
    uint32_t count[GRAMMAR_LONGEST + 1];

    count_orders(count);
    sum_orders(count, sentences, logs);
    return sentences[n];
}

/* French ----------------------------------------------------------------------------------- */

static bool is_clause(const int *english, int n)
{
    for (int clause = 0; clause < CLAUSES; clause++)
        for (int variant = 0; variant < 1 << PHRASES_MAX; variant++) {
            enum part parts[CLAUSE_MAX];
            bool same = n > 0 && clause_parts(clause, variant, parts) == n;

            for (int i = 0; same && i < n; i++)
                same = entries[english[i]].part == parts[i];
            if (same)
                return true;
        }
    return false;
}

static int french_word(int english, int form)
{
    int word = 0;

    while (strcmp(french_words[word], entries[english].french[form]) != 0)
        word++;
    return ENTRIES + word;
}

/*
 * An adjective's form follows its noun's gender; how the noun begins is of no matter behind it.
 */
static int agreeing(int adjective, int noun)
{
    const enum form form = entries[noun].noun;

    return french_word(adjective,
                       form == FEMININE || form == FEMININE_VOWEL ? FEMININE : MASCULINE);
}

static void translate_clause(const int *english, int n, int *french)
{
    int subject = -1;

    for (int i = 0; i < n; i++) {
        const enum part part = entries[english[i]].part;

        if (part == DETERMINER) {
            const bool described = entries[english[i + 1]].part == ADJECTIVE;
            const int noun = english[i + 1 + described];

            french[i] = french_word(english[i], entries[noun].noun);
            french[i + 1] = french_word(noun, 0);
            if (described)
                french[i + 2] = agreeing(english[i + 1], noun);
            i += 1 + described;
            if (subject < 0)
                subject = noun;
        } else if (part == ADJECTIVE) {
            french[i] = agreeing(english[i], subject);
        } else {
            french[i] = french_word(english[i], 0);
        }
    }
}

bool grammar_translate(const int *english, int n, int *french)
{
    int begin = 0;

    for (int i = 0; i <= n; i++) {
        if (i < n && entries[english[i]].part != AND)
            continue;
        if (!is_clause(english + begin, i - begin))
            return false;
        translate_clause(english + begin, i - begin, french + begin);
        if (i < n)
            french[i] = french_word(english[i], 0);
        begin = i + 1;
    }
    return true;
}

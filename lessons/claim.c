#include "lessons/claim.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/config.h"

enum { NUMBERS_MAX = 64 };

/* The longer of two that begin alike comes first. */
static const struct {
    const char *text;
    enum relation relation;
} relations[] = {
    { "<=", RELATION_AT_MOST }, { "==", RELATION_EQUAL },  { ">=", RELATION_AT_LEAST },
    { "<", RELATION_LESS },     { ">", RELATION_GREATER },
};
enum { RELATIONS = sizeof relations / sizeof relations[0] };

static const struct {
    char sign;
    enum claim_operation operation;
} operations[] = {
    { '-', CLAIM_DIFFERENCE },
    { '/', CLAIM_RATIO },
};
enum { OPERATIONS = sizeof operations / sizeof operations[0] };

static const char *skip_space(const char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    return text;
}

/* Copy letters, digits and _ from *text into word; false if there are none or too many. */
static bool take_word(const char **text, char word[CONFIG_WORD_MAX])
{
    size_t length = 0;

    while (isalnum((unsigned char)(*text)[length]) || (*text)[length] == '_')
        length++;
    if (length == 0 || length >= CONFIG_WORD_MAX)
        return false;
    memcpy(word, *text, length);
    word[length] = '\0';
    *text += length;
    return true;
}

/* A finite number; false if there is none. */
static bool take_number(const char **text, double *number)
{
    const char *begin = skip_space(*text);
    char *end;

    *number = strtod(begin, &end);
    if (end == begin || !isfinite(*number))
        return false;
    *text = end;
    return true;
}

static bool take_relation(const char **text, enum relation *relation)
{
    *text = skip_space(*text);
    for (int i = 0; i < RELATIONS; i++) {
        const size_t length = strlen(relations[i].text);

        if (strncmp(*text, relations[i].text, length) == 0) {
            *relation = relations[i].relation;
            *text += length;
            return true;
        }
    }
    return false;
}

static enum claim_operation take_operation(const char **text)
{
    *text = skip_space(*text);
    for (int i = 0; i < OPERATIONS; i++)
        if (**text == operations[i].sign) {
            (*text)++;
            return operations[i].operation;
        }
    return CLAIM_ALONE;
}

static enum status no_claim(const char *text, struct error *error)
{
    return error_set(error, STATUS_USAGE,
                     "\"%s\" is not a claim; a claim is TERM [- TERM | / TERM] RELATION NUMBER "
                     "[median | every], where TERM is ARM.QUANTITY or ARM.QUANTITY(NUMBER) and "
                     "RELATION < <= > >= or ==, like left.test_accuracy >= 0.98",
                     text);
}

static enum status unknown_arm(const char *word, struct error *error)
{
    char list[128] = "";

    for (int i = 0; i < ARMS_MAX; i++)
        error_list_word(list, sizeof list, arm_name(i));
    return error_set(error, STATUS_USAGE, "unknown arm \"%s\" in a claim; there are: %s", word,
                     list);
}

static enum status unknown_quantity(const char *word, struct error *error)
{
    char list[ERROR_MESSAGE_MAX] = "";
    int count;
    const struct quantity *quantity = quantities(&count);

    for (int i = 0; i < count; i++)
        error_list_word(list, sizeof list, quantity[i].name);
    return error_set(error, STATUS_USAGE, "unknown quantity \"%s\" in a claim; there are: %s",
                     word, list);
}

/* The number in brackets behind a quantity, where it has one. */
static enum status take_argument(const char **at, struct claim_term *term, struct error *error)
{
    const struct quantity *quantity = term->quantity;
    const char *text = *at;

    if (*text != '(')
        return quantity->argument == NULL
                   ? STATUS_OK
                   : error_set(error, STATUS_USAGE,
                               "%s in a claim needs a number in brackets: %s(%s)",
                               quantity->name, quantity->name, quantity->argument);
    if (quantity->argument == NULL)
        return error_set(error, STATUS_USAGE, "%s in a claim takes no number in brackets",
                         quantity->name);
    text++;
    if (!take_number(&text, &term->argument) || *skip_space(text) != ')')
        return error_set(error, STATUS_USAGE,
                         "\"%s\" in a claim is not one number in brackets: %s(%s)", *at,
                         quantity->name, quantity->argument);
    *at = skip_space(text) + 1;
    return STATUS_OK;
}

static enum status take_term(const char **at, struct claim_term *term, const char *text,
                             struct error *error)
{
    char arm[CONFIG_WORD_MAX], quantity[CONFIG_WORD_MAX];

    *at = skip_space(*at);
    if (!take_word(at, arm) || *(*at)++ != '.' || !take_word(at, quantity))
        return no_claim(text, error);
    *term = (struct claim_term){ .arm = arm_number(arm), .quantity = quantity_find(quantity) };
    if (term->arm < 0)
        return unknown_arm(arm, error);
    if (term->quantity == NULL)
        return unknown_quantity(quantity, error);
    return take_argument(at, term, error);
}

/* What follows the number. */
static enum status take_over(const char *at, enum claim_over *over, struct error *error)
{
    at = skip_space(at);
    *over = strcmp(at, "median") == 0 ? CLAIM_MEDIAN : CLAIM_EVERY_SEED;
    if (*at == '\0' || strcmp(at, "median") == 0 || strcmp(at, "every") == 0)
        return STATUS_OK;
    return error_set(error, STATUS_USAGE,
                     "\"%s\" behind a claim's number is neither median nor every", at);
}

enum status claim_parse(struct claim *claim, const char *text, struct error *error)
{
    struct claim parsed = { .operation = CLAIM_ALONE };
    const char *at = text;
    enum status status = take_term(&at, &parsed.term[0], text, error);

    if (status != STATUS_OK)
        return status;
    parsed.operation = take_operation(&at);
    if (parsed.operation != CLAIM_ALONE)
        status = take_term(&at, &parsed.term[1], text, error);
    if (status != STATUS_OK)
        return status;
    if (!take_relation(&at, &parsed.relation))
        return no_claim(text, error);
    if (!take_number(&at, &parsed.value))
        return error_set(error, STATUS_USAGE, "\"%s\" in a claim is not a number",
                         skip_space(at));
    status = take_over(at, &parsed.over, error);
    if (status != STATUS_OK)
        return status;
    memcpy(parsed.name, claim->name, sizeof parsed.name);
    memcpy(parsed.in, claim->in, sizeof parsed.in);
    *claim = parsed;
    return STATUS_OK;
}

/* Six digits, or as many more as it takes to read the same number back. */
static void write_number(char text[NUMBERS_MAX], double number)
{
    int digits = 6;

    do
        snprintf(text, NUMBERS_MAX, "%.*g", digits, number);
    while (strtod(text, NULL) != number && digits++ < 17);
}

static void write_term(const struct claim_term *term, char text[CLAIM_TEXT_MAX])
{
    char number[NUMBERS_MAX];
    const size_t used = (size_t)snprintf(text, CLAIM_TEXT_MAX, "%s.%s", arm_name(term->arm),
                                         term->quantity->name);

    if (term->quantity->argument == NULL)
        return;
    write_number(number, term->argument);
    snprintf(text + used, CLAIM_TEXT_MAX - used, "(%s)", number);
}

const char *relation_text(enum relation relation)
{
    int i = 0;

    while (relations[i].relation != relation)
        i++;
    return relations[i].text;
}

void claim_text(const struct claim *claim, char text[CLAIM_TEXT_MAX])
{
    char second[CLAIM_TEXT_MAX], number[NUMBERS_MAX];
    size_t used;

    write_term(&claim->term[0], text);
    for (int i = 0; i < OPERATIONS; i++)
        if (operations[i].operation == claim->operation) {
            used = strlen(text);
            write_term(&claim->term[1], second);
            snprintf(text + used, CLAIM_TEXT_MAX - used, " %c %s", operations[i].sign, second);
        }
    used = strlen(text);
    write_number(number, claim->value);
    snprintf(text + used, CLAIM_TEXT_MAX - used, " %s %s%s", relation_text(claim->relation),
             number, claim->over == CLAIM_MEDIAN ? " median" : "");
}

unsigned claim_needs(const struct claim *claim)
{
    unsigned needs = 0;

    for (int i = 0; i < CLAIM_TERMS; i++)
        if (claim->term[i].quantity != NULL)
            needs |= claim->term[i].quantity->needs;
    return needs;
}

double claim_combine(const struct claim *claim, double first, double second)
{
    switch (claim->operation) {
    case CLAIM_ALONE:
        break;
    case CLAIM_DIFFERENCE:
        return first - second;
    case CLAIM_RATIO:
        return first / second;
    }
    return first;
}

bool claim_holds(const struct claim *claim, double measured)
{
    switch (claim->relation) { /* each is false for NaN */
    case RELATION_LESS:
        return measured < claim->value;
    case RELATION_AT_MOST:
        return measured <= claim->value;
    case RELATION_EQUAL:
        return measured == claim->value;
    case RELATION_AT_LEAST:
        return measured >= claim->value;
    case RELATION_GREATER:
        return measured > claim->value;
    }
    return false;
}

/* How many of the numbers come before number i, of equal ones the earlier. */
static int rank_of(const double *numbers, int count, int i)
{
    int rank = 0;

    for (int k = 0; k < count; k++)
        rank += numbers[k] < numbers[i] || (numbers[k] == numbers[i] && k < i);
    return rank;
}

double claim_median(const double *numbers, int count)
{
    double low = 0, high = 0;

    assert(count > 0);
    for (int i = 0; i < count; i++) {
        if (isnan(numbers[i]))
            return (double)NAN;
        if (rank_of(numbers, count, i) == (count - 1) / 2)
            low = numbers[i];
        if (rank_of(numbers, count, i) == count / 2)
            high = numbers[i];
    }
    return low == high ? low : (low + high) / 2; /* of two infinities, too */
}

void claim_words(const struct claim *claim, enum language language, char words[CLAIM_WORDS_MAX])
{
    if (claim->in[language][0] != '\0') {
        snprintf(words, CLAIM_WORDS_MAX, "%s", claim->in[language]);
        return;
    }
    snprintf(words, CLAIM_WORDS_MAX, "%s", claim->name);
    for (char *c = words; *c != '\0'; c++)
        if (*c == '_')
            *c = ' ';
    if (words[0] >= 'a' && words[0] <= 'z')
        words[0] = (char)(words[0] - 'a' + 'A');
}

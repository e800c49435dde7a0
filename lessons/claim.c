/* claim_parse of lesson.h: "left.test_accuracy >= 0.98". */
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/lesson.h"

/*
 * What a claim may be about: measured on fresh sequences, in training, or by the probe at step
 * 0.
 */
static const char *const quantities[] = { "test_loss",   "test_accuracy", "loss",
                                          "accuracy",    "gradient_norm", "slope_input",
                                          "slope_state", "parameters",    NULL };

static const struct {
    const char *text;
    enum relation relation;
} relations[] = {
    { "<=", RELATION_AT_MOST },
    { ">=", RELATION_AT_LEAST },
    { "<", RELATION_LESS },
    { ">", RELATION_GREATER },
};
enum { RELATIONS = sizeof relations / sizeof relations[0] };

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

static bool is_quantity(const char *word)
{
    for (int i = 0; quantities[i] != NULL; i++)
        if (strcmp(quantities[i], word) == 0)
            return true;
    return false;
}

static enum status unknown_quantity(const char *word, struct error *error)
{
    char list[256] = "";

    for (int i = 0; quantities[i] != NULL; i++)
        error_list_word(list, sizeof list, quantities[i]);
    return error_set(error, STATUS_USAGE, "unknown quantity \"%s\" in a claim; there are: %s",
                     word, list);
}

enum status claim_parse(struct claim *claim, const char *text, struct error *error)
{
    struct claim parsed = *claim;
    const char *at = skip_space(text);
    char *end;

    if (!take_word(&at, parsed.arm) || *at++ != '.' || !take_word(&at, parsed.quantity) ||
        !take_relation(&at, &parsed.relation))
        return error_set(error, STATUS_USAGE,
                         "\"%s\" is not a claim; a claim is ARM.QUANTITY RELATION NUMBER, like "
                         "left.test_accuracy >= 0.98",
                         text);
    if (arm_number(parsed.arm) < 0)
        return error_set(error, STATUS_USAGE, "unknown arm \"%s\" in a claim", parsed.arm);
    if (!is_quantity(parsed.quantity))
        return unknown_quantity(parsed.quantity, error);
    at = skip_space(at);
    parsed.value = strtod(at, &end);
    if (end == at || *skip_space(end) != '\0' || !isfinite(parsed.value))
        return error_set(error, STATUS_USAGE, "\"%s\" in a claim is not a number", at);
    *claim = parsed;
    return STATUS_OK;
}

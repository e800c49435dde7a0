#include "lessons/checkpoint_number.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/utf8.h"

/* Seventeen digits bring every double back; fifteen do it for those that a person has typed. */
static void write_real(double real, char text[NUMBER_ROOM])
{
    snprintf(text, NUMBER_ROOM, "%.15g", real);
    if (strtod(text, NULL) != real)
        snprintf(text, NUMBER_ROOM, "%.17g", real);
}

void number_write(const struct number *number, const void *base, char text[NUMBER_ROOM])
{
    const char *member = (const char *)base + number->offset;
    double real;
    long whole;
    int small;
    bool yes;

    switch (number->kind) {
    case NUMBER_LONG:
        memcpy(&whole, member, sizeof whole);
        snprintf(text, NUMBER_ROOM, "%ld", whole);
        break;
    case NUMBER_INT:
        memcpy(&small, member, sizeof small);
        snprintf(text, NUMBER_ROOM, "%d", small);
        break;
    case NUMBER_FLAG:
        memcpy(&yes, member, sizeof yes);
        snprintf(text, NUMBER_ROOM, "%s", yes ? "yes" : "no");
        break;
    case NUMBER_REAL:
    case NUMBER_MEASURE:
        memcpy(&real, member, sizeof real);
        if (isnan(real)) /* the sign of a NaN says nothing */
            snprintf(text, NUMBER_ROOM, "nan");
        else
            write_real(real, text);
        break;
    case NUMBER_TEXT:
        assert(number->size <= NUMBER_ROOM);
        snprintf(text, NUMBER_ROOM, "%s", member);
        break;
    }
}

static enum status refuse(const struct number *number, const char *text, struct error *error)
{
    switch (number->kind) {
    case NUMBER_LONG:
    case NUMBER_INT:
        return error_set(error, STATUS_FILE,
                         "\"%.*s\" is not a whole number from %.16g to %.16g",
                         utf8_shown(text, 40), text, number->least, number->most);
    case NUMBER_REAL:
        return error_set(error, STATUS_FILE, "\"%.*s\" is not a number from %.16g to %.16g",
                         utf8_shown(text, 40), text, number->least, number->most);
    case NUMBER_MEASURE:
        return error_set(error, STATUS_FILE, "\"%.*s\" is not a number or nan",
                         utf8_shown(text, 40), text);
    case NUMBER_FLAG:
        return error_set(error, STATUS_FILE, "\"%.*s\" is neither no nor yes",
                         utf8_shown(text, 40), text);
    case NUMBER_TEXT:
        break;
    }
    return error_set(error, STATUS_FILE, "it is not one line of UTF-8 of less than %zu bytes",
                     number->size);
}

/* All of text as a number: no blanks, no hexadecimal digits, nothing behind it. */
static bool parse(const char *text, double *value)
{
    char *end;

    if (text[0] == '\0' || isspace((unsigned char)text[0]) || strpbrk(text, "xX") != NULL)
        return false;
    *value = strtod(text, &end);
    return *end == '\0';
}

static bool is_line(const struct number *number, const char *text)
{
    const size_t length = strlen(text);

    return length < number->size && utf8_find_unprintable(text, length) == length;
}

enum status number_read(const struct number *number, void *base, const char *text,
                        struct error *error)
{
    const bool bounded = number->kind != NUMBER_MEASURE;
    char *member = base != NULL ? (char *)base + number->offset : NULL;
    double real = 0;
    long whole;
    int small;
    bool yes;

    if (number->kind == NUMBER_TEXT) {
        if (!is_line(number, text))
            return refuse(number, text, error);
        if (member != NULL)
            strcpy(member, text);
        return STATUS_OK;
    }
    if (number->kind == NUMBER_FLAG) {
        yes = strcmp(text, "yes") == 0;
        if (!yes && strcmp(text, "no") != 0)
            return refuse(number, text, error);
        if (member != NULL)
            memcpy(member, &yes, sizeof yes);
        return STATUS_OK;
    }
    if (!parse(text, &real) || (bounded && !(real >= number->least && real <= number->most)) ||
        ((number->kind == NUMBER_LONG || number->kind == NUMBER_INT) && real != floor(real)))
        return refuse(number, text, error);
    whole = number->kind == NUMBER_LONG ? (long)real : 0;
    small = number->kind == NUMBER_INT ? (int)real : 0;
    if (member != NULL && number->kind == NUMBER_LONG)
        memcpy(member, &whole, sizeof whole);
    else if (member != NULL && number->kind == NUMBER_INT)
        memcpy(member, &small, sizeof small);
    else if (member != NULL)
        memcpy(member, &real, sizeof real);
    return STATUS_OK;
}

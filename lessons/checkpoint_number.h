/*
 * checkpoint_number.h - the numbers of a struct as words, listed in a table: what a
 * checkpoint's metadata is made of.
 */
#ifndef LESSONS_CHECKPOINT_NUMBER_H
#define LESSONS_CHECKPOINT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

/* The type of the member. */
enum number_kind {
    NUMBER_LONG,    /* long */
    NUMBER_INT,     /* int */
    NUMBER_FLAG,    /* bool: no, yes */
    NUMBER_REAL,    /* double, finite */
    NUMBER_MEASURE, /* double, any: NaN before the first measurement */
    NUMBER_TEXT     /* char[]: one line of UTF-8 */
};

enum { NUMBER_ROOM = ERROR_MESSAGE_MAX /* bytes of the longest, with its NUL */ };

struct number {
    const char *name;
    enum number_kind kind;
    size_t offset, size;
    double least, most; /* NUMBER_LONG, NUMBER_INT, NUMBER_REAL */
};

/* The offset and size of a member, inside the braces of a struct number. */
#define NUMBER_OF(type, member) \
    offsetof(struct type, member), sizeof(((struct type *)0)->member)

/* The member of the struct at base as text that number_read reads back to the same bits. */
void number_write(const struct number *number, const void *base, char text[NUMBER_ROOM]);

/*
 * The other way, into the struct at base; base NULL only looks. STATUS_FILE: "\"x\" is not a
 * whole number from 0 to 9"; nothing is written then.
 */
enum status number_read(const struct number *number, void *base, const char *text,
                        struct error *error);

#endif

/*
 * terminal.h - what the other end of a stream can show.
 */
#ifndef VIZ_TERMINAL_TERMINAL_H
#define VIZ_TERMINAL_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

#include "lessons/language.h"

struct terminal {
    bool live;    /* a terminal: what was written can be written over */
    bool moves;   /* it knows how to move the cursor (TERM is not "dumb") */
    bool colour;  /* colours are wanted too: NO_COLOR is not set */
    bool unicode; /* the locale says UTF-8 */
    int columns, rows;
    enum language language; /* of what is written; terminal_of leaves it at English */
};

struct terminal terminal_of(FILE *stream);

/* Does a locale of that name use UTF-8? */
bool locale_is_unicode(const char *locale);

#endif

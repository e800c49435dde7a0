/*
 * looks.h - options of every command that shows the window: how everything in it looks.
 */
#ifndef VIZ_COMMANDS_LOOKS_H
#define VIZ_COMMANDS_LOOKS_H

#include <stdbool.h>

#include "lessons/language.h"
#include "viz/commands/arguments.h"

struct looks {
    bool light, present;    /* as in window.h */
    double scale;           /* 0: not given */
    enum language language; /* of the environment, where none is given */
};

/* Rows for the table of a command's options. */
#define LOOKS_LIGHT                    \
    {                                  \
        "light", NULL, "dark on white" \
    }
#define LOOKS_PRESENT                                                          \
    {                                                                          \
        "present", NULL, "for a room: light, half as large again, thick lines" \
    }
#define LOOKS_SCALE                                                       \
    {                                                                     \
        "scale", "X", "everything drawn so many times as large, 0.5 to 8" \
    }

#define LOOKS_LANGUAGE                                                                \
    {                                                                                 \
        "language", "TAG", "en or zh-CN; if not given, what the environment asks for" \
    }

/* STATUS_USAGE: a scale that is none, or a language that is not ours. */
enum status looks_read(struct looks *looks, const struct arguments *arguments,
                       struct error *error);

#endif

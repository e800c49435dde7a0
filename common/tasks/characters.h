/*
 * characters.h - characters as symbols: which there are, their numbers, and how a person sees
 * those that ink does not show.
 */
#ifndef COMMON_TASKS_CHARACTERS_H
#define COMMON_TASKS_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/tasks/task.h"

enum {
    CHARACTERS_MAX = 4096,       /* different ones in a set */
    CHARACTERS_POINTS = 0x110000 /* code points that Unicode has room for */
};

/* A set of characters, sorted by code point. */
struct character_set {
    uint32_t *points; /* (count), owned */
    int count;
};

/* Marks on characters, a bit for each: memory from calloc(1, sizeof), 136 kB. */
struct character_marks {
    uint64_t bits[CHARACTERS_POINTS / 64];
};

static inline void character_mark(struct character_marks *marks, uint32_t point)
{
    marks->bits[point / 64] |= UINT64_C(1) << point % 64;
}

/*
 * The set of all characters that are marked, but for those in `without` (NULL: all).
 * STATUS_FILE: `what` has more than CHARACTERS_MAX. STATUS_NO_MEMORY.
 */
enum status character_set_create(struct character_set *set, const struct character_marks *marks,
                                 const struct character_set *without, const char *what,
                                 struct error *error);
void character_set_free(struct character_set *set); /* safe on a zeroed set */

/* Its place in the set, from 0; -1: it is not there. */
int character_set_find(const struct character_set *set, uint32_t point);

/* The same for what character_text has written, where the set does not hold that itself. */
int character_set_find_shown(const struct character_set *set, uint32_t point);

/*
 * The character so that it is seen: a blank as a raised dot, a line's end as an arrow that
 * turns back, a tab as an arrow against a bar, other control characters as \x1B.
 */
void character_text(uint32_t point, char text[TASK_TEXT_MAX]);

/* "é" (U+00E9): for a message. */
enum { CHARACTER_NAME_MAX = 32 };
void character_name(uint32_t point, char name[CHARACTER_NAME_MAX]);

#endif

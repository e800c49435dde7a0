/*
 * keys.h - every key of the lab, in one table: what it does, and the words of the page of keys.
 */
#ifndef VIZ_WINDOW_KEYS_H
#define VIZ_WINDOW_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "viz/window/action.h"

/* What has to be held with a key. */
enum key_with { WITH_NOTHING, WITH_SHIFT, WITH_CONTROL };

struct key {
    int32_t code; /* SDL_Keycode */
    enum key_with with;
    enum action action;
    int arm;
    long value;
    const char *name; /* on the page of keys; NULL: the key above says it too */
    const char *does;
    bool repeats; /* goes on while it is held down */
};

/* All keys, in the order of the page of keys; *count of them. */
const struct key *keys_table(int *count);

/* The row of that key; NULL: it does nothing. A control or command key is WITH_CONTROL. */
const struct key *keys_find(int32_t code, bool shift, bool control);

#endif

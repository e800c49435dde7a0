/*
 * hearing.h - what a frame says: the words that were drawn, wherever they are.
 */
#ifndef TESTS_VIZ_WINDOW_HEARING_H
#define TESTS_VIZ_WINDOW_HEARING_H

#include "tests/viz/window/stage.h"

/* Draw a frame: does any line of its letters hold these words? */
bool stage_says(struct stage *stage, const char *words);

/* The last thing drawn that can be pressed for that action and arm; NULL: there is none. */
const struct hot *stage_hot(const struct stage *stage, enum action action, int arm);

#endif

/*
 * script.h - a hand in a whole window: one thing after another, each when the window shows what
 * it waits for, however long that takes; then the window is closed.
 */
#ifndef TESTS_VIZ_WINDOW_SCRIPT_H
#define TESTS_VIZ_WINDOW_SCRIPT_H

#include <SDL.h>

#include "tests/common/files/scratch.h"
#include "viz/window/window.h"

/*
 * It waits until the window has all that it needs, until the training has come to `step` (0:
 * any, or the list of lessons), until so many claims are watched, and until there is something called `file` in the scratch folder
 * (NULL: does not matter). Then the key is pressed, or without one the mouse goes to that place.
 */
struct deed {
    SDL_Keycode key;
    SDL_Keymod with;
    int x, y;
    long step;
    int claims;
    const char *file;
};

/*
 * Run the window in the scratch folder, and close it in place of the last deed. Fails when one is
 * waited for too long. `options` may have no `drawn`.
 */
void script_run(const struct scratch *scratch, struct window_options options,
                const struct deed *deeds, int count);

#endif

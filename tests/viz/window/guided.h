/*
 * guided.h - a whole window, and a hand in it that is plain code from top to bottom: it runs in a
 * thread of its own, in turns with the window, so that what it looks at stands still.
 */
#ifndef TESTS_VIZ_WINDOW_GUIDED_H
#define TESTS_VIZ_WINDOW_GUIDED_H

#include <SDL.h>

#include "viz/window/window.h"

struct guided;

/* The window closes when it returns. Assertions are for the main thread: it notes what it finds.
 */
typedef void guided_hand(struct guided *guided, void *context);

/* window_run with a hand. `options` may have no `drawn`. */
enum status guided_run(struct window_options options, guided_hand *hand, void *context,
                       struct error *error);

/*
 * Let the window take in what was pushed and draw a frame: at once (WINDOW_HURRY), or as fast as
 * a screen shows them (WINDOW_AGAIN). NULL: there is no window any more.
 */
const struct window_drawn *guided_frame(struct guided *guided, enum window_next how);

/* Real events, through SDL's queue; the next frame shows what they did. */
void guided_key(SDL_Keycode key);
void guided_move(int x, int y);
void guided_button(Uint32 type, int x, int y);
void guided_wheel(int turned);

#endif

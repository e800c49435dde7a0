/*
 * look.h - how the window looks, from what its user asked for.
 */
#ifndef VIZ_WINDOW_LOOK_H
#define VIZ_WINDOW_LOOK_H

#include "viz/window/canvas.h"

/*
 * scale: pixels to a unit on this screen. `present` is for a room that looks at one wall: light,
 * half as large again, and no line of a plot thinner than three pixels.
 */
struct canvas_look window_look(double scale, bool light, bool present);

#endif

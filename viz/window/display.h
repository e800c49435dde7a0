/*
 * display.h - where the window's pixels go: a graphics card, or memory of our own that is shown.
 *
 * Up to a full-HD screen a frame is drawn in software in one or two milliseconds, which needs
 * neither the start-up nor the memory of a graphics driver; and where that driver computes on
 * the processor too, it would take it from the training. Larger windows ask for hardware first.
 * SDL_RENDER_DRIVER decides otherwise.
 */
#ifndef VIZ_WINDOW_DISPLAY_H
#define VIZ_WINDOW_DISPLAY_H

#include <stdbool.h>

#include "common/error.h"

struct SDL_Renderer;
struct SDL_Surface;
struct SDL_Window;

/* Zeroed: closed. */
struct display {
    struct SDL_Window *handle;
    struct SDL_Renderer *renderer;
    struct SDL_Surface *surface; /* what the renderer draws on; NULL: a graphics card draws */
    bool began;                  /* SDL's video, by us */
};

/* Whether SDL can open a display; as window_display_available says. */
bool display_available(void);

/*
 * Open a window of that size; 0: 1440 x 860, or what the screen has. STATUS_FILE: no display,
 * or no renderer; STATUS_NO_MEMORY. Close it in every case.
 */
enum status display_open(struct display *display, int width, int height, struct error *error);
void display_close(struct display *display);

/* The size of the output in pixels, and how many of them one unit of the window has. */
void display_size(const struct display *display, int *width, int *height);
double display_density(const struct display *display);

/* False after the window's size has changed: renew the display before anything is drawn. */
bool display_fits(const struct display *display);

/* Replaces renderer and surface: nothing may be open on the old ones. STATUS_NO_MEMORY. */
enum status display_renew(struct display *display, struct error *error);

/* Show what was drawn. */
void display_present(struct display *display);

#endif

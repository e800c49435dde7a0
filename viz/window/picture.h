/*
 * picture.h - what was drawn, as a PNG file.
 */
#ifndef VIZ_WINDOW_PICTURE_H
#define VIZ_WINDOW_PICTURE_H

#include "common/error.h"
#include "viz/window/raster.h"

struct SDL_Renderer;
struct SDL_Surface;

/* Write a surface in one step: under a temporary name, then renamed. STATUS_FILE,
 * STATUS_NO_MEMORY. */
enum status picture_write(struct SDL_Surface *surface, const char *path, struct error *error);

/*
 * The same for what a renderer has drawn and not yet shown: of that part of it, or of all, if it
 * is NULL.
 */
enum status picture_of_renderer(struct SDL_Renderer *renderer, const struct rect *part,
                                const char *path, struct error *error);

#endif

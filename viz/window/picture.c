#include "viz/window/picture.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <SDL.h>
#include <SDL_image.h>

#include "common/files/atomic_file.h"
#include "viz/window/canvas.h"
#include "viz/window/view.h"
#include "viz/window/window.h"

enum status picture_write(SDL_Surface *surface, const char *path, struct error *error)
{
    struct atomic_file file = { 0 };
    enum status status = atomic_file_open(&file, path, error);
    SDL_RWops *out;

    if (status != STATUS_OK)
        return status;
    out = SDL_RWFromFP(file.file, SDL_FALSE);
    if (out == NULL || IMG_SavePNG_RW(surface, out, 0) != 0) {
        status = error_set(error, STATUS_FILE, "%s: cannot write: %s", path, IMG_GetError());
        atomic_file_abandon(&file);
    } else {
        status = atomic_file_commit(&file, error);
    }
    if (out != NULL)
        SDL_RWclose(out);
    return status;
}

enum status picture_of_renderer(SDL_Renderer *renderer, const char *path, struct error *error)
{
    SDL_Surface *surface;
    enum status status;
    int w, h;

    if (SDL_GetRendererOutputSize(renderer, &w, &h) != 0)
        return error_set(error, STATUS_FILE, "%s: %s", path, SDL_GetError());
    surface = SDL_CreateRGBSurfaceWithFormat(0, w, h, 24, SDL_PIXELFORMAT_RGB24);
    if (surface == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory for %d x %d pixels", path, w,
                         h);
    if (SDL_RenderReadPixels(renderer, NULL, SDL_PIXELFORMAT_RGB24, surface->pixels,
                             surface->pitch) != 0)
        status = error_set(error, STATUS_FILE, "%s: %s", path, SDL_GetError());
    else
        status = picture_write(surface, path, error);
    SDL_FreeSurface(surface);
    return status;
}

enum status window_shot(const struct snapshot *snapshot, const struct lesson *lesson, int width,
                        int height, double scale, const char *png_path, struct error *error)
{
    SDL_Surface *surface =
        SDL_CreateRGBSurfaceWithFormat(0, width, height, 32, SDL_PIXELFORMAT_ARGB8888);
    SDL_Renderer *renderer = surface != NULL ? SDL_CreateSoftwareRenderer(surface) : NULL;
    struct canvas *canvas = NULL;
    struct view *view = SDL_malloc(sizeof *view);
    enum status status;

    if (renderer == NULL || view == NULL) {
        status = error_set(error, STATUS_NO_MEMORY, "no memory to draw %d x %d pixels: %s",
                           width, height, SDL_GetError());
        goto out;
    }
    status = canvas_open(&canvas, renderer, scale, error);
    if (status != STATUS_OK)
        goto out;
    view_init(view, canvas, (struct view_sink){ NULL, NULL });
    view_open_lab(view, lesson);
    /* The second frame knows what the first has seen: how many heads there are to show. */
    view_frame(view, snapshot, width, height);
    view_frame(view, snapshot, width, height);
    SDL_RenderFlush(renderer);
    status = picture_of_renderer(renderer, png_path, error);
    view_free(view);
out:
    SDL_free(view);
    canvas_close(canvas);
    if (renderer != NULL)
        SDL_DestroyRenderer(renderer);
    SDL_FreeSurface(surface);
    return status;
}

#include "viz/window/picture.h"

#include <stdio.h>
#include <string.h>

#include <SDL.h>
#include <SDL_image.h>

#include "common/files/atomic_file.h"

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

enum status picture_of_renderer(SDL_Renderer *renderer, const struct rect *part,
                                const char *path, struct error *error)
{
    SDL_Rect place = { 0 };
    SDL_Surface *surface;
    enum status status;
    int w, h;

    if (SDL_GetRendererOutputSize(renderer, &w, &h) != 0)
        return error_set(error, STATUS_FILE, "%s: %s", path, SDL_GetError());
    place = (SDL_Rect){ .w = w, .h = h };
    if (part != NULL) {
        const SDL_Rect wanted = { part->x, part->y, part->w, part->h };

        if (!SDL_IntersectRect(&place, &wanted, &place))
            return error_set(error, STATUS_USAGE, "%s: nothing of that is in the window", path);
        w = place.w;
        h = place.h;
    }
    surface = SDL_CreateRGBSurfaceWithFormat(0, w, h, 24, SDL_PIXELFORMAT_RGB24);
    if (surface == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory for %d x %d pixels", path, w,
                         h);
    if (SDL_RenderReadPixels(renderer, &place, SDL_PIXELFORMAT_RGB24, surface->pixels,
                             surface->pitch) != 0)
        status = error_set(error, STATUS_FILE, "%s: %s", path, SDL_GetError());
    else
        status = picture_write(surface, path, error);
    SDL_FreeSurface(surface);
    return status;
}

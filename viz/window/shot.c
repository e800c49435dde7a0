/* One frame without a window or a display. */
#include "viz/window/window.h"

#include <SDL.h>

#include "viz/window/picture.h"
#include "viz/window/view.h"

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
    status = canvas_open(&canvas, renderer, surface, scale, error);
    if (status != STATUS_OK)
        goto out;
    view_init(view, canvas, (struct view_sink){ NULL, NULL });
    view_open_lab(view, lesson);
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

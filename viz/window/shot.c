/* One frame without a window or a display. */
#include "viz/window/window.h"

#include <SDL.h>

#include "lessons/words.h"
#include "viz/window/act.h"
#include "viz/window/look.h"
#include "viz/window/picture.h"
#include "viz/window/view.h"

static void write_controls(const struct view *view, FILE *file)
{
    for (int i = 0; i < view->hots; i++) {
        const struct hot *hot = &view->hot[i];

        if (!hot->ground && hot->hint != NULL)
            fprintf(file, "%d\t%d\t%d\t%d\t%d\t%ld\t%s\n", hot->rect.x, hot->rect.y,
                    hot->rect.w, hot->rect.h, hot->arm, hot->value,
                    words_in(view->language, hot->hint));
    }
}

enum status window_shot(const struct window_shot *shot, struct error *error)
{
    const int width = shot->width, height = shot->height;
    const struct canvas_look look = window_look(shot->scale, shot->light, shot->present);
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
    status = canvas_open(&canvas, renderer, surface, &look, error);
    if (status != STATUS_OK)
        goto out;
    view_init(view, canvas, (struct view_sink){ NULL, NULL });
    view_speak(view, shot->language);
    view_open_lab(view, shot->lesson);
    view_frame(view, shot->snapshot, width, height);
    if (shot->show != NULL) {
        act_link_show(view, shot->show);
        view->pointed = 0; /* it is there to be looked at anyway */
        view_frame(view, shot->snapshot, width, height);
    }
    SDL_RenderFlush(renderer);
    if (shot->controls != NULL)
        write_controls(view, shot->controls);
    status = picture_of_renderer(renderer, NULL, shot->path, error);
    view_free(view);
out:
    SDL_free(view);
    canvas_close(canvas);
    if (renderer != NULL)
        SDL_DestroyRenderer(renderer);
    SDL_FreeSurface(surface);
    return status;
}

#include "viz/window/display.h"

#include <stdlib.h>

#include <SDL.h>

enum {
    WIDTH = 1440,
    HEIGHT = 860,
    WIDTH_LEAST = 300,
    HEIGHT_LEAST = 200,
    PIXELS_IN_SOFTWARE = 1920 * 1080
};

/* Drivers that open without anybody seeing anything, or take a console away from its owner. */
static bool is_real(const char *driver)
{
    static const char *const unreal[] = { "dummy", "offscreen", "evdev", "KMSDRM" };

    for (size_t i = 0; driver != NULL && i < sizeof unreal / sizeof *unreal; i++)
        if (SDL_strcasecmp(driver, unreal[i]) == 0)
            return false;
    return driver != NULL;
}

/*
 * Where displays have names, nobody is asked who has none: Wayland's library would complain on
 * standard error about an environment that has no desktop.
 */
static bool environment_names_display(void)
{
#ifdef __linux__
    return getenv("DISPLAY") != NULL || getenv("WAYLAND_DISPLAY") != NULL;
#else
    return true;
#endif
}

bool display_available(void)
{
    const char *asked = getenv("SDL_VIDEODRIVER");
    bool found;

    if (SDL_WasInit(SDL_INIT_VIDEO) != 0)
        return true;
    if (asked == NULL && !environment_names_display())
        return false;
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0)
        return false;
    found = (asked != NULL && *asked != '\0') || is_real(SDL_GetCurrentVideoDriver());
    SDL_QuitSubSystem(SDL_INIT_VIDEO);
    return found;
}

void display_size(const struct display *display, int *width, int *height)
{
    SDL_GetWindowSizeInPixels(display->handle, width, height);
}

double display_density(const struct display *display)
{
    int window_w, window_h, output_w, output_h;

    SDL_GetWindowSize(display->handle, &window_w, &window_h);
    display_size(display, &output_w, &output_h);
    return window_w > 0 ? (double)output_w / window_w : 1;
}

/* -------------------------------------------------------------------------------- renderers */

static void close_renderer(struct display *display)
{
    if (display->renderer != NULL)
        SDL_DestroyRenderer(display->renderer);
    SDL_FreeSurface(display->surface);
    display->renderer = NULL;
    display->surface = NULL;
}

/* A graphics card, if there is one; SDL's own software renderer is slower than ours. */
static void open_hardware(struct display *display)
{
    SDL_RendererInfo info;

    display->renderer = SDL_CreateRenderer(display->handle, -1, 0);
    if (display->renderer != NULL && (SDL_GetRendererInfo(display->renderer, &info) != 0 ||
                                      (info.flags & SDL_RENDERER_SOFTWARE) != 0))
        close_renderer(display);
}

/* Shown without conversion where the window has such pixels too, with or without alpha. */
static Uint32 software_format(SDL_Window *handle)
{
    const SDL_Surface *shown = SDL_GetWindowSurface(handle);

    return shown != NULL && shown->format->format == SDL_PIXELFORMAT_RGB888
               ? SDL_PIXELFORMAT_RGB888
               : SDL_PIXELFORMAT_ARGB8888;
}

static enum status open_software(struct display *display, struct error *error)
{
    int width, height;

    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    display_size(display, &width, &height);
    display->surface =
        SDL_CreateRGBSurfaceWithFormat(0, width, height, 32, software_format(display->handle));
    if (display->surface != NULL)
        display->renderer = SDL_CreateSoftwareRenderer(display->surface);
    if (display->renderer == NULL)
        return error_set(error, STATUS_NO_MEMORY, "cannot draw %d x %d pixels: %s", width,
                         height, SDL_GetError());
    SDL_SetSurfaceBlendMode(display->surface, SDL_BLENDMODE_NONE);
    return STATUS_OK;
}

bool display_fits(const struct display *display)
{
    int width, height;

    display_size(display, &width, &height);
    return display->surface == NULL ||
           (display->surface->w == width && display->surface->h == height);
}

enum status display_renew(struct display *display, struct error *error)
{
    close_renderer(display);
    return open_software(display, error);
}

void display_present(struct display *display)
{
    SDL_Surface *shown;

    if (display->surface == NULL) {
        SDL_RenderPresent(display->renderer);
        return;
    }
    SDL_RenderFlush(display->renderer);
    shown = SDL_GetWindowSurface(display->handle);
    if (shown != NULL && SDL_BlitSurface(display->surface, NULL, shown, NULL) == 0)
        SDL_UpdateWindowSurface(display->handle);
}

/* ------------------------------------------------------------------------------------- open */

static enum status open_handle(struct display *display, int width, int height,
                               struct error *error)
{
    SDL_Rect bounds;
    int w = WIDTH, h = HEIGHT;

    if (SDL_GetDisplayUsableBounds(0, &bounds) == 0 && bounds.w > 0 && bounds.h > 0) {
        w = w < bounds.w ? w : bounds.w;
        h = h < bounds.h ? h : bounds.h;
    }
    display->handle = SDL_CreateWindow("Duet", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
                                       width > 0 ? width : w, height > 0 ? height : h,
                                       SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
    if (display->handle == NULL)
        return error_set(error, STATUS_FILE, "cannot open a window: %s", SDL_GetError());
    SDL_SetWindowMinimumSize(display->handle, WIDTH_LEAST, HEIGHT_LEAST);
    return STATUS_OK;
}

static bool wants_hardware(const struct display *display)
{
    const char *asked = getenv("SDL_RENDER_DRIVER");
    int width, height;

    display_size(display, &width, &height);
    return asked != NULL ? SDL_strcasecmp(asked, "software") != 0
                         : width * height > PIXELS_IN_SOFTWARE;
}

enum status display_open(struct display *display, int width, int height, struct error *error)
{
    enum status status;

    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    SDL_SetHint(SDL_HINT_MOUSE_FOCUS_CLICKTHROUGH, "1");
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0)
        return error_set(error, STATUS_FILE, "cannot open a display: %s", SDL_GetError());
    display->began = true;
    SDL_EnableScreenSaver();
    status = open_handle(display, width, height, error);
    if (status == STATUS_OK && wants_hardware(display))
        open_hardware(display);
    return status != STATUS_OK || display->renderer != NULL ? status
                                                            : open_software(display, error);
}

void display_close(struct display *display)
{
    close_renderer(display);
    if (display->handle != NULL)
        SDL_DestroyWindow(display->handle);
    if (display->began)
        SDL_QuitSubSystem(SDL_INIT_VIDEO);
    *display = (struct display){ 0 };
}

#include "viz/window/canvas.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>

#include "lessons/words.h"
#include "viz/window/fonts.h"

struct image {
    struct pixels pixels;
    uint64_t stamp;
    bool sent; /* the texture holds these pixels */
    SDL_Texture *texture;
};

struct canvas {
    SDL_Renderer *renderer;
    struct pixels output; /* the renderer's surface; argb NULL: it has none */
    struct rect clip;     /* within the output, if that is known */
    bool clipped;         /* the clip is not the whole output */
    struct text *text;
    enum language language;
    void (*heard)(void *context, const struct canvas_letters *letters); /* NULL: nobody */
    void *listener;
    struct canvas_look look;
    struct image images[CANVAS_IMAGES];
};

enum status canvas_open(struct canvas **out, SDL_Renderer *renderer, SDL_Surface *surface,
                        const struct canvas_look *look, struct error *error)
{
    struct canvas *canvas = calloc(1, sizeof *canvas);
    enum status status;

    if (canvas == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory to draw with");
    canvas->renderer = renderer;
    if (surface != NULL) {
        assert(surface->format->format == SDL_PIXELFORMAT_ARGB8888 ||
               surface->format->format == SDL_PIXELFORMAT_RGB888);
        assert(surface->pitch == surface->w * (int)sizeof *canvas->output.argb);
        canvas->output = (struct pixels){ surface->w, surface->h, surface->pixels, NULL };
        canvas->clip = (struct rect){ 0, 0, surface->w, surface->h };
    }
    canvas->look = *look;
    if (look->theme == NULL)
        canvas->look.theme = &theme_dark;
    status = text_open(&canvas->text, renderer, look->scale, error);
    if (status != STATUS_OK) {
        free(canvas);
        return status;
    }
    *out = canvas;
    return STATUS_OK;
}

static void image_free(struct image *image)
{
    if (image->texture != NULL)
        SDL_DestroyTexture(image->texture);
    free(image->pixels.argb);
    free(image->pixels.mask);
    memset(image, 0, sizeof *image);
}

void canvas_close(struct canvas *canvas)
{
    if (canvas == NULL)
        return;
    for (int i = 0; i < CANVAS_IMAGES; i++)
        image_free(&canvas->images[i]);
    text_close(canvas->text);
    free(canvas);
}

double canvas_scale(const struct canvas *canvas)
{
    return canvas->look.scale;
}

const struct theme *canvas_theme(const struct canvas *canvas)
{
    return canvas->look.theme;
}

double canvas_line(const struct canvas *canvas, double units)
{
    return fmax(units * canvas->look.scale, canvas->look.least_line);
}

int canvas_px(const struct canvas *canvas, double units)
{
    const int px = (int)lround(units * canvas->look.scale);

    return units > 0 && px < 1 ? 1 : px;
}

static SDL_Rect sdl_rect(struct rect rect)
{
    return (SDL_Rect){ rect.x, rect.y, rect.w, rect.h };
}

static void use(struct canvas *canvas, struct colour colour)
{
    SDL_SetRenderDrawColor(canvas->renderer, colour.r, colour.g, colour.b, colour.a);
    /* In software an opaque rectangle is many times faster when it need not be blended. */
    SDL_SetRenderDrawBlendMode(canvas->renderer,
                               colour.a == 255 ? SDL_BLENDMODE_NONE : SDL_BLENDMODE_BLEND);
}

void canvas_clip(struct canvas *canvas, const struct rect *rect)
{
    const struct rect all = { 0, 0, canvas->output.w, canvas->output.h };

    canvas->clipped = rect != NULL;
    canvas->clip = rect != NULL ? rect_common(all, *rect) : all;
    if (rect == NULL) {
        SDL_RenderSetClipRect(canvas->renderer, NULL);
    } else {
        const SDL_Rect clip = sdl_rect(*rect);

        SDL_RenderSetClipRect(canvas->renderer, &clip);
    }
}

void canvas_clear(struct canvas *canvas, struct colour colour)
{
    if (canvas->output.argb != NULL) {
        canvas_fill(canvas, canvas->clip, colour);
        return;
    }
    use(canvas, colour);
    SDL_RenderClear(canvas->renderer);
}

void canvas_fill(struct canvas *canvas, struct rect rect, struct colour colour)
{
    const SDL_Rect to = sdl_rect(rect);

    if (rect.w <= 0 || rect.h <= 0)
        return;
    if (canvas->output.argb != NULL) {
        SDL_RenderFlush(canvas->renderer); /* what lies below */
        raster_fill(&canvas->output, rect_common(rect, canvas->clip), colour);
        return;
    }
    use(canvas, colour);
    SDL_RenderFillRect(canvas->renderer, &to);
}

void canvas_outline(struct canvas *canvas, struct rect r, int thickness, struct colour colour)
{
    const int t = thickness;

    canvas_fill(canvas, (struct rect){ r.x, r.y, r.w, t }, colour);
    canvas_fill(canvas, (struct rect){ r.x, r.y + r.h - t, r.w, t }, colour);
    canvas_fill(canvas, (struct rect){ r.x, r.y + t, t, r.h - 2 * t }, colour);
    canvas_fill(canvas, (struct rect){ r.x + r.w - t, r.y + t, t, r.h - 2 * t }, colour);
}

void canvas_round(struct canvas *canvas, struct rect r, int radius, struct colour colour)
{
    if (2 * radius > r.h)
        radius = r.h / 2;
    if (2 * radius > r.w)
        radius = r.w / 2;
    for (int y = 0; y < radius; y++) {
        const double up = radius - y - 0.5, half = sqrt(radius * radius - up * up);
        const double start = radius - half;
        const int whole = (int)ceil(start);
        const int cover = (int)((whole - start) * colour.a);

        for (int side = 0; side < 2; side++) {
            const int line = side == 0 ? r.y + y : r.y + r.h - 1 - y;

            canvas_fill(canvas, (struct rect){ r.x + whole, line, r.w - 2 * whole, 1 }, colour);
            canvas_fill(canvas, (struct rect){ r.x + whole - 1, line, 1, 1 },
                        theme_fade(colour, cover));
            canvas_fill(canvas, (struct rect){ r.x + r.w - whole, line, 1, 1 },
                        theme_fade(colour, cover));
        }
    }
    canvas_fill(canvas, (struct rect){ r.x, r.y + radius, r.w, r.h - 2 * radius }, colour);
}

void canvas_dashes(struct canvas *canvas, int x, int y, int length, bool vertical,
                   struct colour colour)
{
    const int on = canvas_px(canvas, 4), step = on + canvas_px(canvas, 3);
    const int thick = canvas_px(canvas, 1);

    for (int at = 0; at < length; at += step) {
        const int ink = length - at < on ? length - at : on;
        const struct rect dash = vertical ? (struct rect){ x, y + at, thick, ink }
                                          : (struct rect){ x + at, y, ink, thick };

        canvas_fill(canvas, dash, colour);
    }
}

void canvas_hatch(struct canvas *canvas, struct rect r, struct colour colour)
{
    const int distance = canvas_px(canvas, 4);

    use(canvas, colour);
    for (int start = r.x + r.y; start < r.x + r.w + r.y + r.h; start++) {
        /* The points of the rectangle with x + y = start. */
        const int x0 = start - (r.y + r.h - 1) > r.x ? start - (r.y + r.h - 1) : r.x;
        const int x1 = start - r.y < r.x + r.w - 1 ? start - r.y : r.x + r.w - 1;

        if (start % distance == 0 && x0 <= x1)
            SDL_RenderDrawLine(canvas->renderer, x0, start - x0, x1, start - x1);
    }
}

void canvas_cross(struct canvas *canvas, struct rect r, struct colour colour)
{
    use(canvas, colour);
    SDL_RenderDrawLine(canvas->renderer, r.x, r.y, r.x + r.w - 1, r.y + r.h - 1);
    SDL_RenderDrawLine(canvas->renderer, r.x, r.y + r.h - 1, r.x + r.w - 1, r.y);
}

/* What is written for that string. */
static const char *said(const struct canvas *canvas, enum text_style style, const char *string)
{
    return fonts_mono(style) ? string : words_in(canvas->language, string);
}

int canvas_text_width(struct canvas *canvas, enum text_style style, const char *string,
                      int length)
{
    if (length < 0)
        string = said(canvas, style, string);
    return text_width(canvas->text, style, string, length);
}

bool canvas_has_wide(struct canvas *canvas)
{
    return text_has_wide(canvas->text);
}

enum language canvas_speak(struct canvas *canvas, enum language language)
{
    const enum language before = canvas->language;

    canvas->language = language;
    text_wide_marks(canvas->text, language == LANGUAGE_CHINESE);
    return before;
}

enum language canvas_language(const struct canvas *canvas)
{
    return canvas->language;
}

int canvas_line_height(const struct canvas *canvas, enum text_style style)
{
    return text_height(canvas->text, style);
}

void canvas_listen(struct canvas *canvas,
                   void (*heard)(void *context, const struct canvas_letters *letters),
                   void *context)
{
    canvas->heard = heard;
    canvas->listener = context;
}

/* What was drawn at (x, y), w pixels wide, for a string that should be read whole. */
static void tell(const struct canvas *canvas, enum text_style style, int x, int y, int w,
                 const char *string, int length, bool cut)
{
    const struct rect place = { x, y, w, text_height(canvas->text, style) };
    struct rect seen = place;

    if (canvas->heard == NULL)
        return;
    if (canvas->clipped)
        seen = rect_common(place, canvas->clip);
    canvas->heard(canvas->listener,
                  &(struct canvas_letters){ string, length, style, seen, cut });
}

int canvas_letters(struct canvas *canvas, int x, int y, enum text_style style,
                   struct colour colour, const char *string, int length)
{
    const int width = text_draw(canvas->text, style, x, y, colour, string, length);

    tell(canvas, style, x, y, width, string, length, false);
    return width;
}

int canvas_text(struct canvas *canvas, struct rect r, enum text_style style, enum align align,
                struct colour colour, const char *string)
{
    static const char ellipsis[] = "\u2026";
    const int y = r.y + (r.h - text_height(canvas->text, style)) / 2;
    int width, x, bytes;

    string = said(canvas, style, string);
    width = text_width(canvas->text, style, string, -1);
    if (width <= r.w) {
        x = align == ALIGN_LEFT    ? r.x
            : align == ALIGN_RIGHT ? r.x + r.w - width
                                   : r.x + (r.w - width) / 2;
        return canvas_letters(canvas, x, y, style, colour, string, -1);
    }
    width = text_width(canvas->text, style, ellipsis, -1);
    if (width > r.w) {
        tell(canvas, style, r.x, y, 0, string, -1, true);
        return 0;
    }
    bytes = text_fit(canvas->text, style, string, r.w - width);
    while (bytes > 0 && string[bytes - 1] == ' ')
        bytes--;
    x = text_draw(canvas->text, style, r.x, y, colour, string, bytes);
    x += text_draw(canvas->text, style, r.x + x, y, colour, ellipsis, -1);
    tell(canvas, style, r.x, y, x, string, -1, true);
    return x;
}

int canvas_format(struct canvas *canvas, struct rect rect, enum text_style style,
                  enum align align, struct colour colour, const char *format, ...)
{
    char line[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof line, words_in(canvas->language, format), arguments);
    va_end(arguments);
    return canvas_text(canvas, rect, style, align, colour, line);
}

/* Give the image that size; its contents are lost. */
static bool image_resize(struct canvas *canvas, struct image *image, int w, int h)
{
    const size_t count = (size_t)w * (size_t)h;

    image_free(image);
    image->pixels.argb = malloc(count * sizeof *image->pixels.argb);
    image->pixels.mask = calloc(count, 1);
    if (canvas->output.argb == NULL)
        image->texture = SDL_CreateTexture(canvas->renderer, SDL_PIXELFORMAT_ARGB8888,
                                           SDL_TEXTUREACCESS_STREAMING, w, h);
    if (image->pixels.argb == NULL || image->pixels.mask == NULL ||
        (image->texture == NULL && canvas->output.argb == NULL)) {
        image_free(image);
        return false;
    }
    if (image->texture != NULL)
        SDL_SetTextureBlendMode(image->texture, SDL_BLENDMODE_NONE);
    image->pixels.w = w;
    image->pixels.h = h;
    return true;
}

struct pixels *canvas_image(struct canvas *canvas, int key, int w, int h, uint64_t stamp,
                            bool *fresh)
{
    struct image *image = &canvas->images[key];

    assert(key >= 0 && key < CANVAS_IMAGES);
    *fresh = false;
    if (w <= 0 || h <= 0)
        return NULL;
    if (image->pixels.w == w && image->pixels.h == h && image->stamp == stamp)
        return &image->pixels;
    if ((image->pixels.w != w || image->pixels.h != h) && !image_resize(canvas, image, w, h))
        return NULL;
    image->stamp = stamp;
    image->sent = false;
    *fresh = true;
    return &image->pixels;
}

void canvas_image_draw(struct canvas *canvas, int key, int x, int y)
{
    struct image *image = &canvas->images[key];
    const SDL_Rect to = { x, y, image->pixels.w, image->pixels.h };

    assert(key >= 0 && key < CANVAS_IMAGES);
    if (canvas->output.argb != NULL && image->pixels.argb != NULL) {
        SDL_RenderFlush(canvas->renderer);
        raster_copy(&canvas->output, &image->pixels, x, y, canvas->clip);
    }
    if (image->texture == NULL)
        return;
    if (!image->sent) {
        SDL_UpdateTexture(image->texture, NULL, image->pixels.argb,
                          image->pixels.w * (int)sizeof *image->pixels.argb);
        image->sent = true;
    }
    SDL_RenderCopy(canvas->renderer, image->texture, NULL, &to);
}

/* FNV-1a, with the length of every part mixed in through its bytes. */
uint64_t canvas_stamp(uint64_t stamp, const void *bytes, size_t size)
{
    const unsigned char *byte = bytes;

    stamp ^= 0xcbf29ce484222325u;
    for (size_t i = 0; i < size; i++)
        stamp = (stamp ^ byte[i]) * 0x100000001b3u;
    return stamp;
}

#include "viz/window/text.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>
#include <SDL_ttf.h>

enum { GLYPHS_MAX = 8192, ATLAS_LEAST = 1024, ATLAS_MOST = 2048, MARGIN = 1 };

/* The colour of a glyph that is only measured: it has no picture. */
static const uint32_t NO_COLOUR = 0xffffffff;

enum face { SANS, SANS_BOLD, MONO, MONO_BOLD, FACES };

static const char *const files[FACES] = {
    [SANS] = "DejaVuSans.ttf",
    [SANS_BOLD] = "DejaVuSans-Bold.ttf",
    [MONO] = "DejaVuSansMono.ttf",
    [MONO_BOLD] = "DejaVuSansMono-Bold.ttf",
};

static const struct {
    enum face face;
    double size; /* pixels at scale 1 */
} styles[TEXT_STYLES] = {
    [TEXT_TINY] = { SANS, 10 },
    [TEXT_SMALL] = { SANS, 11 },
    [TEXT_BODY] = { SANS, 13 },
    [TEXT_BOLD] = { SANS_BOLD, 13 },
    [TEXT_SMALL_BOLD] = { SANS_BOLD, 11 },
    [TEXT_TITLE] = { SANS_BOLD, 16 },
    [TEXT_LARGE] = { SANS, 18 },
    [TEXT_MONO] = { MONO, 12 },
    [TEXT_MONO_SMALL] = { MONO, 10 },
    [TEXT_MONO_BOLD] = { MONO_BOLD, 13 },
};

/* A letter in one style and one colour. Colours are rendered in, not multiplied when drawn: in
 * software that halves the time a text takes. */
struct glyph {
    uint32_t letter; /* 0: the place is free */
    enum text_style style;
    uint32_t rgb;   /* 0xRRGGBB, or NO_COLOUR */
    SDL_Rect place; /* in the atlas; of no width: nothing to draw */
    int advance;
    int shift_x, shift_y; /* of the picture against the pen and the top of the line */
};

struct text {
    SDL_Renderer *renderer;
    SDL_Texture *atlas;
    int atlas_size;
    bool began; /* SDL_ttf, by us */
    TTF_Font *font[TEXT_STYLES];
    TTF_Font *spare[TEXT_STYLES]; /* plain sans of that size, for letters a font lacks */
    struct glyph glyphs[GLYPHS_MAX];
    int count;
    int shelf_x, shelf_y, shelf_h; /* where the next glyph goes */
};

static TTF_Font *open_face(enum face face, int size)
{
    static const char *const folders[] = {
        "/usr/share/fonts/truetype/dejavu",
        "/usr/share/fonts/dejavu-sans-fonts",
        "/usr/share/fonts/dejavu-sans-mono-fonts",
        "/usr/share/fonts/TTF",
        "/usr/share/fonts/dejavu",
        "/usr/local/share/fonts",
        "/opt/homebrew/share/fonts",
        "/Library/Fonts",
    };
    const char *own = getenv("DUET_FONTS");
    char path[1024];

    if (own != NULL && *own != '\0') {
        snprintf(path, sizeof path, "%s/%s", own, files[face]);
        return TTF_OpenFont(path, size);
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        TTF_Font *font;

        snprintf(path, sizeof path, "%s/%s", folders[i], files[face]);
        font = TTF_OpenFont(path, size);
        if (font != NULL)
            return font;
    }
    return NULL;
}

static enum status open_fonts(struct text *text, double scale, struct error *error)
{
    for (int style = 0; style < TEXT_STYLES; style++) {
        const int size = (int)fmax(6, lround(styles[style].size * scale));

        text->font[style] = open_face(styles[style].face, size);
        text->spare[style] = open_face(SANS, size);
        if (text->font[style] == NULL || text->spare[style] == NULL)
            return error_set(
                error, STATUS_FILE,
                "the font %s is missing: install fonts-dejavu-core (Debian, Ubuntu), "
                "dejavu-sans-fonts and dejavu-sans-mono-fonts (Fedora) or ttf-dejavu (Arch), "
                "or set DUET_FONTS to the folder it is in",
                files[text->font[style] == NULL ? styles[style].face : SANS]);
        TTF_SetFontHinting(text->font[style], TTF_HINTING_LIGHT);
        TTF_SetFontHinting(text->spare[style], TTF_HINTING_LIGHT);
    }
    return STATUS_OK;
}

enum status text_open(struct text **out, SDL_Renderer *renderer, double scale,
                      struct error *error)
{
    struct text *text = calloc(1, sizeof *text);
    enum status status;

    if (text == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for fonts");
    text->renderer = renderer;
    if (TTF_Init() != 0) {
        status = error_set(error, STATUS_FILE, "SDL_ttf: %s", TTF_GetError());
        goto out;
    }
    text->began = true;
    status = open_fonts(text, scale, error);
    if (status != STATUS_OK)
        goto out;
    text->atlas_size = scale > 1.5 ? ATLAS_MOST : ATLAS_LEAST;
    text->atlas =
        SDL_CreateTexture(renderer, SDL_PIXELFORMAT_ARGB8888, SDL_TEXTUREACCESS_STATIC,
                          text->atlas_size, text->atlas_size);
    if (text->atlas == NULL) {
        status =
            error_set(error, STATUS_NO_MEMORY, "no memory for letters: %s", SDL_GetError());
        goto out;
    }
    SDL_SetTextureBlendMode(text->atlas, SDL_BLENDMODE_BLEND);
    *out = text;
    return STATUS_OK;
out:
    text_close(text);
    return status;
}

void text_close(struct text *text)
{
    if (text == NULL)
        return;
    for (int style = 0; style < TEXT_STYLES; style++) {
        if (text->font[style] != NULL)
            TTF_CloseFont(text->font[style]);
        if (text->spare[style] != NULL)
            TTF_CloseFont(text->spare[style]);
    }
    if (text->atlas != NULL)
        SDL_DestroyTexture(text->atlas);
    if (text->began)
        TTF_Quit();
    free(text);
}

/* The next character of a string of *left bytes, moving both on. */
static uint32_t next_letter(const char **string, int *left)
{
    const unsigned char *s = (const unsigned char *)*string;
    const int size = s[0] < 0x80   ? 1
                     : s[0] < 0xc2 ? 0
                     : s[0] < 0xe0 ? 2
                     : s[0] < 0xf0 ? 3
                     : s[0] < 0xf5 ? 4
                                   : 0;
    uint32_t letter = size == 1 ? s[0] : s[0] & (0x7fu >> size);
    int used = 1;

    for (; used < size && used < *left && (s[used] & 0xc0) == 0x80; used++)
        letter = letter << 6 | (s[used] & 0x3f);
    *string += used;
    *left -= used;
    return size == 0 || used < size || letter == 0 ? 0xfffd : letter;
}

static void forget_glyphs(struct text *text)
{
    memset(text->glyphs, 0, sizeof text->glyphs);
    text->count = 0;
    text->shelf_x = text->shelf_y = text->shelf_h = 0;
}

/* Find room for a picture in the atlas, on shelves; the atlas is emptied when it is full. */
static bool place_picture(struct text *text, int w, int h, SDL_Rect *place)
{
    if (w + MARGIN > text->atlas_size || h + MARGIN > text->atlas_size)
        return false;
    if (text->shelf_x + w + MARGIN > text->atlas_size) {
        text->shelf_y += text->shelf_h;
        text->shelf_x = text->shelf_h = 0;
    }
    if (text->shelf_y + h + MARGIN > text->atlas_size)
        return false;
    *place = (SDL_Rect){ text->shelf_x, text->shelf_y, w, h };
    text->shelf_x += w + MARGIN;
    if (h + MARGIN > text->shelf_h)
        text->shelf_h = h + MARGIN;
    return true;
}

/* The slot of that glyph, or the free one where it belongs. */
static struct glyph *glyph_slot(struct text *text, enum text_style style, uint32_t rgb,
                                uint32_t letter)
{
    uint32_t i = (letter * 2654435761u ^ rgb * 2246822519u) + (uint32_t)style * 40503u;

    for (i = (i ^ i >> 15) % GLYPHS_MAX;; i = (i + 1) % GLYPHS_MAX) {
        struct glyph *glyph = &text->glyphs[i];

        if (glyph->letter == 0 ||
            (glyph->letter == letter && glyph->style == style && glyph->rgb == rgb))
            return glyph;
    }
}

/* The part of a rendered letter that is not empty: a blank margin costs time in every frame. */
static SDL_Rect ink_of(const SDL_Surface *picture)
{
    int left = picture->w, right = 0, top = picture->h, bottom = 0;

    for (int y = 0; y < picture->h; y++) {
        const uint8_t *row = (const uint8_t *)picture->pixels + y * picture->pitch;

        for (int x = 0; x < picture->w; x++) {
            uint32_t argb;

            memcpy(&argb, row + 4 * x, sizeof argb);
            if (argb >> 24 == 0)
                continue;
            left = x < left ? x : left;
            right = x + 1 > right ? x + 1 : right;
            top = y < top ? y : top;
            bottom = y + 1;
        }
    }
    return right > left ? (SDL_Rect){ left, top, right - left, bottom - top }
                        : (SDL_Rect){ 0, 0, 0, 0 };
}

/* Render the letter into the atlas. False: the atlas has no room. */
static bool render(struct text *text, TTF_Font *font, int least, struct glyph *glyph)
{
    const SDL_Color colour = { (uint8_t)(glyph->rgb >> 16), (uint8_t)(glyph->rgb >> 8),
                               (uint8_t)glyph->rgb, 255 };
    SDL_Surface *raw = TTF_RenderGlyph32_Blended(font, glyph->letter, colour);
    SDL_Surface *picture =
        raw != NULL ? SDL_ConvertSurfaceFormat(raw, SDL_PIXELFORMAT_ARGB8888, 0) : NULL;
    SDL_Rect ink;
    bool placed;

    SDL_FreeSurface(raw);
    if (picture == NULL)
        return true; /* a letter that no font has is a gap */
    ink = ink_of(picture);
    glyph->shift_x = ink.x + (least < 0 ? least : 0);
    glyph->shift_y = ink.y;
    placed = place_picture(text, ink.w, ink.h, &glyph->place);
    if (placed && ink.w > 0)
        SDL_UpdateTexture(text->atlas, &glyph->place,
                          (const uint8_t *)picture->pixels + ink.y * picture->pitch + ink.x * 4,
                          picture->pitch);
    SDL_FreeSurface(picture);
    return placed;
}

/* Fill a free slot. False: the atlas has no room, and the slot stays free. */
static bool make_glyph(struct text *text, enum text_style style, uint32_t rgb, uint32_t letter,
                       struct glyph *slot)
{
    TTF_Font *font = TTF_GlyphIsProvided32(text->font[style], letter) ? text->font[style]
                                                                      : text->spare[style];
    struct glyph glyph = { .letter = letter, .style = style, .rgb = rgb };
    int least = 0, most, lowest, highest;

    if (text->count >= GLYPHS_MAX / 2)
        return false;
    TTF_GlyphMetrics32(font, letter, &least, &most, &lowest, &highest, &glyph.advance);
    if (rgb != NO_COLOUR && !render(text, font, least, &glyph))
        return false;
    *slot = glyph;
    text->count++;
    return true;
}

static const struct glyph *find_glyph(struct text *text, enum text_style style, uint32_t rgb,
                                      uint32_t letter)
{
    struct glyph *glyph = glyph_slot(text, style, rgb, letter);

    if (glyph->letter != 0 || make_glyph(text, style, rgb, letter, glyph))
        return glyph;
    forget_glyphs(text);
    glyph = glyph_slot(text, style, rgb, letter);
    make_glyph(text, style, rgb, letter, glyph);
    return glyph;
}

static int advance(struct text *text, enum text_style style, uint32_t letter)
{
    return find_glyph(text, style, NO_COLOUR, letter)->advance;
}

int text_height(const struct text *text, enum text_style style)
{
    return TTF_FontHeight(text->font[style]);
}

int text_width(struct text *text, enum text_style style, const char *string, int length)
{
    int left = length < 0 ? (int)strlen(string) : length, width = 0;

    while (left > 0)
        width += advance(text, style, next_letter(&string, &left));
    return width;
}

int text_fit(struct text *text, enum text_style style, const char *string, int width)
{
    const char *from = string;
    int left = (int)strlen(string), used = 0;

    while (left > 0) {
        const char *before = string;

        used += advance(text, style, next_letter(&string, &left));
        if (used > width)
            return (int)(before - from);
    }
    return (int)(string - from);
}

int text_draw(struct text *text, enum text_style style, int x, int y, struct colour colour,
              const char *string, int length)
{
    const uint32_t rgb = theme_argb(colour) & 0xffffff;
    int left = length < 0 ? (int)strlen(string) : length, pen = x;

    SDL_SetTextureAlphaMod(text->atlas, colour.a);
    while (left > 0) {
        const struct glyph *glyph = find_glyph(text, style, rgb, next_letter(&string, &left));
        const SDL_Rect to = { pen + glyph->shift_x, y + glyph->shift_y, glyph->place.w,
                              glyph->place.h };

        if (to.w > 0)
            SDL_RenderCopy(text->renderer, text->atlas, &glyph->place, &to);
        pen += glyph->advance;
    }
    return pen - x;
}

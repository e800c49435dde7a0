#include "viz/window/text.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>
#include <SDL_ttf.h>

#include "common/files/utf8.h"
#include "viz/window/fonts.h"

enum { GLYPHS_MAX = 8192, ATLAS_LEAST = 1024, ATLAS_MOST = 2048, MARGIN = 1 };

/* The colour of a glyph that is only measured: it has no picture. */
static const uint32_t NO_COLOUR = 0xffffffff;

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
    struct fonts fonts;
    bool wide_marks;
    struct glyph glyphs[GLYPHS_MAX];
    int count;
    int shelf_x, shelf_y, shelf_h; /* where the next glyph goes */
};

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
    status = fonts_open(&text->fonts, scale, error);
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
    fonts_close(&text->fonts);
    if (text->atlas != NULL)
        SDL_DestroyTexture(text->atlas);
    if (text->began)
        TTF_Quit();
    free(text);
}

/* Marks that Latin and East Asian texts share, and write in widths of their own. */
static bool is_shared_mark(uint32_t letter)
{
    return letter == 0x2018 || letter == 0x2019 || letter == 0x201c || letter == 0x201d ||
           letter == 0x2014 || letter == 0x2026;
}

/* The next character of a string of *left bytes, moving both on. */
static uint32_t next_point(const char **string, int *left)
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

/* The same, and from which font it is to be taken. Code keeps its own. */
static uint32_t next_letter(const struct text *text, enum text_style style, const char **string,
                            int *left)
{
    const uint32_t letter = next_point(string, left);
    const bool wide = text->wide_marks && !fonts_mono(style) && is_shared_mark(letter);

    return wide ? letter | FONTS_WIDE : letter;
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
    const int baseline = TTF_FontAscent(text->fonts.font[glyph->style]);
    const SDL_Color colour = { (uint8_t)(glyph->rgb >> 16), (uint8_t)(glyph->rgb >> 8),
                               (uint8_t)glyph->rgb, 255 };
    SDL_Surface *raw = TTF_RenderGlyph32_Blended(font, glyph->letter & ~FONTS_WIDE, colour);
    SDL_Surface *picture =
        raw != NULL ? SDL_ConvertSurfaceFormat(raw, SDL_PIXELFORMAT_ARGB8888, 0) : NULL;
    SDL_Rect ink;
    bool placed;

    SDL_FreeSurface(raw);
    if (picture == NULL)
        return true; /* a letter that no font has is a gap */
    ink = ink_of(picture);
    glyph->shift_x = ink.x + (least < 0 ? least : 0);
    glyph->shift_y = ink.y + baseline - TTF_FontAscent(font); /* all on one baseline */
    placed = place_picture(text, ink.w, ink.h, &glyph->place);
    if (placed && ink.w > 0)
        SDL_UpdateTexture(text->atlas, &glyph->place,
                          (const uint8_t *)picture->pixels + ink.y * picture->pitch + ink.x * 4,
                          picture->pitch);
    SDL_FreeSurface(picture);
    return placed;
}

/* A wide letter among those of one width is as wide as two, so that columns stay columns. Returns
 * how far it moves for that. */
static int widen(const struct text *text, enum text_style style, int *advance)
{
    const int wide = *advance;
    int least, most, lowest, highest, one = 0;

    TTF_GlyphMetrics32(text->fonts.font[style], '0', &least, &most, &lowest, &highest, &one);
    *advance = 2 * one;
    return (2 * one - wide) / 2;
}

/* Fill a free slot. False: the atlas has no room, and the slot stays free. */
static bool make_glyph(struct text *text, enum text_style style, uint32_t rgb, uint32_t letter,
                       struct glyph *slot)
{
    TTF_Font *font = fonts_of(&text->fonts, style, letter);
    struct glyph glyph = { .letter = letter, .style = style, .rgb = rgb };
    int least = 0, most, lowest, highest, shift = 0;

    if (text->count >= GLYPHS_MAX / 2)
        return false;
    TTF_GlyphMetrics32(font, letter & ~FONTS_WIDE, &least, &most, &lowest, &highest,
                       &glyph.advance);
    if (fonts_mono(style) && utf8_columns(letter & ~FONTS_WIDE) == 2)
        shift = widen(text, style, &glyph.advance);
    if (rgb != NO_COLOUR && !render(text, font, least, &glyph))
        return false;
    glyph.shift_x += shift;
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

bool text_has_wide(struct text *text)
{
    return fonts_wide(&text->fonts, TEXT_BODY) != NULL;
}

bool text_wide_marks(struct text *text, bool wide)
{
    const bool before = text->wide_marks;

    text->wide_marks = wide;
    return before;
}

int text_height(const struct text *text, enum text_style style)
{
    return TTF_FontHeight(text->fonts.font[style]);
}

int text_width(struct text *text, enum text_style style, const char *string, int length)
{
    int left = length < 0 ? (int)strlen(string) : length, width = 0;

    while (left > 0)
        width += advance(text, style, next_letter(text, style, &string, &left));
    return width;
}

int text_fit(struct text *text, enum text_style style, const char *string, int width)
{
    const char *from = string;
    int left = (int)strlen(string), used = 0;

    while (left > 0) {
        const char *before = string;

        used += advance(text, style, next_letter(text, style, &string, &left));
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
        const struct glyph *glyph =
            find_glyph(text, style, rgb, next_letter(text, style, &string, &left));
        const SDL_Rect to = { pen + glyph->shift_x, y + glyph->shift_y, glyph->place.w,
                              glyph->place.h };

        if (to.w > 0)
            SDL_RenderCopy(text->renderer, text->atlas, &glyph->place, &to);
        pen += glyph->advance;
    }
    return pen - x;
}

#include "viz/window/fonts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <SDL_ttf.h>

/*
 * East Asian letters are denser, and their capitals have no room above: small ones are set a
 * pixel larger than Latin ones of that style, which their lines have room for. Below so many
 * pixels their strokes run together when they are made bold.
 */
static const double WIDE_SMALL = 12;
enum { WIDE_BOLD_LEAST = 13 };

static const uint32_t SAMPLE_LETTER = 0x4e2d; /* what a font of Chinese has to have */

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

/*
 * Fonts of simplified Chinese, from the one that we ask for on; in a collection the face of
 * that number.
 */
static const struct {
    const char *file;
    long face;
} wide_files[] = {
    { "wqy-microhei.ttc", 0 },
    { "wenquanyi/wqy-microhei/wqy-microhei.ttc", 0 }, /* Arch */
    { "wqy-microhei/wqy-microhei.ttc", 0 },
    { "wqy-microhei-fonts/wqy-microhei.ttc", 0 },
    { "NotoSansCJK-Regular.ttc", 2 }, /* JP, KR, SC, TC, HK */
    { "NotoSansCJKsc-Regular.otf", 0 },
    { "NotoSansSC-Regular.otf", 0 },
    { "google-noto-sans-cjk-vf-fonts/NotoSansCJK-VF.ttc", 2 },
    { "google-noto-cjk/NotoSansCJK-Regular.ttc", 2 },
    { "PingFang.ttc", 0 },
    { "Hiragino Sans GB.ttc", 0 },
    { "STHeiti Light.ttc", 0 },
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

/* Open face 0 or another of the first wide font that there is in the folder. */
static TTF_Font *open_wide_in(const char *folder, int size)
{
    for (size_t i = 0; i < sizeof wide_files / sizeof *wide_files; i++) {
        char path[1024];
        TTF_Font *font;

        snprintf(path, sizeof path, "%s/%s", folder, wide_files[i].file);
        font = TTF_OpenFontIndex(path, size, wide_files[i].face);
        if (font != NULL && TTF_GlyphIsProvided32(font, SAMPLE_LETTER))
            return font;
        if (font != NULL)
            TTF_CloseFont(font);
    }
    return NULL;
}

static TTF_Font *open_wide(int size)
{
    static const char *const folders[] = {
        "/usr/share/fonts/truetype/wqy",
        "/usr/share/fonts", /* Fedora and Arch have folders in it, named after the package */
        "/usr/share/fonts/opentype/noto",
        "/usr/share/fonts/truetype/noto",
        "/usr/share/fonts/noto-cjk",
        "/usr/local/share/fonts",
        "/opt/homebrew/share/fonts",
        "/System/Library/Fonts",
        "/Library/Fonts",
    };
    const char *own = getenv("DUET_FONTS");

    if (own != NULL && *own != '\0')
        return open_wide_in(own, size);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        TTF_Font *font = open_wide_in(folders[i], size);

        if (font != NULL)
            return font;
    }
    return NULL;
}

TTF_Font *fonts_wide(struct fonts *fonts, enum text_style style)
{
    const double more = styles[style].size < WIDE_SMALL ? 1 : 0;
    const int size = (int)fmax(6, lround((styles[style].size + more) * fonts->scale));
    const enum face face = styles[style].face;

    if (fonts->wide[style] != NULL || fonts->no_wide)
        return fonts->wide[style];
    fonts->wide[style] = open_wide(size);
    fonts->no_wide = fonts->wide[style] == NULL;
    if (fonts->no_wide)
        return NULL;
    TTF_SetFontHinting(fonts->wide[style], TTF_HINTING_LIGHT);
    if ((face == SANS_BOLD || face == MONO_BOLD) && size >= WIDE_BOLD_LEAST)
        TTF_SetFontStyle(fonts->wide[style], TTF_STYLE_BOLD);
    return fonts->wide[style];
}

enum status fonts_open(struct fonts *fonts, double scale, struct error *error)
{
    fonts->scale = scale;
    for (int style = 0; style < TEXT_STYLES; style++) {
        const int size = (int)fmax(6, lround(styles[style].size * scale));

        fonts->font[style] = open_face(styles[style].face, size);
        fonts->spare[style] = open_face(SANS, size);
        if (fonts->font[style] == NULL || fonts->spare[style] == NULL)
            return error_set(
                error, STATUS_FILE,
                "the font %s is missing: install fonts-dejavu-core (Debian, Ubuntu), "
                "dejavu-sans-fonts and dejavu-sans-mono-fonts (Fedora) or ttf-dejavu (Arch), "
                "or set DUET_FONTS to the folder it is in",
                files[fonts->font[style] == NULL ? styles[style].face : SANS]);
        TTF_SetFontHinting(fonts->font[style], TTF_HINTING_LIGHT);
        TTF_SetFontHinting(fonts->spare[style], TTF_HINTING_LIGHT);
    }
    return STATUS_OK;
}

TTF_Font *fonts_of(struct fonts *fonts, enum text_style style, uint32_t letter)
{
    const uint32_t point = letter & ~FONTS_WIDE;
    TTF_Font *wide;

    if (letter == point && TTF_GlyphIsProvided32(fonts->font[style], point))
        return fonts->font[style];
    if (letter == point && TTF_GlyphIsProvided32(fonts->spare[style], point))
        return fonts->spare[style];
    wide = fonts_wide(fonts, style);
    return wide != NULL && TTF_GlyphIsProvided32(wide, point) ? wide : fonts->spare[style];
}

bool fonts_mono(enum text_style style)
{
    return styles[style].face == MONO || styles[style].face == MONO_BOLD;
}

static void close_font(TTF_Font *font)
{
    if (font != NULL)
        TTF_CloseFont(font);
}

void fonts_close(struct fonts *fonts)
{
    for (int style = 0; style < TEXT_STYLES; style++) {
        close_font(fonts->font[style]);
        close_font(fonts->spare[style]);
        close_font(fonts->wide[style]);
    }
    *fonts = (struct fonts){ .scale = 0 };
}

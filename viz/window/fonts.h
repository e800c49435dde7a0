/*
 * fonts.h - the fonts of text.c, a size for each style: where they are, and which has a letter.
 */
#ifndef VIZ_WINDOW_FONTS_H
#define VIZ_WINDOW_FONTS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "viz/window/text.h"

/* TTF_Font */
struct _TTF_Font;

/* Zeroed, none is open. */
struct fonts {
    struct _TTF_Font *font[TEXT_STYLES];
    struct _TTF_Font
        *spare[TEXT_STYLES];             /* plain sans of that size, for letters a font lacks */
    struct _TTF_Font *wide[TEXT_STYLES]; /* for what both lack; opened when it is needed */
    bool no_wide;                        /* there is no such font */
    double scale;
};

/* Set in a letter that is taken from the wide font although the others have it. */
#define FONTS_WIDE 0x80000000u

/* Open what every text needs; SDL_ttf has begun. STATUS_FILE names the package that is missing. */
enum status fonts_open(struct fonts *fonts, double scale, struct error *error);
void fonts_close(struct fonts *fonts); /* safe on zeroed ones */

/* The font of East Asian letters for that style, opened now if need be; NULL: there is none. */
struct _TTF_Font *fonts_wide(struct fonts *fonts, enum text_style style);

/* The font that has the letter; where none has, it is the plain sans, which shows a box. */
struct _TTF_Font *fonts_of(struct fonts *fonts, enum text_style style, uint32_t letter);

/* Are all its letters of one width? */
bool fonts_mono(enum text_style style);

#endif

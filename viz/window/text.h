/*
 * text.h - letters: fonts opened once, every glyph rendered once, strings drawn from an atlas.
 *
 * One sans for prose and one monospace with digits of one width for numbers. A letter that a
 * font lacks is taken from the plain sans, one that this lacks too from a font of Chinese,
 * which is opened when the first such letter is met: who reads none does not wait for it (a
 * tenth of a second, where it comes from a disk). Text is UTF-8; a broken byte shows as U+FFFD.
 */
#ifndef VIZ_WINDOW_TEXT_H
#define VIZ_WINDOW_TEXT_H

#include <stdbool.h>

#include "common/error.h"
#include "viz/window/theme.h"

enum text_style {
    TEXT_TINY,  /* labels on axes */
    TEXT_SMALL, /* labels, hints */
    TEXT_BODY,
    TEXT_BOLD,
    TEXT_SMALL_BOLD, /* titles of panels */
    TEXT_TITLE,
    TEXT_LARGE,
    TEXT_MONO, /* numbers */
    TEXT_MONO_SMALL,
    TEXT_MONO_BOLD,
    TEXT_STYLES
};

struct text;
struct SDL_Renderer;

/*
 * Open the fonts at that UI scale (1: 13 pixels of prose). $DUET_FONTS is the folder they are
 * looked for in, if set; the usual folders of Debian, Fedora, Arch and Homebrew otherwise.
 * STATUS_FILE names the package that is missing; STATUS_NO_MEMORY.
 */
enum status text_open(struct text **text, struct SDL_Renderer *renderer, double scale,
                      struct error *error);
void text_close(struct text *text); /* safe on NULL */

/* Is there a font of Chinese? Opens it. */
bool text_has_wide(struct text *text);

/*
 * From now on, take quotation marks, dashes and ellipses, which Latin and Chinese share, from
 * the font of Chinese, as wide as its letters. Returns how it was.
 */
bool text_wide_marks(struct text *text, bool wide);

/* The package that has the font, for messages. */
#define TEXT_WIDE_PACKAGE "fonts-wqy-microhei"

/* Pixels. length is in bytes; -1: up to the end. */
int text_width(struct text *text, enum text_style style, const char *string, int length);
int text_height(const struct text *text, enum text_style style);

/* (x, y) is the left top corner of the line. Returns the width. */
int text_draw(struct text *text, enum text_style style, int x, int y, struct colour colour,
              const char *string, int length);

/*
 * How many bytes of the string fit into `width` pixels, whole characters only.
 */
int text_fit(struct text *text, enum text_style style, const char *string, int width);

#endif

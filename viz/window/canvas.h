/*
 * canvas.h - the drawing surface: the few things a panel can draw, in pixels of the output.
 *
 * A canvas draws on an SDL renderer that the caller made, in a window or on a surface in
 * memory. What does not fit is clipped. Nothing here allocates after the first frames: letters
 * and images are kept.
 *
 * Where the surface is known, areas and images are written to it directly. SDL's own fills go
 * around the cache, and every letter that is blended over one waits for memory: 3.0 ms for a
 * frame of a new snapshot and 1.9 for the same again, instead of 1.5 and .6 (lesson 03,
 * 1280 x 720, SDL 2.26, the fastest of 400).
 */
#ifndef VIZ_WINDOW_CANVAS_H
#define VIZ_WINDOW_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "lessons/language.h"
#include "viz/window/raster.h"
#include "viz/window/text.h"

struct canvas;
struct SDL_Renderer;
struct SDL_Surface;

/* How everything drawn looks. */
struct canvas_look {
    double scale;              /* pixels to a unit */
    const struct theme *theme; /* not owned; NULL: dark */
    double least_line;         /* pixels: no line of a plot is thinner */
};

/*
 * surface: what the software renderer draws on, of SDL_PIXELFORMAT_ARGB8888 or RGB888 (the same
 * without alpha); NULL: a graphics card draws. Both must outlive the canvas. STATUS_FILE: no fonts; STATUS_NO_MEMORY.
 */
enum status canvas_open(struct canvas **canvas, struct SDL_Renderer *renderer,
                        struct SDL_Surface *surface, const struct canvas_look *look,
                        struct error *error);
void canvas_close(struct canvas *canvas); /* safe on NULL */

double canvas_scale(const struct canvas *canvas);
const struct theme *canvas_theme(const struct canvas *canvas);

/* Pixels, with fractions, of a line that is so many units wide in a plot. */
double canvas_line(const struct canvas *canvas, double units);

/* Pixels of so many units; at least 1 for anything above 0. */
int canvas_px(const struct canvas *canvas, double units);

/* Everything is drawn inside; an earlier clip is replaced. NULL: the whole output. */
void canvas_clip(struct canvas *canvas, const struct rect *rect);

void canvas_clear(struct canvas *canvas, struct colour colour);
void canvas_fill(struct canvas *canvas, struct rect rect, struct colour colour);
void canvas_outline(struct canvas *canvas, struct rect rect, int thickness,
                    struct colour colour);

/* A filled rectangle with smooth round corners. */
void canvas_round(struct canvas *canvas, struct rect rect, int radius, struct colour colour);

/* A dashed line to the right (down, if vertical) of (x, y), one unit thick. */
void canvas_dashes(struct canvas *canvas, int x, int y, int length, bool vertical,
                   struct colour colour);

/* Diagonal lines over a rectangle. */
void canvas_hatch(struct canvas *canvas, struct rect rect, struct colour colour);

/* A cross from corner to corner. */
void canvas_cross(struct canvas *canvas, struct rect rect, struct colour colour);

enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

/*
 * One line of text, centred vertically in the rectangle. What is too wide ends in an ellipsis.
 * Returns the width drawn.
 */
int canvas_text(struct canvas *canvas, struct rect rect, enum text_style style,
                enum align align, struct colour colour, const char *string);
int canvas_format(struct canvas *canvas, struct rect rect, enum text_style style,
                  enum align align, struct colour colour, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* `length` bytes as they are, with their left top at (x, y), never cut; returns the width. */
int canvas_letters(struct canvas *canvas, int x, int y, enum text_style style,
                   struct colour colour, const char *string, int length);

/* length -1: what canvas_text writes; else of so many bytes, as they are. */
int canvas_text_width(struct canvas *canvas, enum text_style style, const char *string,
                      int length);
int canvas_line_height(const struct canvas *canvas, enum text_style style);

/* Is there a font of Chinese (text.h)? Opens it. */
bool canvas_has_wide(struct canvas *canvas);

/*
 * The language of what is written from now on, and of its quotation marks. canvas_text,
 * canvas_format and canvas_text_width take the program's own words in English and write them in
 * that language (lessons/words.h), but for the styles of one width, which are for numbers and
 * data. Returns what it was; at first English.
 */
enum language canvas_speak(struct canvas *canvas, enum language language);
enum language canvas_language(const struct canvas *canvas);

/* Letters as they came to be drawn, for who checks them. */
struct canvas_letters {
    const char *string; /* what should be read; not terminated if `length` ends it before */
    int length;         /* bytes; -1: up to the end */
    enum text_style style;
    struct rect rect; /* where they are, within the clip; of width 0 when nothing is seen */
    bool cut;         /* there was no room for all of them */
};

/* Have `heard` called for all letters that are drawn from now on; NULL: no longer. */
void canvas_listen(struct canvas *canvas,
                   void (*heard)(void *context, const struct canvas_letters *letters),
                   void *context);

/*
 * The image of that key, w x h. *fresh tells that its pixels have to be drawn anew: the size or
 * the stamp is another one than last time. NULL: no memory; draw nothing.
 */
struct pixels *canvas_image(struct canvas *canvas, int key, int w, int h, uint64_t stamp,
                            bool *fresh);

/* Draw the image of that key with its left top at (x, y). */
void canvas_image_draw(struct canvas *canvas, int key, int x, int y);

/* Keys are free to choose below this number. */
enum { CANVAS_IMAGES = 256 };

/* What has to be the same for an image to stay as it is, as one number: start from 0. */
uint64_t canvas_stamp(uint64_t stamp, const void *bytes, size_t size);

#endif

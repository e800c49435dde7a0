/*
 * Tests of viz/window/canvas.c: whether the canvas writes to memory itself or leaves it to SDL,
 * the picture is the same.
 */
#include "tests/test.h"

#include <SDL.h>
#include <stdlib.h>
#include <string.h>

#include "viz/window/canvas.h"

enum { WIDTH = 120, HEIGHT = 80 };

struct sheet {
    SDL_Surface *surface;
    SDL_Renderer *renderer;
    struct canvas *canvas;
};

/* direct: the canvas knows the surface. */
static struct sheet open_sheet(Uint32 format, bool direct)
{
    struct sheet sheet = { SDL_CreateRGBSurfaceWithFormat(0, WIDTH, HEIGHT, 32, format), NULL,
                           NULL };
    struct error error = { 0 };

    assert_non_null(sheet.surface);
    sheet.renderer = SDL_CreateSoftwareRenderer(sheet.surface);
    assert_non_null(sheet.renderer);
    canvas_open(&sheet.canvas, sheet.renderer, direct ? sheet.surface : NULL,
                &(struct canvas_look){ .scale = 1 }, &error);
    assert_string_equal(error.message, "");
    return sheet;
}

static void close_sheet(struct sheet *sheet)
{
    canvas_close(sheet->canvas);
    SDL_DestroyRenderer(sheet->renderer);
    SDL_FreeSurface(sheet->surface);
}

static unsigned pixel(const struct sheet *sheet, int x, int y)
{
    uint32_t argb;

    memcpy(&argb, (const char *)sheet->surface->pixels + y * sheet->surface->pitch + 4 * x,
           sizeof argb);
    return argb & 0xffffff;
}

static int channel_distance(unsigned a, unsigned b)
{
    int most = 0;

    for (int shift = 0; shift < 24; shift += 8) {
        const int d = abs((int)(a >> shift & 255) - (int)(b >> shift & 255));

        most = d > most ? d : most;
    }
    return most;
}

/* -------------------------------------------------------------------------------- pictures */

static void fills(struct canvas *canvas)
{
    canvas_fill(canvas, (struct rect){ 10, 10, 40, 20 }, theme_dark.accent);
    canvas_fill(canvas, (struct rect){ 30, 20, 40, 20 }, theme_dark.bad); /* over the first */
    canvas_fill(canvas, (struct rect){ 60, 30, 0, 9 }, theme_dark.good);  /* nothing */
    canvas_fill(canvas, (struct rect){ 60, 30, 9, -3 }, theme_dark.good);
}

static void fills_over_the_edges(struct canvas *canvas)
{
    canvas_fill(canvas, (struct rect){ -10, -10, 20, 20 }, theme_dark.accent);
    canvas_fill(canvas, (struct rect){ WIDTH - 5, -3, 40, HEIGHT + 9 }, theme_dark.bad);
    canvas_fill(canvas, (struct rect){ WIDTH + 5, 10, 10, 10 }, theme_dark.good);
    canvas_fill(canvas, (struct rect){ 20, HEIGHT - 1, 10, 10 }, theme_dark.good);
}

static void fills_within_a_clip(struct canvas *canvas)
{
    canvas_clip(canvas, &(struct rect){ 20, 15, 30, 200 });
    fills(canvas);
    canvas_fill(canvas, (struct rect){ 0, 50, WIDTH, 10 }, theme_dark.good);
    canvas_clip(canvas, NULL);
    canvas_fill(canvas, (struct rect){ 0, 70, WIDTH, 5 }, theme_dark.mark);
}

static void blended_fills(struct canvas *canvas)
{
    fills(canvas);
    canvas_fill(canvas, (struct rect){ 20, 5, 60, 60 }, theme_fade(theme_dark.text, 90));
    canvas_fill(canvas, (struct rect){ -20, 15, 60, 20 }, theme_fade(theme_dark.good, 254));
}

static void round_corners(struct canvas *canvas)
{
    canvas_round(canvas, (struct rect){ 5, 5, 80, 60 }, 8, theme_dark.accent);
    canvas_round(canvas, (struct rect){ 50, 40, 90, 60 }, 6, theme_fade(theme_dark.good, 120));
}

/* What SDL draws stands between what the canvas writes: the order must hold. */
static void letters_and_lines_between_fills(struct canvas *canvas)
{
    canvas_text(canvas, (struct rect){ 0, 0, WIDTH, 40 }, TEXT_TITLE, ALIGN_LEFT,
                theme_dark.text, "below and above");
    canvas_fill(canvas, (struct rect){ 20, 0, 30, 40 }, theme_dark.raised);
    canvas_cross(canvas, (struct rect){ 40, 10, 60, 60 }, theme_dark.bad);
    canvas_fill(canvas, (struct rect){ 60, 30, 20, 20 }, theme_dark.good);
    canvas_hatch(canvas, (struct rect){ 0, 50, 50, 30 }, theme_dark.faint);
    canvas_text(canvas, (struct rect){ 0, 40, WIDTH, 30 }, TEXT_TITLE, ALIGN_LEFT,
                theme_dark.mark, "on top");
}

static void draw_image(struct canvas *canvas, int key, int w, int h, int x, int y)
{
    bool fresh;
    struct pixels *pixels = canvas_image(canvas, key, w, h, 1, &fresh);

    assert_non_null(pixels);
    for (int i = 0; fresh && i < w * h; i++)
        pixels->argb[i] = 0xff000000u | (unsigned)i * 2654435761u >> 8;
    canvas_image_draw(canvas, key, x, y);
}

static void images(struct canvas *canvas)
{
    draw_image(canvas, 0, 30, 20, 10, 10);
    draw_image(canvas, 1, 31, 17, 25, 15);
    draw_image(canvas, 1, 31, 17, -9, -5);
    draw_image(canvas, 2, 50, 90, WIDTH - 20, -3);
    draw_image(canvas, 0, 30, 20, WIDTH + 1, HEIGHT);
    canvas_clip(canvas, &(struct rect){ 60, 50, 9, 9 });
    draw_image(canvas, 2, 50, 90, 50, 20);
    canvas_image_draw(canvas, 3, 60, 50); /* was never made */
}

static void a_clear_over_something(struct canvas *canvas)
{
    fills(canvas);
    canvas_clear(canvas, theme_dark.panel);
}

/* clang-format off */
static const struct row {
    const char *name;
    void (*draw)(struct canvas *canvas);
    int tolerance; /* of a channel: SDL rounds what is blended in its own way */
} rows[] = {
    { "fills are the same in memory as by SDL", fills, 0 },
    { "fills over the edges are the same", fills_over_the_edges, 0 },
    { "fills within a clip are the same", fills_within_a_clip, 0 },
    { "blended fills are the same", blended_fills, 2 },
    { "round corners are the same", round_corners, 2 },
    { "letters and lines between fills are the same", letters_and_lines_between_fills, 0 },
    { "images are the same", images, 0 },
    { "a clear is the same", a_clear_over_something, 0 },
};
/* clang-format on */
enum { ROWS = sizeof rows / sizeof rows[0] };

static void the_picture_is_the_same(void **state)
{
    static const Uint32 formats[] = { SDL_PIXELFORMAT_ARGB8888, SDL_PIXELFORMAT_RGB888 };
    const struct row *row = *state;

    for (int f = 0; f < 2; f++) {
        struct sheet ours = open_sheet(formats[f], true), sdl = open_sheet(formats[f], false);
        const struct sheet *const both[] = { &ours, &sdl };
        int drawn = 0;

        for (int i = 0; i < 2; i++) {
            canvas_clear(both[i]->canvas, theme_dark.window);
            row->draw(both[i]->canvas);
            SDL_RenderFlush(both[i]->renderer);
        }
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++) {
                const unsigned a = pixel(&ours, x, y), b = pixel(&sdl, x, y);

                if (channel_distance(a, b) > row->tolerance)
                    fail_msg("(%d, %d): %06x, SDL draws %06x", x, y, a, b);
                drawn += a != (theme_argb(theme_dark.window) & 0xffffff);
            }
        assert_true(drawn > 300);
        close_sheet(&ours);
        close_sheet(&sdl);
    }
}

int main(void)
{
    struct CMUnitTest tests[ROWS];

    for (int i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){ .name = rows[i].name,
                                        .test_func = the_picture_is_the_same,
                                        .initial_state = (void *)&rows[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

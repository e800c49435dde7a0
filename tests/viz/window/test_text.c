/*
 * Tests of viz/window/text.c and fonts.c: letters of Chinese come from a font of their own, on
 * the same baseline, and only who meets one opens it.
 */
#include "tests/test.h"

#include <SDL.h>
#include <SDL_ttf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/common/files/scratch.h"
#include "viz/window/canvas.h"
#include "viz/window/fonts.h"

enum { WIDTH = 400, HEIGHT = 80 };

struct sheet {
    SDL_Surface *surface;
    SDL_Renderer *renderer;
    struct canvas *canvas;
};

static void open_sheet(struct sheet *sheet, double scale)
{
    struct error error = { 0 };

    sheet->surface =
        SDL_CreateRGBSurfaceWithFormat(0, WIDTH, HEIGHT, 32, SDL_PIXELFORMAT_ARGB8888);
    assert_non_null(sheet->surface);
    sheet->renderer = SDL_CreateSoftwareRenderer(sheet->surface);
    assert_non_null(sheet->renderer);
    canvas_open(&sheet->canvas, sheet->renderer, sheet->surface,
                &(struct canvas_look){ .scale = scale }, &error);
    assert_string_equal(error.message, "");
}

static void close_sheet(struct sheet *sheet)
{
    canvas_close(sheet->canvas);
    SDL_DestroyRenderer(sheet->renderer);
    SDL_FreeSurface(sheet->surface);
}

/* Without the font there is nothing to look at. */
static void need_font(struct canvas *canvas)
{
    if (canvas_has_wide(canvas))
        return;
    print_message("skipped: no font of Chinese (%s)\n", TEXT_WIDE_PACKAGE);
    skip();
}

/* What the letters cover when they are drawn at (20, 20), in that colour on black. */
static struct rect ink_of(struct sheet *sheet, enum text_style style, const char *letters)
{
    struct rect ink = { WIDTH, HEIGHT, 0, 0 };
    int right = 0, bottom = 0;

    canvas_clear(sheet->canvas, (struct colour){ 0, 0, 0, 255 });
    canvas_letters(sheet->canvas, 20, 20, style, (struct colour){ 255, 255, 255, 255 }, letters,
                   -1);
    SDL_RenderFlush(sheet->renderer);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const uint8_t *pixel =
                (const uint8_t *)sheet->surface->pixels + y * sheet->surface->pitch + 4 * x;

            if (pixel[0] < 64)
                continue;
            ink.x = x < ink.x ? x : ink.x;
            ink.y = y < ink.y ? y : ink.y;
            right = x + 1 > right ? x + 1 : right;
            bottom = y + 1;
        }
    ink.w = right - ink.x;
    ink.h = bottom - ink.y;
    return ink;
}

static void chinese_letters_are_drawn_and_differ(void **state)
{
    struct sheet sheet;
    struct rect one, two;

    (void)state;
    open_sheet(&sheet, 2);
    need_font(sheet.canvas);
    one = ink_of(&sheet, TEXT_BODY, "一"); /* a stroke from left to right */
    two = ink_of(&sheet, TEXT_BODY, "国");
    assert_true(one.w > 4 * one.h);
    assert_true(two.h > 3 * one.h);
    assert_in_range(two.w, 18, 26);
    close_sheet(&sheet);
}

/* "口" stands as deep as a Latin letter without descender, but for a few hundredths of it. */
static void both_scripts_stand_on_one_baseline(void **state)
{
    struct sheet sheet;

    (void)state;
    for (double scale = 1; scale < 3.1; scale += 0.5) {
        open_sheet(&sheet, scale);
        need_font(sheet.canvas);
        for (int style = 0; style < TEXT_STYLES; style++) {
            const struct rect latin = ink_of(&sheet, (enum text_style)style, "H");
            const struct rect wide = ink_of(&sheet, (enum text_style)style, "国");
            const int base = latin.y + latin.h,
                      line = canvas_line_height(sheet.canvas, (enum text_style)style);

            assert_in_range(wide.y + wide.h, base, base + line / 5);
            assert_true(wide.y <= latin.y && wide.y >= 20); /* within the line above, too */
            assert_true(wide.y + wide.h <= 20 + line + 1);
        }
        close_sheet(&sheet);
    }
}

static void letters_of_one_width_stay_in_columns(void **state)
{
    struct sheet sheet;

    (void)state;
    open_sheet(&sheet, 1.5);
    need_font(sheet.canvas);
    for (int style = TEXT_MONO; style <= TEXT_MONO_BOLD; style++)
        assert_int_equal(canvas_text_width(sheet.canvas, (enum text_style)style, "步，x", -1),
                         canvas_text_width(sheet.canvas, (enum text_style)style, "00000", -1));
    close_sheet(&sheet);
}

static void quotation_marks_are_wide_where_they_are_asked_to_be(void **state)
{
    struct sheet sheet;
    int narrow, wide;

    (void)state;
    open_sheet(&sheet, 2);
    need_font(sheet.canvas);
    narrow = canvas_text_width(sheet.canvas, TEXT_BODY, "\u201c\u201d", -1);
    assert_int_equal(canvas_speak(sheet.canvas, LANGUAGE_CHINESE), LANGUAGE_ENGLISH);
    wide = canvas_text_width(sheet.canvas, TEXT_BODY, "\u201c\u201d", -1);
    assert_int_equal(wide, canvas_text_width(sheet.canvas, TEXT_BODY, "国人", -1));
    assert_true(wide > narrow);
    assert_int_equal(canvas_speak(sheet.canvas, LANGUAGE_ENGLISH), LANGUAGE_CHINESE);
    assert_int_equal(canvas_text_width(sheet.canvas, TEXT_BODY, "\u201c\u201d", -1), narrow);
    close_sheet(&sheet);
}

static void only_who_meets_a_wide_letter_opens_its_font(void **state)
{
    struct fonts fonts = { .scale = 0 };
    struct error error = { 0 };
    TTF_Font *wide;

    (void)state;
    assert_int_equal(TTF_Init(), 0);
    fonts_open(&fonts, 1, &error);
    assert_string_equal(error.message, "");
    for (uint32_t letter = ' '; letter < 0x3000; letter++)
        if (TTF_GlyphIsProvided32(fonts.spare[TEXT_BODY], letter))
            for (int style = 0; style < TEXT_STYLES; style++)
                fonts_of(&fonts, (enum text_style)style, letter);
    for (int style = 0; style < TEXT_STYLES; style++)
        assert_null(fonts.wide[style]);
    wide = fonts_of(&fonts, TEXT_BODY, 0x56FD);
    for (int style = 0; style < TEXT_STYLES; style++)
        assert_true((fonts.wide[style] != NULL) == (style == TEXT_BODY && !fonts.no_wide));
    if (!fonts.no_wide)
        assert_ptr_equal(wide, fonts.wide[TEXT_BODY]);
    fonts_close(&fonts);
    TTF_Quit();
}

/* A folder with links to the Latin fonts alone. */
static void link_latin(const char *folder)
{
    static const char *const files[] = { "DejaVuSans.ttf", "DejaVuSans-Bold.ttf",
                                         "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf" };
    static const char *const from[] = { "/usr/share/fonts/truetype/dejavu",
                                        "/usr/share/fonts/dejavu-sans-fonts",
                                        "/usr/share/fonts/dejavu-sans-mono-fonts",
                                        "/usr/share/fonts/TTF", "/opt/homebrew/share/fonts" };

    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        for (size_t k = 0; k < sizeof from / sizeof *from; k++) {
            char old[SCRATCH_PATH_MAX], new[2 * SCRATCH_PATH_MAX];

            snprintf(old, sizeof old, "%s/%s", from[k], files[i]);
            snprintf(new, sizeof new, "%s/%s", folder, files[i]);
            if (access(old, R_OK) == 0 && symlink(old, new) == 0)
                break;
        }
}

static void without_the_font_there_is_none_and_nothing_breaks(void **state)
{
    const struct scratch *scratch = *state;
    struct sheet sheet;

    link_latin(scratch->folder);
    setenv("DUET_FONTS", scratch->folder, 1);
    open_sheet(&sheet, 1);
    assert_false(canvas_has_wide(sheet.canvas));
    canvas_speak(sheet.canvas, LANGUAGE_CHINESE);
    assert_true(canvas_text_width(sheet.canvas, TEXT_BODY, "国\u201c", -1) > 0);
    assert_true(ink_of(&sheet, TEXT_BODY, "国").w > 0); /* a box */
    close_sheet(&sheet);
    unsetenv("DUET_FONTS");
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function }
#define FILES(function) { .name = #function, .test_func = function, \
                          .setup_func = scratch_setup, .teardown_func = scratch_teardown }

static const struct CMUnitTest tests[] = {
    TEST(chinese_letters_are_drawn_and_differ),
    TEST(both_scripts_stand_on_one_baseline),
    TEST(letters_of_one_width_stay_in_columns),
    TEST(quotation_marks_are_wide_where_they_are_asked_to_be),
    TEST(only_who_meets_a_wide_letter_opens_its_font),
    FILES(without_the_font_there_is_none_and_nothing_breaks),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of viz/window/document.c: a lesson's text in a column. */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "tests/viz/window/stage.h"
#include "viz/window/document.h"

static void assert_words(const char *markdown, const char *expected)
{
    struct document *document = document_parse(markdown, strlen(markdown));
    char *words;

    assert_non_null(document);
    words = document_words(document);
    assert_non_null(words);
    assert_string_equal(words, expected);
    free(words);
    document_free(document);
}

struct row {
    const char *markdown, *words;
};

static void markdown_becomes_its_words(void **state)
{
    const struct row *row = *state;

    assert_words(row->markdown, row->words);
}

static void a_lesson_without_a_text_has_no_document(void **state)
{
    const struct lesson lesson = synthetic_lesson(1, "None", "tests/viz/nowhere");

    (void)state;
    assert_null(document_read(&lesson));
}

static void a_narrow_column_makes_a_longer_text(void **state)
{
    struct stage *stage = *state;
    struct document *document = stage->view.document;
    int wide, narrow;

    assert_non_null(document);
    wide = document_draw(document, stage->canvas, (struct rect){ 0, 0, 600, 700 }, 0);
    narrow = document_draw(document, stage->canvas, (struct rect){ 0, 0, 200, 700 }, 0);
    assert_true(wide > 100);
    assert_true(narrow > wide);
}

static void a_text_stays_within_its_column(void **state)
{
    struct stage *stage = *state;
    const struct rect column = { 300, 100, 250, 300 };

    canvas_clear(stage->canvas, theme_dark.window);
    document_draw(stage->view.document, stage->canvas, column, 40);
    SDL_RenderFlush(stage->renderer);
    for (int y = 0; y < 720; y++)
        for (int x = 0; x < 1280; x++)
            if (!rect_contains(column, x, y))
                assert_int_equal(stage_pixel(stage, x, y), stage_rgb(theme_dark.window));
}

static void deep_lists_and_broken_bytes_do_no_harm(void **state)
{
    struct stage *stage = *state;
    char deep[40 * 90 + 64];
    struct document *document;
    size_t length = 0;

    for (int level = 0; level < 40; level++) {
        memset(deep + length, ' ', (size_t)level * 2);
        length += (size_t)level * 2;
        memcpy(deep + length, "- \xff\xc3\n", 5);
        length += 5;
    }
    document = document_parse(deep, length);
    assert_non_null(document);
    document_draw(document, stage->canvas, (struct rect){ 0, 0, 200, 700 }, 0);
    document_free(document);
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function, \
                         .setup_func = stage_setup, .teardown_func = stage_teardown }
#define WORDS(label, ...) \
    { .name = "markdown_becomes_its_words_" label, .test_func = markdown_becomes_its_words, \
      .initial_state = &(struct row){ __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    WORDS("nothing",         "", ""),
    WORDS("a_heading",       "# One *two*\n\nthree", "One two three"),
    WORDS("emphasis",        "a **b c**, *d*.", "a b c, d."),
    WORDS("lines",           "one\ntwo  \nthree", "one two three"),
    WORDS("code",            "the `x_t` is\n\n    a = b\n      + c\n",
          "the x_t is a = b   + c"),
    WORDS("a_list",          "- one\n- two\n", "one two"),
    WORDS("a_link",          "see [lesson 6](duet:6) now", "see lesson 6 now"),
    WORDS("an_entity",       "a &amp; b &lt; c", "a & b < c"),
    WORDS("a_quote",         "> predict: what\n> comes", "predict: what comes"),
    WORDS("html_as_letters", "a <b>c</b>", "a <b>c</b>"),
    TEST(a_lesson_without_a_text_has_no_document),
    TEST(a_narrow_column_makes_a_longer_text),
    TEST(a_text_stays_within_its_column),
    TEST(deep_lists_and_broken_bytes_do_no_harm),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

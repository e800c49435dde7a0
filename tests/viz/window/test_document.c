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

    enum language language = LANGUAGE_ENGLISH;

    (void)state;
    assert_null(document_read(&lesson, &language));
    assert_int_equal(language, LANGUAGE_ENGLISH);
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

/* ---------------------------------------------------------------------------------- Chinese */

/* Words as they were drawn, whole, with their places. */
struct drawn {
    struct canvas *canvas;
    int count;
    char word[512][64];
    struct rect rect[512];
};

static void hear(void *context, const struct canvas_letters *letters)
{
    struct drawn *drawn = context;

    if (strncmp(letters->string, "\u25b8", 3) == 0)
        return; /* the mark of a link, which is set apart */
    assert_true(drawn->count < 512);
    snprintf(drawn->word[drawn->count], 64, "%.*s", letters->length < 0 ? 63 : letters->length,
             letters->string);
    assert_int_equal(letters->rect.w, canvas_text_width(drawn->canvas, letters->style,
                                                        letters->string, letters->length));
    drawn->rect[drawn->count++] = letters->rect;
}

static bool begins_with_one_of(const char *word, const char *const *marks)
{
    for (; *marks != NULL; marks++)
        if (strncmp(word, *marks, strlen(*marks)) == 0)
            return true;
    return false;
}

static bool ends_with_one_of(const char *word, const char *const *marks)
{
    for (; *marks != NULL; marks++)
        if (strlen(word) >= strlen(*marks) &&
            strcmp(word + strlen(word) - strlen(*marks), *marks) == 0)
            return true;
    return false;
}

/* In a column of any width. */
static void chinese_lines_fill_their_column_and_begin_and_end_as_they_may(void **state)
{
    static const char *const closing[] = {
        "，", "。", "、", "；", "：", "？", "）", "”", NULL
    };
    static const char *const opening[] = { "（", "“", NULL };
    static const char text[] =
        "误差只在最后一步才知道。训练时，它要沿着时间**一步一步**往回走，每走一步"
        "都乘上同一个矩阵（recurrent matrix）的转置：“狗咬人”、“人咬狗”；乘的数比"
        " 1 小，[走得越远](duet:run)，剩下的就越少，是不是？（不一定。）";
    struct stage *stage = *state;
    struct document *document = document_parse(text, strlen(text));
    struct drawn *drawn = malloc(sizeof *drawn);

    assert_true(document != NULL && drawn != NULL);
    drawn->canvas = stage->canvas;
    canvas_listen(stage->canvas, hear, drawn);
    for (int width = 130; width < 400; width += 7) {
        int lines = 1;

        drawn->count = 0;
        document_draw(document, stage->canvas, (struct rect){ 10, 10, width, 680 }, 0);
        for (int i = 0; i < drawn->count; i++) {
            const bool first = i == 0 || drawn->rect[i].y != drawn->rect[i - 1].y;

            assert_in_range(drawn->rect[i].x + drawn->rect[i].w, 11, 10 + width);
            lines += first && i > 0;
            assert_false(first && begins_with_one_of(drawn->word[i], closing));
            if (first && i > 0)
                assert_false(ends_with_one_of(drawn->word[i - 1], opening));
        }
        assert_true(lines >= 4);
    }
    canvas_listen(stage->canvas, NULL, NULL);
    free(drawn);
    document_free(document);
}

static void two_chinese_lines_of_the_file_are_joined_without_a_space(void **state)
{
    (void)state;
    assert_words("这一\n步，\nRNN\n的 *x*\n项\n", "这一步，RNN 的 x 项");
}

static void a_lesson_is_read_in_the_language_that_is_wished(void **state)
{
    const struct lesson lesson = synthetic_lesson(3, "t", "tests/viz/window/lesson");
    enum language language = LANGUAGE_CHINESE;
    struct document *document = document_read(&lesson, &language);
    char *words;

    (void)state;
    assert_non_null(document);
    assert_int_equal(language, LANGUAGE_CHINESE);
    assert_string_equal(document_title(document, 0), "给测试用的一课");
    assert_int_equal(document_chunks(document), 3);
    assert_int_equal(document_predictions(document), 2);
    assert_int_equal(document_prediction(document, 0)->right, 1);
    words = document_words(document);
    assert_non_null(strstr(words, "猜一猜：接下来会怎样？"));
    assert_non_null(strstr(words, "猜一猜：这些条有多高？"));
    assert_null(strstr(words, "predict"));
    assert_non_null(strstr(words, "答案：是那样。一看就明白。"));
    free(words);
    document_free(document);
}

static void a_lesson_without_a_chinese_text_is_read_in_english(void **state)
{
    const struct lesson lesson = synthetic_lesson(3, "t", "tests/viz/window/lesson-draw");
    enum language language = LANGUAGE_CHINESE;
    struct document *document = document_read(&lesson, &language);

    (void)state;
    assert_non_null(document);
    assert_int_equal(language, LANGUAGE_ENGLISH);
    document_free(document);
}

/* Two stars that stand beside a letter of Chinese: Markdown did not take them for emphasis. */
static const char *stars_left(const char *words)
{
    for (const char *at = words; (at = strstr(at, "**")) != NULL; at += 2)
        if ((at > words && (unsigned char)at[-1] >= 0x80) || (unsigned char)at[2] >= 0x80)
            return at;
    return NULL;
}

/* "**so\uff1a**then": between a full stop in bold and a letter there has to be a blank. */
static void no_stars_are_left_in_a_chinese_text(void **state)
{
    static const char *const wrong = "**\u52a8\u624b\uff1a**\u6309\u4e0b";
    struct document *document = document_parse(wrong, strlen(wrong));
    struct lesson_list list = { 0 };
    char *words = document_words(document);

    (void)state;
    assert_non_null(stars_left(words));
    free(words);
    document_free(document);
    setenv("DUET_LESSONS", "lessons", 1);
    assert_int_equal(lessons_read(&list, NULL), STATUS_OK);
    unsetenv("DUET_LESSONS");
    for (int i = 0; i < list.count; i++) {
        enum language language = LANGUAGE_CHINESE;

        document = document_read(&list.lessons[i], &language);
        assert_non_null(document);
        words = document_words(document);
        if (stars_left(words) != NULL)
            fail_msg("%s, %s: \"%.60s\"", list.lessons[i].path, language_tag(language),
                     stars_left(words));
        free(words);
        document_free(document);
    }
    lesson_list_free(&list);
}

/* ------------------------------------------------------------------------- chunks and spots */

static struct document *parsed(const char *markdown)
{
    struct document *document = document_parse(markdown, strlen(markdown));

    assert_non_null(document);
    return document;
}

/* The spots of a kind when the document is drawn in a column of that width. */
static int spots_of(struct stage *stage, struct document *document, int width,
                    enum spot_kind kind, struct spot found[8])
{
    const struct spot *spots;
    int count, of_kind = 0;

    document_draw(document, stage->canvas, (struct rect){ 10, 10, width, 600 }, 0);
    count = document_spots(document, &spots);
    for (int i = 0; i < count && of_kind < 8; i++)
        if (spots[i].kind == kind)
            found[of_kind++] = spots[i];
    return of_kind;
}

static void sections_are_chunks(void **state)
{
    struct document *document = parsed("# A\n\nb\n\n## C *d*\n\n### e\n\n> ## f\n\n## G\n");

    (void)state;
    assert_int_equal(document_chunks(document), 3);
    assert_string_equal(document_title(document, 0), "A");
    assert_string_equal(document_title(document, 1), "C d");
    assert_string_equal(document_title(document, 2), "G");
    assert_string_equal(document_title(document, 3), "");
    document_free(document);
    document = parsed("## A\n\nb");
    assert_int_equal(document_chunks(document), 1);
    document_free(document);
    document = parsed("");
    assert_int_equal(document_chunks(document), 1);
    document_free(document);
}

static void a_link_over_two_lines_is_two_spots(void **state)
{
    struct stage *stage = *state;
    struct document *document = parsed("some [words of a link that go on](duet:run) here");
    struct spot spot[8];

    assert_int_equal(spots_of(stage, document, 600, SPOT_LINK, spot), 1);
    assert_int_equal(spots_of(stage, document, 160, SPOT_LINK, spot), 2);
    assert_true(spot[1].rect.y > spot[0].rect.y);
    assert_true(spot[0].rect.x + spot[0].rect.w <= 10 + 160);
    assert_int_equal(spot[0].number, 0);
    document_free(document);
}

static void a_spot_outside_the_page_cannot_be_pressed(void **state)
{
    struct stage *stage = *state;
    struct document *document = parsed("a\n\nb\n\n[c](duet:run)");
    const struct spot *spots;

    document_draw(document, stage->canvas, (struct rect){ 0, 0, 200, 30 }, 0);
    assert_int_equal(document_spots(document, &spots), 0);
    document_draw(document, stage->canvas, (struct rect){ 0, 0, 200, 30 }, 60);
    assert_int_equal(document_spots(document, &spots), 1);
    assert_true(spots[0].rect.y >= 0 && spots[0].rect.y + spots[0].rect.h <= 30);
    document_free(document);
}

static const char asked[] =
    "# A\n\n> predict: b?\n>\n> - c\n> - d\n\n**Answer: d.** Long *it* is.\n"
    "\ne\n\n> predict draw gradient: f?\n\n**Answer.** g.\n";

static void an_answer_is_hidden_until_it_is_given(void **state)
{
    struct stage *stage = *state;
    struct document *document = parsed(asked);
    const struct rect column = { 0, 0, 400, 700 };
    const int open = document_draw(document, stage->canvas, column, 0);
    struct spot spot[8];

    assert_int_equal(document_predictions(document), 2);
    assert_true(document_prediction(document, 1)->draw);
    assert_int_equal(spots_of(stage, document, 400, SPOT_CHOICE, spot), 2);
    assert_int_equal(spot[1].choice, 1);
    assert_int_equal(spots_of(stage, document, 400, SPOT_SKIP, spot), 2);
    assert_int_equal(spots_of(stage, document, 400, SPOT_DRAW, spot), 1);
    assert_int_equal(spot[0].number, 1);
    document_answer(document, 0, &(struct answer){ .state = ANSWER_GIVEN, .choice = 1 });
    assert_true(document_draw(document, stage->canvas, column, 0) > open);
    assert_int_equal(spots_of(stage, document, 400, SPOT_CHOICE, spot), 0);
    document_answer(document, 1, &(struct answer){ .state = ANSWER_DRAWING });
    assert_int_equal(spots_of(stage, document, 400, SPOT_SHAPE, spot), DOCUMENT_SHAPES);
    assert_int_equal(spots_of(stage, document, 400, SPOT_COMPARE, spot), 1);
    document_free(document);
}

/* The columns of what is not background, along a row of pixels. */
static void ink_of_row(const struct stage *stage, int y, int h, bool ink[400])
{
    for (int x = 0; x < 400; x++) {
        ink[x] = false;
        for (int i = y; i < y + h; i++)
            ink[x] = ink[x] || stage_pixel(stage, x, i) != stage_rgb(theme_dark.window);
    }
}

static int last_ink(const bool ink[400])
{
    int x = 399;

    while (x > 0 && !ink[x])
        x--;
    return x;
}

static void columns_of_a_table_are_aligned(void **state)
{
    struct stage *stage = *state;
    struct document *document = parsed("|a|b|\n|:--|--:|\n|some words|1|\n|x|1000|\n");
    bool first[400], second[400];
    int height;

    canvas_clear(stage->canvas, theme_dark.window);
    height = document_draw(document, stage->canvas, (struct rect){ 0, 0, 400, 300 }, 0);
    SDL_RenderFlush(stage->renderer);
    ink_of_row(stage, height / 3 + 5, height / 3 - 6, first);
    ink_of_row(stage, 2 * height / 3 + 3, height / 3 - 4, second);
    assert_true(abs(last_ink(first) - last_ink(second)) <= 3); /* to the right */
    assert_true(last_ink(second) < 200);                       /* no wider than it has to be */
    document_free(document);
}

static void a_wide_table_is_broken_within_its_cells(void **state)
{
    struct stage *stage = *state;
    struct document *document =
        parsed("|a|b|\n|---|---|\n|many words that take their room|more words "
               "that take their room|\n");
    const struct rect column = { 100, 50, 150, 300 };

    canvas_clear(stage->canvas, theme_dark.window);
    assert_true(document_draw(document, stage->canvas, (struct rect){ 0, 0, 900, 300 }, 0) <
                60);
    canvas_clear(stage->canvas, theme_dark.window);
    assert_true(document_draw(document, stage->canvas, column, 0) > 80);
    SDL_RenderFlush(stage->renderer);
    for (int y = 0; y < 400; y++)
        assert_int_equal(stage_pixel(stage, 252, y), stage_rgb(theme_dark.window));
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
    WORDS("a_table",         "|a|b|\n|---|---|\n|c|d|\n", "a b c d"),
    WORDS("a_picture",       "see ![a cat](cat.png)", "see a cat"),
    WORDS("a_curve",         "> predict draw gradient: what?\n\n**Answer.** b", "predict: what? Answer. b"),
    TEST(sections_are_chunks),
    TEST(a_link_over_two_lines_is_two_spots),
    TEST(a_spot_outside_the_page_cannot_be_pressed),
    TEST(an_answer_is_hidden_until_it_is_given),
    TEST(columns_of_a_table_are_aligned),
    TEST(a_wide_table_is_broken_within_its_cells),
    TEST(deep_lists_and_broken_bytes_do_no_harm),
    TEST(chinese_lines_fill_their_column_and_begin_and_end_as_they_may),
    TEST(two_chinese_lines_of_the_file_are_joined_without_a_space),
    TEST(no_stars_are_left_in_a_chinese_text),
    TEST(a_lesson_is_read_in_the_language_that_is_wished),
    TEST(a_lesson_without_a_chinese_text_is_read_in_english),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

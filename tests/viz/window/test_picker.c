/* Tests of the list of lessons. */
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

#include "tests/viz/window/stage.h"

static struct lesson lessons[3];

/* Three lessons, numbers 3, 6 and 9, in a list; the fixture of every test here. */
static int setup(void **state)
{
    static struct lesson_list list = { .lessons = lessons, .count = 3 };
    struct stage *stage;

    if (stage_setup(state) != 0)
        return -1;
    stage = *state;
    for (int i = 0; i < 3; i++)
        lessons[i] = synthetic_lesson(3 * (i + 1), "A lesson", "tests/viz/window/lesson");
    stage->view.lesson = NULL;
    view_open_picker(&stage->view, &list);
    stage_draw(stage);
    return 0;
}

static void arrows_and_enter_open_a_lesson(void **state)
{
    struct stage *stage = *state;

    stage_key(stage, SDLK_UP, KMOD_NONE);
    assert_int_equal(stage->view.picked, 0);
    stage_key(stage, SDLK_DOWN, KMOD_NONE);
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    assert_int_equal(stage->view.request, REQUEST_LESSON);
    assert_int_equal(stage->view.asked_lesson, 6);
}

static void what_is_wrong_with_a_lesson_stands_in_its_row(void **state)
{
    struct stage *stage = *state;
    int red = 0;

    error_set(&lessons[1].fault, STATUS_FILE, "lessons/06-x/README.md:41: duet:x: unknown");
    stage_draw(stage);
    for (int y = 0; y < 720; y++)
        for (int x = 0; x < 1280; x++)
            red += stage_pixel(stage, x, y) == stage_rgb(theme_dark.bad);
    assert_true(red > 20);
}

static int count_pixels(const struct stage *stage, struct colour colour)
{
    int count = 0;

    for (int y = 0; y < 720; y++)
        for (int x = 640; x < 1280; x++)
            count += stage_pixel(stage, x, y) == stage_rgb(colour);
    return count;
}

/* One of two claims; then both, which is told in the colour of what is met. */
static void lessons_tell_whether_they_were_visited_and_what_was_met(void **state)
{
    struct stage *stage = *state;
    struct logbook book = { .count = 0 };
    int before;

    snprintf(lessons[2].path, sizeof lessons[2].path, "lessons/09-other");
    lessons[2].claim_count = 2;
    for (int i = 0; i < 2; i++)
        snprintf(lessons[2].claims[i].name, sizeof lessons[2].claims[i].name, "c%d", i);
    stage_draw(stage);
    before = count_pixels(stage, theme_dark.accent);
    assert_int_equal(count_pixels(stage, theme_dark.good), 0);
    stage->view.logbook = &book;
    logbook_visit(&book, &lessons[2]);
    logbook_meet(&book, &lessons[2], "c0");
    stage_draw(stage);
    assert_true(count_pixels(stage, theme_dark.accent) > before + 20);
    assert_int_equal(count_pixels(stage, theme_dark.good), 0);
    logbook_meet(&book, &lessons[2], "c1");
    stage_draw(stage);
    assert_int_equal(count_pixels(stage, theme_dark.accent), before);
    assert_true(count_pixels(stage, theme_dark.good) > 20);
    logbook_free(&book);
}

static void hear_claims(void *context, const struct canvas_letters *letters)
{
    int *heard = context;

    *heard += letters->length < 0 && strcmp(letters->string, "\u25cb  \u7ed3\u8bba 0 / 2") == 0;
}

static void what_was_met_is_told_in_chinese_too(void **state)
{
    struct stage *stage = *state;
    int heard = 0;

    if (!canvas_has_wide(stage->canvas)) {
        print_message("skipped: no font of Chinese (%s)\n", TEXT_WIDE_PACKAGE);
        skip();
    }
    lessons[2].claim_count = 2;
    view_speak(&stage->view, LANGUAGE_CHINESE);
    canvas_listen(stage->canvas, hear_claims, &heard);
    stage_draw(stage);
    canvas_listen(stage->canvas, NULL, NULL);
    assert_int_equal(heard, 1);
}

static void the_list_ends_where_it_ends(void **state)
{
    struct stage *stage = *state;

    for (int i = 0; i < 9; i++)
        stage_key(stage, SDLK_DOWN, KMOD_NONE);
    assert_int_equal(stage->view.picked, 2);
    stage_key(stage, SDLK_HOME, KMOD_NONE);
    assert_int_equal(stage->view.picked, 0);
}

static void a_digit_opens_the_lesson_of_that_number(void **state)
{
    struct stage *stage = *state;

    stage_key(stage, SDLK_4, KMOD_NONE);
    assert_int_equal(stage->view.request, REQUEST_NONE);
    stage_key(stage, SDLK_9, KMOD_NONE);
    assert_int_equal(stage->view.request, REQUEST_LESSON);
    assert_int_equal(stage->view.asked_lesson, 9);
}

static void a_click_opens_the_lesson_that_it_hits(void **state)
{
    struct stage *stage = *state;

    stage_press(stage, ACT_LESSON, 0, 2);
    assert_int_equal(stage->view.asked_lesson, 9);
}

static void escape_leaves_the_list(void **state)
{
    struct stage *stage = *state;

    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    assert_int_equal(stage->view.request, REQUEST_QUIT);
}

static void escape_goes_back_to_a_run_that_waits(void **state)
{
    struct stage *stage = *state;

    stage->view.run_waits = true;
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    assert_int_equal(stage->view.request, REQUEST_RETURN);
}

static void the_lesson_that_was_open_is_the_one_picked(void **state)
{
    struct stage *stage = *state;

    view_open_lab(&stage->view, &lessons[1]);
    view_open_picker(&stage->view, stage->view.lessons);
    assert_int_equal(stage->view.picked, 1);
}

static void an_empty_list_says_so_and_takes_keys(void **state)
{
    struct stage *stage = *state;

    view_open_picker(&stage->view, NULL);
    stage_draw(stage);
    stage_key(stage, SDLK_DOWN, KMOD_NONE);
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    assert_int_equal(stage->view.request, REQUEST_NONE);
}

/* What is drawn of "N more". */
struct rest {
    char text[2][32];
    int count;
};

static void hear_rest(void *context, const struct canvas_letters *letters)
{
    struct rest *rest = context;

    if (strstr(letters->string, " more") != NULL && rest->count < 2)
        snprintf(rest->text[rest->count++], sizeof rest->text[0], "%s", letters->string);
}

static struct rest rest_of(struct stage *stage, int height)
{
    struct rest rest = { .count = 0 };

    canvas_listen(stage->canvas, hear_rest, &rest);
    view_frame(&stage->view, NULL, 1280, height);
    canvas_listen(stage->canvas, NULL, NULL);
    return rest;
}

/* Three rows need 302 units; in 250 there is room for two of them. */
static void lessons_that_do_not_fit_are_told(void **state)
{
    struct stage *stage = *state;
    struct rest rest = rest_of(stage, 720);

    assert_int_equal(rest.count, 0);
    rest = rest_of(stage, 250);
    assert_int_equal(rest.count, 1);
    assert_string_equal(rest.text[0], "\u2193 1 more");
    stage_key(stage, SDLK_DOWN, KMOD_NONE);
    stage_key(stage, SDLK_DOWN, KMOD_NONE);
    rest = rest_of(stage, 250);
    assert_int_equal(rest.count, 1);
    assert_string_equal(rest.text[0], "\u2191 1 more");
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function, \
                         .setup_func = setup, .teardown_func = stage_teardown }

static const struct CMUnitTest tests[] = {
    TEST(arrows_and_enter_open_a_lesson),
    TEST(what_is_wrong_with_a_lesson_stands_in_its_row),
    TEST(lessons_tell_whether_they_were_visited_and_what_was_met),
    TEST(what_was_met_is_told_in_chinese_too),
    TEST(the_list_ends_where_it_ends),
    TEST(a_digit_opens_the_lesson_of_that_number),
    TEST(a_click_opens_the_lesson_that_it_hits),
    TEST(escape_leaves_the_list),
    TEST(escape_goes_back_to_a_run_that_waits),
    TEST(the_lesson_that_was_open_is_the_one_picked),
    TEST(lessons_that_do_not_fit_are_told),
    TEST(an_empty_list_says_so_and_takes_keys),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

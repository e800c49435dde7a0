/*
 * Tests of the window's language: one control changes it at once, and nothing of what a reader
 * did is lost by it.
 */
#include "tests/test.h"

#include <SDL.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/common/files/scratch.h"
#include "tests/viz/window/stage.h"
#include "viz/window/document.h"

/* Without the font there is nothing to look at. */
static void need_font(const struct stage *stage)
{
    if (canvas_has_wide(stage->canvas))
        return;
    print_message("skipped: no font of Chinese (%s)\n", TEXT_WIDE_PACKAGE);
    skip();
}

/* What was drawn in a frame, one string after the other. */
struct heard {
    char text[1 << 16];
    size_t used;
};

static void hear(void *context, const struct canvas_letters *letters)
{
    struct heard *heard = context;
    const size_t length =
        letters->length < 0 ? strlen(letters->string) : (size_t)letters->length;

    assert_true(heard->used + length + 2 < sizeof heard->text);
    memcpy(heard->text + heard->used, letters->string, length);
    heard->used += length;
    heard->text[heard->used] = '\0';
}

/* Do these words stand on the screen? */
static bool shows(struct stage *stage, const char *words)
{
    struct heard *heard = calloc(1, sizeof *heard);
    bool found;

    assert_non_null(heard);
    canvas_listen(stage->canvas, hear, heard);
    stage_draw(stage);
    canvas_listen(stage->canvas, NULL, NULL);
    found = strstr(heard->text, words) != NULL;
    free(heard);
    return found;
}

static void a_key_changes_the_language_and_back(void **state)
{
    struct stage *stage = *state;

    need_font(stage);
    assert_true(shows(stage, "A lesson for tests") || shows(stage, "Alessonfortests"));
    stage_key(stage, SDLK_l, KMOD_SHIFT);
    assert_int_equal(stage->view.language, LANGUAGE_CHINESE);
    assert_int_equal(stage->view.text_language, LANGUAGE_CHINESE);
    assert_true(shows(stage, "给测试用的一课"));
    stage_key(stage, SDLK_l, KMOD_SHIFT);
    assert_int_equal(stage->view.language, LANGUAGE_ENGLISH);
    assert_false(shows(stage, "给测试用的一课"));
}

static void a_click_and_the_focus_change_it_too(void **state)
{
    struct stage *stage = *state;

    need_font(stage);
    stage_press(stage, ACT_LANGUAGE, 0, 0);
    assert_int_equal(stage->view.language, LANGUAGE_CHINESE);
    for (int i = 0;
         i < 500 && (!stage->view.focus.on || stage->view.focus.hot.action != ACT_LANGUAGE);
         i++)
        stage_key(stage, SDLK_TAB, KMOD_NONE);
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    assert_int_equal(stage->view.language, LANGUAGE_ENGLISH);
}

static void page_and_answers_stay(void **state)
{
    struct stage *stage = *state;

    need_font(stage);
    stage_key(stage, SDLK_n, KMOD_NONE);
    stage_draw(stage);
    stage_press(stage, ACT_CHOOSE, 0, 2); /* a wrong one */
    stage_key(stage, SDLK_l, KMOD_SHIFT);
    assert_int_equal(view_reading(&stage->view)->page, 1);
    assert_true(shows(stage, "第二部分"));
    assert_true(shows(stage, "答案：是那样。一看就明白。")); /* for it was answered */
    assert_int_equal(view_reading(&stage->view)->answer[0].choice, 2);
    stage_key(stage, SDLK_l, KMOD_SHIFT);
    assert_true(shows(stage, "Answer"));
    assert_int_equal(stage->wished, 0); /* it is nothing that a lab knows of */
}

static void a_curve_that_is_being_drawn_stays(void **state)
{
    struct stage *stage = *state;

    need_font(stage);
    stage_key(stage, SDLK_n, KMOD_NONE);
    stage_key(stage, SDLK_n, KMOD_NONE);
    stage_draw(stage);
    stage_press(stage, ACT_SKETCH, 1, SKETCH_BEGIN);
    assert_int_equal(view_reading(&stage->view)->answer[1].state, ANSWER_DRAWING);
    stage_key(stage, SDLK_l, KMOD_SHIFT);
    assert_int_equal(view_reading(&stage->view)->answer[1].state, ANSWER_DRAWING);
    assert_int_equal(stage->view.sketch.prediction, 2);
    stage_draw(stage);
    stage_press(stage, ACT_SKETCH, 1, SKETCH_COMPARE); /* its button is there */
}

static void a_lesson_has_its_chinese_title_and_question(void **state)
{
    struct stage *stage = *state;

    need_font(stage);
    strcpy(stage->lesson.in[LANGUAGE_CHINESE].title, "看梯度");
    strcpy(stage->lesson.in[LANGUAGE_CHINESE].question, "误差能传多远？");
    stage_show(stage, &(struct synthetic){ .left = "elman",
                                           .right = "transformer",
                                           .steps = 50,
                                           .layers = 1,
                                           .heads = 2,
                                           .step = 0 });
    assert_false(shows(stage, "看梯度"));
    stage_key(stage, SDLK_l, KMOD_SHIFT);
    assert_true(shows(stage, "看梯度"));
    assert_true(shows(stage, "误差能传多远？"));
}

static void a_lesson_without_a_chinese_text_says_so(void **state)
{
    struct stage *stage = *state;

    need_font(stage);
    stage->lesson = synthetic_lesson(5, "Draw", "tests/viz/window/lesson-draw");
    stage_key(stage, SDLK_l, KMOD_SHIFT);
    view_open_lab(&stage->view, &stage->lesson);
    assert_int_equal(stage->view.language, LANGUAGE_CHINESE);
    assert_int_equal(stage->view.text_language, LANGUAGE_ENGLISH);
    assert_true(shows(stage, "no text in Chinese") || shows(stage, "notextinChinese") ||
                shows(stage, "还没有中文"));
}

static void the_list_of_lessons_changes_too(void **state)
{
    struct stage *stage = *state;
    struct lesson lesson = synthetic_lesson(3, "Gradients", "tests/viz/window/lesson");
    const struct lesson_list list = { .lessons = &lesson, .count = 1 };

    need_font(stage);
    strcpy(lesson.in[LANGUAGE_CHINESE].title, "看梯度");
    view_open_picker(&stage->view, &list);
    assert_true(shows(stage, "Gradients"));
    stage_key(stage, SDLK_l, KMOD_SHIFT);
    assert_true(shows(stage, "看梯度"));
    stage_press(stage, ACT_LANGUAGE, 0, 0);
    assert_true(shows(stage, "Gradients"));
    view_open_picker(&stage->view, NULL);
}

/* In a folder without fonts of Chinese. */
static void without_letters_it_stays_english_and_names_the_package(void **state)
{
    static const char *const files[] = { "DejaVuSans.ttf", "DejaVuSans-Bold.ttf",
                                         "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf" };
    static const char *const from[] = { "/usr/share/fonts/truetype/dejavu",
                                        "/usr/share/fonts/dejavu-sans-fonts",
                                        "/usr/share/fonts/dejavu-sans-mono-fonts",
                                        "/usr/share/fonts/TTF", "/opt/homebrew/share/fonts" };
    struct stage *stage = *state;
    struct scratch *scratch;
    void *folder = NULL;

    assert_int_equal(scratch_setup(&folder), 0);
    scratch = folder;
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < sizeof from / sizeof *from; k++) {
            char old[SCRATCH_PATH_MAX], new[2 * SCRATCH_PATH_MAX];

            snprintf(old, sizeof old, "%s/%s", from[k], files[i]);
            snprintf(new, sizeof new, "%s/%s", scratch->folder, files[i]);
            if (access(old, R_OK) == 0 && symlink(old, new) == 0)
                break;
        }
    setenv("DUET_FONTS", scratch->folder, 1);
    stage_resize(stage, 1280, 720, 1);
    stage_key(stage, SDLK_l, KMOD_SHIFT);
    assert_int_equal(stage->view.language, LANGUAGE_ENGLISH);
    assert_non_null(strstr(stage->view.message, TEXT_WIDE_PACKAGE));
    stage->view.message[0] = '\0';
    assert_true(shows(stage, TEXT_WIDE_PACKAGE)); /* over the lesson's text */
    assert_true(shows(stage, "lesson for tests") || shows(stage, "lessonfortests"));
    unsetenv("DUET_FONTS");
    scratch_teardown(&folder);
}

/* clang-format off */
#define ON_STAGE(test) cmocka_unit_test_setup_teardown(test, stage_setup, stage_teardown)
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_STAGE(a_key_changes_the_language_and_back),
        ON_STAGE(a_click_and_the_focus_change_it_too),
        ON_STAGE(page_and_answers_stay),
        ON_STAGE(a_curve_that_is_being_drawn_stays),
        ON_STAGE(a_lesson_has_its_chinese_title_and_question),
        ON_STAGE(a_lesson_without_a_chinese_text_says_so),
        ON_STAGE(the_list_of_lessons_changes_too),
        ON_STAGE(without_letters_it_stays_english_and_names_the_package),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of viz/window/panel_rail.c and panel_header.c: what is there, where, and the lock. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/change.h"
#include "lessons/lab.h"
#include "tests/viz/window/rail_hand.h"
#include "viz/window/controls.h"

/* ------------------------------------------------------------------------- the first minute */

static void at_first_there_is_little(void **state)
{
    static const enum action first[] = { ACT_RUN,   ACT_STEP, ACT_RESTART, ACT_LENGTH,
                                         ACT_MODEL, ACT_MORE, ACT_RAIL,    ACT_TEXT,
                                         ACT_SAVE,  ACT_HELP, ACT_LANGUAGE };
    struct stage *stage = *state;
    const struct rect rail = stage->view.layout.rail;

    for (int i = 0; i < stage->view.hots; i++) {
        const struct hot *hot = &stage->view.hot[i];
        bool allowed = false;

        if (!rect_contains(rail, hot->rect.x, hot->rect.y))
            continue;
        for (size_t k = 0; k < sizeof first / sizeof *first; k++)
            allowed = allowed || hot->action == first[k];
        if (!allowed)
            fail_msg("action %d is there before More", (int)hot->action);
    }
}

static void more_has_every_control_that_means_something(void **state)
{
    struct stage *stage = *state;
    const struct lab_config *config = &stage->snapshot.config;
    int count;
    const struct control *controls = controls_table(&count);

    stage_press(stage, ACT_MORE, 0, 0);
    stage_draw(stage);
    for (int i = 0; i < count; i++)
        for (int arm = 0; arm < 2; arm++) {
            char name[CONTROL_NAME_MAX];

            if (strcmp(controls[i].section, "arm") != 0 && arm > 0)
                continue;
            assert_int_equal(rail_hot(stage, ACT_CONTROL, arm, i) != NULL,
                             adjust_applies(config, control_name(&controls[i], arm, name)));
        }
}

/* ----------------------------------------------------------------------------------- scrolling */

static void the_wheel_scrolls_between_controls(void **state)
{
    struct stage *stage = *state;
    const struct rect rail = stage->view.layout.rail;

    rail_show_settings(stage, KEEP);
    assert_true(stage->view.rail.scroll_most > 100);
    stage_wheel_at(stage, rail.x + 30, rail_hot(stage, ACT_LENGTH, 0, 50)->rect.y - 10, -2);
    assert_int_equal(stage->view.rail.scroll, 96);
    stage_draw(stage);
    /* what comes under the wheel now is scrolled away, not turned */
    stage_wheel_at(
        stage, rail.x + 60,
        rail_middle(rail_rect(stage, ACT_CONTROL, 0, controls_find("task", "length")).y, 20),
        -1);
    rail_wait(stage, 390);
    assert_int_equal(stage->wished, 0);
    assert_false(stage->view.rail.pending.on);
    for (int i = 0; i < 100; i++)
        stage_wheel_at(stage, rail.x + 30, rail_hot(stage, ACT_MORE, 0, 0)->rect.y, -9);
    assert_true(stage->view.rail.scroll <= stage->view.rail.scroll_most);
}

static void the_focus_brings_a_control_into_view(void **state)
{
    struct stage *stage = *state;
    const int last = controls_find("training", "seed");
    const struct hot *hot;

    rail_show_settings(stage, KEEP);
    assert_int_equal(rail_hot(stage, ACT_CONTROL, 0, last)->rect.h, 0);
    for (int i = 0; i < 200; i++) {
        stage_key(stage, SDLK_TAB, KMOD_NONE);
        stage_draw(stage);
        stage_draw(stage);
        hot = view_focused(&stage->view);
        assert_non_null(hot);
        if (hot->action == ACT_CONTROL)
            assert_true(hot->rect.h >= 20);
        if (hot->action == ACT_CONTROL && hot->value == last)
            break;
    }
    assert_int_equal(view_focused(&stage->view)->value, last);
    stage_key(stage, SDLK_UP, KMOD_NONE); /* and it is turned by an arrow */
    rail_wait(stage, 400);
    assert_int_equal(stage_one_wish(stage)->config.training.seed, 2);
}

static void nothing_is_pressed_through_the_foot(void **state)
{
    struct stage *stage = *state;
    const struct rect rail = stage->view.layout.rail;

    rail_show_settings(stage, KEEP);
    for (int scroll = 0; scroll < 30; scroll += 3) {
        stage->view.rail.scroll = scroll;
        stage_draw(stage);
        for (int i = 0; i < stage->view.hots; i++) {
            const struct hot *hot = &stage->view.hot[i];

            if (hot->action == ACT_CONTROL && hot->rect.h > 0)
                assert_true(hot->rect.y + hot->rect.h <= rail.y + rail.h - 34);
        }
    }
}

static void all_values_can_be_read_whatever_the_model(void **state)
{
    static const char *const models[] = { "elman+attention", "lstm",        "gru+attention",
                                          "lstm+attention",  "transformer", "linear" };
    struct stage *stage = *state;

    for (size_t m = 0; m < sizeof models / sizeof *models; m++) {
        struct lab_config config = config_default();

        rail_set(&config, "left.model", models[m]);
        config.arm[0].initial = m == 1 || m == 3 ? WEIGHTS_ORTHOGONAL : WEIGHTS_DEFAULT;
        rail_set(&config, "task.name", "temporal-order");
        rail_set(&config, "training.match", m == 5 ? "none" : "width");
        rail_set(&config, "training.optimizer", "momentum");
        rail_show(stage, &config);
        for (int scroll = 0; scroll <= stage->view.rail.scroll_most; scroll += 100) {
            stage->view.rail.scroll = scroll;
            assert_true(rail_is_written(stage, "Train"));
        }
        stage->view.rail.scroll = 0;
        assert_true(rail_is_written(stage, models[m]));
        assert_true(rail_is_written(stage, "temporal-order"));
    }
}

/* -------------------------------------------------------------------------------- the lock */

static void sizes_of_both_arms_are_always_there(void **state)
{
    static const int sizes[][2] = { { 1280, 720 }, { 1920, 1080 }, { 1024, 640 } };
    struct stage *stage = *state;

    for (int i = 0; i < 3; i++) {
        stage_resize(stage, sizes[i][0], sizes[i][1], 1);
        assert_true(rail_is_written(stage, "6,497"));
        assert_true(rail_is_written(stage, "650 kFLOP"));
        assert_true(rail_is_written(stage, "13,185"));
        assert_true(rail_is_written(stage, "1.40 MFLOP"));
    }
}

/* Each of both headers, whatever else stands there. */
static void a_header_has_room_for_its_sizes(void **state)
{
    static const char *const models[] = { "elman", "lstm+attention", "elman+attention" };
    static const enum training_match matches[] = { MATCH_NONE, MATCH_PARAMETERS, MATCH_FLOPS };
    struct stage *stage = *state;

    for (int sick = 0; sick < 2; sick++)
        for (int m = 0; m < 3; m++)
            for (int k = 0; k < 3; k++) {
                struct lab_config config = config_default();

                rail_set(&config, "left.model", models[m]);
                config.training.match = matches[k];
                for (int arm = 0; arm < 2; arm++)
                    if (sick)
                        stage->snapshot.arm[arm].health =
                            (struct health){ .count = 1,
                                             .finding[0] = { .kind = HEALTH_ALIKE,
                                                             .level = HEALTH_WARNING } };
                rail_show(stage, &config);
                assert_true(rail_is_written(stage, k == 0 ? "650 kFLOP" : "610 kFLOP"));
                assert_true(rail_is_written(stage, k == 0 ? "1.40 MFLOP" : "1.25 MFLOP"));
            }
}

static void the_lock_matches_and_says_how_well(void **state)
{
    struct stage *stage = *state;
    const int match = controls_find("training", "match");
    const struct hot *lock;
    struct lab_config wanted = stage->snapshot.config;

    stage_draw(stage);
    lock = rail_hot(stage, ACT_CONTROL_MORE, 0, match);
    assert_true(rect_contains(stage->view.layout.column[1].header, lock->rect.x, lock->rect.y));
    rail_press(stage, lock->rect);
    wanted.training.match = MATCH_PARAMETERS;
    rail_assert_same(&stage_one_wish(stage)->config, &wanted);
    stage->snapshot.config = wanted;
    stage->snapshot.arm[0].core_parameters = 12838;
    stage->snapshot.arm[1].core_parameters = 12736;
    assert_true(rail_is_written(stage, "12,838"));
    assert_true(rail_is_written(stage, "(+0.8 %)"));
    assert_true(rail_is_written(stage, "= parameters"));
    stage->snapshot.config.training.match = MATCH_FLOPS;
    stage->view.wished.config_until_ms = 0;
    assert_true(rail_is_written(stage, "(-51.2 %)")); /* 610 kFLOP of 1.25 MFLOP */
}

static void what_match_chooses_is_locked(void **state)
{
    struct stage *stage = *state;
    const int hidden = controls_find("arm", "hidden");
    struct rect r;

    rail_show_settings(stage, KEEP);
    r = rail_rect(stage, ACT_CONTROL, 0, hidden);
    rail_show_settings(stage, "training.match = parameters");
    assert_null(rail_hot(stage, ACT_CONTROL, 0, hidden));
    assert_null(rail_hot(stage, ACT_CONTROL, 0, controls_find("arm", "width")));
    assert_non_null(rail_hot(stage, ACT_CONTROL, 1, controls_find("arm", "width")));
    /* a hand that was about to press when the snapshot came */
    view_press(&stage->view, &(struct hot){ .rect = r, .action = ACT_CONTROL, .value = hidden },
               &(struct press){ .kind = PRESS_WHEEL, .turned = 1 });
    rail_wait(stage, 1000);
    assert_int_equal(stage->wished, 0);
}

/* ------------------------------------------------------------------------ one arm, one sequence */

static void brackets_step_one_arm_alone(void **state)
{
    struct stage *stage = *state;
    const struct wish *wish;

    stage_key(stage, SDLK_LEFTBRACKET, KMOD_NONE);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, WISH_STEP_ARM);
    assert_int_equal(wish->number, 0);
    stage_key(stage, SDLK_RIGHTBRACKET, KMOD_NONE);
    assert_int_equal(stage_one_wish(stage)->number, 1);
    stage->view.shown[0] = 1; /* "left" is what stands at the left */
    stage_key(stage, SDLK_LEFTBRACKET, KMOD_NONE);
    assert_int_equal(stage_one_wish(stage)->number, 1);
    stage->snapshot.arms = 1;
    stage_draw(stage);
    stage_key(stage, SDLK_RIGHTBRACKET, KMOD_NONE);
    assert_int_equal(stage->wished, 0); /* nobody stands there */
}

static void a_step_of_one_arm_pauses(void **state)
{
    struct stage *stage = *state;

    stage->snapshot.running = true;
    stage_draw(stage);
    stage_key(stage, SDLK_LEFTBRACKET, KMOD_NONE);
    stage->wished = 0;
    stage_key(stage, SDLK_SPACE, KMOD_NONE);
    assert_int_equal(stage_one_wish(stage)->kind, WISH_RUN);
}

static void a_sequence_is_typed_turned_or_the_next(void **state)
{
    struct stage *stage = *state;
    struct rect r;

    rail_show_settings(stage, KEEP);
    r = rail_rect(stage, ACT_SAMPLE, 0, 0);
    rail_type(stage, r, "1234");
    assert_int_equal(stage_one_wish(stage)->number, 1234);
    stage_wheel_at(stage, rail_middle(r.x, r.w), rail_middle(r.y, r.h), -1);
    assert_int_equal(stage_one_wish(stage)->number, 1233);
    rail_press(stage, rail_rect(stage, ACT_SAMPLE, 0, 1));
    assert_int_equal(stage_one_wish(stage)->number, 1234);
    rail_type(stage, rail_rect(stage, ACT_SAMPLE, 0, 0), "twelve");
    assert_int_equal(stage->wished, 0);
    assert_true(stage->view.message_bad);
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function, \
                         .setup_func = stage_setup, .teardown_func = stage_teardown }
static const struct CMUnitTest tests[] = {
    TEST(at_first_there_is_little),
    TEST(more_has_every_control_that_means_something),
    TEST(the_wheel_scrolls_between_controls),
    TEST(the_focus_brings_a_control_into_view),
    TEST(nothing_is_pressed_through_the_foot),
    TEST(all_values_can_be_read_whatever_the_model),
    TEST(sizes_of_both_arms_are_always_there),
    TEST(a_header_has_room_for_its_sizes),
    TEST(the_lock_matches_and_says_how_well),
    TEST(what_match_chooses_is_locked),
    TEST(brackets_step_one_arm_alone),
    TEST(a_step_of_one_arm_pauses),
    TEST(a_sequence_is_typed_turned_or_the_next),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

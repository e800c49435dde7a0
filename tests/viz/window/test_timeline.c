/* Tests of the timeline: looking back by mouse, wheel and key; forks; what says so. */
#include "tests/test.h"

#include <SDL.h>
#include <string.h>

#include "tests/viz/window/stage.h"
#include "viz/window/panels.h"

/* Step 600, a moment every 100, so that places and steps are easy to tell. */
static struct stage *with_moments(void **state)
{
    struct stage *stage = *state;

    synthetic_moments(&stage->snapshot, 100);
    stage_draw(stage);
    return stage;
}

static struct rect track(const struct stage *stage)
{
    for (int i = 0; i < stage->view.hots; i++)
        if (stage->view.hot[i].action == ACT_SCRUB)
            return stage->view.hot[i].rect;
    fail_msg("there is no timeline");
    return (struct rect){ 0 };
}

static int track_x(const struct stage *stage, long step)
{
    const struct rect r = track(stage);

    return r.x + (int)(step * (r.w - 1) / timeline_last(&stage->snapshot));
}

static int track_y(const struct stage *stage)
{
    return track(stage).y + track(stage).h / 2;
}

static void assert_looks(struct stage *stage, long step)
{
    const struct wish *wish = stage_one_wish(stage);

    assert_int_equal(wish->kind, WISH_LOOK);
    assert_int_equal(wish->number, step);
}

/* As the lab would, after the wish. */
static void arrive(struct stage *stage, long step)
{
    stage->snapshot.looking_at = step;
    for (int i = 0; i < 2; i++)
        stage->snapshot.arm[i].looked_step = step == LAB_NOW ? stage->snapshot.step : step;
    stage->view.now_ms += 5000;
    stage_draw(stage);
}

static void a_click_looks_at_the_nearest_moment(void **state)
{
    struct stage *stage = with_moments(state);

    stage_click(stage, track_x(stage, 221), track_y(stage));
    assert_looks(stage, 200);
    arrive(stage, 200);
    stage_click(stage, track_x(stage, 260), track_y(stage));
    assert_looks(stage, 300);
    stage_click(stage, track_x(stage, 0), track_y(stage));
    assert_looks(stage, 0);
    stage_click(stage, track_x(stage, 590), track_y(stage)); /* the present is nearer */
    assert_looks(stage, LAB_NOW);
}

static void a_drag_wishes_only_for_other_moments(void **state)
{
    struct stage *stage = with_moments(state);

    stage_drag(stage, track_x(stage, 210), track_y(stage), track_x(stage, 230),
               track_y(stage) + 300); /* off the track, too */
    assert_looks(stage, 200);
    stage_drag(stage, track_x(stage, 230), track_y(stage), track_x(stage, 410), 3);
    assert_looks(stage, 400);
    stage_drag(stage, track_x(stage, 400), track_y(stage), 1279, track_y(stage));
    assert_looks(stage, LAB_NOW);
}

static void the_wheel_and_the_arrows_move_one_moment(void **state)
{
    struct stage *stage = with_moments(state);

    stage_wheel_at(stage, track_x(stage, 50), track_y(stage), -1);
    assert_looks(stage, 500); /* that of step 600 shows what is there now */
    stage_wheel_at(stage, track_x(stage, 50), track_y(stage), -2);
    assert_looks(stage, 300); /* from the one wished for: no picture has come yet */
    arrive(stage, 300);
    stage_wheel_at(stage, track_x(stage, 50), track_y(stage), 1);
    assert_looks(stage, 400);
    for (int tabs = 0; tabs < 200; tabs++) {
        stage_key(stage, SDLK_TAB, KMOD_NONE);
        if (stage->view.focus.hot.action == ACT_SCRUB)
            break;
    }
    assert_int_equal(stage->view.focus.hot.action, ACT_SCRUB);
    stage_key(stage, SDLK_LEFT, KMOD_NONE);
    assert_looks(stage, 300);
}

static void keys_move_to_both_ends_and_one_moment(void **state)
{
    struct stage *stage = with_moments(state);

    stage_key(stage, SDLK_PAGEUP, KMOD_NONE);
    assert_looks(stage, 500);
    stage_key(stage, SDLK_PAGEUP, KMOD_NONE);
    assert_looks(stage, 400);
    stage_key(stage, SDLK_PAGEDOWN, KMOD_NONE);
    assert_looks(stage, 500);
    stage_key(stage, SDLK_PAGEDOWN, KMOD_NONE);
    assert_looks(stage, LAB_NOW);
    stage_key(stage, SDLK_PAGEDOWN, KMOD_NONE); /* there is nothing after it */
    assert_int_equal(stage->wished, 0);
    stage_key(stage, SDLK_HOME, KMOD_NONE);
    assert_looks(stage, 0);
    stage_key(stage, SDLK_PAGEUP, KMOD_NONE); /* nor before that */
    assert_int_equal(stage->wished, 0);
    stage_key(stage, SDLK_END, KMOD_NONE);
    assert_looks(stage, LAB_NOW);
    arrive(stage, 300);
    stage_press(stage, ACT_LOOK, 0, LAB_NOW);
    assert_looks(stage, LAB_NOW);
}

static void new_data_does_not_move_the_head(void **state)
{
    struct stage *stage = with_moments(state);
    int x;

    arrive(stage, 300);
    x = track_x(stage, 300);
    assert_int_equal(stage_pixel(stage, x, track_y(stage)),
                     stage_rgb(canvas_theme(stage->canvas)->accent));
    stage->snapshot.step = 1200; /* the training goes on: the same step, further left */
    stage->snapshot.running = true;
    synthetic_moments(&stage->snapshot, 100);
    stage_draw(stage);
    assert_int_not_equal(stage_pixel(stage, x, track_y(stage)),
                         stage_rgb(canvas_theme(stage->canvas)->accent));
    assert_int_equal(stage_pixel(stage, track_x(stage, 300), track_y(stage)),
                     stage_rgb(canvas_theme(stage->canvas)->accent));
    assert_int_equal(stage->wished, 0);
}

static void a_fork_as_it_was_leaves_the_settings_to_the_moment(void **state)
{
    struct stage *stage = with_moments(state);
    const struct wish *wish;

    arrive(stage, 300);
    stage_key(stage, SDLK_f, KMOD_NONE);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, WISH_FORK);
    assert_string_equal(wish->config.task.name, "");
    assert_string_equal(stage->view.message,
                        "Forked at step 300 with the settings of then; Space trains on");
    assert_false(stage->view.message_bad);
    stage_press(stage, ACT_FORK, 0, FORK_SAME);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, WISH_FORK);
    assert_non_null(
        strstr(stage->view.message, "A moment is kept")); /* looking at now, by then */
}

static void forks_change_rates_and_clip(void **state)
{
    struct stage *stage = with_moments(state);
    const struct wish *wish;

    arrive(stage, 300);
    stage->snapshot.running = true;
    stage_draw(stage);
    stage_press(stage, ACT_FORK, 0, FORK_SLOWER);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, WISH_FORK);
    assert_string_equal(wish->config.task.name, "adding");
    assert_true(wish->config.arm[0].learning_rate == 0.001);
    assert_true(wish->config.arm[1].learning_rate == 0.000333);
    assert_true(wish->config.training.clip == 1);
    assert_string_equal(stage->view.message,
                        "Forked at step 300 with lr 0.001 / 0.000333, clip 1");
    stage_press(stage, ACT_FORK, 0, FORK_FASTER); /* of what was wished just now */
    wish = stage_one_wish(stage);
    assert_true(wish->config.arm[0].learning_rate == 0.003);
    stage_press(stage, ACT_FORK, 0, FORK_CLIP);
    assert_true(stage_one_wish(stage)->config.training.clip == 0);
    assert_non_null(strstr(stage->view.message, "clip off"));
    stage->view.now_ms += 5000;
    stage->snapshot.config.training.clip = 0;
    stage->lesson.config.training.clip = 0.25;
    stage_draw(stage);
    stage_press(stage, ACT_FORK, 0, FORK_CLIP); /* on, as the lesson has it */
    assert_true(stage_one_wish(stage)->config.training.clip == 0.25);
    stage_key(stage, SDLK_f, KMOD_SHIFT);
    assert_true(stage_one_wish(stage)->config.arm[0].learning_rate == 0.001);
}

static void a_trainer_that_is_busy_says_so(void **state)
{
    struct stage *stage = with_moments(state);

    arrive(stage, 300);
    stage->busy = true;
    stage_key(stage, SDLK_f, KMOD_NONE);
    assert_true(stage->view.message_bad);
    assert_int_equal(stage->wished, 0);
}

/* Pixels of a colour in a rectangle. */
static int count(const struct stage *stage, struct rect r, struct colour colour)
{
    int found = 0;

    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            found += stage_pixel(stage, x, y) == stage_rgb(colour);
    return found;
}

static void the_columns_say_of_when_they_are(void **state)
{
    struct stage *stage = with_moments(state);
    const struct theme *theme = canvas_theme(stage->canvas);
    const struct rect words = rect_inset(stage->view.layout.timeline, 0, 0, 900, 0);

    for (int i = 0; i < 2; i++)
        assert_int_equal(count(stage, stage->view.layout.column[i].header, theme->accent), 0);
    assert_int_equal(count(stage, words, theme->accent), 0);
    arrive(stage, 300);
    for (int i = 0; i < 2; i++) {
        const struct rect card = stage->view.layout.column[i].card;

        assert_true(count(stage, stage->view.layout.column[i].header, theme->accent) > 20);
        assert_int_equal(stage_pixel(stage, card.x + card.w / 2, card.y + 1),
                         stage_rgb(theme->accent));
    }
    assert_true(count(stage, words, theme->accent) > 5);
}

static void moments_step_0_and_forks_are_marked(void **state)
{
    struct stage *stage = with_moments(state);
    const struct theme *theme = canvas_theme(stage->canvas);
    struct rect above;

    assert_int_equal(stage_pixel(stage, track_x(stage, 0), track_y(stage) - 6),
                     stage_rgb(theme->text));
    for (long step = 100; step < 600; step += 100) {
        assert_int_equal(stage_pixel(stage, track_x(stage, step), track_y(stage) - 3),
                         stage_rgb(theme->dim));
        assert_int_not_equal(stage_pixel(stage, track_x(stage, step) + 2, track_y(stage) - 3),
                             stage_rgb(theme->dim));
    }
    synthetic_branch(&stage->snapshot, 200, 900, 0.003, 1);
    stage_draw(stage);
    above = (struct rect){ track_x(stage, 200) - 3, track(stage).y, 7, 7 };
    assert_int_equal(timeline_last(&stage->snapshot), 900);
    assert_true(count(stage, above, theme->mark) > 10);
    stage_move(stage, track_x(stage, 200), track(stage).y + 2);
    assert_string_equal(stage->view.hover->hint,
                        "left at step 200, had come to 900: lr 0.003 / 0.003, clip 1");
    stage_click(stage, track_x(stage, 200), track(stage).y + 2);
    assert_looks(stage, 200);
    above.x = track_x(stage, 400) - 3;
    assert_int_equal(count(stage, above, theme->mark), 0);
}

static void at_step_0_there_is_nowhere_to_go(void **state)
{
    struct stage *stage = *state;

    stage_show(
        stage,
        &(struct synthetic){
            .left = "elman", .right = "transformer", .steps = 50, .layers = 1, .heads = 2 });
    synthetic_moments(&stage->snapshot, 100);
    stage_draw(stage);
    stage_click(stage, track(stage).x + 5, track_y(stage));
    stage_key(stage, SDLK_PAGEUP, KMOD_NONE);
    stage_key(stage, SDLK_HOME, KMOD_NONE);
    assert_int_equal(stage->wished, 0);
}

static void a_small_window_keeps_the_track(void **state)
{
    struct stage *stage = with_moments(state);

    stage_resize(stage, 500, 500, 1);
    assert_true(track(stage).w > 100);
    stage_click(stage, track_x(stage, 300), track_y(stage));
    assert_looks(stage, 300);
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, stage_setup, stage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STAGED(a_click_looks_at_the_nearest_moment),
        STAGED(a_drag_wishes_only_for_other_moments),
        STAGED(the_wheel_and_the_arrows_move_one_moment),
        STAGED(keys_move_to_both_ends_and_one_moment),
        STAGED(new_data_does_not_move_the_head),
        STAGED(a_fork_as_it_was_leaves_the_settings_to_the_moment),
        STAGED(forks_change_rates_and_clip),
        STAGED(a_trainer_that_is_busy_says_so),
        STAGED(the_columns_say_of_when_they_are),
        STAGED(moments_step_0_and_forks_are_marked),
        STAGED(at_step_0_there_is_nowhere_to_go),
        STAGED(a_small_window_keeps_the_track),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of the clip line: dragged, turned, typed, and what it says. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "tests/close.h"
#include "tests/viz/window/hearing.h"
#include "viz/window/axes.h"

/* The only wish: a change of the clip, and of nothing else. */
static double one_clip(struct stage *stage)
{
    const struct wish *wish = stage_one_wish(stage);
    struct lab_config config = wish->config;

    assert_int_equal(wish->kind, WISH_CHANGE);
    config.training.clip = stage->snapshot.config.training.clip;
    assert_memory_equal(&config, &stage->snapshot.config, sizeof config);
    return wish->config.training.clip;
}

static void set_clip(struct stage *stage, double clip)
{
    stage->snapshot.config.training.clip = clip;
    stage->view.now_ms += 5000; /* what was wished before is forgotten */
    stage_draw(stage);
}

static int line_y(const struct stage *stage, double clip)
{
    const struct clip_view *view = &stage->view.clip;

    return (int)value_y(&view->axis, view->area, clip);
}

/* The row of the plot that is dashed in the accent's colour; -1: there is none. */
static int dashed_row(const struct stage *stage)
{
    const struct rect area = stage->view.clip.area;
    const unsigned accent = stage_rgb(theme_dark.accent);

    for (int y = area.y; y < area.y + area.h; y++) {
        int count = 0;

        for (int x = area.x; x < area.x + area.w; x++)
            count += stage_pixel(stage, x, y) == accent;
        if (count > area.w / 4)
            return y;
    }
    return -1;
}

static void the_line_is_where_the_clip_is(void **state)
{
    static const double clips[] = { 0.3, 0.1, 1 };
    struct stage *stage = *state;

    for (int i = 0; i < 3; i++) {
        set_clip(stage, clips[i]);
        assert_int_equal(dashed_row(stage), line_y(stage, clips[i]));
    }
    assert_true(stage_says(stage, "clip 1.00"));
    set_clip(stage, 1e6); /* far above all that was measured */
    assert_true(stage_says(stage, "\u2191"));
    set_clip(stage, 1e-6);
    assert_true(stage_says(stage, "\u2193"));
}

static void a_drag_sets_the_clip_where_the_hand_is(void **state)
{
    struct stage *stage = *state;
    const struct rect *area = &stage->view.clip.area;
    double wanted;
    int x, y;

    set_clip(stage, 0.3);
    x = area->x + area->w / 2;
    y = line_y(stage, 0.3);
    wanted = value_at(&stage->view.clip.axis, *area, y + 12);
    stage_drag(stage, x, y, x, y + 12);
    assert_close(one_clip(stage), wanted, 0, 0.005); /* three digits */
    assert_true(wanted < 0.3);
}

static void nothing_is_sent_before_the_hand_moves(void **state)
{
    struct stage *stage = *state;
    const struct rect *area = &stage->view.clip.area;

    set_clip(stage, 0.3);
    stage_click(stage, area->x + area->w / 2, line_y(stage, 0.3));
    assert_int_equal(stage->wished, 0);
}

static void above_the_plot_it_is_off_and_comes_back_by_its_handle(void **state)
{
    struct stage *stage = *state;
    const struct rect *area = &stage->view.clip.area;
    const struct hot *handle;
    int x, y;

    set_clip(stage, 0.3);
    x = area->x + area->w / 2;
    stage_drag(stage, x, line_y(stage, 0.3), x, area->y - 9);
    assert_true(one_clip(stage) == 0);
    set_clip(stage, 0);
    assert_int_equal(dashed_row(stage), -1);
    assert_true(stage_says(stage, "clip off"));
    handle = stage_hot(stage, ACT_CLIP, 0);
    assert_non_null(handle);
    x = handle->rect.x + handle->rect.w / 2;
    y = handle->rect.y + handle->rect.h / 2;
    stage_drag(stage, x, y, x, y + 30);
    assert_true(one_clip(stage) > 0);
}

/* The axis takes in the clip; it must not run away from a hand that pulls it. */
static void the_axis_stands_still_under_the_hand(void **state)
{
    struct stage *stage = *state;
    const struct rect *area = &stage->view.clip.area;
    struct value_axis before;
    SDL_Event event = { .button = { .type = SDL_MOUSEBUTTONDOWN, .button = SDL_BUTTON_LEFT } };
    int x;

    set_clip(stage, 0.3);
    before = stage->view.clip.axis;
    x = area->x + area->w / 2;
    stage_move(stage, x, line_y(stage, 0.3));
    event.button.x = x;
    event.button.y = line_y(stage, 0.3);
    view_event(&stage->view, &event);
    assert_true(stage->view.held);
    stage->snapshot.config.training.clip = 7; /* it has been heard already */
    stage_draw(stage);
    assert_true(stage->view.clip.axis.most == before.most);
    event.button.type = SDL_MOUSEBUTTONUP;
    stage->view.held = false;
    stage_draw(stage);
    assert_true(stage->view.clip.axis.most > 7);
}

static void the_wheel_turns_it_by_a_tenth(void **state)
{
    struct stage *stage = *state;
    const struct rect *area = &stage->view.clip.area;
    const struct hot *handle;

    set_clip(stage, 0.3);
    stage_wheel_at(stage, area->x + area->w / 2, line_y(stage, 0.3), 1);
    assert_close(one_clip(stage), 0.33, 0, 1e-9);
    stage_wheel(stage, 1); /* upon what was wished, which no snapshot shows yet */
    assert_close(one_clip(stage), 0.363, 0, 1e-9);
    set_clip(stage, 0);
    handle = stage_hot(stage, ACT_CLIP, 0);
    stage_wheel_at(stage, handle->rect.x + 3, handle->rect.y + 3, 1);
    assert_int_equal(stage->wished, 0); /* there is nothing above off */
    stage_wheel(stage, -1);
    assert_true(one_clip(stage) > 0);
}

/* Tab, from nothing on, until the clip has the focus. */
static void focus_on_clip(struct stage *stage)
{
    for (int i = 0; i < 200; i++) {
        const struct hot *focused;

        stage_key(stage, SDLK_TAB, KMOD_NONE);
        stage_draw(stage);
        focused = view_focused(&stage->view);
        if (focused != NULL && focused->action == ACT_CLIP)
            return;
    }
    fail_msg("Tab never comes to the clip");
}

struct typed_row {
    const char *letters;
    double clip; /* NaN: refused */
};

static void a_number_is_typed(void **state)
{
    struct stage *stage = *state;
    const struct typed_row *row = stage->row;

    set_clip(stage, 0.3);
    focus_on_clip(stage);
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    assert_true(stage->view.typing.on);
    assert_string_equal(stage->view.typing.text, "0.3");
    stage_letters(stage, row->letters);
    stage_draw(stage);
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    assert_false(stage->view.typing.on);
    if (isnan(row->clip)) {
        assert_int_equal(stage->wished, 0);
        assert_true(stage->view.message_bad);
        assert_non_null(strstr(stage->view.message, "training.clip"));
    } else {
        assert_true(one_clip(stage) == row->clip);
    }
}

static void arrows_turn_it_while_it_has_the_focus(void **state)
{
    struct stage *stage = *state;

    set_clip(stage, 0.3);
    focus_on_clip(stage);
    stage_key(stage, SDLK_DOWN, KMOD_NONE);
    assert_close(one_clip(stage), 0.273, 0, 1e-9);
}

/* Of the last 100 updates, not of all. */
static void it_says_how_many_updates_were_clipped_lately(void **state)
{
    struct stage *stage = *state;

    for (int i = 0; i < 2; i++) {
        struct snapshot_arm *arm = &stage->snapshot.arm[i];

        memset(&arm->curve, 0, sizeof arm->curve);
        for (long step = 0; step < 300; step++)
            curve_add(
                &arm->curve,
                (struct curve_point){ .step = step,
                                      .loss = 1,
                                      .gradient_norm =
                                          step < 200 || step % 100 < (i ? 34 : 7) ? 2 : 0.1f });
        arm->step = 300;
    }
    set_clip(stage, 1);
    assert_true(stage_says(stage, "7%"));
    assert_true(stage_says(stage, "34%"));
    assert_non_null(strstr(stage->view.clip.hint, "last 100: elman 7 %, transformer 34 %"));
    set_clip(stage, 3);
    assert_non_null(strstr(stage->view.clip.hint, "elman 0 %, transformer 0 %"));
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function, \
                         .setup_func = stage_setup, .teardown_func = stage_teardown }
#define TYPED(label, ...) \
    { .name = label, .test_func = a_number_is_typed, .setup_func = stage_setup, \
      .teardown_func = stage_teardown, .initial_state = &(struct typed_row){ __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_line_is_where_the_clip_is),
        TEST(a_drag_sets_the_clip_where_the_hand_is),
        TEST(nothing_is_sent_before_the_hand_moves),
        TEST(above_the_plot_it_is_off_and_comes_back_by_its_handle),
        TEST(the_axis_stands_still_under_the_hand),
        TEST(the_wheel_turns_it_by_a_tenth),
        TYPED("a_clip_is_typed_to_all_its_digits", "0.12345", 0.12345),
        TYPED("off_is_zero", "off", 0),
        TYPED("a_clip_below_zero_is_refused", "-1", (double)NAN),
        TYPED("a_word_is_refused", "much", (double)NAN),
        TEST(arrows_turn_it_while_it_has_the_focus),
        TEST(it_says_how_many_updates_were_clipped_lately),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

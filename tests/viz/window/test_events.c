/* Tests of viz/window/view_events.c, keys.c and act_zoom.c: focus, typing, dragging, zoom. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/viz/window/stage.h"
#include "viz/window/keys.h"

/* ------------------------------------------------------------------------------------- keys */

static void no_key_is_in_the_table_twice(void **state)
{
    int count;
    const struct key *keys = keys_table(&count);

    (void)state;
    for (int i = 0; i < count; i++) {
        assert_ptr_equal(
            keys_find(keys[i].code, keys[i].with == WITH_SHIFT, keys[i].with == WITH_CONTROL),
            &keys[i]);
        assert_true((keys[i].name == NULL) == (keys[i].does == NULL));
    }
}

/* A stage on which every key has something to do. */
static void make_ready(struct stage *stage)
{
    struct view *view = &stage->view;

    stage_show(stage, &(struct synthetic){ .left = "lstm",
                                           .right = "transformer",
                                           .steps = 50,
                                           .layers = 1,
                                           .heads = 10,
                                           .step = 600 });
    stage->snapshot.sample = 3;
    stage->snapshot.parses = true;
    stage->snapshot.moments = 3;
    for (int i = 0; i < 3; i++)
        stage->snapshot.moment[i] = 200 * i;
    stage->snapshot.looking_at = 200;
    stage->snapshot.arm[0].health =
        (struct health){ .count = 1, .finding = { { .kind = HEALTH_VANISHING } } };
    view->zoom_first = 10;
    view->zoom_count = 20;
    view->chosen_step = 15;
    view->arm[0].unit = 3;
    view->arm[1].head = 9;
    view->scale_steps = 1;
    stage_key(stage, SDLK_n, KMOD_NONE); /* from the first page there is none before */
    stage_draw(stage);
}

/* What a key has done: to the view, beyond having it drawn anew, or a wish, or a request. */
static bool has_done_something(const struct stage *stage, const struct view *before)
{
    static struct view now; /* large */

    now = stage->view;
    now.dirty = before->dirty;
    return stage->wished > 0 || memcmp(&now, before, sizeof now) != 0;
}

static void every_key_of_the_table_does_something(void **state)
{
    struct stage *stage = *state;
    struct view *before = calloc(1, sizeof *before);
    int count, idle = 0;
    const struct key *keys = keys_table(&count);

    assert_non_null(before);
    for (int i = 0; i < count; i++) {
        void *next = NULL;

        make_ready(stage);
        stage->wished = 0;
        *before = stage->view;
        stage_key(stage, keys[i].code,
                  keys[i].with == WITH_SHIFT     ? KMOD_LSHIFT
                  : keys[i].with == WITH_CONTROL ? KMOD_LCTRL
                                                 : KMOD_NONE);
        if (!has_done_something(stage, before)) {
            print_message("key %d of the table (action %d) does nothing\n", i,
                          (int)keys[i].action);
            idle++;
        }
        assert_int_equal(stage_teardown(state), 0); /* the next begins anew */
        assert_int_equal(stage_setup(&next), 0);
        *state = stage = next;
    }
    free(before);
    assert_int_equal(idle, 0);
}

static void the_page_of_keys_opens_and_any_key_closes_it(void **state)
{
    struct stage *stage = *state;

    stage_key(stage, SDLK_F1, KMOD_NONE);
    assert_true(stage->view.help);
    stage_draw(stage);
    stage_key(stage, SDLK_SPACE, KMOD_NONE);
    assert_false(stage->view.help);
    assert_int_equal(stage->wished, 0);
}

/* ------------------------------------------------------------------------------------ focus */

/* Press Tab until that has the focus. */
static void tab_to(struct stage *stage, enum action action)
{
    for (int i = 0; i < 500; i++) {
        stage_key(stage, SDLK_TAB, KMOD_NONE);
        stage_draw(stage);
        if (view_focused(&stage->view) != NULL && view_focused(&stage->view)->action == action)
            return;
    }
    fail_msg("Tab never comes to action %d", (int)action);
}

static void whatever_can_be_clicked_can_be_reached_by_tab(void **state)
{
    struct stage *stage = *state;
    bool reached[ACTIONS] = { false };

    for (int i = 0; i < 2 * stage->view.hots; i++) {
        stage_key(stage, SDLK_TAB, KMOD_NONE);
        assert_non_null(view_focused(&stage->view));
        reached[view_focused(&stage->view)->action] = true;
    }
    for (int i = 0; i < stage->view.hots; i++)
        if (!stage->view.hot[i].ground && stage->view.hot[i].action != ACT_NONE)
            assert_true(reached[stage->view.hot[i].action]);
}

/* Rail, race, columns, text, timeline: some seven, where Tab has a hundred stops. */
static void control_and_tab_goes_from_panel_to_panel_and_back(void **state)
{
    struct stage *stage = *state;
    const struct layout *l = &stage->view.layout;
    const struct rect regions[] = { l->rail,           l->race,   l->column[0].card,
                                    l->column[1].card, l->lesson, l->timeline };

    for (int i = 0; i < 2 * 6; i++) {
        stage_key(stage, SDLK_TAB, KMOD_LCTRL);
        assert_non_null(view_focused(&stage->view));
        assert_true(rect_contains(regions[i % 6], view_focused(&stage->view)->rect.x + 1,
                                  view_focused(&stage->view)->rect.y + 1));
    }
    for (int i = 4; i >= 0; i--) {
        stage_key(stage, SDLK_TAB, KMOD_LCTRL | KMOD_LSHIFT);
        assert_true(rect_contains(regions[i], view_focused(&stage->view)->rect.x + 1,
                                  view_focused(&stage->view)->rect.y + 1));
    }
}

static void shift_and_tab_goes_back(void **state)
{
    struct stage *stage = *state;
    const struct hot *first;

    stage_key(stage, SDLK_TAB, KMOD_NONE);
    first = view_focused(&stage->view);
    stage_key(stage, SDLK_TAB, KMOD_NONE);
    assert_ptr_not_equal(view_focused(&stage->view), first);
    stage_key(stage, SDLK_TAB, KMOD_LSHIFT);
    assert_ptr_equal(view_focused(&stage->view), first);
}

static void enter_presses_what_has_the_focus_and_it_is_outlined(void **state)
{
    struct stage *stage = *state;
    struct rect rect;

    tab_to(stage, ACT_LOG);
    rect = view_focused(&stage->view)->rect;
    assert_int_equal(stage_pixel(stage, rect.x - 1, rect.y + rect.h / 2),
                     stage_rgb(theme_dark.accent));
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    assert_true(stage->view.linear_loss);
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE); /* leaves the focus, not the lab */
    assert_null(view_focused(&stage->view));
    assert_int_equal(stage->view.request, REQUEST_NONE);
}

static void a_click_takes_the_focus_away(void **state)
{
    struct stage *stage = *state;

    tab_to(stage, ACT_LOG);
    stage_click(stage, 1, 1);
    assert_null(view_focused(&stage->view));
}

/* ----------------------------------------------------------------------------------- typing */

static const struct hot field = { .rect = { 30, 40, 50, 20 }, .action = ACT_NONE };

static void what_is_typed_takes_the_place_of_what_was_there(void **state)
{
    struct stage *stage = *state;

    view_type(&stage->view, &field, "before");
    stage_letters(stage, "\u00e9");
    stage_letters(stage, "2");
    assert_string_equal(stage->view.typing.text, "\u00e92");
    stage_key(stage, SDLK_BACKSPACE, KMOD_NONE);
    stage_key(stage, SDLK_BACKSPACE, KMOD_NONE);
    assert_string_equal(stage->view.typing.text, "");
    stage_key(stage, SDLK_BACKSPACE, KMOD_NONE);
    assert_string_equal(stage->view.typing.text, "");
}

static void letters_that_are_typed_are_no_keys(void **state)
{
    struct stage *stage = *state;

    view_type(&stage->view, &field, "");
    stage_key(stage, SDLK_SPACE, KMOD_NONE);
    stage_key(stage, SDLK_r, KMOD_NONE);
    assert_int_equal(stage->wished, 0);
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    assert_false(stage->view.typing.on);
    assert_int_equal(stage->view.request, REQUEST_NONE);
}

static void what_is_typed_never_outgrows_its_field(void **state)
{
    struct stage *stage = *state;

    view_type(&stage->view, &field, "");
    for (int i = 0; i < 200; i++)
        stage_letters(stage, "0123456789");
    assert_true(strlen(stage->view.typing.text) < TYPED_MAX);
    stage_draw(stage); /* the end of it, within the field */
    assert_int_equal(stage_pixel(stage, 29, 50), stage_rgb(theme_dark.accent));
}

/* ------------------------------------------------------------------------------------- zoom */

static int middle_of(struct rect rect)
{
    return rect.y + rect.h / 2;
}

static void the_wheel_brings_the_step_under_it_nearer_in_both_columns(void **state)
{
    struct stage *stage = *state;
    const struct rect plot = stage_gradient_plot(stage, 0);
    struct time_axis axis = view_axis(&stage->view, 0, 50);
    const int x = time_centre(&axis, 20);

    stage_wheel_at(stage, x, middle_of(plot), 3);
    stage_draw(stage);
    assert_int_equal(stage->view.zoom_count, 25); /* .8 cubed of 50, in whole steps */
    for (int column = 0; column < 2; column++) {
        axis = view_axis(&stage->view, column, 50);
        assert_int_equal(axis.count, 25);
        assert_int_equal(axis.first, stage->view.zoom_first);
    }
    axis = view_axis(&stage->view, 0, 50);
    assert_in_range(time_at(&axis, x), 19, 21);
}

static void nearer_bars_are_wider_and_farther_shows_all_again(void **state)
{
    struct stage *stage = *state;
    struct time_axis axis;

    for (int i = 0; i < 20; i++)
        stage_key(stage, SDLK_EQUALS, KMOD_NONE);
    assert_int_equal(stage->view.zoom_count, 8);
    axis = view_axis(&stage->view, 0, 50);
    assert_true(time_width(&axis, axis.first) > 30);
    for (int i = 0; i < 20; i++)
        stage_key(stage, SDLK_MINUS, KMOD_NONE);
    assert_int_equal(stage->view.zoom_count, 0);
}

static void what_is_shown_can_be_moved_up_to_the_ends(void **state)
{
    struct stage *stage = *state;

    for (int i = 0; i < 5; i++)
        stage_key(stage, SDLK_EQUALS, KMOD_NONE);
    for (int i = 0; i < 40; i++)
        stage_key(stage, SDLK_RIGHT, KMOD_LSHIFT);
    assert_int_equal(stage->view.zoom_first + stage->view.zoom_count, 50);
    for (int i = 0; i < 40; i++)
        stage_key(stage, SDLK_LEFT, KMOD_LSHIFT);
    assert_int_equal(stage->view.zoom_first, 0);
    stage_key(stage, SDLK_0, KMOD_NONE);
    assert_int_equal(stage->view.zoom_count, 0);
}

/* Else moving it led to steps before the first, as soon as sequences were long again. */
static void shorter_sequences_are_shown_whole(void **state)
{
    struct stage *stage = *state;
    const struct synthetic longer = { .left = "elman", .right = "lstm", .steps = 50 },
                           shorter = { .left = "elman", .right = "lstm", .steps = 12 };

    stage_key(stage, SDLK_EQUALS, KMOD_NONE);
    stage_draw(stage);
    assert_int_equal(stage->view.zoom_count, 40);
    stage_show(stage, &shorter);
    assert_int_equal(stage->view.zoom_count, 0);
    stage_key(stage, SDLK_LEFT, KMOD_LSHIFT);
    stage_draw(stage);
    stage_show(stage, &longer);
    assert_int_equal(stage->view.zoom_first, 0);
    assert_int_equal(stage->view.zoom_count, 0);
}

static void a_bar_that_is_not_shown_is_not_drawn(void **state)
{
    struct stage *stage = *state;
    struct profile_row *input = &stage->snapshot.arm[0].now.input;
    const struct rect plot = stage_gradient_plot(stage, 0);
    struct time_axis axis;

    for (int t = 0; t < 50; t++) /* only the first ten reach up */
        input->one[t] = t < 10 ? 1 : 1e-12;
    stage->view.zoom_first = 5;
    stage->view.zoom_count = 10;
    stage->snapshot.serial++;
    stage_draw(stage);
    axis = view_axis(&stage->view, 0, 50);
    for (int t = 5; t < 15; t++) {
        const unsigned high = stage_pixel(stage, time_centre(&axis, t), decade_y(plot, 1e-3)),
                       bar = stage_rgb(theme_between(
                           theme_dark.panel,
                           theme_arm_colour(&theme_dark, stage->snapshot.arm[0].model), 0.72));

        assert_true((high == bar) == (t < 10));
    }
}

/* --------------------------------------------------------------------------- parts and tabs */

static void z_enlarges_one_part_after_the_other(void **state)
{
    struct stage *stage = *state;
    const struct layout_column *c = &stage->view.layout.column[0];
    const struct layout_column before = *c;

    stage_key(stage, SDLK_z, KMOD_NONE);
    stage_draw(stage);
    assert_true(c->gradient.h > before.gradient.h * 3 / 2);
    stage_key(stage, SDLK_z, KMOD_NONE);
    stage_draw(stage);
    assert_true(c->states.h > before.states.h * 3 / 2);
    stage_key(stage, SDLK_z, KMOD_NONE);
    stage_draw(stage);
    assert_true(c->lower.h > before.lower.h * 5 / 4);
    stage_key(stage, SDLK_z, KMOD_NONE);
    stage_draw(stage);
    assert_int_equal(c->gradient.h, before.gradient.h);
}

static void only_tabs_with_something_behind_them_are_there(void **state)
{
    struct stage *stage = *state;
    bool gates = false;

    for (int i = 0; i < stage->view.hots; i++)
        if (stage->view.hot[i].action == ACT_TAB && stage->view.hot[i].value == TAB_ATTENTION)
            assert_int_equal(stage->view.hot[i].arm, 1); /* elman has none */
    stage_show(
        stage,
        &(struct synthetic){
            .left = "lstm", .right = "transformer", .steps = 20, .layers = 1, .heads = 2 });
    for (int i = 0; i < stage->view.hots; i++)
        gates = gates || (stage->view.hot[i].action == ACT_TAB &&
                          stage->view.hot[i].value == TAB_GATES && stage->view.hot[i].arm == 0);
    assert_true(gates);
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function, \
                         .setup_func = stage_setup, .teardown_func = stage_teardown }
static const struct CMUnitTest tests[] = {
    TEST(no_key_is_in_the_table_twice),
    TEST(every_key_of_the_table_does_something),
    TEST(the_page_of_keys_opens_and_any_key_closes_it),
    TEST(whatever_can_be_clicked_can_be_reached_by_tab),
    TEST(control_and_tab_goes_from_panel_to_panel_and_back),
    TEST(shift_and_tab_goes_back),
    TEST(enter_presses_what_has_the_focus_and_it_is_outlined),
    TEST(a_click_takes_the_focus_away),
    TEST(what_is_typed_takes_the_place_of_what_was_there),
    TEST(letters_that_are_typed_are_no_keys),
    TEST(what_is_typed_never_outgrows_its_field),
    TEST(the_wheel_brings_the_step_under_it_nearer_in_both_columns),
    TEST(nearer_bars_are_wider_and_farther_shows_all_again),
    TEST(what_is_shown_can_be_moved_up_to_the_ends),
    TEST(shorter_sequences_are_shown_whole),
    TEST(a_bar_that_is_not_shown_is_not_drawn),
    TEST(z_enlarges_one_part_after_the_other),
    TEST(only_tabs_with_something_behind_them_are_there),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

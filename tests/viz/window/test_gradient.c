/* Tests of the gradient panel: its switches, its lines, and what it says at the cursor. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/viz/window/hearing.h"
#include "viz/window/axes.h"

enum { T = 50 };

static struct time_axis axis_of(const struct stage *stage, int column)
{
    const struct rect plot = stage_gradient_plot(stage, column);

    return (struct time_axis){ .x = plot.x, .w = plot.w, .steps = stage->snapshot.steps };
}

/* Pixels of a colour in a rectangle. */
static int count_of(const struct stage *stage, struct rect r, unsigned rgb)
{
    int count = 0;

    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            count += stage_pixel(stage, x, y) == rgb;
    return count;
}

static unsigned long picture_of(const struct stage *stage, struct rect r)
{
    unsigned long sum = 0;

    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            sum = sum * 31 + stage_pixel(stage, x, y);
    return sum;
}

/* No letters of the panel in the way, and nothing but the arm's bars. */
static void set_level(struct stage *stage, int arm, double norm)
{
    struct profile *now = &stage->snapshot.arm[arm].now;

    stage->snapshot.step = 0; /* no ghost */
    for (int t = 0; t < T; t++) {
        now->input.one[t] = norm;
        now->input.rms[t] = (double)NAN;
    }
}

/* ------------------------------------------------------------------------------------- seed */

static void the_seed_is_chosen_by_a_click(void **state)
{
    struct stage *stage = *state;

    assert_true(stage_says(stage, "unit"));
    stage_press(stage, ACT_SEED, 0, 1);
    assert_int_equal(stage->wishes[0].kind, WISH_SEED);
    assert_int_equal(stage_one_wish(stage)->number, 1);
    stage->snapshot.raw = true;
    assert_true(stage_says(stage, "raw"));
    stage_press(stage, ACT_SEED, 0, 0);
    assert_int_equal(stage_one_wish(stage)->number, 0);
}

static void shift_and_v_turns_the_seed(void **state)
{
    struct stage *stage = *state;

    stage_key(stage, SDLK_v, KMOD_LSHIFT);
    assert_int_equal(stage_one_wish(stage)->number, 1);
    stage->snapshot.raw = true;
    stage_draw(stage);
    stage_key(stage, SDLK_v, KMOD_LSHIFT);
    assert_int_equal(stage_one_wish(stage)->number, 0);
    assert_false(stage->view.state_view); /* that is V alone */
}

static void raw_says_how_long_the_error_is(void **state)
{
    struct stage *stage = *state;

    stage->snapshot.arm[0].now.error = 0.0625;
    assert_false(stage_says(stage, "raw: the error is"));
    stage->snapshot.arm[0].now.raw = true;
    assert_true(stage_says(stage, "raw: the error is 0.0625 long"));
}

/* The ghost was measured with a unit seed: under a raw one it is drawn where it would be. */
static void the_ghost_follows_the_seed(void **state)
{
    struct stage *stage = *state;
    struct snapshot_arm *arm = &stage->snapshot.arm[0];
    const struct rect plot = stage_gradient_plot(stage, 0);
    const struct time_axis axis = axis_of(stage, 0);
    const int x = time_left(&axis, 30);
    struct rect upper, lower;

    set_level(stage, 0, 1e-14);
    stage->snapshot.step = 600;
    for (int t = 0; t < T; t++)
        arm->first.input.one[t] = 1e-6;
    arm->first.error = 1e-4;
    upper = (struct rect){ x, decade_y(plot, 1e-6) - 2, 60, 5 };
    lower = (struct rect){ x, decade_y(plot, 1e-10) - 2, 60, 5 };
    stage_draw(stage);
    {
        const unsigned long here = picture_of(stage, upper), there = picture_of(stage, lower);

        arm->now.raw = true;
        stage_draw(stage);
        assert_true(picture_of(stage, upper) != here);
        assert_true(picture_of(stage, lower) != there);
    }
}

/* ----------------------------------------------------------------------------------- theory */

static void give_theory(struct stage *stage, enum theory_kind kind, double factor)
{
    stage->snapshot.arm[0].theory =
        (struct theory){ .kind = kind, .factor = factor, .because = NULL };
    stage->snapshot.arm[1].theory.because = "This line is for an elman alone";
}

/* One step wide: the line is so steep that no gap of its dashes is as long. */
static struct rect around(const struct stage *stage, int t, double norm, int off)
{
    const struct time_axis axis = axis_of(stage, 0);
    const int y = decade_y(stage_gradient_plot(stage, 0), norm) + off;

    return (struct rect){ time_left(&axis, t), y - 2, time_width(&axis, t), 5 };
}

static void the_line_of_theory_goes_through_the_bar_of_lag_one(void **state)
{
    static const int steps[] = { 46, 44, 43, 41 };
    struct stage *stage = *state;
    unsigned long on[4], above[4], below[4];

    set_level(stage, 0, 1e-12);
    stage->snapshot.loss_at = -1; /* no arrow there, nor letters */
    stage->snapshot.arm[0].now.input.one[T - 2] = 1e-2;
    give_theory(stage, THEORY_ORTHOGONAL, 0.05);
    stage_draw(stage);
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < 4; i++) {
            const double norm = 1e-2 * pow(0.05, T - 2 - steps[i]);
            const unsigned long now = picture_of(stage, around(stage, steps[i], norm, 0));
            const unsigned long over = picture_of(stage, around(stage, steps[i], norm, -14));
            const unsigned long under = picture_of(stage, around(stage, steps[i], norm, 14));

            if (pass == 1) {
                assert_true(now != on[i]);
                assert_true(over == above[i]);
                assert_true(under == below[i]);
            }
            on[i] = now;
            above[i] = over;
            below[i] = under;
        }
        if (pass == 0)
            stage_press(stage, ACT_THEORY, 0, 0);
        assert_true(stage->view.theory);
        stage_move(stage, 5, 5);
    }
    stage->snapshot.loss_at = T - 1;
    assert_true(stage_says(stage, "theory \u00d70.0500 a step: orthogonal, no input"));
}

static void a_bound_is_called_a_bound(void **state)
{
    struct stage *stage = *state;

    give_theory(stage, THEORY_BOUND, 1.31);
    stage->view.theory = true;
    assert_true(stage_says(stage, "at most \u00d71.31 a step: largest singular value"));
    give_theory(stage, THEORY_DRIVEN, 0.77);
    assert_true(stage_says(stage, "theory \u00d70.770 a step: orthogonal, driven by noise"));
}

/* The chip of an arm for which nothing is known does nothing, and says why. */
static void where_theory_has_nothing_the_button_says_why(void **state)
{
    struct stage *stage = *state;
    bool found = false;

    give_theory(stage, THEORY_BOUND, 1.31);
    stage_draw(stage);
    for (int i = 0; i < stage->view.hots; i++)
        found =
            found || (stage->view.hot[i].action == ACT_NONE &&
                      strcmp(stage->view.hot[i].hint, "This line is for an elman alone") == 0);
    assert_true(found);
}

/* Of a stack, the line is about the last layer's state and about no input. */
static void the_line_is_about_one_layer(void **state)
{
    struct stage *stage = *state;

    give_theory(stage, THEORY_BOUND, 1.31);
    stage->view.theory = true;
    stage->view.state_view = true;
    assert_true(stage_says(stage, "at most"));
    stage->snapshot.arm[0].theory.layer = 1;
    assert_false(stage_says(stage, "at most"));
    stage->view.arm[0].layer = 1;
    assert_true(stage_says(stage, "at most"));
    stage->view.state_view = false;
    assert_false(stage_says(stage, "at most"));
}

/* ------------------------------------------------------------------------------------ parts */

static void show_lstm(struct stage *stage)
{
    struct profile *now;

    stage_show(
        stage,
        &(struct synthetic){
            .left = "lstm", .right = "transformer", .steps = T, .layers = 1, .heads = 2 });
    now = &stage->snapshot.arm[0].now;
    profile_free(now);
    assert_int_equal(profile_resize_for(now, T, &stage->snapshot.arm[0].trace, NULL),
                     STATUS_OK);
    now->tau = T - 1;
    for (int t = 0; t < T; t++) {
        now->input.one[t] = 1e-3;
        now->state[0].one[t] = 1e-4;
        profile_part(now, 0, "hidden")->one[t] = 1e-8;
        profile_part(now, 0, "cell")->one[t] = 1e-12;
    }
    stage_draw(stage);
}

/* The highest row of a bar's colour at step 32. */
static int bar_top(const struct stage *stage)
{
    const struct rect plot = stage_gradient_plot(stage, 0);
    const struct time_axis axis = axis_of(stage, 0);
    const unsigned colour =
        stage_rgb(theme_between(theme_dark.panel, theme_arm_colour(&theme_dark, "lstm"), 0.72));
    int y = plot.y;

    while (y < plot.y + plot.h && stage_pixel(stage, time_left(&axis, 32) + 1, y) != colour)
        y++;
    return y;
}

static void h_and_c_of_an_lstm_are_seen_together_or_alone(void **state)
{
    static const struct {
        int next; /* what the button would show then */
        const char *label;
        double norm;
    } parts[] = { { 1, "h + c", 1e-4 }, { 2, "h", 1e-8 }, { 0, "c", 1e-12 } };
    struct stage *stage = *state;

    show_lstm(stage);
    assert_null(stage_hot(stage, ACT_PART, 0)); /* the input has no parts */
    stage_key(stage, SDLK_v, KMOD_NONE);
    for (int i = 0; i < 3; i++) {
        stage_move(stage, 5, 5);
        assert_true(stage_says(stage, parts[i].label));
        assert_int_equal(bar_top(stage),
                         decade_y(stage_gradient_plot(stage, 0), parts[i].norm));
        stage_press(stage, ACT_PART, 0, parts[i].next);
        assert_int_equal(stage->view.arm[0].part, parts[i].next);
    }
    assert_null(stage_hot(stage, ACT_PART, 1)); /* nor has a residual stream */
}

/* --------------------------------------------------------------------------------- the axis */

static void what_is_above_the_axis_is_marked(void **state)
{
    struct stage *stage = *state;
    const struct rect plot = stage_gradient_plot(stage, 0);
    const struct rect top = { plot.x + plot.w / 4, plot.y, plot.w / 2, 6 };
    const unsigned bad = stage_rgb(theme_dark.bad);

    set_level(stage, 0, 99); /* 1e2 is the top */
    stage_draw(stage);
    assert_int_equal(count_of(stage, top, bad), 0);
    assert_false(stage_says(stage, "1e5"));
    set_level(stage, 0, 4e5);
    assert_true(stage_says(stage, "1e5"));
    assert_true(count_of(stage, top, bad) > 50);
    set_level(stage, 0, (double)INFINITY);
    assert_true(stage_says(stage, "inf"));
}

/* ------------------------------------------------------------------------------ where it is */

static void an_arrow_goes_from_the_error_to_the_left(void **state)
{
    struct stage *stage = *state;
    const struct rect plot = stage_gradient_plot(stage, 0);
    const struct time_axis axis = axis_of(stage, 0);
    const int right = time_centre(&axis, T - 1);
    const unsigned bad = stage_rgb(theme_dark.bad);
    int row = 0;

    set_level(stage, 0, 1e-15);
    stage_draw(stage);
    for (int y = plot.y; y < plot.y + plot.h; y++)
        if (count_of(stage, (struct rect){ right - 60, y, 50, 1 }, bad) == 50)
            row = y;
    assert_true(row > 0);
    stage->snapshot.loss_at = -1; /* at all outputs at once there is no one error */
    assert_true(stage_says(stage, "local losses hide vanishing"));
    assert_true(count_of(stage, (struct rect){ right - 60, row, 50, 1 }, bad) < 50);
}

/* --------------------------------------------------------------------------------- readouts */

static void the_cursor_tells_the_factor_of_this_step_and_the_other_arm(void **state)
{
    struct stage *stage = *state;
    const struct rect plot = stage_gradient_plot(stage, 0);
    const struct time_axis axis = axis_of(stage, 0);

    for (int t = 0; t < T; t++)
        stage->snapshot.arm[0].now.input.one[t] = pow(0.5, T - 1 - t);
    stage->snapshot.arm[0].now.input.one[39] *= 0.5; /* a quarter of step 40's */
    stage->snapshot.arm[1].now.input.one[39] = 0.0213;
    stage_move(stage, time_centre(&axis, 39), plot.y + plot.h / 2);
    assert_string_equal(stage->view.hover_text[0][HOVER_GRADIENT_MORE],
                        "this step \u00d70.250   transformer here 0.0213");
    assert_non_null(
        strstr(stage->view.hover_text[1][HOVER_GRADIENT_MORE], "elman here 4.88e-4"));
    assert_true(stage_says(stage, "transformer here 0.0213"));
    stage_move(stage, 5, 5);
    assert_string_equal(stage->view.hover_text[0][HOVER_GRADIENT_MORE], "");
}

static void after_the_error_there_is_no_factor(void **state)
{
    struct stage *stage = *state;
    const struct rect plot = stage_gradient_plot(stage, 0);
    const struct time_axis axis = axis_of(stage, 0);

    stage->snapshot.arm[1].now.input.one[49] = 0.5;
    stage_move(stage, time_centre(&axis, 49), plot.y + plot.h / 2);
    assert_string_equal(stage->view.hover_text[0][HOVER_GRADIENT_MORE],
                        "transformer here 0.500");
}

/* Beside an enlarged lower part bars are low, but still on an axis with numbers. */
static void a_low_plot_keeps_its_scale(void **state)
{
    struct stage *stage = *state;

    stage_show(stage, &(struct synthetic){ .left = "elman",
                                           .right = "transformer",
                                           .steps = T,
                                           .layers = 2,
                                           .heads = 2,
                                           .step = 600 });
    stage->view.enlarged = LAYOUT_LOWER;
    stage->view.arm[0].tab = stage->view.arm[1].tab = TAB_CELL;
    stage_draw(stage);
    assert_in_range(stage_gradient_plot(stage, 0).h, 26, 50);
    assert_true(stage_says(stage, "1e-12"));
    assert_false(stage_says(stage, "1e-8"));
}

/* "rms of 64" is short for a sentence. */
static void the_legend_explains_itself_under_the_mouse(void **state)
{
    struct stage *stage = *state;

    for (int i = 0; i < 2; i++) {
        const struct rect plot = stage_gradient_plot(stage, i);

        stage_move(stage, plot.x + plot.w / 2, plot.y + plot.h + 8);
        stage_draw(stage);
        assert_true(stage_says(stage, "root mean square over 64 fixed ones"));
    }
}

static void a_part_of_the_time_is_called_a_part(void **state)
{
    struct stage *stage = *state;
    char words[64];
    int first;

    assert_true(stage_says(stage, "time \u2192"));
    stage_key(stage, SDLK_PLUS, KMOD_NONE);
    stage_draw(stage);
    first = stage->view.zoom_first;
    assert_in_range(stage->view.zoom_count, 2, T - 1);
    snprintf(words, sizeof words, "steps %d to %d of 50", first,
             first + stage->view.zoom_count - 1);
    assert_true(stage_says(stage, words));
    assert_false(stage_says(stage, "time \u2192"));
    stage_key(stage, SDLK_0, KMOD_NONE);
    assert_true(stage_says(stage, "time \u2192"));
}

/* It is measured less often than the bars: while training, of an earlier step. */
static void an_rms_of_another_step_says_of_which(void **state)
{
    struct stage *stage = *state;

    stage->snapshot.arm[0].probed_step = stage->snapshot.arm[0].rms_step = 130;
    assert_true(stage_says(stage, "per step back (rms)"));
    stage->snapshot.arm[0].rms_step = 100;
    assert_true(stage_says(stage, "per step back (rms, step 100)"));
    assert_true(stage_says(stage, "rms of 64, step 100"));
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function, \
                         .setup_func = stage_setup, .teardown_func = stage_teardown }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_rms_of_another_step_says_of_which),
        TEST(the_seed_is_chosen_by_a_click),
        TEST(shift_and_v_turns_the_seed),
        TEST(raw_says_how_long_the_error_is),
        TEST(the_ghost_follows_the_seed),
        TEST(the_line_of_theory_goes_through_the_bar_of_lag_one),
        TEST(a_bound_is_called_a_bound),
        TEST(where_theory_has_nothing_the_button_says_why),
        TEST(the_line_is_about_one_layer),
        TEST(h_and_c_of_an_lstm_are_seen_together_or_alone),
        TEST(what_is_above_the_axis_is_marked),
        TEST(an_arrow_goes_from_the_error_to_the_left),
        TEST(the_cursor_tells_the_factor_of_this_step_and_the_other_arm),
        TEST(after_the_error_there_is_no_factor),
        TEST(a_low_plot_keeps_its_scale),
        TEST(the_legend_explains_itself_under_the_mouse),
        TEST(a_part_of_the_time_is_called_a_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of viz/window/panel_weights.c and act_weights.c: with real events. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/close.h"
#include "tests/viz/window/stage.h"
#include "viz/window/format.h"
#include "viz/window/weight_view.h"

enum { TENSORS = 40, STAGE_SIDE_MAX = 600 };

/* Forty tensors, of which the first is recurrent: lstm's on the left, elman's on the right. */
static void show(struct stage *stage, int rows)
{
    const struct synthetic wish = { .left = "lstm",
                                    .right = "elman",
                                    .steps = 20,
                                    .step = 600,
                                    .tensors = TENSORS,
                                    .rows = rows };

    stage->view.arm[0].tab = stage->view.arm[1].tab = TAB_WEIGHTS;
    stage->view.enlarged = LAYOUT_LOWER;
    stage_show(stage, &wish);
}

/* The square of the circle: right, and as high as the plot. */
static struct rect plane(const struct stage *stage, int column)
{
    const struct rect plot = stage_lower_plot(stage, column);
    const int side = plot.h < plot.w / 2 ? plot.h : plot.w / 2;

    return (struct rect){ plot.x + plot.w - side, plot.y + (plot.h - side) / 2, side, side };
}

static struct rect matrix(const struct stage *stage, int column)
{
    struct rect plot = stage_lower_plot(stage, column);

    plot.w -= plane(stage, column).w + 8;
    return plot;
}

static int pixels_of(const struct stage *stage, struct rect r, struct colour colour)
{
    int count = 0;

    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            count += stage_pixel(stage, x, y) == stage_rgb(colour);
    return count;
}

/* ----------------------------------------------------------------------------- which of them */

static void the_recurrent_matrix_comes_first(void **state)
{
    struct stage *stage = *state;

    show(stage, 8);
    assert_int_equal(stage->view.seen.tensor[0], 0);
    assert_int_equal(stage->view.seen.tensors[0], TENSORS);
}

static void the_wheel_and_clicks_go_through_all_tensors_and_round(void **state)
{
    struct stage *stage = *state;
    const struct rect plot = stage_lower_plot(stage, 0);

    show(stage, 8);
    for (int i = 1; i <= TENSORS + 2; i++) {
        stage_wheel_at(stage, plot.x + 20, plot.y + 40, -1); /* anywhere on the panel */
        assert_int_equal(stage->view.arm[0].tensor, i % TENSORS);
    }
    stage_draw(stage);
    stage_press(stage, ACT_TENSOR, 0, -1);
    stage_press(stage, ACT_TENSOR, 0, -1);
    stage_press(stage, ACT_TENSOR, 0, -1);
    assert_int_equal(stage->view.arm[0].tensor, TENSORS - 1);
    stage_press(stage, ACT_TENSOR, 0, 1);
    assert_int_equal(stage->view.arm[0].tensor, 0);
    assert_int_equal(stage->view.arm[1].tensor, -1); /* the other arm's own */
}

static void arrows_go_through_them_with_the_focus_there(void **state)
{
    struct stage *stage = *state;

    show(stage, 8);
    for (int i = 0; i < 300; i++) {
        stage_key(stage, SDLK_TAB, KMOD_NONE);
        if (view_focused(&stage->view)->action == ACT_TENSOR)
            break;
    }
    stage_key(stage, SDLK_DOWN, KMOD_NONE);
    assert_int_equal(stage->view.arm[0].tensor, 1);
    stage_key(stage, SDLK_UP, KMOD_NONE);
    assert_int_equal(stage->view.arm[0].tensor, 0);
}

static void an_arm_with_fewer_tensors_shows_one_of_them(void **state)
{
    struct stage *stage = *state;

    show(stage, 8);
    stage->view.arm[0].tensor = TENSORS - 1;
    stage_draw(stage);
    stage_show(stage, &(struct synthetic){
                          .left = "elman", .right = "gru", .steps = 20, .tensors = 2 });
    assert_int_equal(stage->view.seen.tensor[0], 0);
}

static void a_gate_is_chosen_by_its_letter_or_its_rows(void **state)
{
    struct stage *stage = *state;
    struct rect r;

    show(stage, 8);
    stage_press(stage, ACT_BLOCK, 0, 2);
    assert_int_equal(stage->view.arm[0].block, 2);
    r = matrix(stage, 0);
    stage_click(stage, r.x + r.w / 2, r.y + r.h * 7 / 8); /* the last quarter */
    assert_int_equal(stage->view.arm[0].block, 3);
    stage_press(stage, ACT_TENSOR, 0, 1); /* which has no gates */
    stage_draw(stage);
    for (int i = 0; i < stage->view.hots; i++)
        assert_false(stage->view.hot[i].action == ACT_BLOCK && stage->view.hot[i].arm == 0);
}

/* ------------------------------------------------------------------------------------ values */

static void a_matrix_is_drawn_in_the_colours_of_its_signs(void **state)
{
    struct stage *stage = *state;
    const struct snapshot_weights *w;
    struct rect r;

    show(stage, 8); /* elman's: turns, .5 cos on the diagonal */
    w = &stage->snapshot.arm[1].weights;
    r = matrix(stage, 1);
    for (int row = 0; row < 8; row++)
        for (int column = 0; column < 8; column++) {
            const double limit = 0.5; /* of 1, 2, 5, 10 times a power of ten */
            const double value = (double)w->value[row * 8 + column];
            const int x = r.x + (2 * column + 1) * r.w / 16, y = r.y + (2 * row + 1) * r.h / 16;

            assert_int_equal(stage_pixel(stage, x, y),
                             stage_rgb(theme_diverging(&theme_dark, value / limit)));
        }
}

static void a_vector_is_bars_up_and_down(void **state)
{
    struct stage *stage = *state;
    struct rect r;
    const struct colour up = theme_diverging(&theme_dark, 1),
                        down = theme_diverging(&theme_dark, -1);
    int one, two;

    show(stage, 8);
    stage->view.arm[0].tensor = TENSORS - 1; /* -2 -1 0 1 2 */
    stage_draw(stage);
    r = stage_lower_plot(stage, 0);
    assert_int_equal(pixels_of(stage, (struct rect){ r.x, r.y, r.w / 2, r.h / 2 - 1 }, down),
                     0);
    one = pixels_of(stage, (struct rect){ r.x + r.w * 7 / 10, r.y, 1, r.h }, up);
    two = pixels_of(stage, (struct rect){ r.x + r.w * 9 / 10, r.y, 1, r.h }, up);
    assert_close(two, r.h / 2.0, 3, 0);
    assert_close(one, two / 2.0, 2, 0);
    one = pixels_of(stage, (struct rect){ r.x + r.w * 3 / 10, r.y, 1, r.h }, down);
    assert_close(one, two / 2.0, 2, 0);
}

/* Pixels in the lower left corner of a cell that have another colour than its middle. */
static int written_in(const struct stage *stage, struct rect cell)
{
    const unsigned plain = stage_pixel(stage, cell.x + cell.w / 2, cell.y + cell.h / 2);
    int count = 0;

    for (int y = cell.y + cell.h - 9; y < cell.y + cell.h - 3; y++)
        for (int x = cell.x + 5; x < cell.x + 25; x++)
            count += stage_pixel(stage, x, y) != plain;
    return count;
}

/* Four of them are told in numbers, in the corners of their cells; more in colours alone. */
static void few_values_are_told_in_numbers(void **state)
{
    struct stage *stage = *state;

    for (int n = 2; n <= 4; n += 2) {
        struct rect r;

        show(stage, n);
        r = matrix(stage, 1);
        for (int i = 0; i < n * n; i++) {
            const struct rect cell = { r.x + i % n * r.w / n, r.y + i / n * r.h / n, r.w / n,
                                       r.h / n };

            assert_int_equal(written_in(stage, cell) > 0, n == 2);
        }
    }
}

static void a_cell_under_the_mouse_says_its_gate_and_value(void **state)
{
    struct stage *stage = *state;
    struct rect r;

    show(stage, 8);
    r = matrix(stage, 0);
    /* row 17 is the second of gate g; column 1 */
    stage_move(stage, r.x + r.w * 3 / 16, r.y + r.h * 35 / 64);
    assert_string_equal(stage->view.hover_text[0][HOVER_LOWER], "row g 1, column 1: 0.955");
    assert_int_equal(stage->view.hover_step, -1); /* no time axis here */
    stage->view.arm[0].tensor = TENSORS - 1;
    stage_draw(stage);
    r = stage_lower_plot(stage, 0);
    stage_move(stage, r.x + r.w * 9 / 10, r.y + 10);
    assert_string_equal(stage->view.hover_text[0][HOVER_LOWER], "4: 2.00");
}

static void a_matrix_of_300_columns_is_drawn_without_eigenvalues(void **state)
{
    struct stage *stage = *state;
    char expected[HOVER_TEXT_MAX], number[FORMAT_MAX];
    int row, column;
    struct rect r;

    show(stage, 300);
    r = stage_lower_plot(stage, 1);
    row = (r.h - 2) * 300 / r.h;
    column = (r.w - 2) * 300 / r.w;
    stage_move(stage, r.x + r.w - 2, r.y + r.h - 2); /* as wide as the plot */
    snprintf(expected, sizeof expected, "row %d, column %d: %s", row, column,
             format_number(number,
                           (double)stage->snapshot.arm[1].weights.value[row * 300 + column]));
    assert_string_equal(stage->view.hover_text[1][HOVER_LOWER], expected);
    assert_int_equal(stage->view.spectrum[1].times, 0);
}

/* ------------------------------------------------------------------------------- eigenvalues */

/* Of each gate, at its gain: inside the circle a dot, outside of it a cross of another colour. */
static void eigenvalues_of_a_gate_stand_at_their_gain(void **state)
{
    struct stage *stage = *state;

    show(stage, 8);
    for (int gate = 0; gate < 4; gate++) {
        const struct spectrum *s = &stage->view.spectrum[0];
        struct rect r;

        stage->view.arm[0].block = gate;
        stage_draw(stage);
        r = plane(stage, 0);
        r = rect_inset(r, 0, 20, 0, 20); /* without the words */
        assert_true(s->found);
        assert_int_equal(s->n, 8);
        assert_close(s->largest, synthetic_gain(gate), 1e-6, 0);
        for (int i = 0; i < 8; i++)
            assert_close(eigenvalue_size(s->value[i]), synthetic_gain(gate), 1e-6, 0);
        assert_int_equal(pixels_of(stage, r, theme_dark.bad) > 0, gate == 3);
        assert_int_equal(pixels_of(stage, r, theme_arm_colour(&theme_dark, "lstm")) > 0,
                         gate != 3);
    }
}

static void a_value_is_drawn_where_it_is(void **state)
{
    struct stage *stage = *state;
    const struct spectrum *s;
    struct rect r;
    double unit;

    show(stage, 8);
    s = &stage->view.spectrum[1];
    r = plane(stage, 1);
    unit = (r.w / 2.0 - 2) / 1.2; /* up to a little above 1 */
    for (int i = 0; i < 8; i++) {
        const int x = r.x + (int)floor(r.w / 2.0 + s->value[i].re * unit);
        const int y = r.y + (int)floor(r.w / 2.0 - s->value[i].im * unit);
        const struct rect near = { x - 1, y - 1, 3, 3 };

        assert_true(pixels_of(stage, near, theme_arm_colour(&theme_dark, "elman")) > 0);
    }
    stage_move(stage, r.x + r.w / 2 + (int)(s->value[0].re * unit),
               r.y + r.h / 2 - (int)(s->value[0].im * unit));
    assert_non_null(strstr(stage->view.hover_text[1][HOVER_LOWER], " i, size 0.500"));
}

static void eigenvalues_are_found_only_while_they_are_shown_and_when_they_change(void **state)
{
    struct stage *stage = *state;
    const struct spectrum *s = &stage->view.spectrum[0];
    unsigned long times;

    show(stage, 8);
    times = s->times;
    assert_true(times > 0);
    view_frame(&stage->view, &stage->snapshot, 1280, 720); /* the same moment */
    view_frame(&stage->view, &stage->snapshot, 1280, 720);
    assert_int_equal(s->times, times);
    stage_draw(stage); /* a new one */
    assert_int_equal(s->times, times + 1);
    stage->view.arm[0].tab = TAB_GATES;
    stage_draw(stage);
    assert_int_equal(s->times, times + 1);
}

/* The line of the gain that an orthogonal start was given: .75 of the way to the circle. */
static void an_orthogonal_start_shows_its_gain(void **state)
{
    struct stage *stage = *state;
    unsigned before[STAGE_SIDE_MAX];
    struct rect r;
    int changed = 0, first = -1;

    show(stage, 8);
    r = plane(stage, 1);
    assert_in_range(r.w, 100, STAGE_SIDE_MAX);
    for (int x = 0; x < r.w; x++) /* a row above the axis, free of words and values */
        before[x] = stage_pixel(stage, r.x + x, r.y + r.h / 2 - 3);
    stage->snapshot.config.arm[1].initial = WEIGHTS_ORTHOGONAL;
    stage->snapshot.config.arm[1].gain = 0.75;
    stage_draw(stage);
    for (int x = 0; x < r.w / 2; x++)
        if (stage_pixel(stage, r.x + x, r.y + r.h / 2 - 3) != before[x]) {
            first = first < 0 ? x : first;
            changed++;
        }
    assert_true(changed > 0);
    assert_close(r.w / 2.0 - first, 0.75 * (r.w / 2.0 - 2) / 1.2, 3, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_recurrent_matrix_comes_first),
        TEST(the_wheel_and_clicks_go_through_all_tensors_and_round),
        TEST(arrows_go_through_them_with_the_focus_there),
        TEST(an_arm_with_fewer_tensors_shows_one_of_them),
        TEST(a_gate_is_chosen_by_its_letter_or_its_rows),
        TEST(a_matrix_is_drawn_in_the_colours_of_its_signs),
        TEST(a_vector_is_bars_up_and_down),
        TEST(few_values_are_told_in_numbers),
        TEST(a_cell_under_the_mouse_says_its_gate_and_value),
        TEST(a_matrix_of_300_columns_is_drawn_without_eigenvalues),
        TEST(eigenvalues_of_a_gate_stand_at_their_gain),
        TEST(a_value_is_drawn_where_it_is),
        TEST(eigenvalues_are_found_only_while_they_are_shown_and_when_they_change),
        TEST(an_orthogonal_start_shows_its_gain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

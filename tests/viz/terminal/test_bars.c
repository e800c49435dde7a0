/* Tests of viz/terminal/bars.c: what stands in the cells. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "tests/close.h"
#include "viz/terminal/bars.h"

enum { UNICODE = 1, ASCII = 0 };

/* Bars ------------------------------------------------------------------------------------ */

struct bar_row {
    double height;
    int row, rows, unicode;
    const char *cell;
};

static void a_cell_shows_its_part_of_a_bar(void **state)
{
    const struct bar_row *r = *state;
    char text[ROW_TEXT_MAX];

    bars_row(text, &r->height, 1, r->row, r->rows, r->unicode);
    assert_string_equal(text, r->cell);
}

static void bars_stand_side_by_side(void **state)
{
    static const double heights[] = { 0, 0.125, 0.5, 1, 7, (double)NAN, -1 };
    char text[ROW_TEXT_MAX];

    (void)state;
    bars_row(text, heights, 7, 0, 1, UNICODE);
    assert_string_equal(text, " ▁▄██  ");
    bars_row(text, heights, 7, 0, 1, ASCII);
    assert_string_equal(text, " .:##  ");
}

static void the_widest_row_fits(void **state)
{
    static double heights[COLUMNS_MAX];
    char text[ROW_TEXT_MAX];

    (void)state;
    for (int i = 0; i < COLUMNS_MAX; i++)
        heights[i] = 1;
    bars_row(text, heights, COLUMNS_MAX, 0, 1, UNICODE);
    assert_int_equal(strlen(text), COLUMNS_MAX * strlen("█"));
}

/* The strip ------------------------------------------------------------------------------- */

/* One norm in a strip of six rows, three decades each: from the top to the bottom. */
struct strip_case {
    double norm;
    const char *cells; /* in ASCII */
};

static void a_norm_stands_on_the_fixed_axis(void **state)
{
    const struct strip_case *c = *state;
    char cells[7] = "", text[ROW_TEXT_MAX];

    for (int row = 0; row < 6; row++) {
        strip_row(text, &c->norm, 1, 1, row, 6, ASCII);
        strcat(cells, text);
    }
    assert_string_equal(cells, c->cells);
}

static void the_axis_does_not_follow_the_data(void **state)
{
    static const double alone[] = { 1e-8 }, beside[] = { 1e-8, 1e2, 1e-15 };
    char text[ROW_TEXT_MAX], other[ROW_TEXT_MAX];

    (void)state;
    for (int row = 0; row < 6; row++) {
        strip_row(text, alone, 1, 1, row, 6, UNICODE);
        strip_row(other, beside, 3, 3, row, 6, UNICODE);
        assert_int_equal(strncmp(text, other, strlen(text)), 0);
    }
}

static void a_column_of_several_steps_shows_the_largest(void **state)
{
    static const double norms[] = { 1e-14, 0, 1e2, 0, 0, 0, (double)NAN, 1 };
    char text[ROW_TEXT_MAX];

    (void)state;
    strip_row(text, norms, 8, 4, 5, 6, ASCII);
    assert_string_equal(text, ":#x#");
    strip_row(text, norms, 8, 4, 0, 6, ASCII);
    assert_string_equal(text, " # .");
}

static void a_step_may_be_several_columns_wide(void **state)
{
    static const double norms[] = { 0, 1e2 };
    char text[ROW_TEXT_MAX];

    (void)state;
    strip_row(text, norms, 2, 6, 0, 1, ASCII);
    assert_string_equal(text, "xxx###");
}

static void columns_are_a_whole_number_for_each_step(void **state)
{
    (void)state;
    assert_int_equal(strip_columns(50, 120), 100);
    assert_int_equal(strip_columns(50, 99), 50);
    assert_int_equal(strip_columns(50, 50), 50);
    assert_int_equal(strip_columns(50, 49), 49);
    assert_int_equal(strip_columns(3, 100000), COLUMNS_MAX / 3 * 3);
    assert_int_equal(strip_columns(4096, 100000), COLUMNS_MAX);
}

/* Sparklines ------------------------------------------------------------------------------ */

static struct curve curve_of(const float *losses, int count)
{
    struct curve curve = { 0 };

    for (int i = 0; i < count; i++)
        curve_add(&curve, (struct curve_point){ .step = i, .loss = losses[i] });
    return curve;
}

static void the_loss_axis_holds_baseline_and_smallest_loss(void **state)
{
    static const float losses[] = { 900, 0.3F, 0.0031F, 0, -1, (float)NAN };
    const struct curve curve = curve_of(losses, 6);
    struct loss_axis axis = loss_axis_begin(1.0 / 6);

    (void)state;
    assert_close(axis.least, 0.05, 0, 1e-12);
    assert_close(axis.most, 0.5, 0, 1e-12);
    loss_axis_add(&axis, &curve);
    assert_close(axis.least, 0.002, 0, 1e-12);
    assert_close(axis.most, 0.5, 0, 1e-12);
}

static void a_loss_axis_exists_for_any_baseline(void **state)
{
    static const double baselines[] = { 0, -3, (double)NAN, (double)INFINITY, 1e-300, 1e300 };

    (void)state;
    for (int i = 0; i < 6; i++) {
        const struct loss_axis axis = loss_axis_begin(baselines[i]);

        assert_true(axis.least > 0);
        assert_true(axis.most > axis.least);
        assert_true(isfinite(axis.most));
    }
}

static void a_sparkline_falls_with_the_loss_and_ends_where_training_is(void **state)
{
    static const float losses[] = { 100, 1, 0.09F, 0.01F };
    const struct curve curve = curve_of(losses, 4);
    const struct loss_axis axis = { 0.01, 1 };
    char text[ROW_TEXT_MAX];

    (void)state;
    sparkline(text, &curve, 8, 8, &axis, UNICODE);
    assert_string_equal(text, "██▄     ");
    sparkline(text, &curve, 8, 8, &(struct loss_axis){ 0.001, 1 }, ASCII);
    assert_string_equal(text, "##:.    ");
}

static void a_column_takes_the_geometric_mean(void **state)
{
    static const float losses[] = { 1, 0.0001F };
    const struct curve curve = curve_of(losses, 2);
    char text[ROW_TEXT_MAX];

    (void)state;
    sparkline(text, &curve, 2, 1, &(struct loss_axis){ 0.0001, 1 }, UNICODE);
    assert_string_equal(text, "▄");
}

static void columns_between_points_repeat_the_last_loss(void **state)
{
    static const float losses[] = { 1, 0.09F };
    const struct curve curve = curve_of(losses, 2);
    char text[ROW_TEXT_MAX];

    (void)state;
    sparkline(text, &curve, 4, 8, &(struct loss_axis){ 0.01, 1 }, UNICODE);
    assert_string_equal(text, "██▄     ");
}

static void losses_that_are_no_numbers_leave_the_line_as_it_was(void **state)
{
    static const float losses[] = { (float)NAN, 1, (float)INFINITY, 0 };
    const struct curve curve = curve_of(losses, 4);
    char text[ROW_TEXT_MAX];

    (void)state;
    sparkline(text, &curve, 4, 4, &(struct loss_axis){ 0.01, 1 }, UNICODE);
    assert_string_equal(text, " ███");
}

static void an_empty_curve_is_blank(void **state)
{
    const struct curve curve = { 0 };
    char text[ROW_TEXT_MAX];

    (void)state;
    sparkline(text, &curve, 100, 4, &(struct loss_axis){ 0.01, 1 }, UNICODE);
    assert_string_equal(text, "    ");
    sparkline(text, &curve, 0, 4, &(struct loss_axis){ 0.01, 1 }, UNICODE);
    assert_string_equal(text, "    ");
}

static void the_baseline_is_a_level_line(void **state)
{
    const struct loss_axis axis = { 0.01, 1 };
    char text[ROW_TEXT_MAX];

    (void)state;
    sparkline_constant(text, 0.1, 3, &axis, UNICODE);
    assert_string_equal(text, "▄▄▄");
    sparkline_constant(text, 0, 3, &axis, UNICODE);
    assert_string_equal(text, "   ");
}

/* clang-format off */
#define BAR(label, ...)                                                      \
    { .name = label, .test_func = a_cell_shows_its_part_of_a_bar,            \
      .initial_state = &(struct bar_row){ __VA_ARGS__ } }
#define NORM(label, ...)                                                     \
    { .name = label, .test_func = a_norm_stands_on_the_fixed_axis,           \
      .initial_state = &(struct strip_case){ __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    BAR("nothing_is_blank", 0, 0, 1, UNICODE, " "),
    BAR("next_to_nothing_is_the_lowest_level", 1e-6, 0, 1, UNICODE, "▁"),
    BAR("an_eighth_is_the_lowest_level", 0.125, 0, 1, UNICODE, "▁"),
    BAR("more_than_an_eighth_is_the_next_level", 0.126, 0, 1, UNICODE, "▂"),
    BAR("all_is_a_full_cell", 1, 0, 1, UNICODE, "█"),
    BAR("half_of_two_rows_fills_the_lower", 0.5, 1, 2, UNICODE, "█"),
    BAR("half_of_two_rows_leaves_the_upper_blank", 0.5, 0, 2, UNICODE, " "),
    BAR("three_quarters_of_two_rows_half_fill_the_upper", 0.75, 0, 2, UNICODE, "▄"),
    BAR("a_third_in_ascii_is_a_dot", 1.0 / 3, 0, 1, ASCII, "."),
    BAR("two_thirds_in_ascii_are_two_dots", 2.0 / 3, 0, 1, ASCII, ":"),
    BAR("all_in_ascii_is_a_hash", 1, 0, 1, ASCII, "#"),
    cmocka_unit_test(bars_stand_side_by_side),
    cmocka_unit_test(the_widest_row_fits),
    NORM("the_top_is_1e2", 1e2, "######"),
    NORM("above_the_top_is_the_top", 1e9, "######"),
    NORM("infinity_is_the_top", (double)INFINITY, "######"),
    NORM("one_is_two_decades_below_the_top", 1, ".#####"),
    NORM("a_tenth_fills_five_rows", 0.1, " #####"),
    NORM("1e-7_fills_three_rows", 1e-7, "   ###"),
    NORM("1e-15_is_the_lowest_level", 1e-15, "     ."),
    NORM("just_above_the_floor_is_the_lowest_level", 1.1e-16, "     ."),
    NORM("the_floor_and_below_are_marked", 1e-16, "     v"),
    NORM("a_norm_that_float_could_not_hold_is_marked", 1e-300, "     v"),
    NORM("an_exact_zero_is_crossed", 0, "     x"),
    NORM("what_is_no_number_is_marked", (double)NAN, "     ?"),
    cmocka_unit_test(the_axis_does_not_follow_the_data),
    cmocka_unit_test(a_column_of_several_steps_shows_the_largest),
    cmocka_unit_test(a_step_may_be_several_columns_wide),
    cmocka_unit_test(columns_are_a_whole_number_for_each_step),
    cmocka_unit_test(the_loss_axis_holds_baseline_and_smallest_loss),
    cmocka_unit_test(a_loss_axis_exists_for_any_baseline),
    cmocka_unit_test(a_sparkline_falls_with_the_loss_and_ends_where_training_is),
    cmocka_unit_test(a_column_takes_the_geometric_mean),
    cmocka_unit_test(columns_between_points_repeat_the_last_loss),
    cmocka_unit_test(losses_that_are_no_numbers_leave_the_line_as_it_was),
    cmocka_unit_test(an_empty_curve_is_blank),
    cmocka_unit_test(the_baseline_is_a_level_line),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of viz/window/axes.c, format.c and raster.c: places, numbers and pixels without a
 * window. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "viz/window/axes.h"
#include "viz/window/format.h"

/* -------------------------------------------------------------------------------------- axes
 * */

static void cells_of_the_time_axis_touch_and_fill_it(void **state)
{
    static const int counts[] = { 1, 7, 50, 313, 1000 };

    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        const struct time_axis axis = { .x = 40, .w = 313, .steps = counts[i] };

        assert_int_equal(time_left(&axis, 0), 40);
        assert_int_equal(time_left(&axis, counts[i]), 40 + 313);
        for (int t = 0; t < counts[i]; t++)
            assert_true(time_left(&axis, t) <= time_left(&axis, t + 1));
    }
}

static void the_step_at_a_pixel_is_the_one_drawn_there(void **state)
{
    const struct time_axis axis = { .x = 40, .w = 313, .steps = 50 };

    (void)state;
    for (int t = 0; t < 50; t++)
        for (int x = time_left(&axis, t); x < time_left(&axis, t + 1); x++)
            assert_int_equal(time_at(&axis, x), t);
    assert_int_equal(time_at(&axis, 39), -1);
    assert_int_equal(time_at(&axis, 40 + 313), -1);
}

static void the_gradient_axis_is_absolute(void **state)
{
    const struct rect plot = { 0, 10, 100, 180 };

    (void)state;
    assert_int_equal(decade_y(plot, 1e2), 10);
    assert_int_equal(decade_y(plot, 1), 30);
    assert_int_equal(decade_y(plot, 1e-16), 190);
    assert_int_equal(decade_y(plot, 1e-7), 100);
    assert_int_equal(decade_y(plot, 1e9), 10);
    assert_int_equal(decade_y(plot, 0), 190);
    assert_int_equal(decade_y(plot, (double)NAN), 190);
}

static void ticks_are_round_and_within(void **state)
{
    static const double ranges[][2] = { { 0, 0.17 }, { 0, 1.04 }, { 3, 1e6 }, { -2, 5 } };
    double ticks[TICKS_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        const int count = axis_ticks(ranges[i][0], ranges[i][1], 4, ticks);

        assert_in_range(count, 2, 4);
        for (int k = 0; k < count; k++) {
            assert_true(ticks[k] >= ranges[i][0] - 1e-9);
            assert_true(ticks[k] <= ranges[i][1] * (1 + 1e-9));
        }
    }
    assert_int_equal(axis_ticks(1, 1, 4, ticks), 0);
    assert_int_equal(axis_ticks(0, (double)INFINITY, 4, ticks), 0);
}

static void decades_are_thinned_to_fit(void **state)
{
    double ticks[TICKS_MAX];

    (void)state;
    assert_int_equal(axis_decades(1e-3, 1, 4, ticks), 4);
    assert_true(fabs(ticks[0] - 1) < 1e-12);
    assert_int_equal(axis_decades(1e-9, 1, 4, ticks), 4);
    assert_true(fabs(ticks[1] - 1e-3) < 1e-12);
}

static void less_than_two_decades_have_ticks_between_them(void **state)
{
    double ticks[TICKS_MAX];

    (void)state;
    assert_int_equal(axis_decades(0.04, 0.3, 4, ticks), 3); /* .2 .1 .05 */
    assert_true(fabs(ticks[0] - 0.2) < 1e-12);
    assert_true(fabs(ticks[2] - 0.05) < 1e-12);
    assert_int_equal(axis_decades(0.021, 0.049, 4, ticks), 0);
}

static void a_log_axis_leaves_out_what_has_no_logarithm(void **state)
{
    const struct value_axis axis = value_axis_fit(0, 0.2, true);
    const struct rect plot = { 0, 0, 100, 100 };

    (void)state;
    assert_true(axis.least > 0 && axis.most > axis.least);
    assert_true(fabs(value_y(&axis, plot, 0) - 100) < 1e-9);
    assert_true(isnan(value_y(&axis, plot, (double)NAN)));
    assert_true(value_axis_fit(0, 0, true).least > 0);
}

/* ----------------------------------------------------------------------------------- numbers
 * */

struct number_row {
    double value;
    const char *text;
};

static void a_number_has_three_digits_and_fits_its_field(void **state)
{
    const struct number_row *row = *state;
    char text[FORMAT_MAX];

    assert_string_equal(format_number(text, row->value), row->text);
    assert_in_range(strlen(text), 1, FORMAT_WIDTH);
}

static void counts_times_and_factors_are_written_as_people_do(void **state)
{
    char text[FORMAT_MAX];

    (void)state;
    assert_string_equal(format_count(text, 25472), "25,472");
    assert_string_equal(format_count(text, 999), "999");
    assert_string_equal(format_count(text, 1000000), "1,000,000");
    assert_string_equal(format_percent(text, 0.984), "98.4 %");
    assert_string_equal(format_factor(text, 0.581), "\u00d70.581");
    assert_string_equal(format_time(text, 9.84), "9.8 s");
    assert_string_equal(format_time(text, 187), "3:07");
    assert_string_equal(format_short(text, 1234), "1.23k");
    assert_string_equal(format_short(text, 999.6), "1k");
    assert_string_equal(format_short(text, 4e10), "40G");
    assert_string_equal(format_flops(text, 1234567), "1.23 MFLOP");
    assert_true(format_rounded(0.0123456, 3) == 0.0123 && format_rounded(98765, 2) == 99000);
}

static void learning_rates_and_clip_are_told_in_a_line(void **state)
{
    const double rates[] = { 0.003, 0.001 };
    char text[64], narrow[8];

    (void)state;
    format_rates(text, sizeof text, rates, 2, 0.25, LANGUAGE_ENGLISH);
    assert_string_equal(text, "lr 0.003 / 0.001, clip 0.25");
    format_rates(text, sizeof text, rates, 1, 0, LANGUAGE_ENGLISH);
    assert_string_equal(text, "lr 0.003, clip off");
    format_rates(narrow, sizeof narrow, rates, 2, 1, LANGUAGE_ENGLISH);
    assert_string_equal(narrow, "lr 0.00"); /* no longer than its place */
}

/* ------------------------------------------------------------------------------------ raster
 * */

static struct pixels make_pixels(int w, int h)
{
    struct pixels pixels = { w, h, calloc((size_t)(w * h), sizeof *pixels.argb),
                             calloc((size_t)(w * h), 1) };

    assert_non_null(pixels.argb);
    assert_non_null(pixels.mask);
    raster_clear(&pixels, (struct colour){ 0, 0, 0, 255 });
    return pixels;
}

static void free_pixels(struct pixels *pixels)
{
    free(pixels->argb);
    free(pixels->mask);
}

static double number_at(const void *context, int row, int column)
{
    return ((const double *)context)[row * 3 + column];
}

static struct colour grey_of(const struct theme *theme, double value)
{
    (void)theme;
    const uint8_t level = (uint8_t)(fabs(value) * 10);

    return (struct colour){ level, level, level, 255 };
}

static void a_heatmap_has_every_cell_where_the_axis_says(void **state)
{
    const double numbers[2 * 3] = { 1, 2, 3, 4, 5, 6 };
    struct pixels pixels = make_pixels(10, 5);

    (void)state;
    raster_heatmap(&pixels,
                   &(struct raster_matrix){ 2, 3, number_at, grey_of, numbers, NULL, 0 });
    for (int y = 0; y < 5; y++)
        for (int x = 0; x < 10; x++) {
            const int row = y < raster_edge(1, 2, 5) ? 0 : 1;
            const int column = x < raster_edge(1, 3, 10)   ? 0
                               : x < raster_edge(2, 3, 10) ? 1
                                                           : 2;

            assert_int_equal(pixels.argb[y * 10 + x] & 0xff,
                             (unsigned)(numbers[row * 3 + column] * 10));
        }
    free_pixels(&pixels);
}

static void a_crowded_heatmap_shows_what_stands_out(void **state)
{
    const double numbers[2 * 3] = { 0, -9, 1, 0, 0, 2 };
    struct pixels pixels = make_pixels(1, 1);

    (void)state;
    raster_heatmap(&pixels,
                   &(struct raster_matrix){ 2, 3, number_at, grey_of, numbers, NULL, 0 });
    assert_int_equal(pixels.argb[0] & 0xff, 90);
    free_pixels(&pixels);
}

static void a_line_covers_its_width_and_leaves_the_mask_clean(void **state)
{
    const struct point points[] = { { 2, 10 }, { 38, 10 } };
    struct pixels pixels = make_pixels(40, 20);
    int lit = 0;

    (void)state;
    raster_polyline(&pixels, points, 2, 4, (struct dashes){ 0, 0 },
                    (struct colour){ 255, 255, 255, 255 });
    for (int y = 0; y < 20; y++)
        lit += (pixels.argb[y * 40 + 20] & 0xff) == 0xff;
    assert_int_equal(lit, 4);
    for (int i = 0; i < 40 * 20; i++)
        assert_int_equal(pixels.mask[i], 0);
    free_pixels(&pixels);
}

static void a_line_breaks_where_a_point_is_missing_and_stays_inside(void **state)
{
    const struct point points[] = {
        { -50, 5 }, { 10, 5 }, { (double)NAN, (double)NAN }, { 30, 5 }, { 500, 500 }
    };
    struct pixels pixels = make_pixels(40, 20);

    (void)state;
    raster_polyline(&pixels, points, 5, 2, (struct dashes){ 0, 0 },
                    (struct colour){ 255, 255, 255, 255 });
    assert_int_equal(pixels.argb[5 * 40 + 5] & 0xff, 0xff);
    assert_int_equal(pixels.argb[5 * 40 + 20] & 0xff, 0);
    free_pixels(&pixels);
}

static void dashes_leave_gaps(void **state)
{
    const struct point points[] = { { 0, 10 }, { 40, 10 } };
    struct pixels pixels = make_pixels(40, 20);
    int ink = 0;

    (void)state;
    raster_polyline(&pixels, points, 2, 2, (struct dashes){ 5, 5 },
                    (struct colour){ 255, 255, 255, 255 });
    for (int x = 0; x < 40; x++)
        ink += (pixels.argb[10 * 40 + x] & 0xff) > 0x80;
    assert_in_range(ink, 17, 23);
    free_pixels(&pixels);
}

static void hatching_is_lines_not_a_surface(void **state)
{
    struct pixels pixels = make_pixels(40, 20);
    int ink = 0;

    (void)state;
    raster_hatch(&pixels, (struct rect){ 30, 10, 100, 100 }, 5,
                 (struct colour){ 255, 255, 255, 255 });
    for (int i = 0; i < 40 * 20; i++)
        ink += (pixels.argb[i] & 0xff) == 0xff;
    assert_int_equal(ink, 10 * 10 / 5);
    assert_int_equal(pixels.argb[0] & 0xff, 0);
    free_pixels(&pixels);
}

static void the_value_at_a_row_is_the_one_drawn_there(void **state)
{
    static const struct value_axis axes[] = { { 1e-3, 20, true }, { -2, 5, false } };
    const struct rect plot = { 40, 10, 100, 80 };

    (void)state;
    for (int i = 0; i < 2; i++)
        for (int y = 10; y <= 90; y += 5) {
            const double value = value_at(&axes[i], plot, y);

            assert_true(fabs(value_y(&axes[i], plot, value) - y) < 1e-6);
        }
    assert_true(fabs(value_at(&axes[1], plot, -70) - 12) < 1e-9); /* above it, it goes on */
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function }
#define NUMBER(label, ...) \
    { .name = "a_number_has_three_digits_and_fits_its_field_" label, \
      .test_func = a_number_has_three_digits_and_fits_its_field, \
      .initial_state = &(struct number_row){ __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    TEST(cells_of_the_time_axis_touch_and_fill_it),
    TEST(the_step_at_a_pixel_is_the_one_drawn_there),
    TEST(the_gradient_axis_is_absolute),
    TEST(ticks_are_round_and_within),
    TEST(decades_are_thinned_to_fit),
    TEST(less_than_two_decades_have_ticks_between_them),
    TEST(the_value_at_a_row_is_the_one_drawn_there),
    TEST(a_log_axis_leaves_out_what_has_no_logarithm),
    NUMBER("zero",         0,          "0"),
    NUMBER("one",          1,          "1.00"),
    NUMBER("a_sixth",      1.0 / 6,    "0.167"),
    NUMBER("small",        0.00123456, "0.00123"),
    NUMBER("tiny",         2.314e-9,   "2.31e-9"),
    NUMBER("nearly_one",   0.99999,    "1.00"),
    NUMBER("nearly_small", 0.00099999, "1.00e-3"),
    NUMBER("tens",         12.345,     "12.3"),
    NUMBER("hundreds",     1234.5,     "1234"),
    NUMBER("huge",         1.5e7,      "1.50e7"),
    NUMBER("negative",     -0.5,       "-0.500"),
    NUMBER("nothing",      (double)NAN,        "\u2013"),
    NUMBER("infinity",     (double)INFINITY,   "inf"),
    TEST(counts_times_and_factors_are_written_as_people_do),
    TEST(learning_rates_and_clip_are_told_in_a_line),
    TEST(a_heatmap_has_every_cell_where_the_axis_says),
    TEST(a_crowded_heatmap_shows_what_stands_out),
    TEST(a_line_covers_its_width_and_leaves_the_mask_clean),
    TEST(a_line_breaks_where_a_point_is_missing_and_stays_inside),
    TEST(dashes_leave_gaps),
    TEST(hatching_is_lines_not_a_surface),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

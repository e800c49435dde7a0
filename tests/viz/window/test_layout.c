/* Tests of viz/window/layout.c: nothing overlaps, at any size. */
#include "tests/test.h"

#include <stdbool.h>

#include "viz/window/layout.h"

struct row {
    int w, h;
    double scale;
    bool all; /* every part has to be there */
};

enum { RECTS_MAX = 24 };

static struct layout laid_out(const struct row *row, int strip_rows, enum layout_part enlarged)
{
    struct layout layout;

    layout_compute(&layout, &(struct layout_wish){ .w = row->w,
                                                   .h = row->h,
                                                   .scale = row->scale,
                                                   .arms = 2,
                                                   .strip_rows = strip_rows,
                                                   .text = true,
                                                   .enlarged = enlarged });
    return layout;
}

/* All that is drawn side by side: columns by their parts, not their cards. */
static int parts_of(const struct layout *layout, struct rect rects[RECTS_MAX])
{
    const struct rect alone[] = { layout->rail, layout->race, layout->lesson, layout->status,
                                  layout->timeline };
    int count = 0;

    for (int i = 0; i < 5; i++)
        if (alone[i].w > 0)
            rects[count++] = alone[i];
    for (int i = 0; i < layout->columns; i++) {
        const struct layout_column *c = &layout->column[i];
        const struct rect parts[] = { c->header, c->gradient, c->strip,
                                      c->tokens, c->states,   c->lower };

        for (int k = 0; k < 6; k++)
            if (parts[k].w > 0)
                rects[count++] = parts[k];
    }
    return count;
}

static bool overlap(struct rect a, struct rect b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

static void nothing_overlaps_and_all_is_inside(void **state)
{
    const struct row *row = *state;

    for (int i = 0; i < 5 * 4; i++) {
        const struct layout layout = laid_out(row, i / 4, (enum layout_part)(i % 4));
        struct rect rects[RECTS_MAX];
        const int count = parts_of(&layout, rects);

        assert_true(count >= 2);
        for (int k = 0; k < count; k++) {
            assert_true(rects[k].x >= 0 && rects[k].y >= 0);
            assert_true(rects[k].w > 0 && rects[k].h > 0);
            assert_true(rects[k].x + rects[k].w <= row->w);
            assert_true(rects[k].y + rects[k].h <= row->h);
            for (int m = 0; m < k; m++)
                assert_false(overlap(rects[k], rects[m]));
        }
    }
}

static void every_part_is_there_or_left_out_as_told(void **state)
{
    const struct row *row = *state;
    const struct layout layout = laid_out(row, 2, LAYOUT_EVEN);
    struct rect rects[RECTS_MAX];

    assert_int_equal(parts_of(&layout, rects) == 5 + 2 * 6, row->all);
    assert_true(layout.column[0].gradient.h >= 20);
}

static void a_column_keeps_its_parts_within_its_card(void **state)
{
    const struct row *row = *state;
    const struct layout layout = laid_out(row, 2, LAYOUT_EVEN);

    for (int i = 0; i < layout.columns; i++) {
        const struct layout_column *c = &layout.column[i];
        const struct rect parts[] = { c->header, c->gradient, c->strip,
                                      c->tokens, c->states,   c->lower };

        for (int k = 0; k < 6; k++) {
            if (parts[k].w == 0)
                continue;
            assert_true(parts[k].x >= c->card.x);
            assert_true(parts[k].y >= c->card.y);
            assert_true(parts[k].x + parts[k].w <= c->card.x + c->card.w);
            assert_true(parts[k].y + parts[k].h <= c->card.y + c->card.h);
        }
        assert_true(c->axis_x > c->card.x && c->axis_w > 0);
        assert_true(c->axis_x + c->axis_w <= c->card.x + c->card.w);
    }
}

static void both_columns_have_axes_of_one_width(void **state)
{
    const struct layout layout = laid_out(&(struct row){ 1280, 720, 1, true }, 2, LAYOUT_EVEN);

    (void)state;
    assert_int_equal(layout.columns, 2);
    assert_int_equal(layout.column[0].axis_w, layout.column[1].axis_w);
    assert_int_equal(layout.column[0].gradient.y, layout.column[1].gradient.y);
    assert_int_equal(layout.column[0].lower.h, layout.column[1].lower.h);
}

static void twice_the_scale_on_twice_the_pixels_is_the_same_picture(void **state)
{
    const struct layout small = laid_out(&(struct row){ 1280, 720, 1, true }, 2, LAYOUT_EVEN);
    const struct layout large = laid_out(&(struct row){ 2560, 1440, 2, true }, 2, LAYOUT_EVEN);

    (void)state;
    assert_in_range(large.column[0].gradient.h, 2 * small.column[0].gradient.h - 4,
                    2 * small.column[0].gradient.h + 4);
    assert_int_equal(large.rail.w, 2 * small.rail.w);
}

static void a_text_that_is_folded_gives_its_room_to_the_arms(void **state)
{
    struct layout with = laid_out(&(struct row){ 1280, 720, 1, true }, 2, LAYOUT_EVEN), without;

    (void)state;
    layout_compute(
        &without,
        &(struct layout_wish){
            .w = 1280, .h = 720, .scale = 1, .arms = 2, .strip_rows = 2, .text = false });
    assert_int_equal(without.lesson.w, 0);
    assert_true(without.column[0].axis_w > with.column[0].axis_w + 100);
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function }
#define SIZE(label, ...) \
    { .name = "nothing_overlaps_and_all_is_inside_" label, \
      .test_func = nothing_overlaps_and_all_is_inside, \
      .initial_state = &(struct row){ __VA_ARGS__ } }, \
    { .name = "every_part_is_there_or_left_out_as_told_" label, \
      .test_func = every_part_is_there_or_left_out_as_told, \
      .initial_state = &(struct row){ __VA_ARGS__ } }, \
    { .name = "a_column_keeps_its_parts_within_its_card_" label, \
      .test_func = a_column_keeps_its_parts_within_its_card, \
      .initial_state = &(struct row){ __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    SIZE("at_1280_by_720",              1280, 720, 1, true),
    SIZE("at_1366_by_688",              1366, 688, 1, true),
    SIZE("at_1920_by_1080",             1920, 1080, 1, true),
    SIZE("at_3840_by_2160_twice_dense", 3840, 2160, 2, true),
    SIZE("at_2560_by_1440_half_larger", 2560, 1440, 1.5, true),
    SIZE("at_800_by_600",               800, 600, 1, false),
    SIZE("at_300_by_200",               300, 200, 1, false),
    SIZE("at_300_by_200_enlarged",      300, 200, 1.4, false),
    SIZE("at_900_by_100",               900, 100, 1, false),
    TEST(both_columns_have_axes_of_one_width),
    TEST(twice_the_scale_on_twice_the_pixels_is_the_same_picture),
    TEST(a_text_that_is_folded_gives_its_room_to_the_arms),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

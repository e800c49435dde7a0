/* Tests of lessons/curve.c: a run of any length in a bounded number of points. */
#include "tests/test.h"

#include <stdlib.h>

#include "lessons/curve.h"

static struct curve *add_steps(long first, long last)
{
    struct curve *curve = calloc(1, sizeof *curve);

    assert_non_null(curve);
    for (long step = first; step <= last; step++)
        curve_add(curve, (struct curve_point){ .step = step,
                                               .loss = (float)(2 * step),
                                               .accuracy = (float)(3 * step),
                                               .gradient_norm = (float)(5 * step) });
    return curve;
}

/* The first step stays, the others follow at the stride, the last is near the end. */
static void assert_shows_all(const struct curve *curve, long first, long last)
{
    assert_in_range(curve->count, 1, CURVE_POINTS);
    for (int i = 0; i < curve->count; i++) {
        const struct curve_point *p = &curve->points[i];

        assert_int_equal(p->step, first + i * curve->stride);
        assert_true(p->loss == (float)(2 * p->step));
        assert_true(p->accuracy == (float)(3 * p->step));
        assert_true(p->gradient_norm == (float)(5 * p->step));
    }
    assert_true(last - curve->points[curve->count - 1].step < curve->stride);
}

struct curve_row {
    long first, last, stride;
};

static void a_curve_shows_the_whole_run(void **state)
{
    const struct curve_row *row = *state;
    struct curve *curve = add_steps(row->first, row->last);

    assert_shows_all(curve, row->first, row->last);
    assert_int_equal(curve->stride, row->stride);
    if (row->stride > 1) /* thinned no more than needed */
        assert_true(curve->count >= CURVE_POINTS / 2);
    free(curve);
}

static void every_prefix_of_a_run_is_shown_evenly(void **state)
{
    struct curve *curve = calloc(1, sizeof *curve);

    (void)state;
    assert_non_null(curve);
    for (long step = 0; step < 5 * CURVE_POINTS; step++) {
        curve_add(curve, (struct curve_point){ .step = step,
                                               .loss = (float)(2 * step),
                                               .accuracy = (float)(3 * step),
                                               .gradient_norm = (float)(5 * step) });
        if (step % 97 == 0 || step % CURVE_POINTS < 3)
            assert_shows_all(curve, 0, step);
    }
    free(curve);
}

static void a_curve_can_be_cut_and_goes_on_as_if_never_longer(void **state)
{
    struct curve *curve = add_steps(0, 99), *shorter = add_steps(0, 39);

    (void)state;
    curve_cut(curve, 40);
    assert_int_equal(curve->count, 40);
    for (long step = 40; step < 60; step++) {
        curve_add(curve, (struct curve_point){ .step = step });
        curve_add(shorter, (struct curve_point){ .step = step });
    }
    assert_int_equal(curve->count, shorter->count);
    curve_cut(curve, 0);
    assert_int_equal(curve->count, 0);
    curve_add(curve, (struct curve_point){ .step = 7 }); /* any first step is one */
    assert_int_equal(curve->points[0].step, 7);
    free(curve);
    free(shorter);
}

static void a_thinned_copy_keeps_both_ends(void **state)
{
    static const long lasts[] = { 0, 1, 5, 6, 7, 8, 99, 2047 };
    struct curve_point points[8];
    struct curve empty = { 0 };

    (void)state;
    assert_int_equal(curve_copy_thinned(&empty, points, 8), 0);
    for (size_t i = 0; i < sizeof lasts / sizeof *lasts; i++) {
        struct curve *curve = add_steps(0, lasts[i]);
        const int count = curve_copy_thinned(curve, points, 8);

        assert_in_range(count, lasts[i] < 7 ? lasts[i] + 1 : 4, 8);
        assert_int_equal(points[0].step, 0);
        assert_int_equal(points[count - 1].step, lasts[i]);
        for (int p = 1; p < count; p++)
            assert_true(points[p].step > points[p - 1].step);
        free(curve);
    }
}

/* clang-format off */
#define RUN(sentence, from, to, apart)                                                         \
    { .name = sentence, .test_func = a_curve_shows_the_whole_run,                              \
      .initial_state = &(struct curve_row){ from, to, apart } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN("one_step_is_one_point", 0, 0, 1),
        RUN("a_short_run_keeps_every_step", 0, 99, 1),
        RUN("a_run_that_just_fits_keeps_every_step", 0, CURVE_POINTS - 1, 1),
        RUN("one_step_more_halves_the_points", 0, CURVE_POINTS, 2),
        RUN("a_long_run_is_bounded", 0, 1000000, 512),
        RUN("a_run_that_goes_on_from_an_odd_step_is_even_too", 1001, 20000, 16),
        cmocka_unit_test(a_curve_can_be_cut_and_goes_on_as_if_never_longer),
        cmocka_unit_test(a_thinned_copy_keeps_both_ends),
        cmocka_unit_test(every_prefix_of_a_run_is_shown_evenly),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

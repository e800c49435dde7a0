/* Tests of common/model/profile.c. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "common/model/profile.h"
#include "tests/close.h"

enum { T = 50, LAYERS = 3 };

static void profile_of(struct profile *profile)
{
    *profile = (struct profile){ 0 };
    assert_int_equal(profile_resize(profile, T, LAYERS, NULL), STATUS_OK);
}

/* norm[t] = height factor^(tau - t) for all t. */
static void make_geometric(double *norm, int tau, double height, double factor)
{
    for (int t = 0; t < T; t++)
        norm[t] = height * pow(factor, tau - t);
}

struct geometric {
    int tau;
    double factor;
};

static void the_slope_of_a_geometric_row_is_exact(void **state)
{
    const struct geometric *row = *state;
    struct profile profile;

    profile_of(&profile);
    make_geometric(profile.input.one, row->tau, 1e-3, row->factor);
    profile_fit(&profile.input, T, row->tau);
    assert_close(profile.input.slope, log(row->factor), 1e-13, 1e-12);
    profile_free(&profile);
}

/* k = 0 and k > .9 T, and what comes after tau, say nothing about the way back. */
static void lags_outside_the_fit_do_not_count(void **state)
{
    const int tau = T - 3;
    struct profile profile;
    double *norm;

    (void)state;
    profile_of(&profile);
    norm = profile.input.one;
    make_geometric(norm, tau, 2, 0.75);
    norm[tau] = 1e9;
    norm[tau - 46] = 1e9;
    norm[tau - 47] = 1e9;
    norm[tau + 1] = norm[tau + 2] = 1e9;
    profile_fit(&profile.input, T, tau);
    assert_close(profile.input.slope, log(0.75), 0, 1e-12);

    norm[tau - 45] *= 2; /* the longest lag that counts */
    profile_fit(&profile.input, T, tau);
    assert_true(profile.input.slope > log(0.75) + 1e-3);
    norm[tau - 45] /= 2;
    norm[tau - 1] *= 2; /* and the shortest */
    profile_fit(&profile.input, T, tau);
    assert_true(profile.input.slope < log(0.75) - 1e-3);
    profile_free(&profile);
}

static void steps_whose_norm_is_zero_are_left_out(void **state)
{
    struct profile profile;

    (void)state;
    profile_of(&profile);
    make_geometric(profile.input.one, T - 1, 1, 0.5);
    for (int t = 0; t < T - 1; t++)
        if (t % 3 != 0)
            profile.input.one[t] = 0;
    profile_fit(&profile.input, T, T - 1);
    assert_close(profile.input.slope, log(0.5), 0, 1e-12);
    profile_free(&profile);
}

static void a_line_needs_two_points(void **state)
{
    struct profile profile;
    double *norm;

    (void)state;
    profile_of(&profile);
    norm = profile.input.one;
    memset(norm, 0, T * sizeof *norm);
    profile_fit(&profile.input, T, T - 1);
    assert_true(isnan(profile.input.slope));
    norm[T - 1] = 1; /* lag 0 is none */
    norm[20] = 3;
    profile_fit(&profile.input, T, T - 1);
    assert_true(isnan(profile.input.slope));
    norm[21] = 3 * exp(1);
    profile_fit(&profile.input, T, T - 1);
    assert_close(profile.input.slope, -1, 1e-12, 0);
    profile_fit(&profile.input, T, 0); /* nothing comes before the first step */
    assert_true(isnan(profile.input.slope));
    profile_free(&profile);
}

/* Least squares on three points that lie on no line. */
static void the_slope_is_that_of_least_squares(void **state)
{
    struct profile profile;
    double *norm;

    (void)state;
    profile_of(&profile);
    norm = profile.input.one;
    memset(norm, 0, T * sizeof *norm);
    norm[T - 2] = exp(5); /* k = 1, 2, 4 and 5, 1, 0 */
    norm[T - 3] = exp(1);
    norm[T - 5] = 1;
    profile_fit(&profile.input, T, T - 1);
    assert_close(profile.input.slope, -1.5, 0, 1e-12);
    profile_free(&profile);
}

static void many_sequences_are_fitted_before_one(void **state)
{
    struct profile profile;

    (void)state;
    profile_of(&profile);
    make_geometric(profile.state[1].one, T - 1, 1, 0.5);
    profile_fit(&profile.state[1], T, T - 1);
    assert_close(profile.state[1].slope, log(0.5), 0, 1e-12);
    make_geometric(profile.state[1].rms, T - 1, 1, 0.25);
    profile_fit(&profile.state[1], T, T - 1);
    assert_close(profile.state[1].slope, log(0.25), 0, 1e-12);
    profile_free(&profile);
}

static void assert_all_nan(const struct profile_row *row, int steps)
{
    for (int t = 0; t < steps; t++)
        assert_true(isnan(row->one[t]) && isnan(row->rms[t]));
    assert_true(isnan(row->slope));
}

static void a_resized_profile_is_empty(void **state)
{
    static const int sizes[][2] = {
        { T, LAYERS }, { T, LAYERS }, { 7, 1 }, { 9, 0 }, { 2, 32 }
    };
    struct profile profile = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const double *before = profile.block;

        assert_int_equal(profile_resize(&profile, sizes[i][0], sizes[i][1], NULL), STATUS_OK);
        if (i == 1)
            assert_ptr_equal(profile.block, before); /* the same size: the same memory */
        assert_int_equal(profile.steps, sizes[i][0]);
        assert_int_equal(profile.layers, sizes[i][1]);
        assert_all_nan(&profile.input, profile.steps);
        for (int l = 0; l < profile.layers; l++) {
            assert_all_nan(&profile.state[l], profile.steps);
            profile.state[l].one[0] = profile.state[l].rms[0] = profile.state[l].slope = 1;
        }
    }
    profile_free(&profile);
    assert_null(profile.block);
    profile_free(&profile);
}

static void too_many_layers_are_refused(void **state)
{
    struct profile profile;
    struct error error = { STATUS_OK, "" };

    (void)state;
    profile_of(&profile);
    assert_int_equal(profile_resize(&profile, T, 33, &error), STATUS_USAGE);
    assert_non_null(strstr(error.message, "33 layers"));
    assert_non_null(strstr(error.message, "at most 32"));
    assert_int_equal(profile.layers, LAYERS);
    profile_free(&profile);
}

/* Every number of it different. */
static void fill_profile(struct profile *profile)
{
    for (int i = 0; i < 2 * (1 + LAYERS) * T; i++)
        profile->block[i] = i + 0.5;
    profile->tau = 31;
    profile->local = true;
    profile->raw = true;
    profile->error = 0.25;
    profile->input.slope = -1;
    for (int l = 0; l < LAYERS; l++)
        profile->state[l].slope = -2 - l;
}

static void assert_same_row(const struct profile_row *a, const struct profile_row *b)
{
    assert_ptr_not_equal(a->one, b->one);
    assert_memory_equal(a->one, b->one, T * sizeof *a->one);
    assert_memory_equal(a->rms, b->rms, T * sizeof *a->rms);
    assert_true(a->slope == b->slope);
}

static void a_copy_is_the_same_and_its_own(void **state)
{
    struct profile from, to = { 0 };

    (void)state;
    profile_of(&from);
    fill_profile(&from);
    assert_int_equal(profile_resize(&to, 4, 1, NULL), STATUS_OK);
    assert_int_equal(profile_copy(&to, &from, NULL), STATUS_OK);
    assert_int_equal(to.steps, T);
    assert_int_equal(to.layers, LAYERS);
    assert_int_equal(to.tau, 31);
    assert_true(to.local);
    assert_true(to.raw);
    assert_true(to.error == 0.25);
    assert_same_row(&to.input, &from.input);
    for (int l = 0; l < LAYERS; l++)
        assert_same_row(&to.state[l], &from.state[l]);
    profile_free(&from);
    assert_true(to.input.one[0] == 0.5); /* its own memory */
    assert_int_equal(profile_copy(&to, &from, NULL), STATUS_OK);
    assert_int_equal(to.steps, 0); /* a copy of an empty one is empty */
    assert_null(to.block);
}

/* A trace of one layer whose state has one array, and one whose state has two. */
static void trace_of_two_layers(struct trace *trace)
{
    static const struct {
        const char *quantity;
        int layer;
        bool state;
    } entries[] = {
        { "residual", 0, true }, { "gate.i", 1, false }, { "hidden", 1, true },
        { "cell", 1, true },     { "input", -1, false },
    };
    static const real zeros[T * 2];

    *trace = (struct trace){ 0 };
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        trace_add_rows(trace, entries[i].quantity, entries[i].layer, entries[i].state,
                       TRACE_SIGNED, T, 1, 2, (struct trace_rows){ zeros, 2 },
                       (struct trace_rows){ zeros, 2 });
}

static void a_state_of_two_arrays_has_a_row_for_each(void **state)
{
    struct profile profile = { 0 }, copy = { 0 };
    struct trace trace;

    (void)state;
    trace_of_two_layers(&trace);
    assert_int_equal(profile_resize_for(&profile, T, &trace, NULL), STATUS_OK);
    assert_int_equal(profile.layers, 2);
    assert_int_equal(profile.parts, 2);
    assert_int_equal(profile_rows(&profile), 5);
    assert_null(profile_part(&profile, 0, "residual")); /* the layer's own row says it */
    assert_null(profile_part(&profile, 1, "gate.i"));
    assert_ptr_equal(profile_part(&profile, 1, "hidden"), profile_row_at(&profile, 3));
    assert_ptr_equal(profile_part(&profile, 1, "cell"), profile_row_at(&profile, 4));
    for (int i = 0; i < 5; i++)
        assert_all_nan(profile_row_at(&profile, i), T);
    for (int i = 0; i < 5; i++)
        profile_row_at(&profile, i)->rms[T - 1] = profile_row_at(&profile, i)->slope = i;
    assert_int_equal(profile_copy(&copy, &profile, NULL), STATUS_OK);
    assert_true(profile_part(&copy, 1, "cell")->rms[T - 1] == 4);
    assert_true(profile_part(&copy, 1, "cell")->slope == 4);
    assert_ptr_not_equal(profile_part(&copy, 1, "cell")->rms,
                         profile_part(&profile, 1, "cell")->rms);
    assert_int_equal(profile_resize(&copy, T, 2, NULL), STATUS_OK);
    assert_int_equal(copy.parts, 0);
    trace_free(&trace);
    profile_free(&copy);
    profile_free(&profile);
}

/* clang-format off */
#define GEOMETRIC(label, ...)                                                                  \
    { .name = "the_slope_of_a_geometric_row_" label "_is_exact",                               \
      .test_func = the_slope_of_a_geometric_row_is_exact,                                      \
      .initial_state = &(struct geometric){ __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        GEOMETRIC("that_vanishes", T - 1, 0.5),
        GEOMETRIC("that_vanishes_below_float", T - 1, 1e-3),
        GEOMETRIC("that_explodes", T - 1, 1.75),
        GEOMETRIC("that_stays", T - 1, 1),
        GEOMETRIC("from_the_middle", 20, 0.8),
        GEOMETRIC("of_two_lags", 2, 0.8),
        cmocka_unit_test(lags_outside_the_fit_do_not_count),
        cmocka_unit_test(steps_whose_norm_is_zero_are_left_out),
        cmocka_unit_test(a_line_needs_two_points),
        cmocka_unit_test(the_slope_is_that_of_least_squares),
        cmocka_unit_test(many_sequences_are_fitted_before_one),
        cmocka_unit_test(a_resized_profile_is_empty),
        cmocka_unit_test(too_many_layers_are_refused),
        cmocka_unit_test(a_copy_is_the_same_and_its_own),
        cmocka_unit_test(a_state_of_two_arrays_has_a_row_for_each),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

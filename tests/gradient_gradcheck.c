/*
 * Tests of tests/gradcheck.c: a checker that cannot fail would hide every fault of every layer.
 */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "tests/gradcheck.h"

enum { ENTRIES = 6 };

/* L = offset + sum of scale_i x_i^3: the gradient is 3 scale_i x_i^2, in entry 3 nothing. */
struct cubes {
    real x[ENTRIES], scale[ENTRIES], analytic[ENTRIES], offset;
};

static real cubes_loss(void *context)
{
    const struct cubes *cubes = context;
    real sum = cubes->offset;

    for (int i = 0; i < ENTRIES; i++)
        sum += cubes->scale[i] * cubes->x[i] * cubes->x[i] * cubes->x[i];
    return sum;
}

static struct cubes right_cubes(void)
{
    struct cubes cubes = { .x = { 0.7, -1.1, 0.4, 1.3, -0.2, 0.9 },
                           .scale = { 1, -0.5, 2, 0, 0.01, -3 } };

    for (int i = 0; i < ENTRIES; i++)
        cubes.analytic[i] = 3 * cubes.scale[i] * cubes.x[i] * cubes.x[i];
    return cubes;
}

static struct gradient_verdict check(struct cubes *cubes)
{
    const struct gradient gradient = { "x", cubes->x, cubes->analytic, ENTRIES, 3, 1 };

    return gradient_check(&gradient, cubes_loss, cubes);
}

static void a_right_gradient_is_accepted_and_the_values_are_restored(void **state)
{
    (void)state;
    struct cubes cubes = right_cubes();
    const struct cubes before = cubes;

    assert_int_equal(check(&cubes).fault, GRADIENT_RIGHT);
    assert_memory_equal(&cubes, &before, sizeof cubes);
}

/* How a gradient is spoilt, and where the checker has to find it. */
struct row {
    void (*spoil)(struct cubes *cubes);
    enum gradient_fault fault;
    size_t index;
};

static void a_spoilt_gradient_is_refused(void **state)
{
    const struct row *row = *state;
    struct cubes cubes = right_cubes();
    struct gradient_verdict verdict;

    row->spoil(&cubes);
    verdict = check(&cubes);
    assert_int_equal(verdict.fault, row->fault);
    assert_int_equal(verdict.index, row->index);
}

static void by_one_part_in_ten_thousand(struct cubes *cubes)
{
    cubes->analytic[2] *= 1.0001;
}

/* Little more than what is allowed. */
static void by_two_parts_in_a_million(struct cubes *cubes)
{
    cubes->analytic[2] *= 1 + 2.5e-6;
}

static void by_a_factor_of_two(struct cubes *cubes)
{
    for (int i = 0; i < ENTRIES; i++)
        cubes->analytic[i] *= 2;
}

static void by_one_sign(struct cubes *cubes)
{
    cubes->analytic[1] = -cubes->analytic[1];
}

/* So small beside the loss that the difference alone would be allowed. */
static void by_a_sign_that_the_loss_drowns(struct cubes *cubes)
{
    cubes->offset = 1e5;
    cubes->scale[4] = 2e-4;
    cubes->analytic[4] = -3 * 2e-4 * 0.2 * 0.2;
}

static void by_being_zero(struct cubes *cubes)
{
    memset(cubes->analytic, 0, sizeof cubes->analytic);
}

static void by_a_swap(struct cubes *cubes)
{
    const real kept = cubes->analytic[0];

    cubes->analytic[0] = cubes->analytic[5];
    cubes->analytic[5] = kept;
}

static void by_one_nan(struct cubes *cubes)
{
    cubes->analytic[5] = (real)NAN;
}

static void by_an_infinity(struct cubes *cubes)
{
    cubes->analytic[4] = (real)INFINITY;
}

static void by_an_infinite_loss(struct cubes *cubes)
{
    cubes->offset = (real)INFINITY;
}

static void by_a_trace_where_nothing_can_be(struct cubes *cubes)
{
    cubes->analytic[3] = 1e-10;
}

/* Everything agrees, and nothing has been shown. */
static void by_a_loss_that_depends_on_nothing(struct cubes *cubes)
{
    memset(cubes->scale, 0, sizeof cubes->scale);
    memset(cubes->analytic, 0, sizeof cubes->analytic);
}

static struct gradient_verdict verdict_of_zeros(size_t zero_count)
{
    struct cubes cubes = right_cubes();
    const struct gradient gradient = { "x", cubes.x, cubes.analytic, ENTRIES, 0, zero_count };

    by_a_loss_that_depends_on_nothing(&cubes);
    return gradient_check(&gradient, cubes_loss, &cubes);
}

static void a_tensor_without_any_gradient_must_be_declared(void **state)
{
    (void)state;
    assert_int_equal(verdict_of_zeros(ENTRIES).fault, GRADIENT_RIGHT);
    assert_int_equal(verdict_of_zeros(ENTRIES - 1).fault, GRADIENT_TOO_SMALL);
}

static void a_declared_zero_that_differences_deny_is_refused(void **state)
{
    (void)state;
    struct cubes cubes = right_cubes();
    const struct gradient gradient = { "x", cubes.x, cubes.analytic, ENTRIES, 1, 1 };
    struct gradient_verdict verdict;

    assert_int_equal(gradient_check(&gradient, cubes_loss, &cubes).fault, GRADIENT_NOT_ZERO);
    cubes.analytic[1] = 0;
    verdict = gradient_check(&gradient, cubes_loss, &cubes);
    assert_int_equal(verdict.fault, GRADIENT_WRONG);
    assert_int_equal(verdict.index, 1);
}

/* clang-format off */
#define SPOILT(how, which, where)                                               \
    { .name = "a_gradient_spoilt_" #how "_is_refused",                          \
      .test_func = a_spoilt_gradient_is_refused,                                \
      .initial_state = &(struct row){ .spoil = how, .fault = which, .index = where } }

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_right_gradient_is_accepted_and_the_values_are_restored),
    SPOILT(by_one_part_in_ten_thousand, GRADIENT_WRONG, 2),
    SPOILT(by_two_parts_in_a_million, GRADIENT_WRONG, 2),
    SPOILT(by_a_factor_of_two, GRADIENT_WRONG, 5),
    SPOILT(by_one_sign, GRADIENT_WRONG_SIGN, 1),
    SPOILT(by_a_sign_that_the_loss_drowns, GRADIENT_WRONG_SIGN, 4),
    SPOILT(by_being_zero, GRADIENT_WRONG, 5),
    SPOILT(by_a_swap, GRADIENT_WRONG_SIGN, 0),
    SPOILT(by_one_nan, GRADIENT_NOT_FINITE, 5),
    SPOILT(by_an_infinity, GRADIENT_NOT_FINITE, 4),
    SPOILT(by_an_infinite_loss, GRADIENT_NOT_FINITE, 0),
    SPOILT(by_a_trace_where_nothing_can_be, GRADIENT_NOT_ZERO, 3),
    SPOILT(by_a_loss_that_depends_on_nothing, GRADIENT_TOO_SMALL, 0),
    cmocka_unit_test(a_tensor_without_any_gradient_must_be_declared),
    cmocka_unit_test(a_declared_zero_that_differences_deny_is_refused),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of common/numeric/gelu.c. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "common/numeric/gelu.h"
#include "common/numeric/random.h"
#include "tests/close.h"

enum { MOST = 67 };

static const double ERROR = 1.5e-7; /* the header's, of 1 + |a| */

/* Both functions on x (n). */
struct both {
    real value[MOST], slope[MOST], expected[MOST], expected_slope[MOST];
};

static void evaluate(struct both *both, const real *x, size_t n)
{
    memset(both, 0, sizeof *both);
    memcpy(both->value, x, n * sizeof *x);
    memcpy(both->expected, x, n * sizeof *x);
    gelu(both->value, both->slope, n);
    gelu_reference(both->expected, both->expected_slope, n);
}

static void assert_same(const struct both *both, const real *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double allowed = ERROR * (1 + fabs((double)x[i]));

        assert_close(both->value[i], both->expected[i], allowed, 0);
        assert_close(both->slope[i], both->expected_slope[i], allowed, 0);
    }
}

static void it_is_the_reference_at_every_length(void **state)
{
    (void)state;
    struct random r = random_stream(1, RANDOM_PROBE, 0, 0);

    for (size_t n = 0; n < MOST; n++) {
        real x[MOST];
        struct both both;

        for (int i = 0; i < MOST; i++)
            x[i] = (real)(3 * random_normal(&r));
        evaluate(&both, x, n);
        assert_same(&both, x, n);
        for (size_t i = n; i < MOST; i++) /* and touches nothing behind it */
            assert_true(both.value[i] == 0 && both.slope[i] == 0);
    }
}

static void it_is_the_reference_all_along_the_line(void **state)
{
    (void)state;

    for (double from = -20; from < 20; from += 0.01) {
        real x[MOST];
        struct both both;

        for (int i = 0; i < MOST; i++)
            x[i] = (real)(from + 0.01 / MOST * i);
        evaluate(&both, x, MOST);
        assert_same(&both, x, MOST);
    }
}

static void far_out_it_is_0_or_the_identity(void **state)
{
    (void)state;
    real x[] = { (real)-3e38, -1000, -0.0f, 0, 1000, (real)3e38 };
    struct both both;

    evaluate(&both, x, 6);
    for (int i = 0; i < 6; i++) {
        const double expected = x[i] > 0 ? (double)x[i] : 0;

        assert_close(both.value[i], expected, 1e-6, 0);
        assert_close(both.slope[i], x[i] == 0 ? 0.5 : x[i] > 0, 1e-6, 0);
    }
}

static void not_a_number_stays_one(void **state)
{
    (void)state;
    real x[] = { 1, (real)NAN, 1 };
    struct both both;

    evaluate(&both, x, 3);
    assert_true(isnan(both.value[1]) && isnan(both.slope[1]));
    assert_true(!isnan(both.value[0]) && !isnan(both.value[2]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_reference_at_every_length),
        cmocka_unit_test(it_is_the_reference_all_along_the_line),
        cmocka_unit_test(far_out_it_is_0_or_the_identity),
        cmocka_unit_test(not_a_number_stays_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of common/numeric/functions.h. */
#include "tests/test.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "common/numeric/functions.h"
#include "tests/close.h"

/* A function, what it should be, and how far it may be from that. */
struct row {
    float (*f)(float x);
    double (*truth)(double x);
    float low, high;
    double ulps;
};

static double true_sigmoid(double x)
{
    return x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x));
}

static struct row rows[] = {
    { real_exp, exp, -INFINITY, INFINITY, 1.02 },
    { real_log, log, FLT_MIN, INFINITY, 1.0 },
    { real_tanh, tanh, -INFINITY, INFINITY, 1.4 },
    { real_sigmoid, true_sigmoid, -INFINITY, INFINITY, 2.5 },
    { real_erf, erf, -INFINITY, INFINITY, 1.4 },
    { real_sqrt, sqrt, 0, INFINITY, 0.5 },
};

/* |actual - expected| in units of the last place that expected has in float. */
static double ulps_between(float actual, double expected)
{
    int exponent;

    /* float's own infinity stands for everything from halfway above FLT_MAX on */
    if ((double)actual == expected || (isinf(actual) && fabs(expected) >= 0x1.ffffffp127))
        return 0;
    frexp(expected, &exponent);
    if (exponent < FLT_MIN_EXP)
        exponent = FLT_MIN_EXP;
    return fabs((double)actual - expected) / ldexp(1, exponent - FLT_MANT_DIG);
}

/* Every 1009th float: all exponents, both signs, and mantissas without a pattern. */
static void a_function_is_as_exact_as_its_header_says(void **state)
{
    const struct row *row = *state;

    for (uint64_t bits = 0; bits <= UINT32_MAX; bits += 1009) {
        float x = float_from_bits((uint32_t)bits);

        if (!(row->low <= x && x <= row->high))
            continue;
        double error = ulps_between(row->f(x), row->truth((double)x));
        if (!(error <= row->ulps))
            fail_msg("f(%a) is %a, should be %a: %.3g ulp", (double)x, (double)row->f(x),
                     row->truth((double)x), error);
    }
}

/* Where the two halves of a function meet, and where it saturates, every float. */
static void a_function_has_no_jumps_at_its_seams(void **state)
{
    const struct row *row = *state;
    static const float seams[] = { 0.625f, 0.925f, 1.0f, 4.0f, 9.01f, 88.7228f, 103.97f };

    for (size_t s = 0; s < sizeof seams / sizeof *seams; s++)
        for (uint32_t step = 0; step < 20000; step++)
            for (int sign = -1; sign <= 1; sign += 2) {
                float x = (float)sign * float_from_bits(float_bits(seams[s]) - 10000 + step);

                if (x < row->low)
                    continue;
                double error = ulps_between(row->f(x), row->truth((double)x));
                if (!(error <= row->ulps))
                    fail_msg("f(%a) is %a: %.3g ulp", (double)x, (double)row->f(x), error);
            }
}

static void nan_stays_nan(void **state)
{
    const struct row *row = *state;

    assert_true(isnan(row->f(NAN)));
    assert_true(isnan(row->f(-NAN)));
    assert_true(isnan(row->f(float_from_bits(0x7fffffff))));
}

/*
 * A loop over an odd number of elements runs partly in vectors of several widths and partly one
 * by one; all must agree with a call on its own.
 */
static void a_loop_gives_the_bits_of_single_calls(void **state)
{
    (void)state;
    enum { N = 1003 };
    static float x[N], y[6][N];

    for (int i = 0; i < N; i++)
        x[i] = (float)(i - 501) * 0.21f;
    for (int i = 0; i < N; i++)
        y[0][i] = real_exp(x[i]);
    for (int i = 0; i < N; i++)
        y[1][i] = real_log(__builtin_fabsf(x[i]) + 0.001f);
    for (int i = 0; i < N; i++)
        y[2][i] = real_tanh(0.1f * x[i]);
    for (int i = 0; i < N; i++)
        y[3][i] = real_sigmoid(x[i]);
    for (int i = 0; i < N; i++)
        y[4][i] = real_erf(0.05f * x[i]);
    for (int i = 0; i < N; i++)
        y[5][i] = real_sqrt(__builtin_fabsf(x[i]));
    for (int i = 0; i < N; i++) {
        /* through a pointer that the compiler may not look behind: no vectors here */
        struct row *volatile single = rows;
        float size = __builtin_fabsf(x[i]);
        float arguments[] = { x[i], size + 0.001f, 0.1f * x[i], x[i], 0.05f * x[i], size };

        for (int f = 0; f < 6; f++)
            assert_int_equal(float_bits(y[f][i]), float_bits(single[f].f(arguments[f])));
    }
}

static void the_ends_are_exact(void **state)
{
    (void)state;
    const struct {
        const char *what;
        float actual, expected;
    } ends[] = {
        { "exp(0)", real_exp(0.0f), 1.0f },
        { "exp(-0)", real_exp(-0.0f), 1.0f },
        { "exp(inf)", real_exp(INFINITY), INFINITY },
        { "exp(89)", real_exp(89.0f), INFINITY },
        { "exp(-inf)", real_exp(-INFINITY), 0.0f },
        { "exp(-104)", real_exp(-104.0f), 0.0f },
        { "exp(-103.9)", real_exp(-103.9f), 0x1p-149f },
        { "log(1)", real_log(1.0f), 0.0f },
        { "log(inf)", real_log(INFINITY), INFINITY },
        { "tanh(0)", real_tanh(0.0f), 0.0f },
        { "tanh(-0)", real_tanh(-0.0f), -0.0f },
        { "tanh(10)", real_tanh(10.0f), 1.0f },
        { "tanh(inf)", real_tanh(INFINITY), 1.0f },
        { "tanh(-inf)", real_tanh(-INFINITY), -1.0f },
        { "tanh(1e-30)", real_tanh(1e-30f), 1e-30f },
        { "sigmoid(0)", real_sigmoid(0.0f), 0.5f },
        { "sigmoid(100)", real_sigmoid(100.0f), 1.0f },
        { "sigmoid(inf)", real_sigmoid(INFINITY), 1.0f },
        { "sigmoid(-inf)", real_sigmoid(-INFINITY), 0.0f },
        { "erf(0)", real_erf(0.0f), 0.0f },
        { "erf(-0)", real_erf(-0.0f), -0.0f },
        { "erf(4)", real_erf(4.0f), 1.0f },
        { "erf(inf)", real_erf(INFINITY), 1.0f },
        { "erf(-inf)", real_erf(-INFINITY), -1.0f },
    };

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (float_bits(ends[i].actual) != float_bits(ends[i].expected))
            fail_msg("%s is %a, should be %a", ends[i].what, (double)ends[i].actual,
                     (double)ends[i].expected);
}

static void odd_functions_are_odd_to_the_bit(void **state)
{
    (void)state;
    for (float x = 1e-6f; x < 20; x *= 1.001f) {
        assert_int_equal(float_bits(real_tanh(-x)), float_bits(-real_tanh(x)));
        assert_int_equal(float_bits(real_erf(-x)), float_bits(-real_erf(x)));
    }
}

/* (1 + e)(1 - e) - 1 is -e^2 with one rounding; with two the product is 1. */
static void fused_rounds_once_where_the_machine_can(void **state)
{
    (void)state;
    volatile float e = 0x1p-13f;
    float expected = FUSED_IN_HARDWARE ? -0x1p-26f : 0.0f;

    assert_true(fused(1.0f + e, 1.0f - e, -1.0f) == expected);
}

static void an_integer_power_is_the_repeated_product(void **state)
{
    (void)state;
    assert_true(power_integer(0.999, 0) == 1.0);
    assert_true(power_integer(0.0, 0) == 1.0);
    assert_true(power_integer(0.999, 1) == 0.999);
    assert_true(power_integer(3.0, 33) == 5559060566555523.0);
    assert_true(power_integer(-2.0, 11) == -2048.0);
    for (long n = 1; n < 100000; n += 1 + n / 7)
        assert_close(power_integer(0.999, n), pow(0.999, (double)n), 0,
                     1e-15 * (double)(n + 1));
    assert_true(power_integer(0.9, 2000000000) == 0.0);
}

#define OF_EVERY_FUNCTION(what, test)                                                         \
    { "exp " what, test, NULL, NULL, &rows[0] }, { "log " what, test, NULL, NULL, &rows[1] }, \
        { "tanh " what, test, NULL, NULL, &rows[2] },                                         \
        { "sigmoid " what, test, NULL, NULL, &rows[3] },                                      \
        { "erf " what, test, NULL, NULL, &rows[4] },                                          \
    {                                                                                         \
        "sqrt " what, test, NULL, NULL, &rows[5]                                              \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        OF_EVERY_FUNCTION("is as exact as its header says",
                          a_function_is_as_exact_as_its_header_says),
        OF_EVERY_FUNCTION("has no jumps at its seams", a_function_has_no_jumps_at_its_seams),
        OF_EVERY_FUNCTION("of NaN is NaN", nan_stays_nan),
        cmocka_unit_test(a_loop_gives_the_bits_of_single_calls),
        cmocka_unit_test(the_ends_are_exact),
        cmocka_unit_test(odd_functions_are_odd_to_the_bit),
        cmocka_unit_test(fused_rounds_once_where_the_machine_can),
        cmocka_unit_test(an_integer_power_is_the_repeated_product),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of common/numeric/portable.c. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "common/numeric/portable.h"
#include "tests/close.h"

/* The C library's, in long double, is taken for the truth; its own error is below 1e-18. */
static const long double TWO_PI = 6.283185307179586476925286766559L;

static double true_log(double x)
{
    return (double)logl((long double)x);
}

static double true_cosine(double turns)
{
    return (double)cosl(TWO_PI * (long double)turns);
}

static double true_sine(double turns)
{
    return (double)sinl(TWO_PI * (long double)turns);
}

static void the_logarithm_is_right_to_the_last_bits(void **state)
{
    (void)state;
    for (int i = 1; i <= 100000; i++) {
        double near_one = 0.5 + i / 66667.0, small = i * 0x1p-32;
        double any = ldexp(near_one, i % 2000 - 1000);

        assert_close(portable_log(near_one), true_log(near_one), 0, 4e-16);
        assert_close(portable_log(small), true_log(small), 0, 4e-16);
        assert_close(portable_log(any), true_log(any), 0, 4e-16);
    }
    assert_true(portable_log(1.0) == 0.0);
}

static void powers_of_two_are_right_to_the_last_bits(void **state)
{
    (void)state;
    for (int i = -100000; i <= 100000; i++) {
        double near_zero = i / 99991.0, any = i / 100.0 + i / 43712.7;

        assert_close(portable_exp2(near_zero), (double)exp2l((long double)near_zero), 0, 4e-16);
        assert_close(portable_exp2(any), (double)exp2l((long double)any), 0, 4e-16);
    }
    for (int n = -1022; n < 1023; n++)
        assert_true(portable_exp2(n) == ldexp(1.0, n));
}

static void sine_and_cosine_are_right_to_the_last_bits(void **state)
{
    (void)state;
    for (int i = -200000; i <= 200000; i++) {
        double turns = i / 99991.0;

        assert_close(portable_cosine(turns), true_cosine(turns), 4e-16, 0);
        assert_close(portable_sine(turns), true_sine(turns), 4e-16, 0);
    }
}

static void quarter_turns_are_exact(void **state)
{
    (void)state;
    static const double cosine[4] = { 1, 0, -1, 0 };

    for (int quarter = -8; quarter <= 8; quarter++) {
        assert_true(portable_cosine(0.25 * quarter) == cosine[quarter & 3]);
        assert_true(portable_sine(0.25 * quarter) == cosine[(quarter - 1) & 3]);
    }
}

static void the_bits_are_the_same_everywhere(void **state)
{
    (void)state;
    const struct {
        const char *what;
        double actual, expected;
    } rows[] = {
        { "log(3)", portable_log(3.0), 0x1.193ea7aad030bp+0 },
        { "log(2^-32)", portable_log(0x1p-32), -0x1.62e42fefa39efp+4 },
        { "the cosine of 0.3 turns", portable_cosine(0.3), -0x1.3c6ef372fe94ep-2 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (memcmp(&rows[i].actual, &rows[i].expected, sizeof(double)) != 0)
            fail_msg("%s is %a, should be %a", rows[i].what, rows[i].actual, rows[i].expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_logarithm_is_right_to_the_last_bits),
        cmocka_unit_test(powers_of_two_are_right_to_the_last_bits),
        cmocka_unit_test(sine_and_cosine_are_right_to_the_last_bits),
        cmocka_unit_test(quarter_turns_are_exact),
        cmocka_unit_test(the_bits_are_the_same_everywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

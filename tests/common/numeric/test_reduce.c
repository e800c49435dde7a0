/* Tests of common/numeric/reduce.c. */
#include "tests/test.h"

#include <string.h>

#include "common/numeric/random.h"
#include "common/numeric/reduce.h"
#include "tests/close.h"

enum { MOST = 200 };

/* Numbers whose sum depends on its order. */
static void fill(real *x, uint32_t row)
{
    struct random r = random_stream(1, RANDOM_PROBE, 0, row);

    for (int i = 0; i < MOST; i++)
        x[i] = (real)(random_normal(&r) * (i % 7 == 0 ? 1000 : 1));
}

/* The header's definition, word by word: element i in partial i % 16, folded pairwise. */
static real defined_sum(const real *x, const real *y, size_t n)
{
    real partial[16] = { 0 };

    for (size_t i = 0; i < n; i++) {
        real term = y == NULL ? x[i] : x[i] * y[i];
        partial[i % 16] += term;
    }
    real eight[8], four[4], two[2];
    for (int j = 0; j < 8; j++)
        eight[j] = partial[j] + partial[j + 8];
    for (int j = 0; j < 4; j++)
        four[j] = eight[j] + eight[j + 4];
    for (int j = 0; j < 2; j++)
        two[j] = four[j] + four[j + 2];
    return two[0] + two[1];
}

static void a_sum_has_the_bits_of_its_definition_at_every_length(void **state)
{
    (void)state;
    real x[MOST];

    fill(x, 0);
    for (size_t n = 0; n <= MOST; n++) {
        real actual = reduce_sum(x, n), expected = defined_sum(x, NULL, n);
        assert_memory_equal(&actual, &expected, sizeof actual);
    }
}

static void a_dot_product_has_the_bits_of_its_definition_at_every_length(void **state)
{
    (void)state;
    real x[MOST], y[MOST];

    fill(x, 0);
    fill(y, 1);
    for (size_t n = 0; n <= MOST; n++) {
        real actual = reduce_dot(x, y, n), expected = defined_sum(x, y, n);
        assert_memory_equal(&actual, &expected, sizeof actual);
    }
}

static void whole_numbers_are_summed_exactly(void **state)
{
    (void)state;
    real x[MOST];

    for (int i = 0; i < MOST; i++)
        x[i] = (real)(i + 1);
    for (size_t n = 0; n <= MOST; n++) {
        double m = (double)n;

        assert_true((double)reduce_sum(x, n) == m * (m + 1) / 2);
        assert_true((double)reduce_dot(x, x, n) == m * (m + 1) * (2 * m + 1) / 6);
        assert_true(reduce_squares(x, n) == m * (m + 1) * (2 * m + 1) / 6);
    }
}

static void the_maximum_is_found_wherever_it_is(void **state)
{
    (void)state;
    real x[MOST];

    for (size_t n = 1; n <= 70; n++)
        for (size_t at = 0; at < n; at++) {
            for (size_t i = 0; i < MOST; i++)
                x[i] =
                    i < n ? (real)-5 - (real)i : (real)7; /* beyond n: larger, not to be seen */
            x[at] = (real)-4.5;
            assert_true(reduce_max(x, n) == (real)-4.5);
        }
}

static void squares_of_tiny_numbers_do_not_vanish(void **state)
{
    (void)state;
    real x[MOST];

    for (int i = 0; i < MOST; i++)
        x[i] = (real)1e-30;
    for (size_t n = 0; n <= MOST; n++)
        assert_close(reduce_squares(x, n), (double)n * 1e-60, 0, 1e-6);
}

static void squares_of_huge_numbers_do_not_overflow(void **state)
{
    (void)state;
    real x[3] = { (real)3e38, (real)-3e38, (real)3e38 };

    assert_close(reduce_squares(x, 3), 27e76, 0, 1e-6);
}

static void rows_are_added_in_order_to_what_was_there(void **state)
{
    (void)state;
    enum { M = 5 };
    real x[MOST], out[MOST], expected[MOST];

    fill(x, 0);
    for (int N = 0; N <= MOST / M; N++) {
        fill(out, 1);
        memcpy(expected, out, sizeof out);
        for (int n = 0; n < N; n++)
            for (int m = 0; m < M; m++)
                expected[n] += x[m * N + n];
        reduce_rows_add(out, x, M, N);
        assert_memory_equal(out, expected, sizeof out); /* beyond N: untouched */
    }
}

static void no_rows_add_nothing(void **state)
{
    (void)state;
    real out[2] = { 1, 2 };

    reduce_rows_add(out, NULL, 0, 2);
    assert_true(out[0] == 1 && out[1] == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sum_has_the_bits_of_its_definition_at_every_length),
        cmocka_unit_test(a_dot_product_has_the_bits_of_its_definition_at_every_length),
        cmocka_unit_test(whole_numbers_are_summed_exactly),
        cmocka_unit_test(the_maximum_is_found_wherever_it_is),
        cmocka_unit_test(squares_of_tiny_numbers_do_not_vanish),
        cmocka_unit_test(squares_of_huge_numbers_do_not_overflow),
        cmocka_unit_test(rows_are_added_in_order_to_what_was_there),
        cmocka_unit_test(no_rows_add_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

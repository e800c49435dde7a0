/* Tests of common/numeric/softmax.c. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "common/numeric/random.h"
#include "common/numeric/reduce.h"
#include "common/numeric/softmax.h"
#include "tests/close.h"

enum { MOST = 83 };

static void fill(real *x, int n, double size, uint32_t row)
{
    struct random r = random_stream(1, RANDOM_PROBE, 0, row);

    for (int i = 0; i < n; i++)
        x[i] = (real)(size * random_normal(&r));
}

/* Columns and the ones that are looked at: every length, at several places in the row. */
static void each_row(void (*check)(int columns, int from, int until))
{
    for (int n = 1; n <= MOST; n++)
        for (int from = 0; from <= 33 && from + n <= MOST; from += 11)
            for (int rest = 0; rest <= 20 && from + n + rest <= MOST; rest += 5)
                check(from + n + rest, from, from + n);
}

static void check_reference(int columns, int from, int until)
{
    const real scale = (real)0.25;
    real s[MOST + 1], expected[MOST + 1];

    fill(s, MOST + 1, 8, (uint32_t)columns);
    memcpy(expected, s, sizeof s);
    softmax_row(s, columns, from, until, scale);
    softmax_reference(expected, columns, from, until, scale);
    for (int j = 0; j < columns; j++)
        assert_close(s[j], expected[j], 0, 1e-6);
    for (int j = columns; j <= MOST; j++)
        assert_true(s[j] == expected[j]);
}

static void a_row_is_the_reference_at_every_length(void **state)
{
    (void)state;
    each_row(check_reference);
}

static void check_sum(int columns, int from, int until)
{
    real s[MOST];

    fill(s, MOST, 300, (uint32_t)columns);
    softmax_row(s, columns, from, until, 1);
    assert_close(reduce_sum(s, (size_t)columns), 1, 1e-6, 0);
}

static void a_row_sums_to_one(void **state)
{
    (void)state;
    each_row(check_sum);
}

/* As rows of a strided mask are put together from two tiles. */
static void check_pieces(int columns, int from, int until)
{
    real whole[MOST], pieces[MOST], highest, sum;
    const int n = until - from;

    (void)columns;
    fill(whole, n, 3, (uint32_t)n);
    memcpy(pieces, whole, (size_t)n * sizeof *whole);
    softmax_row(whole, n, 0, n, (real)0.5);
    highest = reduce_max(pieces, (size_t)n);
    sum = softmax_exponentials(pieces, (size_t)(n / 3), highest, (real)0.5);
    sum += softmax_exponentials(pieces + n / 3, (size_t)(n - n / 3), highest, (real)0.5);
    softmax_shares(pieces, n / 3, 0, n / 3, 1 / sum);
    softmax_shares(pieces + n / 3, n - n / 3, 0, n - n / 3, 1 / sum);
    for (int j = 0; j < n; j++)
        assert_close(pieces[j], whole[j], 0, 1e-6);
}

static void pieces_of_a_row_come_to_the_same(void **state)
{
    (void)state;
    each_row(check_pieces);
}

static void what_a_row_may_not_see_never_shows(void **state)
{
    (void)state;
    real s[20];

    for (int j = 0; j < 20; j++)
        s[j] = j < 3 || j >= 12 ? (real)NAN : (real)j;
    softmax_row(s, 20, 3, 12, 1);
    for (int j = 0; j < 20; j++)
        assert_true(j < 3 || j >= 12 ? s[j] == 0 : s[j] > 0);
}

static void one_key_alone_gets_everything(void **state)
{
    (void)state;
    real s[3] = { 7, (real)-1e4, 9 };

    softmax_row(s, 3, 1, 2, 2);
    assert_true(s[0] == 0 && s[1] == 1 && s[2] == 0);
}

static void scores_of_any_size_stay_finite(void **state)
{
    (void)state;
    real s[4] = { (real)-3e38, (real)3e37, (real)2e37, (real)-1e30 };

    softmax_row(s, 4, 0, 4, (real)0.1);
    assert_true(s[0] == 0 && s[1] == 1 && s[2] == 0 && s[3] == 0);
}

static void backward_is_its_formula_at_every_length(void **state)
{
    (void)state;

    for (int n = 1; n < MOST; n++) {
        real p[MOST], ds[MOST], dp[MOST];

        fill(p, MOST, 1, 0);
        fill(dp, MOST, 1, 1);
        p[n / 2] = 0;
        memcpy(ds, dp, sizeof ds);
        softmax_backward(ds, p, (size_t)n, (real)0.75, (real)0.5);
        for (int j = 0; j < n; j++)
            assert_close(ds[j], 0.5 * (double)p[j] * ((double)dp[j] - 0.75), 1e-7, 1e-6);
        assert_true(ds[n / 2] == 0 && ds[n] == dp[n]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_the_reference_at_every_length),
        cmocka_unit_test(a_row_sums_to_one),
        cmocka_unit_test(pieces_of_a_row_come_to_the_same),
        cmocka_unit_test(what_a_row_may_not_see_never_shows),
        cmocka_unit_test(one_key_alone_gets_everything),
        cmocka_unit_test(scores_of_any_size_stay_finite),
        cmocka_unit_test(backward_is_its_formula_at_every_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

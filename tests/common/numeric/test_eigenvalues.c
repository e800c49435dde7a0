/* Tests of common/numeric/eigenvalues.c. */
#include "tests/test.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/numeric/eigenvalues.h"
#include "common/numeric/random.h"
#include "tests/close.h"

enum { MOST = EIGENVALUES_MOST };

static const double PI = 3.14159265358979323846;

/* The eigenvalues of a copy: a (n, n) stays. */
static void find(const double *a, int n, struct eigenvalue *values)
{
    const size_t count = (size_t)n * (size_t)n;
    double *matrix = malloc(count * sizeof *matrix), work[MOST];

    assert_non_null(matrix);
    memcpy(matrix, a, count * sizeof *matrix);
    assert_true(eigenvalues_find(matrix, n, values, work));
    free(matrix);
}

/* Every expected value is found once, within `absolute`. */
static void assert_values(const double *a, int n, const struct eigenvalue *expected,
                          double absolute)
{
    struct eigenvalue values[MOST];
    bool taken[MOST] = { false };

    find(a, n, values);
    for (int i = 0; i < n; i++) {
        int best = -1;
        double least = HUGE_VAL;

        for (int k = 0; k < n; k++) {
            const double far =
                hypot(values[k].re - expected[i].re, values[k].im - expected[i].im);

            if (!taken[k] && far < least) {
                least = far;
                best = k;
            }
        }
        if (best < 0 || !(least <= absolute))
            fail_msg("%g + %g i is not among those found: the nearest is %g away",
                     expected[i].re, expected[i].im, least);
        taken[best] = true;
    }
}

static void a_number_is_its_own_eigenvalue(void **state)
{
    (void)state;
    assert_values((double[]){ -0.75 }, 1, (struct eigenvalue[]){ { -0.75, 0 } }, 0);
}

static void a_rotation_has_a_pair_on_the_unit_circle(void **state)
{
    const double c = cos(0.7), s = sin(0.7);
    const double a[] = { c, -s, s, c };

    (void)state;
    assert_values(a, 2, (struct eigenvalue[]){ { c, s }, { c, -s } }, 1e-15);
}

/* A turn about an axis in space, which is no coordinate's: 1 and a pair. */
static void a_turn_in_space_keeps_its_axis(void **state)
{
    const double t = 2.1, c = cos(t), s = sin(t), x = 2 / 3.0, y = -1 / 3.0, z = 2 / 3.0;
    const double a[] = {
        c + x * x * (1 - c),     x * y * (1 - c) - z * s, x * z * (1 - c) + y * s,
        y * x * (1 - c) + z * s, c + y * y * (1 - c),     y * z * (1 - c) - x * s,
        z * x * (1 - c) - y * s, z * y * (1 - c) + x * s, c + z * z * (1 - c),
    };

    (void)state;
    assert_values(a, 3, (struct eigenvalue[]){ { 1, 0 }, { c, s }, { c, -s } }, 1e-14);
}

/* Of (x - 1)(x - 2)(x - 3)(x^2 + 4). */
static void a_companion_matrix_has_the_roots_of_its_polynomial(void **state)
{
    const double a[] = {
        6, -15, 30, -44, 24, /* minus the coefficients */
        1, 0,   0,  0,   0,  /* */
        0, 1,   0,  0,   0,  /* */
        0, 0,   1,  0,   0,  /* */
        0, 0,   0,  1,   0,
    };

    (void)state;
    assert_values(a, 5,
                  (struct eigenvalue[]){ { 1, 0 }, { 2, 0 }, { 3, 0 }, { 0, 2 }, { 0, -2 } },
                  1e-11);
}

/* Above the diagonal there is nothing to do, below it everything. */
static void a_triangle_has_its_diagonal(void **state)
{
    double above[49] = { 0 }, below[49] = { 0 };
    struct eigenvalue expected[7];

    (void)state;
    for (int i = 0; i < 7; i++) {
        for (int j = i; j < 7; j++)
            above[i * 7 + j] = below[j * 7 + i] = i == j ? i - 2.5 : 0.1 * (j + 1);
        expected[i] = (struct eigenvalue){ i - 2.5, 0 };
    }
    assert_values(above, 7, expected, 0);
    assert_values(below, 7, expected, 1e-13);
}

static void zero_has_zeros_and_the_identity_ones(void **state)
{
    double a[81] = { 0 };
    struct eigenvalue expected[9] = { { 0, 0 } };

    (void)state;
    assert_values(a, 9, expected, 0);
    for (int i = 0; i < 9; i++) {
        a[10 * i] = 1;
        expected[i].re = 1;
    }
    assert_values(a, 9, expected, 0);
}

/* One value five times with one direction: the fifth root of the rounding error. */
static void a_jordan_block_spreads_by_a_root_of_the_rounding(void **state)
{
    double a[25] = { 0 };
    struct eigenvalue expected[5];

    (void)state;
    for (int i = 0; i < 5; i++) {
        a[6 * i] = 0.5;
        if (i < 4)
            a[6 * i + 1] = 1;
        expected[i] = (struct eigenvalue){ 0.5, 0 };
    }
    assert_values(a, 5, expected, 1e-15); /* triangular as it stands: exact */
    a[20] = 1e-15;                        /* the corner: not any more */
    for (int i = 0; i < 5; i++)
        expected[i] =
            (struct eigenvalue){ 0.5 + 1e-3 * cos(2 * PI * i / 5), 1e-3 * sin(2 * PI * i / 5) };
    assert_values(a, 5, expected, 2e-4);
}

/* Whose plain shifts stand still for ever: all are roots of 1. */
static void a_cyclic_permutation_has_the_roots_of_one(void **state)
{
    static const int sizes[] = { 3, 4, 5, 16, 31, 64 };

    (void)state;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const int n = sizes[s];
        double a[64 * 64] = { 0 };
        struct eigenvalue expected[64];

        for (int i = 0; i < n; i++) {
            a[i * n + (i + 1) % n] = 1;
            expected[i] = (struct eigenvalue){ cos(2 * PI * i / n), sin(2 * PI * i / n) };
        }
        assert_values(a, n, expected, 1e-12);
    }
}

/* The two swaps, -1 and 1 each, and one that stays. */
static void a_swap_has_one_and_minus_one(void **state)
{
    const double a[] = {
        0, 0, 0, 1, 0, /* */
        0, 0, 1, 0, 0, /* */
        0, 1, 0, 0, 0, /* */
        1, 0, 0, 0, 0, /* */
        0, 0, 0, 0, 1,
    };

    (void)state;
    assert_values(a, 5,
                  (struct eigenvalue[]){ { 1, 0 }, { 1, 0 }, { 1, 0 }, { -1, 0 }, { -1, 0 } },
                  1e-14);
}

static void multiples_as_large_and_as_small_as_numbers_go_are_as_exact(void **state)
{
    static const double factors[] = { 1e-300, 1e-160, 1e160, 1e300 };

    (void)state;
    for (size_t f = 0; f < sizeof factors / sizeof *factors; f++) {
        const double k = factors[f];
        const double a[] = { 1 * k, 2 * k, 0, -2 * k, 1 * k, 0, 4 * k, 5 * k, 3 * k };

        assert_values(a, 3, (struct eigenvalue[]){ { k, 2 * k }, { k, -2 * k }, { 3 * k, 0 } },
                      1e-14 * k);
    }
}

/* Rows and columns whose sizes lie 18 decades apart; a similarity of a small matrix. */
static void a_badly_scaled_matrix_is_balanced(void **state)
{
    const double a[] = { 1, 2e-9, 3e-18, 4e9, 5, 6e-9, 7e18, 8e9, 10 };
    const double plain[] = { 1, 2, 3, 4, 5, 6, 7, 8, 10 };
    struct eigenvalue expected[3];

    (void)state;
    find(plain, 3, expected);
    assert_values(a, 3, expected, 1e-12);
}

static void what_is_not_finite_is_refused(void **state)
{
    struct eigenvalue values[2];
    double work[2];

    (void)state;
    assert_false(eigenvalues_find((double[]){ 1, (double)NAN, 0, 1 }, 2, values, work));
    assert_false(eigenvalues_find((double[]){ 1, 0, -HUGE_VAL, 1 }, 2, values, work));
}

/* Random matrices -------------------------------------------------------------------------- */

struct size_row {
    int n;
    double share; /* of the elements that are not zero */
};

static double *random_matrix(int n, double share, uint32_t seed)
{
    struct random r = random_stream(seed, RANDOM_PROBE, 0, (uint32_t)n);
    double *a = malloc((size_t)n * (size_t)n * sizeof *a);

    assert_non_null(a);
    for (int i = 0; i < n * n; i++)
        a[i] = random_uniform(&r) < share ? random_normal(&r) / sqrt(n * share) : 0;
    return a;
}

/* The trace of A^p, p = 1 and 2. */
static double trace_of_power(const double *a, int n, int power)
{
    double sum = 0;

    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            if (power == 2)
                sum += a[i * n + j] * a[j * n + i];
            else if (i == j)
                sum += a[i * n + j];
    return sum;
}

/*
 * Overwrites a (n, n), complex, with its triangle of Gaussian elimination, b (n) with the
 * solution. Returns ln |determinant|.
 */
static double solve(double complex *a, double complex *b, int n)
{
    double log_determinant = 0;

    for (int k = 0; k < n; k++) {
        int pivot = k;

        for (int i = k; i < n; i++)
            if (cabs(a[i * n + k]) > cabs(a[pivot * n + k]))
                pivot = i;
        for (int j = 0; j < n; j++) {
            const double complex moved = a[k * n + j];

            a[k * n + j] = a[pivot * n + j];
            a[pivot * n + j] = moved;
        }
        { /* and the right side */
            const double complex moved = b[k];

            b[k] = b[pivot];
            b[pivot] = moved;
        }
        if (!(cabs(a[k * n + k]) > 1e-300)) /* as good as singular */
            a[k * n + k] = 1e-300;
        log_determinant += log(cabs(a[k * n + k]));
        for (int i = k + 1; i < n; i++) {
            const double complex factor = a[i * n + k] / a[k * n + k];

            for (int j = k; j < n; j++)
                a[i * n + j] -= factor * a[k * n + j];
            b[i] -= factor * b[k];
        }
    }
    for (int i = n - 1; i >= 0; i--) {
        for (int j = i + 1; j < n; j++)
            b[i] -= a[i * n + j] * b[j];
        b[i] /= a[i * n + i];
    }
    return log_determinant;
}

/* ln |det(A - lambda)|, and in b (n) the solution of (A - lambda) x = b. */
static double solve_shifted(const double *a, int n, double complex lambda, double complex *b)
{
    double complex *shifted = malloc((size_t)(n * n) * sizeof *shifted);
    double log_determinant;

    assert_non_null(shifted);
    for (int i = 0; i < n * n; i++)
        shifted[i] = a[i] - (i % (n + 1) == 0 ? lambda : 0);
    log_determinant = solve(shifted, b, n);
    free(shifted);
    return log_determinant;
}

/* |A x - lambda x| of the unit vector x that inverse iteration finds. */
static double residual(const double *a, int n, struct eigenvalue value)
{
    const double complex lambda = CMPLX(value.re, value.im);
    double complex x[MOST];
    double size = 0, rest = 0;

    for (int i = 0; i < n; i++)
        x[i] = cos(1 + i * 0.37);
    for (int round = 0; round < 3; round++) {
        solve_shifted(a, n, lambda * (1 + 1e-14), x);
        size = 0;
        for (int i = 0; i < n; i++)
            size = hypot(size, cabs(x[i]));
        for (int i = 0; i < n; i++)
            x[i] /= size;
    }
    for (int i = 0; i < n; i++) {
        double complex sum = -lambda * x[i];

        for (int j = 0; j < n; j++)
            sum += a[i * n + j] * x[j];
        rest = hypot(rest, cabs(sum));
    }
    return rest;
}

static void sums_and_products_are_those_of_the_matrix(void **state)
{
    const struct size_row *row = *state;
    const int n = row->n;
    double *a = random_matrix(n, row->share, 3);
    struct eigenvalue values[MOST];
    double complex sum = 0, squares = 0, b[MOST];
    double log_product = 0;

    find(a, n, values);
    for (int i = 0; i < n; i++) {
        const double complex lambda = CMPLX(values[i].re, values[i].im);

        sum += lambda;
        squares += lambda * lambda;
        log_product += log(eigenvalue_size(values[i]));
        b[i] = 1;
    }
    assert_close(creal(sum), trace_of_power(a, n, 1), 1e-12 * n, 0);
    assert_close(cimag(sum), 0, 1e-12 * n, 0);
    assert_close(creal(squares), trace_of_power(a, n, 2), 1e-12 * n, 0);
    assert_close(log_product, solve_shifted(a, n, 0, b), 1e-9, 1e-10);
    free(a);
}

static void every_value_has_a_vector(void **state)
{
    const struct size_row *row = *state;
    double *a = random_matrix(row->n, row->share, 4);
    struct eigenvalue values[MOST];

    find(a, row->n, values);
    for (int i = 0; i < row->n; i++)
        if (!(residual(a, row->n, values[i]) < 1e-12))
            fail_msg("%g + %g i of %d: |A x - lambda x| is %g", values[i].re, values[i].im,
                     row->n, residual(a, row->n, values[i]));
    free(a);
}

static void complex_ones_come_in_pairs(void **state)
{
    const struct size_row *row = *state;
    double *a = random_matrix(row->n, row->share, 5);
    struct eigenvalue values[MOST];

    find(a, row->n, values);
    for (int i = 0; i < row->n; i++)
        if (values[i].im > 0 || values[i].im < 0) {
            assert_true(i + 1 < row->n);
            assert_true(values[i].re == values[i + 1].re);
            assert_true(values[i].im == -values[i + 1].im);
            i++;
        }
    free(a);
}

/* g times an orthogonal matrix: rows of a random one, orthogonalised twice. */
static void all_values_of_an_orthogonal_matrix_have_its_gain(void **state)
{
    const struct size_row *row = *state;
    const int n = row->n;
    const double gain = 1.25;
    double *a = random_matrix(n, 1, 6);
    struct eigenvalue values[MOST];

    for (int i = 0; i < n; i++) {
        double size = 0;

        for (int twice = 0; twice < 2; twice++)
            for (int k = 0; k < i; k++) {
                double dot = 0;

                for (int j = 0; j < n; j++)
                    dot += a[i * n + j] * a[k * n + j];
                for (int j = 0; j < n; j++)
                    a[i * n + j] -= dot * a[k * n + j];
            }
        for (int j = 0; j < n; j++)
            size = hypot(size, a[i * n + j]);
        for (int j = 0; j < n; j++)
            a[i * n + j] /= size;
    }
    for (int i = 0; i < n * n; i++)
        a[i] *= gain;
    find(a, n, values);
    for (int i = 0; i < n; i++)
        assert_close(eigenvalue_size(values[i]), gain, 1e-9, 0);
    free(a);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && defined(__OPTIMIZE__)
static void sixty_four_rows_take_less_than_five_milliseconds(void **state)
{
    double *a = random_matrix(64, 1, 7), best = HUGE_VAL;
    struct eigenvalue values[64];

    (void)state;
    for (int i = 0; i < 20; i++) {
        const double begin = clock_seconds();

        find(a, 64, values);
        best = fmin(best, clock_seconds() - begin);
    }
    assert_true(best < 5e-3);
    free(a);
}
#endif

/* clang-format off */
#define SIZE(test, rows, share)                                                                \
    { .name = #test "_at_" #rows "_" #share, .test_func = test,                                \
      .initial_state = &(struct size_row){ rows, share } }
#define SIZES(test)                                                                            \
    SIZE(test, 2, 1), SIZE(test, 3, 1), SIZE(test, 5, 1), SIZE(test, 9, 1), SIZE(test, 17, 1), \
    SIZE(test, 33, 1), SIZE(test, 64, 1), SIZE(test, 101, 1)
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_its_own_eigenvalue),
        cmocka_unit_test(a_rotation_has_a_pair_on_the_unit_circle),
        cmocka_unit_test(a_turn_in_space_keeps_its_axis),
        cmocka_unit_test(a_companion_matrix_has_the_roots_of_its_polynomial),
        cmocka_unit_test(a_triangle_has_its_diagonal),
        cmocka_unit_test(zero_has_zeros_and_the_identity_ones),
        cmocka_unit_test(a_jordan_block_spreads_by_a_root_of_the_rounding),
        cmocka_unit_test(a_cyclic_permutation_has_the_roots_of_one),
        cmocka_unit_test(a_swap_has_one_and_minus_one),
        cmocka_unit_test(multiples_as_large_and_as_small_as_numbers_go_are_as_exact),
        cmocka_unit_test(a_badly_scaled_matrix_is_balanced),
        cmocka_unit_test(what_is_not_finite_is_refused),
        SIZES(sums_and_products_are_those_of_the_matrix),
        SIZES(every_value_has_a_vector),
        SIZE(every_value_has_a_vector, 25, 0.2),
        SIZES(complex_ones_come_in_pairs),
        SIZES(all_values_of_an_orthogonal_matrix_have_its_gain),
        SIZE(all_values_of_an_orthogonal_matrix_have_its_gain, 256, 1),
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && defined(__OPTIMIZE__)
        cmocka_unit_test(sixty_four_rows_take_less_than_five_milliseconds),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

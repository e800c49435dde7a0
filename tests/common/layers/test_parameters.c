/* Tests of common/layers/parameters.c. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/layers/parameters.h"
#include "tests/close.h"
#include "tests/layer_fixture.h"

static const struct initial zero = { INITIAL_CONSTANT, 0 };

static void tensors_lie_behind_one_another_however_many_there_are(void **state)
{
    (void)state;
    struct parameter_list list = { 0 };
    size_t total = 0;

    for (int i = 0; i < 100; i++) {
        char name[32];

        snprintf(name, sizeof name, "tensor%d", i);
        assert_int_equal(parameter_add(&list, "core.", name, i + 1, i % 3, zero), total);
        total += (size_t)(i + 1) * (size_t)(i % 3 ? i % 3 : 1);
    }
    assert_false(list.failed);
    assert_int_equal(list.count, 100);
    assert_int_equal(list.total, total);
    assert_int_equal(list.items[7].rank, 2);
    assert_int_equal(list.items[9].rank, 1);
    parameter_list_free(&list);
    assert_int_equal(list.count, 0);
}

static void a_tensor_is_found_by_its_name(void **state)
{
    (void)state;
    struct parameter_list list = { 0 };

    parameter_add(&list, "a.", "weight", 3, 4, zero);
    parameter_add(&list, "a.", "bias", 3, 0, zero);
    parameter_add(&list, "b.", "weight", 2, 3, zero);
    assert_ptr_equal(parameter_find(&list, "a.bias"), &list.items[1]);
    assert_ptr_equal(parameter_find(&list, "b.weight"), &list.items[2]);
    assert_null(parameter_find(&list, "weight"));
    assert_null(parameter_find(&list, "a.weights"));
    parameter_list_free(&list);
}

enum { SIDE = 200 };

/* The first values of one (SIDE, SIDE) matrix; freed by the caller. */
static real *first_values(struct initial initial, uint64_t seed)
{
    struct parameter_list list = { 0 };
    real *values = calloc(SIDE * SIDE, sizeof *values);

    assert_non_null(values);
    parameter_add(&list, "", "weight", SIDE, SIDE, initial);
    assert_int_equal(parameters_initialise(&list, values, seed), STATUS_OK);
    parameter_list_free(&list);
    return values;
}

struct moments {
    struct initial initial;
    double mean, deviation, largest; /* of the distribution; largest 0: unbounded */
};

static void first_values_have_the_moments_asked_for(void **state)
{
    const struct moments *expected = *state;
    real *values = first_values(expected->initial, 1);
    double sum = 0, squares = 0;
    const double n = SIDE * SIDE, error = 5 * expected->deviation / SIDE; /* five sigma */

    for (int i = 0; i < SIDE * SIDE; i++) {
        sum += (double)values[i];
        squares += pow((double)values[i] - expected->mean, 2);
    }
    assert_close(sum / n, expected->mean, error, 0);
    assert_close(sqrt(squares / n), expected->deviation, error, 0);
    assert_true(expected->largest <= 0 || largest_of(values, SIDE * SIDE) <= expected->largest);
    free(values);
}

static void an_orthogonal_matrix_keeps_lengths_and_angles(void **state)
{
    (void)state;
    real *w = first_values((struct initial){ INITIAL_ORTHOGONAL, 1.5 }, 1);

    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++)
            assert_close(sum_of_products(w + i * SIDE, w + j * SIDE, SIDE), i == j ? 2.25 : 0,
                         1e-5, 0);
    free(w);
}

static void another_seed_gives_other_values_and_the_same_the_same(void **state)
{
    (void)state;
    const struct initial normal = { INITIAL_NORMAL, 1 };
    real *a = first_values(normal, 1), *b = first_values(normal, 2),
         *c = first_values(normal, 1);

    assert_memory_equal(a, c, SIDE * SIDE * sizeof *a);
    for (int i = 0; i < 100; i++)
        assert_memory_not_equal(a + i, b + i, sizeof *a);
    free(a);
    free(b);
    free(c);
}

static void two_tensors_of_one_form_start_apart(void **state)
{
    (void)state;
    struct parameter_list list = { 0 };
    real values[20];

    parameter_add(&list, "core.layers.0.", "weight", 2, 5,
                  (struct initial){ INITIAL_NORMAL, 1 });
    parameter_add(&list, "core.layers.1.", "weight", 2, 5,
                  (struct initial){ INITIAL_NORMAL, 1 });
    assert_int_equal(parameters_initialise(&list, values, 1), STATUS_OK);
    for (int i = 0; i < 10; i++)
        assert_memory_not_equal(values + i, values + 10 + i, sizeof *values);
    parameter_list_free(&list);
}

static void identity_values_are_the_gain_on_each_block_s_diagonal(void **state)
{
    (void)state;
    struct parameter_list list = { 0 };
    real values[12 * 4];

    parameter_add(&list, "", "weight", 12, 4, (struct initial){ INITIAL_IDENTITY, 1.5 });
    assert_int_equal(parameters_initialise(&list, values, 1), STATUS_OK);
    for (int r = 0; r < 12; r++)
        for (int k = 0; k < 4; k++)
            assert_close((double)values[r * 4 + k], r % 4 == k ? 1.5 : 0, 0, 0);
    parameter_list_free(&list);
}

/* U = e^x is uniform on 1..N: mean (1 + N) / 2, deviation (N - 1) / sqrt 12. */
static void log_uniform_values_are_logarithms_of_uniform_numbers(void **state)
{
    enum { N = 50 };
    (void)state;
    real *values = first_values((struct initial){ INITIAL_LOG_UNIFORM, N }, 1);
    double sum = 0, least = N, most = 0;

    for (int i = 0; i < SIDE * SIDE; i++) {
        const double u = exp((double)values[i]);

        sum += u;
        least = fmin(least, u);
        most = fmax(most, u);
    }
    assert_close(sum / (SIDE * SIDE), (1 + N) / 2.0, 5 * (N - 1) / sqrt(12) / SIDE, 0);
    assert_true(least >= 1 && least < 1.01);
    assert_true(most <= N * (1 + 1e-6) && most > N - 0.01);
    free(values);
}

enum { ROWS = 6, COLUMNS = 3 };

/*
 * First values of a (ROWS, COLUMNS) matrix of normal numbers, whose rows may start otherwise.
 */
static void rows_that_start_with(real values[ROWS * COLUMNS], const struct initial_rows *rows,
                                 int count)
{
    struct parameter_list list = { 0 };
    real all[5 + ROWS * COLUMNS];
    size_t offset;

    parameter_add(&list, "", "other", 5, 0, zero);
    offset = parameter_add(&list, "", "weight", ROWS, COLUMNS,
                           (struct initial){ INITIAL_NORMAL, 1 });
    for (int i = 0; i < count; i++)
        parameter_start_rows(&list, offset, rows[i].first, rows[i].count, rows[i].initial);
    assert_int_equal(parameters_initialise(&list, all, 3), STATUS_OK);
    for (int i = 0; i < ROWS * COLUMNS; i++)
        values[i] = all[5 + i];
    parameter_list_free(&list);
}

static void some_rows_may_start_otherwise_and_the_others_do_not_notice(void **state)
{
    (void)state;
    const struct initial_rows rows[] = { { 1, 2, { INITIAL_CONSTANT, 7 } },
                                         { 4, 1, { INITIAL_UNIFORM, 0.5 } } };
    real plain[ROWS * COLUMNS], changed[ROWS * COLUMNS];

    rows_that_start_with(plain, NULL, 0);
    rows_that_start_with(changed, rows, 2);
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        const int r = i / COLUMNS;

        if (r == 1 || r == 2)
            assert_close((double)changed[i], 7, 0, 0);
        else if (r == 4)
            assert_true(fabs((double)changed[i]) <= 0.5 && changed[i] != plain[i]);
        else
            assert_memory_equal(&changed[i], &plain[i], sizeof *plain);
    }
}

static void opposite_rows_mirror_what_other_rows_were_given(void **state)
{
    (void)state;
    const struct initial_rows rows[] = { { 2, 2, { INITIAL_LOG_UNIFORM, 9 } },
                                         { 0, 2, { INITIAL_OPPOSITE, 2 } } };
    real values[ROWS * COLUMNS];

    rows_that_start_with(values, rows, 2);
    for (int i = 0; i < 2 * COLUMNS; i++) {
        assert_true(values[2 * COLUMNS + i] > 0);
        assert_close((double)values[i], -(double)values[2 * COLUMNS + i], 0, 0);
    }
}

static void what_is_asked_for_a_whole_tensor_later_wins(void **state)
{
    (void)state;
    struct parameter_list list = { 0 };
    real values[4];
    const size_t offset = parameter_add(&list, "", "bias", 4, 0, zero);

    parameter_start_rows(&list, offset, 1, 2, (struct initial){ INITIAL_CONSTANT, 3 });
    parameter_start(&list, offset, (struct initial){ INITIAL_CONSTANT, 2 });
    assert_int_equal(parameters_initialise(&list, values, 1), STATUS_OK);
    for (int i = 0; i < 4; i++)
        assert_close((double)values[i], 2, 0, 0);
    parameter_list_free(&list);
}

/* clang-format off */
#define MOMENTS(label, ...)                                    \
    { .name = label, .test_func = first_values_have_the_moments_asked_for, \
      .initial_state = &(struct moments){ __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(tensors_lie_behind_one_another_however_many_there_are),
    cmocka_unit_test(a_tensor_is_found_by_its_name),
    MOMENTS("constant_values_are_the_constant", { INITIAL_CONSTANT, 0.25 }, 0.25, 0, 0.25),
    MOMENTS("uniform_values_have_the_moments_of_their_range", { INITIAL_UNIFORM, 3 },
            0, 1.7320508075688772, 3),
    MOMENTS("normal_values_have_the_moments_asked_for", { INITIAL_NORMAL, 0.5 }, 0, 0.5, 0),
    MOMENTS("orthogonal_values_have_the_moments_of_a_rotation", { INITIAL_ORTHOGONAL, 1 },
            0, 0.070710678118654752, 1), /* 1 / sqrt SIDE */
    cmocka_unit_test(an_orthogonal_matrix_keeps_lengths_and_angles),
    cmocka_unit_test(two_tensors_of_one_form_start_apart),
    cmocka_unit_test(another_seed_gives_other_values_and_the_same_the_same),
    cmocka_unit_test(identity_values_are_the_gain_on_each_block_s_diagonal),
    cmocka_unit_test(log_uniform_values_are_logarithms_of_uniform_numbers),
    cmocka_unit_test(some_rows_may_start_otherwise_and_the_others_do_not_notice),
    cmocka_unit_test(opposite_rows_mirror_what_other_rows_were_given),
    cmocka_unit_test(what_is_asked_for_a_whole_tensor_later_wins),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

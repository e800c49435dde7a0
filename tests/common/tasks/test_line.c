/* Tests of common/tasks/line.c. */
#include "tests/common/tasks/task_fixture.h"

#include <math.h>

#include "common/tasks/line.h"
#include "tests/close.h"

enum { B = 64, T = 8, ROUNDS = 100, N = ROUNDS * B * T };

static struct task line_of(int length)
{
    const struct task_options options = { .name = "line", .length = length };

    return task_of(&options);
}

/* What is left of y without the line is normal noise: its mean, variance and fourth moment. */
static void points_are_a_line_and_normal_noise(void **state)
{
    const struct task task = line_of(T);
    double x_sum = 0, x_squares = 0, sum = 0, squares = 0, fourth = 0, least = 1, most = -1;

    (void)state;
    for (uint64_t index = 0; index < ROUNDS; index++) {
        struct batch batch = filled(&task, B, RANDOM_TRAIN, index);

        for (int row = 0; row < T * B; row++) {
            const double x = (double)batch.features[row];
            const double noise = ((double)batch.values[row] - 0.8 * x - 0.3) / 0.1;

            x_sum += x;
            x_squares += x * x;
            sum += noise;
            squares += noise * noise;
            fourth += pow(noise, 4);
            least = fmin(least, x);
            most = fmax(most, x);
        }
        batch_free(&batch);
    }
    assert_close(x_sum / N, 0, 4 * sqrt(1 / 3.0 / N), 0);
    assert_close(x_squares / N, 1 / 3.0, 4 * sqrt(4 / 45.0 / N), 0);
    assert_true(least >= -1 && least < -0.999 && most < 1 && most > 0.999);
    assert_close(sum / N, 0, 4 * sqrt(1.0 / N), 0);
    assert_close(squares / N, 1, 4 * sqrt(2.0 / N), 0);
    assert_close(fourth / N, 3, 4 * sqrt(96.0 / N), 0);
}

/* Mean squared error of the answer a x + b over many points. */
static double error_of(const struct task *task, double a, double b)
{
    double sum = 0;

    for (uint64_t index = 0; index < ROUNDS; index++) {
        struct batch batch = filled(task, B, RANDOM_TEST, index);

        for (int row = 0; row < T * B; row++)
            sum += pow((double)batch.values[row] - a * (double)batch.features[row] - b, 2);
        batch_free(&batch);
    }
    return sum / N;
}

static void the_baseline_is_what_the_true_line_costs(void **state)
{
    const struct task task = line_of(T);

    (void)state;
    assert_close(task_baseline(&task), 0.01, 0, 1e-15);
    assert_string_equal(task_baseline_name(&task), "the true line");
    assert_close(error_of(&task, 0.8, 0.3), 0.01, 4 * 0.01 * sqrt(2.0 / N), 0);
    assert_close(error_of(&task, 0, 0.3), 0.2233, 4e-3, 0); /* the header's number */
}

/* No other line is better: moving either number by a little costs more. */
static void least_squares_is_where_no_step_helps(void **state)
{
    const struct task task = line_of(T);
    struct batch batch = filled(&task, B, RANDOM_TRAIN, 1);
    const struct line best = line_least_squares(&batch);
    double error[5] = { 0 };

    (void)state;
    for (int row = 0; row < T * B; row++)
        for (int i = 0; i < 5; i++) {
            const double a = best.slope + (i == 1 ? 1e-3 : i == 2 ? -1e-3 : 0);
            const double b = best.intercept + (i == 3 ? 1e-3 : i == 4 ? -1e-3 : 0);
            const double left = (double)batch.values[row] - a * (double)batch.features[row] - b;

            error[i] += left * left / (T * B);
        }
    for (int i = 1; i < 5; i++)
        assert_true(error[i] > error[0]);
    assert_close(error[1], error[2], 1e-12, 0); /* the bottom of a parabola */
    assert_close(error[3], error[4], 1e-12, 0);
    assert_close(best.noise, sqrt(error[0]), 1e-9, 0);
    assert_close(best.slope, line_drawn.slope, 4 * 0.1 * sqrt(3.0 / (T * B)), 0);
    assert_close(best.intercept, line_drawn.intercept, 4 * 0.1 / sqrt(T * B), 0);
    batch_free(&batch);
}

static void padding_is_no_point(void **state)
{
    const struct task task = line_of(T);
    struct batch batch = filled(&task, 1, RANDOM_TRAIN, 1);
    struct line best;

    (void)state;
    batch_set_length(&batch, 0, 2);
    best = line_least_squares(&batch);
    assert_close(best.slope * (double)batch.features[0] + best.intercept,
                 (double)batch.values[0], 1e-9, 0);
    assert_close(best.slope * (double)batch.features[1] + best.intercept,
                 (double)batch.values[1], 1e-9, 0);
    batch_free(&batch);
}

/* clang-format off */
#define TASK { .name = "line", .length = 4 }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_are_a_line_and_normal_noise),
        cmocka_unit_test(the_baseline_is_what_the_true_line_costs),
        cmocka_unit_test(least_squares_is_where_no_step_helps),
        cmocka_unit_test(padding_is_no_point),
        READS("points_of_ones_own_are_answered_without_noise", TASK, "-1 0 .5 1",
              "-1.000 0.000 0.500 1.000", "-0.500 0.300 0.700 1.100", ""),
        REFUSES("a_number_above_one", TASK, "0 1.01",
                { "line", "word 2 is \"1.01\"", "a number in [-1, 1]" }),
        REFUSES("a_word", TASK, "zero", { "word 1 is \"zero\"" }),
        REFUSES("half_a_number", TASK, "0 -", { "word 2 is \"-\"" }),
        REFUSES("a_number_with_a_tail", TASK, "0.5x", { "word 1 is \"0.5x\"" }),
        REFUSES("two_points_in_a_number", TASK, "0.5.5", { "word 1 is \"0.5.5\"" }),
        REFUSES("an_infinity", TASK, "inf", { "word 1 is \"inf\"" }),
        REFUSES("a_fifth_number", TASK, "0 0 0 0 0", { "word 5 is \"0\"", "at most 4" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

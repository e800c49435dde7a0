/* Tests of common/tasks/sort.c. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "common/tasks/sort.h"
#include "tests/close.h"
#include "tests/common/tasks/task_fixture.h"

enum { B = 64, DIGITS = 3, LONGEST = 64 };

static void sort_of(int length, struct task *task, struct batch *batch)
{
    assert_int_equal(task_find(task, "sort", length, NULL), STATUS_OK);
    assert_int_equal(batch_create(batch, &task->shape, B, NULL), STATUS_OK);
}

static void digits_of(const struct batch *batch, int b, int n, int *digits)
{
    for (int i = 0; i < n; i++)
        digits[i] = batch->tokens[i * B + b];
}

/* The input's number in base 3. */
static int number_of(const int *digits, int n)
{
    int number = 0;

    for (int i = 0; i < n; i++)
        number = number * DIGITS + digits[i];
    return number;
}

static void the_targets_are_the_digits_in_order(void **state)
{
    const int n = *(const int *)*state;
    struct task task;
    struct batch batch;

    sort_of(n, &task, &batch);
    assert_int_equal(task.shape.steps, 2 * n - 1);
    task_fill(&task, 1, RANDOM_TRAIN, 0, 0, &batch);
    for (int b = 0; b < B; b++) {
        int balance[DIGITS] = { 0 }, last = 0;

        for (int i = 0; i < n; i++) {
            const int out = batch.classes[(n - 1 + i) * B + b];

            assert_in_range(out, 0, DIGITS - 1);
            assert_true(out >= last);
            last = out;
            balance[out]++;
            balance[batch.tokens[i * B + b]]--;
            if (i <
                n - 1) { /* read again in the next step, scored never before the last digit */
                assert_int_equal(batch.tokens[(n + i) * B + b], out);
                assert_int_equal(batch.classes[i * B + b], TARGET_IGNORED);
            }
        }
        for (int digit = 0; digit < DIGITS; digit++)
            assert_int_equal(balance[digit], 0);
    }
    batch_free(&batch);
}

static void the_n_outputs_alone_are_scored(void **state)
{
    const int n = *(const int *)*state;
    struct task task;
    struct batch batch;

    sort_of(n, &task, &batch);
    task_fill(&task, 1, RANDOM_TEST, 0, 0, &batch);
    for (int t = 0; t < 2 * n - 1; t++)
        assert_int_equal(task_is_scored(&task, &batch, 3, t), t >= n - 1);
    assert_int_equal(task_last_scored(&task, &batch, 3), 2 * n - 2);
    assert_close(task_baseline(&task), log(3), 0, 1e-15);
    batch_free(&batch);
}

/* Held-out inputs among all 3^n. */
static int held_out_of(int n, int *all)
{
    int held_out = 0;

    *all = 1;
    for (int i = 0; i < n; i++)
        *all *= DIGITS;
    for (int number = 0; number < *all; number++) {
        int digits[LONGEST];

        for (int i = 0, rest = number; i < n; i++, rest /= DIGITS)
            digits[i] = rest % DIGITS;
        held_out += sort_is_held_out(digits, n);
    }
    return held_out;
}

static void about_a_quarter_is_held_out(void **state)
{
    const int n = *(const int *)*state;
    int all;
    const int held_out = held_out_of(n, &all);

    assert_close(held_out, all / 4.0, 3 * sqrt(all * 3 / 16.0), 0);
}

/* 27 %: a change of this number changes what every earlier run was tested on. */
static void of_six_digits_196_inputs_are_held_out(void **state)
{
    int all;

    (void)state;
    assert_int_equal(held_out_of(6, &all), 196);
    assert_int_equal(all, 729);
}

/* Which of the 729 inputs `rounds` batches of that purpose contain. */
static int inputs_seen(enum random_purpose purpose, int rounds, bool held_out)
{
    enum { N = 6, ALL = 729 };
    char seen[ALL] = { 0 };
    struct task task;
    struct batch batch;
    int count = 0;

    sort_of(N, &task, &batch);
    for (int round = 0; round < rounds; round++) {
        task_fill(&task, 17, purpose, (uint64_t)round, 0, &batch);
        for (int b = 0; b < B; b++) {
            int digits[N];

            digits_of(&batch, b, N, digits);
            assert_int_equal(sort_is_held_out(digits, N), held_out);
            seen[number_of(digits, N)] = 1;
        }
    }
    for (int i = 0; i < ALL; i++)
        count += seen[i];
    batch_free(&batch);
    return count;
}

static void training_draws_every_input_that_is_not_held_out_and_no_other(void **state)
{
    int all;

    (void)state;
    assert_int_equal(inputs_seen(RANDOM_TRAIN, 200, false), 729 - held_out_of(6, &all));
}

static void testing_draws_every_held_out_input_and_no_other(void **state)
{
    int all;

    (void)state;
    assert_int_equal(inputs_seen(RANDOM_TEST, 80, true), held_out_of(6, &all));
}

static void probing_draws_held_out_inputs_only(void **state)
{
    (void)state;
    assert_true(inputs_seen(RANDOM_PROBE, 10, true) > 100);
}

static void the_digits_are_outlined_and_what_is_read_again_is_not(void **state)
{
    struct task task;
    struct batch batch;
    char text[TASK_TEXT_MAX];

    (void)state;
    sort_of(5, &task, &batch);
    task_fill(&task, 1, RANDOM_TEST, 0, 0, &batch);
    for (int t = 0; t < 9; t++) {
        assert_int_equal(task_input_text(&task, &batch, 2, t, text), t < 5);
        assert_int_equal(text[0], '0' + batch.tokens[t * B + 2]);
        assert_int_equal(text[1], '\0');
    }
    batch_free(&batch);
}

/* clang-format off */
#define TASK { .name = "sort", .length = 5 }
#define OF_LENGTH(sentence, test, n)                                                           \
    { .name = sentence "_of_" #n, .test_func = test, .initial_state = &(int){ n } }
#define SORTED(n)                                                                              \
    OF_LENGTH("the_targets_are_the_digits_in_order", the_targets_are_the_digits_in_order, n)
#define SCORED(n) OF_LENGTH("the_n_outputs_alone_are_scored", the_n_outputs_alone_are_scored, n)
#define QUARTER(n) OF_LENGTH("about_a_quarter_is_held_out", about_a_quarter_is_held_out, n)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SORTED(4), SORTED(6), SORTED(64),
        SCORED(4), SCORED(6),
        QUARTER(4), QUARTER(5), QUARTER(6), QUARTER(7), QUARTER(10),
        cmocka_unit_test(of_six_digits_196_inputs_are_held_out),
        cmocka_unit_test(training_draws_every_input_that_is_not_held_out_and_no_other),
        cmocka_unit_test(testing_draws_every_held_out_input_and_no_other),
        cmocka_unit_test(probing_draws_held_out_inputs_only),
        cmocka_unit_test(the_digits_are_outlined_and_what_is_read_again_is_not),
        READS("digits_of_ones_own_are_sorted", TASK, "2 0 1 0 2", "2 0 1 0 2 0 0 1 2",
              "0 0 1 2 2", "2 0 1 0 2"),
        READS("a_whole_sequence_is_taken", TASK, "2 0 1 0 2 0 0 1 2", NULL, "0 0 1 2 2",
              "2 0 1 0 2"),
        REFUSES("four_digits_of_five", TASK, "2 0 1 0", { "sort", "4 digits", "5, or 9" }),
        REFUSES("six_digits_of_five", TASK, "2 0 1 0 2 0", { "6 digits", "5, or 9" }),
        REFUSES("a_wrong_sorted_digit", TASK, "2 0 1 0 2 0 1 1 2",
                { "word 7 is \"1\"", "allowed is 0" }),
        REFUSES("a_three", TASK, "2 3", { "word 2 is \"3\"", "0, 1, 2" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

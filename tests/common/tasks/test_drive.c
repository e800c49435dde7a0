/* Tests of common/tasks/drive.c. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "common/model/loss.h"
#include "common/tasks/task.h"
#include "tests/close.h"

enum { B = 64, T = 20, NUMBERS = 5 };

static void drive_of(int items, struct task *task, struct batch *batch)
{
    const struct task_options options = { .name = "drive", .length = T, .items = items };

    assert_int_equal(task_open(task, &options, NULL), STATUS_OK);
    assert_int_equal(batch_create(batch, &task->shape, B, NULL), STATUS_OK);
    task_fill(task, 3, RANDOM_TRAIN, 1, 0, batch);
}

static void a_step_has_as_many_numbers_as_items(void **state)
{
    struct task task;
    struct batch batch;

    (void)state;
    drive_of(NUMBERS, &task, &batch);
    assert_int_equal(task.shape.inputs, NUMBERS);
    assert_int_equal(task.shape.steps, T);
    batch_free(&batch);
    drive_of(0, &task, &batch);
    assert_int_equal(task.shape.inputs, 64);
    assert_int_equal(task.options.items, 64); /* what a run's folder keeps */
    batch_free(&batch);
}

static void other_numbers_than_are_possible_are_refused(void **state)
{
    static const int items[] = { -1, 1025, 2000000000 };

    (void)state;
    for (int i = 0; i < 3; i++) {
        const struct task_options options = { .name = "drive", .items = items[i] };
        struct task task;
        struct error error;

        assert_int_equal(task_open(&task, &options, &error), STATUS_USAGE);
        assert_non_null(strstr(error.message, "numbers in each step, 1 to 1024"));
    }
}

/* Mean 0 and variance 1, within five standard errors; neighbours do not go together. */
static void the_numbers_are_independent_and_normal(void **state)
{
    enum { N = T * B * 64 };
    double sum = 0, squares = 0, products = 0;
    struct task task;
    struct batch batch;

    (void)state;
    drive_of(0, &task, &batch);
    for (int i = 0; i < N; i++) {
        const double x = (double)batch.features[i];

        sum += x;
        squares += x * x;
        products += x * (double)batch.features[(i + 64) % N]; /* the next sequence's */
    }
    assert_close(sum / N, 0, 5 / sqrt(N), 0);
    assert_close(squares / N, 1, 5 * sqrt(2.0 / N), 0);
    assert_close(products / N, 0, 5 / sqrt(N), 0);
    batch_free(&batch);
}

static void always_answering_zero_costs_the_baseline(void **state)
{
    enum { ROUNDS = 200, N = ROUNDS * B };
    struct loss total = { 0 };
    struct task task;
    struct batch batch;
    const real zeros[B] = { 0 };

    (void)state;
    drive_of(1, &task, &batch);
    for (uint64_t index = 0; index < ROUNDS; index++) {
        struct loss loss;

        task_fill(&task, 11, RANDOM_TEST, index, 0, &batch);
        loss = loss_evaluate(&batch, zeros, NULL);
        total.sum += loss.sum;
        total.elements += loss.elements;
    }
    assert_close(total.sum / (double)total.elements, task_baseline(&task), 4 * sqrt(2.0 / N),
                 0);
    batch_free(&batch);
}

static void a_step_reads_as_its_first_number(void **state)
{
    struct task task;
    struct batch batch;
    char text[TASK_TEXT_MAX];

    (void)state;
    drive_of(NUMBERS, &task, &batch);
    batch.features[(3 * B + 2) * NUMBERS] = (real)-1.26;
    assert_false(task_input_text(&task, &batch, 2, 3, text));
    assert_string_equal(text, "-1.3");
    batch_free(&batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_has_as_many_numbers_as_items),
        cmocka_unit_test(other_numbers_than_are_possible_are_refused),
        cmocka_unit_test(the_numbers_are_independent_and_normal),
        cmocka_unit_test(always_answering_zero_costs_the_baseline),
        cmocka_unit_test(a_step_reads_as_its_first_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of common/tasks/adding.c. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>

#include "common/model/loss.h"
#include "common/tasks/task.h"
#include "tests/close.h"
#include "tests/common/tasks/task_fixture.h"

enum { B = 64, VALUE = 0, MARKER = 1, FEATURES = 2 };

static void adding_of(int length, struct task *task, struct batch *batch)
{
    assert_int_equal(task_find(task, "adding", length, NULL), STATUS_OK);
    assert_int_equal(batch_create(batch, &task->shape, B, NULL), STATUS_OK);
}

static const real *pair_at(const struct batch *batch, int b, int t)
{
    return batch->features + (t * batch->extent.batch + b) * FEATURES;
}

/* Markers of sequence b in steps from..to-1; `sum` grows by their values. */
static int markers_in(const struct batch *batch, int b, int from, int to, real *sum)
{
    int count = 0;

    for (int t = from; t < to; t++) {
        const real *pair = pair_at(batch, b, t);

        assert_true(pair[VALUE] >= 0 && pair[VALUE] < 1);
        assert_true(pair[MARKER] == 0 || pair[MARKER] == 1);
        count += pair[MARKER] > 0;
        *sum += pair[MARKER] > 0 ? pair[VALUE] : 0;
    }
    return count;
}

static void each_half_has_one_marker_and_the_target_is_their_sum(void **state)
{
    const int T = *(const int *)*state;
    struct task task;
    struct batch batch;

    adding_of(T, &task, &batch);
    for (uint64_t index = 0; index < 20; index++) {
        task_fill(&task, 7, RANDOM_TRAIN, index, 0, &batch);
        for (int b = 0; b < B; b++) {
            real sum = 0;

            assert_int_equal(markers_in(&batch, b, 0, T / 2, &sum), 1);
            assert_int_equal(markers_in(&batch, b, T / 2, T, &sum), 1);
            assert_true(batch.values[b] == sum);
        }
    }
    batch_free(&batch);
}

/* Share of marks at each step: 1/5 in a half of five, 1/6 in a half of six. */
static void every_step_of_a_half_is_marked_equally_often(void **state)
{
    enum { T = 11, ROUNDS = 200, N = ROUNDS * B };
    int marks[T] = { 0 };
    struct task task;
    struct batch batch;

    (void)state;
    adding_of(T, &task, &batch);
    for (uint64_t index = 0; index < ROUNDS; index++) {
        task_fill(&task, 3, RANDOM_TRAIN, index, 0, &batch);
        for (int b = 0; b < B; b++)
            for (int t = 0; t < T; t++)
                marks[t] += pair_at(&batch, b, t)[MARKER] > 0;
    }
    for (int t = 0; t < T; t++) {
        const double p = t < T / 2 ? 1 / 5.0 : 1 / 6.0;

        assert_close(marks[t], N * p, 4 * sqrt(N * p * (1 - p)), 0);
    }
    batch_free(&batch);
}

/* (S - 1)^2 with S the sum of two uniform numbers: mean 1/6, mean of squares 1/15. */
static void always_answering_one_costs_a_sixth(void **state)
{
    enum { ROUNDS = 500, N = ROUNDS * B };
    const double deviation = sqrt((1 / 15.0 - 1 / 36.0) / N);
    struct loss total = { 0 };
    struct task task;
    struct batch batch;
    real ones[B];

    (void)state;
    for (int b = 0; b < B; b++)
        ones[b] = 1;
    adding_of(20, &task, &batch);
    for (uint64_t index = 0; index < ROUNDS; index++) {
        struct loss loss;

        task_fill(&task, 11, RANDOM_TEST, index, 0, &batch);
        loss = loss_evaluate(&batch, ones, NULL);
        total.sum += loss.sum;
        total.elements += loss.elements;
    }
    assert_int_equal(total.elements, N);
    assert_close(total.sum / N, 1 / 6.0, 3 * deviation, 0);
    assert_close(task_baseline(&task), 1 / 6.0, 0, 1e-15);
    batch_free(&batch);
}

static void a_pair_reads_as_hundredths_and_marked_ones_are_outlined(void **state)
{
    struct task task;
    struct batch batch;
    char text[TASK_TEXT_MAX];

    (void)state;
    adding_of(4, &task, &batch);
    batch.features[(2 * B + 5) * FEATURES + VALUE] = 0.0799F;
    assert_false(task_input_text(&task, &batch, 5, 2, text));
    assert_string_equal(text, ".07");
    batch.features[(2 * B + 5) * FEATURES + VALUE] = 0.99999F;
    batch.features[(2 * B + 5) * FEATURES + MARKER] = 1;
    assert_true(task_input_text(&task, &batch, 5, 2, text));
    assert_string_equal(text, ".99");
    batch_free(&batch);
}

static void an_answer_within_four_hundredths_is_right(void **state)
{
    struct task task;
    struct batch batch;
    real y[B];
    struct score score;

    (void)state;
    adding_of(4, &task, &batch);
    for (int b = 0; b < B; b++) {
        batch.values[b] = 1;
        y[b] = b < 10 ? 1.039F : b < 30 ? 0.961F : 1.041F;
    }
    score = metric_evaluate(&task.metric, &batch, y);
    assert_int_equal(score.right, 30);
    assert_int_equal(score.counted, B);
    batch_free(&batch);
}

/* .29 is no float: it must not come back as .28. */
static void every_hundredth_reads_as_it_was_written(void **state)
{
    struct task task;
    struct batch batch;

    (void)state;
    adding_of(2, &task, &batch);
    for (int hundredths = 0; hundredths < 100; hundredths++) {
        char text[32], back[TASK_TEXT_MAX];

        snprintf(text, sizeof text, "0.%02d* .50*", hundredths);
        assert_int_equal(task_parse(&task, text, &batch, NULL), STATUS_OK);
        task_input_text(&task, &batch, 0, 0, back);
        snprintf(text, sizeof text, ".%02d", hundredths);
        assert_string_equal(back, text);
        assert_close((double)batch.values[0], 0.5 + hundredths / 100.0, 1e-6, 0);
    }
    batch_free(&batch);
}

/* clang-format off */
#define TASK { .name = "adding", .length = 5 }
#define OF_LENGTH(length)                                                                      \
    { .name = "each_half_of_" #length "_has_one_marker_and_the_target_is_their_sum",           \
      .test_func = each_half_has_one_marker_and_the_target_is_their_sum,                       \
      .initial_state = &(int){ length } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        OF_LENGTH(2), OF_LENGTH(3), OF_LENGTH(7), OF_LENGTH(50), OF_LENGTH(200),
        cmocka_unit_test(every_step_of_a_half_is_marked_equally_often),
        cmocka_unit_test(always_answering_one_costs_a_sixth),
        cmocka_unit_test(a_pair_reads_as_hundredths_and_marked_ones_are_outlined),
        cmocka_unit_test(an_answer_within_four_hundredths_is_right),
        cmocka_unit_test(every_hundredth_reads_as_it_was_written),
        READS("numbers_of_ones_own_are_added", TASK, ".07 .99* 0.3 .25*", ".07 .99* .30 .25*",
              "1.240", ".99 .25"),
        READS("the_stars_may_be_in_the_same_half", TASK, ".5* .25* .1 .2 .3",
              ".50* .25* .10 .20 .30", "0.750", ".50 .25"),
        REFUSES("one_star", TASK, ".07 .99* .3", { "adding", "1 numbers have a star", "two" }),
        REFUSES("three_stars", TASK, ".1* .1* .1*", { "3 numbers have a star" }),
        REFUSES("a_number_of_one", TASK, ".1* 1.0*", { "word 2 is \"1.0*\"", "[0, 1)" }),
        REFUSES("a_negative_number", TASK, "-.1*", { "word 1 is \"-.1*\"" }),
        REFUSES("a_star_alone", TASK, "*", { "word 1 is \"*\"", ".25*" }),
        REFUSES("two_stars_on_a_number", TASK, ".1**", { "word 1 is \".1**\"" }),
        REFUSES("a_sixth_number", TASK, ".1* .1* .1 .1 .1 .1", { "word 6", "at most 5" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

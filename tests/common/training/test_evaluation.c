/* Tests of common/training/evaluation.c: sequences of any length. */
#include "tests/test.h"

#include <math.h>

#include "common/training/trainer.h"
#include "tests/close.h"
#include "tests/common/training/padded_task.h"
#include "tests/common/training/small_models.h"

enum { SAMPLES = 45, SEED = 3 };

static const struct trainer_options options = { .batch = 8,
                                                .threads = 1,
                                                .seed = SEED,
                                                .optimizer = { OPTIMIZER_ADAM,
                                                               .learning_rate = 0.01 } };

/* A model with some training behind it. */
struct learner {
    struct sequence_model model;
    struct task task;
    struct trainer trainer;
};

static void learner_create(struct learner *learner, const struct small_case *small)
{
    struct report report;

    small_model_create(&learner->model, &learner->task, small);
    assert_int_equal(
        trainer_create(&learner->trainer, &learner->model, &learner->task, &options, NULL),
        STATUS_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(trainer_step(&learner->trainer, &report, NULL), STATUS_OK);
}

static void learner_free(struct learner *learner)
{
    trainer_free(&learner->trainer);
    model_free(&learner->model);
    task_close(&learner->task);
}

static struct report evaluate(const struct learner *learner, const struct task *task,
                              int threads)
{
    struct evaluation evaluation;
    struct report report;

    assert_int_equal(evaluation_create(&evaluation, &learner->model, task, SEED, threads, NULL),
                     STATUS_OK);
    evaluation_run(&evaluation, trainer_weights(&learner->trainer), RANDOM_TEST, SAMPLES,
                   &report);
    evaluation_free(&evaluation);
    return report;
}

static void assert_same(const struct report *a, const struct report *b)
{
    assert_true(a->loss == b->loss && a->accuracy == b->accuracy);
    assert_true(isnan(a->gradient_norm) && isnan(b->gradient_norm));
}

static void at_the_trained_length_it_is_the_trainers_own(void **state)
{
    struct learner learner;
    struct report own, report;

    learner_create(&learner, *state);
    trainer_evaluate(&learner.trainer, RANDOM_TEST, SAMPLES, &own);
    report = evaluate(&learner, &learner.task, 2);
    assert_same(&own, &report);
    learner_free(&learner);
}

static struct task longer_task(const struct learner *learner, int length)
{
    struct task trained = learner->task, longer;
    struct error error = { 0 };

    trained.options.test_length = length;
    if (task_open_longer(&longer, &trained, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_int_equal(longer.length, length);
    assert_int_equal(longer.options.shortest, trained.length + 1);
    assert_true(longer.shape.steps > trained.shape.steps);
    return longer;
}

/* One forward of all sequences in one batch. */
static void at_another_length_it_is_the_mean_over_its_sequences(void **state)
{
    struct learner learner;
    struct task longer;
    struct workspace ws;
    struct batch batch;
    struct report report;
    struct loss loss;
    struct score score;

    learner_create(&learner, *state);
    longer = longer_task(&learner, 4 * learner.task.length);
    assert_int_equal(batch_create(&batch, &longer.shape, SAMPLES, NULL), STATUS_OK);
    assert_int_equal(workspace_create(&ws, &learner.model, batch.extent, false, NULL),
                     STATUS_OK);
    task_fill(&longer, SEED, RANDOM_TEST, 0, 0, &batch);
    model_forward(&learner.model, trainer_weights(&learner.trainer), &ws, &batch);
    loss = loss_evaluate(&batch, ws.output, NULL);
    score = metric_evaluate(&longer.metric, &batch, ws.output);
    report = evaluate(&learner, &longer, 1);
    assert_close(report.loss, loss.sum / (double)loss.elements, 0, 1e-6);
    assert_close(report.accuracy, (double)score.right / (double)score.counted, 0, 1e-15);
    workspace_free(&ws);
    batch_free(&batch);
    task_close(&longer);
    learner_free(&learner);
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    struct learner learner;
    struct task longer;
    struct report one;

    learner_create(&learner, *state);
    longer = longer_task(&learner, 2 * learner.task.length + 1);
    one = evaluate(&learner, &longer, 1);
    for (int threads = 2; threads <= 3; threads++) {
        const struct report report = evaluate(&learner, &longer, threads);

        assert_same(&one, &report);
    }
    task_close(&longer);
    learner_free(&learner);
}

/* Drawn lengths: the mean is over what is there, not over the padding. */
static void padding_has_no_share_in_the_mean(void **state)
{
    const struct task ignored = padded_task(30, false), garbage = padded_task(30, true);
    const struct small_case small = { .model = "gru" };
    struct learner learner = { .task = padded_task(7, false) };
    struct report one, other;

    (void)state;
    small_model_around(&learner.model, &learner.task, &small);
    assert_int_equal(
        trainer_create(&learner.trainer, &learner.model, &learner.task, &options, NULL),
        STATUS_OK);
    one = evaluate(&learner, &ignored, 2);
    other = evaluate(&learner, &garbage, 2);
    assert_same(&one, &other);
    assert_in_range((int)(1000 * one.loss), 1400, 2200); /* not learned: about ln 5 */
    trainer_free(&learner.trainer);
    model_free(&learner.model);
}

static void more_threads_and_longer_sequences_take_more_memory(void **state)
{
    struct learner learner;
    struct task longer;
    size_t bytes;

    learner_create(&learner, *state);
    longer = longer_task(&learner, 2 * learner.task.length);
    bytes = evaluation_bytes(&learner.model, &longer, 1);
    assert_true(bytes > evaluation_bytes(&learner.model, &learner.task, 1));
    assert_int_equal(evaluation_bytes(&learner.model, &longer, 3), 3 * bytes);
    task_close(&longer);
    learner_free(&learner);
}

/* Where training keeps what each step gave to each other one. */
static void four_times_the_length_takes_four_times_the_memory(void **state)
{
    struct learner learner;
    struct task longer = { 0 };
    size_t bytes[2];

    learner_create(&learner, *state);
    for (int i = 0; i < 2; i++) {
        longer = longer_task(&learner, i == 0 ? 1024 : 4096);
        bytes[i] = evaluation_bytes(&learner.model, &longer, 1);
        task_close(&longer);
    }
    assert_close((double)bytes[1], 4 * (double)bytes[0], 0, 0.05);
    learner_free(&learner);
}

int main(void)
{
    /* clang-format off */
    const struct CMUnitTest tests[] = {
        SMALL_CASES("at_the_trained_length_it_is_the_trainers_own",
                    at_the_trained_length_it_is_the_trainers_own),
        SMALL_CASES("at_another_length_it_is_the_mean_over_its_sequences",
                    at_another_length_it_is_the_mean_over_its_sequences),
        SMALL_CASES("any_number_of_threads_gives_the_same_bits",
                    any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(padding_has_no_share_in_the_mean),
        SMALL_CASE("more_threads_and_longer_sequences_take_more_memory",
                   more_threads_and_longer_sequences_take_more_memory, "transformer", "sort", 5),
        SMALL_CASE("four_times_the_length_takes_four_times_the_memory",
                   four_times_the_length_takes_four_times_the_memory, "transformer", "adding",
                   13),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

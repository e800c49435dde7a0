/* Tests of common/training/trainer.c: a finite data set, padding, and schedules. */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/training/trainer.h"
#include "tests/close.h"
#include "tests/common/training/padded_task.h"
#include "tests/common/training/small_models.h"

enum { BATCH = 19, SAMPLES = 23, LENGTH = 9, STEPS = 20 };

static const struct trainer_options usual = {
    .batch = BATCH,
    .threads = 1,
    .seed = 3,
    .optimizer = { .kind = OPTIMIZER_ADAMW, .learning_rate = 0.01, .weight_decay = 0.1 },
    .schedule = { .kind = SCHEDULE_COSINE, .warmup = 4, .steps = STEPS, .decay_to = 0.1 },
    .clip = 1,
    .samples = SAMPLES
};

/* A trainer with the model that it trains on sequences of drawn lengths. */
struct lab {
    struct sequence_model model;
    struct task task;
    struct trainer trainer;
    size_t total;
};

static void lab_create(struct lab *lab, const char *model, bool garbage,
                       const struct trainer_options *options)
{
    const struct small_case small = { .model = model, .layers = 1 };

    lab->task = padded_task(LENGTH, garbage);
    small_model_around(&lab->model, &lab->task, &small);
    assert_int_equal(trainer_create(&lab->trainer, &lab->model, &lab->task, options, NULL),
                     STATUS_OK);
    lab->total = lab->model.parameters.total;
}

static void lab_free(struct lab *lab)
{
    trainer_free(&lab->trainer);
    model_free(&lab->model);
}

static struct report train(struct lab *lab, int steps)
{
    struct report report = { 0 };
    struct error error = { 0 };

    for (int i = 0; i < steps; i++)
        if (trainer_step(&lab->trainer, &report, &error) != STATUS_OK)
            fail_msg("%s", error.message);
    return report;
}

/* Weights and both states of the optimizer, bit for bit. */
static void assert_same_training(const struct lab *a, const struct lab *b)
{
    const size_t bytes = a->total * sizeof(real);

    assert_int_equal(a->trainer.step, b->trainer.step);
    assert_memory_equal(a->trainer.parameters, b->trainer.parameters, bytes);
    assert_memory_equal(a->trainer.state[0], b->trainer.state[0], bytes);
    assert_memory_equal(a->trainer.state[1], b->trainer.state[1], bytes);
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    struct lab one;
    struct report expected, evaluated;

    lab_create(&one, *state, false, &usual);
    expected = train(&one, STEPS);
    trainer_evaluate(&one.trainer, RANDOM_VALIDATE, 50, &evaluated);
    for (int threads = 2; threads <= 3; threads++) {
        struct trainer_options options = usual;
        struct report report;
        struct lab lab;

        options.threads = threads;
        lab_create(&lab, *state, false, &options);
        report = train(&lab, STEPS);
        assert_same_training(&one, &lab);
        assert_memory_equal(&report, &expected, sizeof report);
        trainer_evaluate(&lab.trainer, RANDOM_VALIDATE, 50, &report);
        assert_true(report.loss == evaluated.loss && report.accuracy == evaluated.accuracy);
        lab_free(&lab);
    }
    lab_free(&one);
}

/* One forward of all of them in one batch. */
static void a_step_is_the_mean_over_the_samples_that_are_due(void **state)
{
    struct data_order order;
    struct workspace ws;
    struct batch batch;
    struct lab lab;

    lab_create(&lab, *state, false, &usual);
    assert_int_equal(data_order_create(&order, SAMPLES, 1, usual.seed, NULL), STATUS_OK);
    assert_int_equal(batch_create(&batch, &lab.task.shape, BATCH, NULL), STATUS_OK);
    assert_int_equal(workspace_create(&ws, &lab.model, batch.extent, false, NULL), STATUS_OK);
    for (int step = 0; step < 5; step++) {
        struct report report;
        struct loss loss;
        struct score score;
        uint32_t drawn[BATCH];

        data_order_draw(&order, (uint64_t)step * BATCH, BATCH, drawn);
        for (int b = 0; b < BATCH; b++)
            task_fill_sample(&lab.task, usual.seed, drawn[b], &batch, b);
        model_forward(&lab.model, trainer_weights(&lab.trainer), &ws, &batch);
        loss = loss_evaluate(&batch, ws.output, NULL);
        score = metric_evaluate(&lab.task.metric, &batch, ws.output);
        assert_int_equal(score.counted, loss.elements);
        report = train(&lab, 1);
        assert_close(report.loss, loss.sum / (double)loss.elements, 0, 1e-6);
        assert_close(report.accuracy, (double)score.right / (double)score.counted, 0, 1e-15);
    }
    workspace_free(&ws);
    batch_free(&batch);
    data_order_free(&order);
    lab_free(&lab);
}

static void an_epoch_has_every_sample_once_and_all_arms_have_the_same(void **state)
{
    int seen[SAMPLES] = { 0 };
    struct lab lab, other;
    int position = 0;

    lab_create(&lab, *state, false, &usual);
    lab_create(&other, "elman", false, &usual);
    for (int step = 0; step < SAMPLES; step++) { /* BATCH epochs */
        train(&lab, 1);
        train(&other, 1);
        assert_memory_equal(lab.trainer.drawn, other.trainer.drawn,
                            BATCH * sizeof *lab.trainer.drawn);
        for (int b = 0; b < BATCH; b++, position++)
            assert_int_equal(seen[lab.trainer.drawn[b]]++, position / SAMPLES);
    }
    lab_free(&lab);
    lab_free(&other);
}

/* What is listed at struct trainer is all that it takes. */
static void a_training_goes_on_from_what_decides_its_future(void **state)
{
    struct lab whole, begun, resumed;
    size_t bytes;

    lab_create(&whole, *state, false, &usual);
    lab_create(&begun, *state, false, &usual);
    lab_create(&resumed, *state, false, &usual);
    bytes = whole.total * sizeof(real);
    train(&whole, STEPS);
    train(&begun, 7);
    resumed.trainer.step = begun.trainer.step;
    memcpy(resumed.trainer.parameters, begun.trainer.parameters, bytes);
    memcpy(resumed.trainer.state[0], begun.trainer.state[0], bytes);
    memcpy(resumed.trainer.state[1], begun.trainer.state[1], bytes);
    trainer_weights_changed(&resumed.trainer);
    train(&resumed, STEPS - 7);
    assert_same_training(&whole, &resumed);
    lab_free(&whole);
    lab_free(&begun);
    lab_free(&resumed);
}

static void what_stands_in_the_padding_counts_for_nothing(void **state)
{
    struct lab ignored, garbage;
    struct report one, other;

    lab_create(&ignored, *state, false, &usual);
    lab_create(&garbage, *state, true, &usual);
    one = train(&ignored, STEPS);
    other = train(&garbage, STEPS);
    assert_same_training(&ignored, &garbage);
    assert_memory_equal(&one, &other, sizeof one);
    trainer_evaluate(&ignored.trainer, RANDOM_TEST, 30, &one);
    trainer_evaluate(&garbage.trainer, RANDOM_TEST, 30, &other);
    assert_true(one.loss == other.loss && one.accuracy == other.accuracy);
    lab_free(&ignored);
    lab_free(&garbage);
}

/* A rate set by hand before every step, and half of the base rate from some step on. */
static void the_schedule_multiplies_whatever_the_rate_is(void **state)
{
    struct trainer_options by_hand = usual;
    struct lab scheduled, set;

    by_hand.schedule = (struct schedule){ 0 };
    lab_create(&scheduled, *state, false, &usual);
    lab_create(&set, *state, false, &by_hand);
    for (int step = 0; step < STEPS; step++) {
        const double base = step < 11 ? 0.01 : 0.005;

        scheduled.trainer.options.optimizer.learning_rate = base;
        set.trainer.options.optimizer.learning_rate =
            base * schedule_factor(&usual.schedule, step);
        assert_true(trainer_learning_rate(&scheduled.trainer) ==
                    trainer_learning_rate(&set.trainer));
        train(&scheduled, 1);
        train(&set, 1);
        assert_same_training(&scheduled, &set);
    }
    assert_true(scheduled.trainer.options.optimizer.learning_rate == 0.005);
    lab_free(&scheduled);
    lab_free(&set);
}

static void the_first_step_of_adam_moves_every_weight_by_the_rate(void **state)
{
    struct trainer_options options = usual;
    struct lab lab;
    real *before;
    size_t moved = 0;

    options.optimizer = (struct optimizer){ .kind = OPTIMIZER_ADAM, .learning_rate = 0.125 };
    options.schedule = (struct schedule){ 0 };
    lab_create(&lab, *state, false, &options);
    before = reals_copy(lab.trainer.parameters, lab.total);
    train(&lab, 1);
    for (size_t k = 0; k < lab.total; k++) {
        const double g = (double)lab.trainer.gradients[k];
        const double step = (double)lab.trainer.parameters[k] - (double)before[k];

        if (g != 0 && (g > 1e-4 || g < -1e-4)) {
            assert_close(step, g > 0 ? -0.125 : 0.125, 1e-6, 1e-3);
            moved++;
        }
    }
    assert_true(moved > lab.total / 4);
    free(before);
    lab_free(&lab);
}

/* One update with it and one without: a bias, a gain and the like do not see the difference. */
static void weight_decay_acts_on_matrices_alone(void **state)
{
    const enum optimizer_kind *kind = *state;
    struct trainer_options options = usual;
    struct lab with, without;
    int matrices = 0, vectors = 0;

    options.optimizer = (struct optimizer){
        .kind = *kind, .learning_rate = 0.01, .momentum = 0.9, .weight_decay = 0.25
    };
    lab_create(&with, "transformer", false, &options);
    options.optimizer.weight_decay = 0;
    lab_create(&without, "transformer", false, &options);
    train(&with, 1);
    train(&without, 1);
    for (int i = 0; i < with.model.parameters.count; i++) {
        const struct parameter *p = &with.model.parameters.items[i];
        const real *a = with.trainer.parameters + p->offset;
        const real *b = without.trainer.parameters + p->offset;

        if (p->rank == 2)
            assert_memory_not_equal(a, b, p->count * sizeof *a);
        else
            assert_memory_equal(a, b, p->count * sizeof *a);
        matrices += p->rank == 2;
        vectors += p->rank != 2;
    }
    assert_true(matrices > 5 && vectors > 5);
    lab_free(&with);
    lab_free(&without);
}

static const enum optimizer_kind kinds[] = { OPTIMIZER_SGD, OPTIMIZER_MOMENTUM, OPTIMIZER_ADAM,
                                             OPTIMIZER_ADAMW, OPTIMIZER_RMSPROP };

/* clang-format off */
#define DECAY(name_of, number)                                                                 \
    { .name = "weight_decay_acts_on_matrices_alone_in_" name_of,                               \
      .test_func = weight_decay_acts_on_matrices_alone,                                        \
      .initial_state = (void *)&kinds[number] }
#define EACH(test)                                                                             \
    { .name = #test "_of_gru", .test_func = test, .initial_state = (char *)"gru" },            \
    { .name = #test "_of_transformer", .test_func = test,                                      \
      .initial_state = (char *)"transformer" }

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(any_number_of_threads_gives_the_same_bits),
        EACH(a_step_is_the_mean_over_the_samples_that_are_due),
        EACH(an_epoch_has_every_sample_once_and_all_arms_have_the_same),
        EACH(a_training_goes_on_from_what_decides_its_future),
        EACH(what_stands_in_the_padding_counts_for_nothing),
        EACH(the_schedule_multiplies_whatever_the_rate_is),
        EACH(the_first_step_of_adam_moves_every_weight_by_the_rate),
        DECAY("sgd", 0), DECAY("momentum", 1), DECAY("adam", 2), DECAY("adamw", 3),
        DECAY("rmsprop", 4),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

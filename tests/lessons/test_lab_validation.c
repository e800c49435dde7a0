/*
 * Tests of lessons/lab.c: sequences held back, early stopping, the best weights, longer tests.
 */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/snapshot.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

/* So few samples that the arms learn them by heart: the loss on others rises soon. */
static struct lab_config by_heart(const char *every, const char *patience, const char *steps)
{
    struct lab_config config = small_config("sort", "gru", "transformer");

    set(&config, "training.samples", "8");
    set(&config, "training.learning_rate", "0.03");
    set(&config, "training.validate_every", every);
    set(&config, "training.patience", patience);
    set(&config, "training.steps", steps);
    return config;
}

static real *copy_of(const struct lab_arm *arm)
{
    const size_t bytes = arm->model.parameters.total * sizeof(real);
    real *copy = malloc(bytes);

    assert_non_null(copy);
    memcpy(copy, arm->trainer.parameters, bytes);
    return copy;
}

static void assert_weights(const struct lab_arm *arm, const real *copy)
{
    assert_memory_equal(arm->trainer.parameters, copy,
                        arm->model.parameters.total * sizeof(real));
}

/* Followed by hand: what it measures at every look, and the weights of the best. */
static void an_arm_ends_when_patience_runs_out_with_its_best_weights(void **state)
{
    const struct lab_config config = by_heart("4", "3", "400");
    struct lab *lab = lab_make(&config), *shadow;
    struct lab_config silent = config;
    real *best = NULL;
    double least = (double)INFINITY;
    int worse = 0;

    (void)state;
    silent.training.validate_every = silent.training.patience = 0;
    shadow = lab_make(&silent);
    while (worse < 3) {
        struct report report;

        assert_true(lab_runs(&lab->arm[0]));
        lab_train(lab, 4);
        lab_train(shadow, 4);
        trainer_evaluate(&shadow->arm[0].trainer, RANDOM_VALIDATE, LAB_VALIDATION_SEQUENCES,
                         &report);
        worse = report.loss < least ? 0 : worse + 1;
        if (report.loss < least) {
            least = report.loss;
            free(best);
            best = copy_of(&shadow->arm[0]);
        }
        assert_true(shadow->step < 400);
    }
    assert_true(lab->arm[0].finished && !lab->arm[0].stopped);
    assert_int_equal(lab->arm[0].trainer.step, shadow->step);
    assert_int_equal(lab->arm[0].validation.best_step, shadow->step - 12);
    assert_true(lab_validation_loss(&lab->arm[0]) == least);
    assert_true(isnan(lab_last(&lab->arm[0]).loss));
    assert_weights(&lab->arm[0], best);
    while (lab_step(lab)) /* the other goes on, alone, until it has had enough too */
        assert_true(lab->step < 400);
    assert_weights(&lab->arm[0], best);
    assert_true(lab->arm[1].finished);
    assert_int_equal(lab->step, lab->arm[1].trainer.step > lab->arm[0].trainer.step
                                    ? lab->arm[1].trainer.step
                                    : lab->arm[0].trainer.step);
    free(best);
    lab_free(lab);
    lab_free(shadow);
}

static void at_the_end_of_training_the_best_weights_are_tested(void **state)
{
    const struct lab_config config =
        by_heart("5", "0", "62"); /* the end lies between two looks */
    struct lab *lab = lab_make(&config);
    struct report report;

    (void)state;
    lab_train(lab, 61);
    for (int i = 0; i < 2; i++) {
        assert_false(lab->arm[i].validation.restored);
        assert_int_equal(lab->arm[i].validation.looked_at, 60);
    }
    lab_train(lab, 1);
    for (int i = 0; i < 2; i++) {
        struct lab_arm *arm = &lab->arm[i];

        assert_true(arm->validation.restored && lab_runs(arm));
        assert_int_equal(arm->validation.looked_at, 60);
        assert_true(arm->validation.best_step < 62);
        trainer_evaluate(&arm->trainer, RANDOM_VALIDATE, LAB_VALIDATION_SEQUENCES, &report);
        assert_true(report.loss == arm->validation.best_loss);
        assert_true(report.loss < arm->validation.end_loss);
        assert_true(isfinite(lab_last(arm).loss));
    }
    lab_free(lab);
}

/* More steps wished after the end: from the last weights, as a longer training would. */
static void beyond_the_end_training_goes_on_from_the_last_weights(void **state)
{
    const struct lab_config ends = by_heart("5", "0", "20");
    struct lab_config longer = by_heart("5", "0", "0");
    struct lab *lab = lab_make(&ends), *other = lab_make(&longer);

    (void)state;
    lab_train(lab, 20);
    lab_train(other, 20);
    assert_true(lab->arm[0].validation.restored && !other->arm[0].validation.restored);
    lab_train(lab, 13);
    lab_train(other, 13);
    for (int i = 0; i < 2; i++) {
        assert_same_weights(&lab->arm[i], &other->arm[i]);
        assert_same_report(&lab->arm[i].last, &other->arm[i].last);
        assert_same_curve(&lab->arm[i].curve, &other->arm[i].curve);
        assert_true(lab->arm[i].validation.best_loss == other->arm[i].validation.best_loss);
    }
    lab_free(lab);
    lab_free(other);
}

/*
 * Attention that sees all and knows no positions says the same of a sentence and of its mirror,
 * so it has half of them right, exactly, wherever both are together: in fresh batches and in
 * those of a training set, epoch after epoch, in shards of any size, in validation and in
 * tests.
 */
static void a_model_without_order_has_exactly_half_of_all_mirrors_right(void **state)
{
    static const char *const samples[] = { "0", "20" }, *const batches[] = { "8", "10", "64" };

    (void)state;
    for (int i = 0; i < 6; i++) {
        struct lab_config config = small_config("order", "transformer", NULL);
        struct report report;
        struct lab *lab;

        config.task.length = 0;
        set(&config, "left.mask", "full");
        set(&config, "left.positions", "none");
        set(&config, "training.samples", samples[i % 2]);
        set(&config, "training.batch", batches[i / 2]);
        set(&config, "training.validate_every", "3");
        lab = lab_make(&config);
        for (int step = 0; step < 12; step++) {
            lab_train(lab, 1);
            assert_close(lab->arm[0].last.accuracy, 0.5, 0, 0);
        }
        assert_close(lab->arm[0].validation.last.accuracy, 0.5, 0, 0);
        lab_test(lab, 0, &report);
        assert_close(report.accuracy, 0.5, 0, 0);
        lab_free(lab);
    }
}

static void looking_changes_no_bit_of_what_is_learned(void **state)
{
    struct lab_config looks = by_heart("3", "0", "0"), silent = by_heart("0", "0", "0");
    struct lab *lab, *other;

    (void)state;
    looks.training.threads = 2;
    lab = lab_make(&looks);
    other = lab_make(&silent);
    lab_train(lab, 14);
    lab_train(other, 14);
    for (int i = 0; i < 2; i++) {
        assert_same_weights(&lab->arm[i], &other->arm[i]);
        assert_true(isnan(lab_validation_loss(&other->arm[i])));
    }
    assert_true(lab_validates(lab) && !lab_validates(other));
    lab_free(lab);
    lab_free(other);
}

static void any_number_of_threads_ends_at_the_same_step_with_the_same_bits(void **state)
{
    struct lab_config config = by_heart("4", "2", "200");
    struct lab *labs[3];

    (void)state;
    config.training.batch = 19;
    set(&config, "training.schedule", "cosine");
    set(&config, "training.warmup", "5");
    set(&config, "training.optimizer", "rmsprop");
    set(&config, "training.learning_rate", "0.01");
    for (int i = 0; i < 3; i++) {
        config.training.threads = i + 1;
        labs[i] = lab_make(&config);
        while (lab_step(labs[i]) && labs[i]->step < 200)
            ;
    }
    for (int i = 1; i < 3; i++) {
        assert_int_equal(labs[i]->step, labs[0]->step);
        for (int arm = 0; arm < 2; arm++) {
            assert_same_weights(&labs[i]->arm[arm], &labs[0]->arm[arm]);
            assert_int_equal(labs[i]->arm[arm].trainer.step, labs[0]->arm[arm].trainer.step);
            assert_true(lab_validation_loss(&labs[i]->arm[arm]) ==
                        lab_validation_loss(&labs[0]->arm[arm]));
        }
    }
    assert_true(labs[0]->arm[0].finished || labs[0]->arm[1].finished);
    for (int i = 0; i < 3; i++)
        lab_free(labs[i]);
}

static void a_curve_carries_the_loss_of_the_last_look(void **state)
{
    const struct lab_config config = by_heart("4", "0", "0");
    struct lab *lab = lab_make(&config);
    const struct curve *curve = &lab->arm[1].curve;

    (void)state;
    lab_train(lab, 10);
    assert_int_equal(curve->count, 10);
    for (int i = 0; i < 3; i++)
        assert_true(isnan(curve->points[i].validation_loss));
    for (int i = 4; i < 7; i++)
        assert_true(curve->points[i].validation_loss == curve->points[3].validation_loss);
    assert_true(isfinite(curve->points[3].validation_loss));
    assert_true(curve->points[7].validation_loss != curve->points[3].validation_loss);
    assert_true(curve->points[9].validation_loss == (float)lab->arm[1].validation.last.loss);
    lab_free(lab);
}

/* Training never sees what it is validated, tested or probed on, nor are these the same. */
static void no_purpose_shares_its_sequences_with_another(void **state)
{
    static const enum random_purpose purposes[] = { RANDOM_TRAIN, RANDOM_TEST, RANDOM_PROBE,
                                                    RANDOM_SAMPLE, RANDOM_VALIDATE };
    enum { PURPOSES = sizeof purposes / sizeof *purposes };
    const struct lab_config config = by_heart("4", "0", "0");
    struct lab *lab = lab_make(&config);
    struct report reports[PURPOSES];

    (void)state;
    for (int i = 0; i < PURPOSES; i++) {
        trainer_evaluate(&lab->arm[0].trainer, purposes[i], 64, &reports[i]);
        for (int k = 0; k < i; k++)
            assert_true(reports[i].loss != reports[k].loss);
    }
    lab_free(lab);
}

static void a_longer_test_has_longer_sequences(void **state)
{
    struct lab_config config = small_config(*state, "gru", "transformer");
    struct lab *lab;
    struct report report, longer, again;

    set(&config, "task.test_length", "14");
    lab = lab_make(&config);
    lab_train(lab, 3);
    assert_int_equal(lab->longer.length, 14);
    for (int i = 0; i < 2; i++) {
        real *before = copy_of(&lab->arm[i]);

        lab_test(lab, i, &report);
        assert_int_equal(lab_test_long(lab, i, &longer, NULL), STATUS_OK);
        assert_int_equal(lab_test_long(lab, i, &again, NULL), STATUS_OK);
        assert_same_report(&longer, &again);
        assert_true(isfinite(longer.loss) && longer.loss != report.loss);
        assert_weights(&lab->arm[i], before);
        free(before);
    }
    lab_free(lab);
}

/*
 * The probe looks at sequences of the longer test, scored from where training's are; what is
 * learned and measured are the same bits.
 */
static void longer_sequences_can_be_looked_at(void **state)
{
    struct lab_config config = small_config("parity", "gru", "transformer");
    struct snapshot snapshot = { 0 };
    struct lab *trained, *longer;
    struct report a, b;

    (void)state;
    set(&config, "task.length", "5");
    set(&config, "task.test_length", "14");
    trained = lab_make(&config);
    set(&config, "task.shown", "longer");
    longer = lab_make(&config);
    lab_train(trained, 3);
    lab_train(longer, 3);
    for (int i = 0; i < 2; i++) {
        const struct probe *probe = &longer->arm[i].probe;

        lab_look(longer);
        assert_int_equal(trained->arm[i].probe.task.shape.steps, 5);
        assert_int_equal(batch_length(&probe->one, 0), 14);
        assert_int_equal(probe->profile.tau, 13);
        assert_int_equal(snapshot_take(&snapshot, longer, NULL), STATUS_OK);
        assert_int_equal(snapshot.steps, 14);
        assert_int_equal(snapshot.trained_steps, 5);
        for (int t = 0; t < 14; t++)
            assert_true(task_is_scored(&probe->task, &probe->one, 0, t));
        assert_same_weights(&trained->arm[i], &longer->arm[i]);
        lab_test(trained, i, &a);
        lab_test(longer, i, &b);
        assert_same_report(&a, &b);
        assert_int_equal(lab_test_long(trained, i, &a, NULL), STATUS_OK);
        assert_int_equal(lab_test_long(longer, i, &b, NULL), STATUS_OK);
        assert_same_report(&a, &b);
    }
    snapshot_free(&snapshot);
    lab_free(trained);
    lab_free(longer);
}

static void refused(const char *name, const char *value, const char *words)
{
    struct lab_config config = small_config("sort", "gru", "transformer");
    struct error error = { STATUS_OK, "" };
    struct lab *lab = NULL;

    set(&config, name, value);
    assert_int_equal(lab_create(&lab, &config, &error), STATUS_USAGE);
    assert_null(lab);
    assert_says(&error, STATUS_USAGE, words);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    refused("task.test_length", "5",
            "task sort: test_length 5 is not beyond length, which is 5");
    refused("task.test_length", "3", "not beyond length");
    refused("task.test_length", "65", "task sort: length 65 is impossible");
    refused("task.shown", "longer", "task sort: shown = longer needs a test_length");
    refused("training.patience", "3",
            "training.patience is 3 looks, but training.validate_every is 0");
}

/* Memory of the longer test is asked for beforehand, too: here that of 64 threads. */
static void a_longer_test_that_is_too_large_is_refused(void **state)
{
    struct lab_config config = small_config("copying", "lstm", NULL);
    struct error error = { STATUS_OK, "" };
    struct lab *lab = NULL;

    (void)state;
    set(&config, "left.hidden", "256");
    set(&config, "training.threads", "64");
    assert_int_equal(lab_create(&lab, &config, &error), STATUS_OK);
    lab_free(lab);
    lab = NULL;
    set(&config, "task.test_length", "4000");
    assert_int_equal(lab_create(&lab, &config, &error), STATUS_USAGE);
    assert_null(lab);
    assert_says(&error, STATUS_USAGE, "left: this lstm would take ");
}

/* clang-format off */
#define LONGER(task)                                                                           \
    { .name = "a_longer_test_has_longer_sequences_of_" task,                                   \
      .test_func = a_longer_test_has_longer_sequences, .initial_state = (char *)task }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arm_ends_when_patience_runs_out_with_its_best_weights),
        cmocka_unit_test(at_the_end_of_training_the_best_weights_are_tested),
        cmocka_unit_test(beyond_the_end_training_goes_on_from_the_last_weights),
        cmocka_unit_test(a_model_without_order_has_exactly_half_of_all_mirrors_right),
        cmocka_unit_test(looking_changes_no_bit_of_what_is_learned),
        cmocka_unit_test(any_number_of_threads_ends_at_the_same_step_with_the_same_bits),
        cmocka_unit_test(a_curve_carries_the_loss_of_the_last_look),
        cmocka_unit_test(no_purpose_shares_its_sequences_with_another),
        LONGER("adding"), LONGER("copying"), LONGER("sort"),
        cmocka_unit_test(longer_sequences_can_be_looked_at),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(a_longer_test_that_is_too_large_is_refused),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

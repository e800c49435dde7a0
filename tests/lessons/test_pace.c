/* Tests of lessons/pace.c: which arm makes the next update, and how steps are counted then. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "lessons/pace.h"
#include "tests/lessons/small_lab.h"

/* Arms of very different cost: the second is several times as wide. */
static struct lab_config unequal(const char *pace, const char *steps)
{
    struct lab_config config = small_config("sort", "gru", "gru");

    set(&config, "training.pace", pace);
    set(&config, "training.steps", steps);
    set(&config, "right.hidden", "60");
    return config;
}

static void six_arms(struct lab_config *config)
{
    set(config, "third.model", "elman");
    set(config, "fourth.model", "transformer");
    set(config, "fifth.model", "lstm");
    set(config, "sixth.model", "transformer");
    set(config, "sixth.layers", "2");
}

/* To the end that a training command goes to. */
static void train_to_the_end(struct lab *lab)
{
    while (lab->step < lab->config.training.steps)
        assert_true(lab_step(lab));
}

static void by_flops_no_arm_is_ahead_by_more_than_an_update(void **state)
{
    struct lab_config config = unequal("flops", "0");
    struct lab *lab;

    (void)state;
    six_arms(&config);
    lab = lab_make(&config);
    assert_int_equal(lab->arms, 6);
    for (int i = 0; i < 200; i++) {
        double least = (double)INFINITY, most = 0, dearest = 0;

        assert_true(lab_step(lab));
        for (int k = 0; k < 6; k++) {
            const struct lab_arm *arm = &lab->arm[k];
            const double spent = pace_spent(lab, arm);
            const double one =
                3 * model_flops(&arm->model, lab->task.shape.steps) * SMALL_BATCH;

            assert_true(spent == one * (double)arm->trainer.step);
            least = fmin(least, spent);
            most = fmax(most, spent);
            dearest = fmax(dearest, one);
        }
        assert_true(most - least <= dearest);
    }
    assert_true(lab->arm[0].trainer.step > 2 * lab->arm[1].trainer.step);
    lab_free(lab);
}

static void a_step_has_been_made_when_every_arm_has_made_it(void **state)
{
    struct lab_config config = unequal(*state, "0");
    struct lab *lab = lab_make(&config);
    long calls = 0;

    while (lab->step < 5) {
        const long before = lab->step;
        const long made = lab->arm[0].trainer.step + lab->arm[1].trainer.step;
        long least;

        assert_true(lab_step(lab));
        assert_int_equal(lab->arm[0].trainer.step + lab->arm[1].trainer.step, made + 1);
        least = lab->arm[0].trainer.step < lab->arm[1].trainer.step ? lab->arm[0].trainer.step
                                                                    : lab->arm[1].trainer.step;
        assert_int_equal(lab->step, least);
        assert_in_range(lab->step - before, 0, 1);
        assert_true(++calls < 10000);
    }
    assert_true(calls >= 10);
    lab_free(lab);
}

/* However the others go: its weights, and what it measured on the way. */
static void every_arm_learns_what_it_learns_alone(void **state)
{
    struct lab_config config = unequal(*state, "12");
    struct lab *lab;

    six_arms(&config);
    lab = lab_make(&config);
    train_to_the_end(lab);
    for (int i = 0; i < 6; i++) {
        struct lab_config one = config;
        struct lab *alone;

        for (int k = 0; k < 6; k++)
            if (k != i)
                one.arm[k].model[0] = '\0';
        one.training.pace = PACE_STEPS;
        alone = lab_make(&one);
        lab_train(alone, 12);
        assert_int_equal(lab->arm[i].trainer.step, 12);
        assert_same_weights(&alone->arm[0], &lab->arm[i]);
        assert_same_curve(&alone->arm[0].curve, &lab->arm[i].curve);
        assert_same_report(&alone->arm[0].last, &lab->arm[i].last);
        lab_free(alone);
    }
    lab_free(lab);
}

/*
 * The cheap arm makes its steps and waits; beyond the end it spends as much as the other first.
 */
static void who_has_made_all_steps_waits_for_the_others(void **state)
{
    struct lab_config config = unequal("flops", "6");
    struct lab *lab = lab_make(&config);
    double spent, one, other;

    (void)state;
    while (lab->arm[0].trainer.step < 6)
        assert_true(lab_step(lab));
    assert_true(lab->arm[1].trainer.step < 6);
    while (lab->step < 6) {
        assert_true(lab_step(lab));
        assert_int_equal(lab->arm[0].trainer.step, 6);
    }
    assert_int_equal(lab->arm[1].trainer.step, 6);
    assert_int_equal(pace_next(lab), 0);
    while (lab->arm[1].trainer.step == 6) {
        assert_true(lab_step(lab));
        assert_true(lab->arm[0].trainer.step < 1000);
    }
    spent = pace_spent(lab, &lab->arm[0]);
    one = spent / (double)lab->arm[0].trainer.step;
    other = pace_spent(lab, &lab->arm[1]) / 7;
    assert_true(spent >= 6 * other && spent - one < 6 * other);
    lab_free(lab);
}

static void an_arm_that_no_longer_runs_is_not_waited_for(void **state)
{
    struct lab_config config = unequal("flops", "0");
    struct lab *lab = lab_make(&config);
    long before;

    (void)state;
    lab_train(lab, 10);
    before = lab->arm[1].trainer.step;
    lab->arm[1].stopped = true;
    lab_train(lab, 5);
    assert_int_equal(lab->arm[1].trainer.step, before);
    assert_int_equal(lab->step, lab->arm[0].trainer.step);
    lab->arm[0].finished = true;
    assert_int_equal(pace_next(lab), -1);
    assert_false(lab_step(lab));
    lab_free(lab);
}

/* Its last update counts, like everybody's. */
static void the_last_arm_to_finish_has_made_all_its_steps(void **state)
{
    struct lab_config config = unequal("flops", "0");
    struct lab *lab;

    (void)state;
    set(&config, "training.validate_every", "2");
    set(&config, "training.patience", "1");
    set(&config, "training.learning_rate", "10"); /* soon worse */
    set(&config, "training.steps", "500");
    lab = lab_make(&config);
    while (lab_step(lab))
        assert_true(lab->step < 500);
    assert_true(lab->arm[0].finished && lab->arm[1].finished);
    assert_true(lab->step == lab->arm[0].trainer.step || lab->step == lab->arm[1].trainer.step);
    assert_true(lab->step % 2 == 0);
    lab_free(lab);
}

static void by_seconds_the_arm_that_took_less_time_is_next(void **state)
{
    struct lab_config config = unequal("seconds", "0");
    struct lab *lab = lab_make(&config);

    (void)state;
    lab_train(lab, 4);
    for (int i = 0; i < 2; i++) {
        assert_true(lab->arm[i].seconds > 0);
        assert_true(pace_spent(lab, &lab->arm[i]) == lab->arm[i].seconds);
    }
    lab->arm[0].seconds = 5;
    lab->arm[1].seconds = 4;
    assert_int_equal(pace_next(lab), 1);
    lab->arm[1].seconds = 6;
    assert_int_equal(pace_next(lab), 0);
    lab_free(lab);
}

/* Six arms in lockstep, as before there was any pace. */
static void six_arms_train_in_lockstep(void **state)
{
    struct lab_config config = unequal("steps", "8");
    struct lab *lab;

    (void)state;
    six_arms(&config);
    lab = lab_make(&config);
    for (long step = 1; step <= 8; step++) {
        assert_true(lab_step(lab));
        assert_int_equal(lab->step, step);
        for (int i = 0; i < 6; i++)
            assert_int_equal(lab->arm[i].trainer.step, step);
    }
    lab_free(lab);
}

/* clang-format off */
#define BY(pace, test)                                                                         \
    { .name = #test "_by_" pace, .test_func = test, .initial_state = (char *)pace }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_flops_no_arm_is_ahead_by_more_than_an_update),
        BY("flops", a_step_has_been_made_when_every_arm_has_made_it),
        BY("seconds", a_step_has_been_made_when_every_arm_has_made_it),
        BY("steps", every_arm_learns_what_it_learns_alone),
        BY("flops", every_arm_learns_what_it_learns_alone),
        BY("seconds", every_arm_learns_what_it_learns_alone),
        cmocka_unit_test(who_has_made_all_steps_waits_for_the_others),
        cmocka_unit_test(an_arm_that_no_longer_runs_is_not_waited_for),
        cmocka_unit_test(the_last_arm_to_finish_has_made_all_its_steps),
        cmocka_unit_test(by_seconds_the_arm_that_took_less_time_is_next),
        cmocka_unit_test(six_arms_train_in_lockstep),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

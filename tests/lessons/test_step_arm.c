/* Tests of lab_step_arm and WISH_STEP_ARM: one arm steps while the others stand still. */
#include "tests/test.h"

#include <math.h>
#include <unistd.h>

#include "tests/lessons/live_watch.h"
#include "tests/lessons/small_lab.h"

static struct lab_config uneven(const char *steps)
{
    struct lab_config config = small_config("sort", "gru", "transformer");

    set(&config, "third.model", "elman");
    set(&config, "training.steps", steps);
    set(&config, "training.validate_every", "4");
    return config;
}

/* As if the arm had been trained without company. */
static void assert_as_alone(const struct lab_arm *arm, struct lab_config config)
{
    struct lab *alone;

    for (int k = 0; k < ARMS_MAX; k++)
        if (k != arm->number)
            config.arm[k].model[0] = '\0';
    config.training.pace = PACE_STEPS;
    alone = lab_make(&config);
    lab_train(alone, (int)arm->trainer.step);
    assert_same_weights(&alone->arm[0], arm);
    assert_same_curve(&alone->arm[0].curve, &arm->curve);
    assert_same_report(&alone->arm[0].last, &arm->last);
    lab_free(alone);
}

static void one_arm_steps_and_the_others_stand_still(void **state)
{
    const struct lab_config config = uneven("0");
    struct lab *lab = lab_make(&config);

    (void)state;
    lab_train(lab, 2);
    for (int i = 0; i < 5; i++)
        assert_true(lab_step_arm(lab, 1));
    assert_int_equal(lab->arm[0].trainer.step, 2);
    assert_int_equal(lab->arm[1].trainer.step, 7);
    assert_int_equal(lab->arm[2].trainer.step, 2);
    assert_int_equal(lab->step, 2);
    assert_int_equal(lab->arm[1].curve.count, 7);
    assert_int_equal(lab->arm[1].validation.looked_at, 4);
    lab_train(lab, 3);
    assert_int_equal(lab->step, 5);
    assert_int_equal(lab->arm[1].trainer.step, 10);
    for (int i = 0; i < 3; i++)
        assert_as_alone(&lab->arm[i], config);
    lab_free(lab);
}

static void a_step_counts_when_the_slowest_has_made_it(void **state)
{
    const struct lab_config config = uneven("0");
    struct lab *lab = lab_make(&config);

    (void)state;
    lab_step_arm(lab, 0);
    lab_step_arm(lab, 0);
    lab_step_arm(lab, 1);
    assert_int_equal(lab->step, 0);
    lab_step_arm(lab, 2);
    assert_int_equal(lab->step, 1);
    lab_step_arm(lab, 2);
    assert_int_equal(lab->step, 1);
    lab_step_arm(lab, 1);
    assert_int_equal(lab->step, 2);
    lab_free(lab);
}

/* Every arm's training ends where it would without the other, with its best weights. */
static void who_is_ahead_waits_at_the_end(void **state)
{
    const struct lab_config config = uneven("10");
    struct lab *lab = lab_make(&config);

    (void)state;
    for (int i = 0; i < 3; i++)
        lab_step_arm(lab, 0);
    lab_train(lab, 10);
    assert_int_equal(lab->step, 10);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(lab->arm[i].trainer.step, 10);
        assert_false(isnan(lab->arm[i].validation.end_loss));
        assert_as_alone(&lab->arm[i], config);
    }
    lab_train(lab, 1); /* by hand it goes on */
    for (int i = 0; i < 3; i++)
        assert_int_equal(lab->arm[i].trainer.step, 11);
    lab_free(lab);
}

static void at_another_pace_the_others_catch_up(void **state)
{
    struct lab_config config = uneven("0");
    struct lab *lab;

    (void)state;
    set(&config, "training.pace", "flops");
    set(&config, "third.model", "");
    set(&config, "right.model", "gru"); /* as dear as the other */
    lab = lab_make(&config);
    for (int i = 0; i < 4; i++)
        lab_step_arm(lab, 1);
    assert_int_equal(lab->step, 0);
    for (int i = 0; i < 4; i++) {
        lab_step(lab);
        assert_int_equal(lab->arm[1].trainer.step, 4);
        assert_int_equal(lab->step, i + 1);
    }
    lab_free(lab);
}

static void an_arm_that_no_longer_runs_is_left_alone(void **state)
{
    const struct lab_config config = uneven("0");
    struct lab *lab = lab_make(&config);

    (void)state;
    lab_train(lab, 1);
    lab->arm[2].stopped = true;
    assert_false(lab_step_arm(lab, 2));
    assert_int_equal(lab->arm[2].trainer.step, 1);
    assert_int_equal(lab->step, 1);
    lab_step_arm(lab, 0);
    lab_step_arm(lab, 1);
    assert_int_equal(lab->step, 2); /* nobody waits for it */
    lab_free(lab);
}

/* -------------------------------------------------------------------------- while one looks */

/* The first arm is at that step and the lab stands still. */
static bool left_is_at(const struct snapshot *s, long step)
{
    return !s->running && s->arm[0].step == step;
}

static bool right_is_at(const struct snapshot *s, long step)
{
    return !s->running && s->arm[1].step == step;
}

static void a_wish_steps_one_arm_and_pauses(void **state)
{
    const struct lab_config config = uneven("0");
    struct live *live = watch_start(&config);
    const struct snapshot *s;
    long step;

    (void)state;
    watch_ask(live, WISH_RUN, 0);
    watch_for(live, runs_beyond, 3);
    watch_ask(live, WISH_PAUSE, 0);
    step = watch_after_all(live)->step;
    for (int i = 0; i < 20; i++)
        watch_ask(live, WISH_STEP_ARM, 1);
    watch_ask(live, WISH_STEP_ARM, 0);
    watch_ask(live, WISH_STEP_ARM, 5); /* there is none */
    watch_for(live, right_is_at, step + 20);
    s = watch_for(live, left_is_at, step + 1);
    assert_int_equal(s->arm[2].step, step);
    assert_int_equal(s->step, step);
    assert_int_equal(s->arm[1].curve.points[s->arm[1].curve.count - 1].step, step + 19);
    watch_ask(live, WISH_STEP, 2);
    s = watch_for(live, stands_at, step + 2);
    assert_int_equal(s->arm[0].step, step + 3);
    assert_int_equal(s->arm[1].step, step + 22);
    watch_ask(live, WISH_RUN, 0);
    watch_for(live, runs_beyond, step + 4);
    watch_ask(live, WISH_STEP_ARM, 0);
    s = watch_after_all(live);
    assert_false(s->running);
    assert_int_equal(s->arm[1].step - s->arm[2].step, 20);
    assert_int_equal(s->arm[0].step - s->arm[2].step, 2);
    live_stop(live);
}

static void running_ends_where_training_does(void **state)
{
    const struct lab_config config = uneven("12");
    struct live *live = watch_start(&config);
    const struct snapshot *s;

    (void)state;
    watch_ask(live, WISH_STEP_ARM, 1);
    watch_ask(live, WISH_STEP_ARM, 1);
    watch_ask(live, WISH_RUN, 0);
    s = watch_for(live, stands_at, 12);
    for (int i = 0; i < 3; i++)
        assert_int_equal(s->arm[i].step, 12);
    live_stop(live);
}

/* clang-format off */
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_arm_steps_and_the_others_stand_still),
        cmocka_unit_test(a_step_counts_when_the_slowest_has_made_it),
        cmocka_unit_test(who_is_ahead_waits_at_the_end),
        cmocka_unit_test(at_another_pace_the_others_catch_up),
        cmocka_unit_test(an_arm_that_no_longer_runs_is_left_alone),
        cmocka_unit_test(a_wish_steps_one_arm_and_pauses),
        cmocka_unit_test(running_ends_where_training_does),
    };
    /* clang-format on */

    alarm(WATCHDOG_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

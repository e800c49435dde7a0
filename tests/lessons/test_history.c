/* Tests of lessons/history.c and past.c: moments to look back at, and to go on from. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "lessons/change.h"
#include "lessons/models.h"
#include "lessons/past.h"
#include "tests/lessons/small_lab.h"

enum { TASTE = 4 /* moments that the small histories have room for */ };

static void take(struct history *history, struct lab *lab)
{
    struct error error = { STATUS_OK, "" };

    if (history_take(history, lab, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

static void look(struct history *history, struct lab *lab, long step)
{
    struct error error = { STATUS_OK, "" };

    if (history_look(history, lab, step, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

static void go_back(struct history *history, struct lab *lab, int moment)
{
    struct error error = { STATUS_OK, "" };

    if (history_return(history, lab, moment, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

/* Steps, with a moment whenever it is time for one. */
static void train(struct history *history, struct lab *lab, int steps)
{
    for (int i = 0; i < steps; i++) {
        const long before = lab->step;

        lab_step(lab);
        if (lab->step > before && history_is_due(history, lab))
            take(history, lab);
    }
}

static struct history *begin(struct lab *lab, int moments)
{
    struct history *history = calloc(1, sizeof *history);

    assert_non_null(history);
    history_begin(history, lab, (size_t)moments * history_moment_bytes(lab));
    take(history, lab);
    return history;
}

static void end(struct history *history)
{
    history_free(history);
    free(history);
}

/* Step 0 first, growing, no two further apart than two strides, none missing at the end. */
static void assert_even(const struct history *history, long step)
{
    assert_in_range(history->count, 1, history->most);
    assert_int_equal(history->moment[0].step, 0);
    for (int i = 1; i < history->count; i++)
        assert_int_equal(history->moment[i].step - history->moment[i - 1].step,
                         history->stride);
    assert_true(step - history->moment[history->count - 1].step < 2 * history->stride);
}

static void moments_are_thinned_evenly_and_step_0_stays(void **state)
{
    const struct lab_config config = small_config("adding", "elman", NULL);

    (void)state;
    for (int most = 2; most <= 7; most++) {
        struct lab *lab = lab_make(&config);
        struct history *history = begin(lab, most);

        assert_int_equal(history->most, most);
        for (long step = 1; step <= 100; step++) {
            train(history, lab, 1);
            assert_even(history, step);
        }
        assert_true(history->stride <= 256 / most); /* thinned no more than needed */
        end(history);
        lab_free(lab);
    }
}

static void memory_for_nothing_keeps_step_0_alone(void **state)
{
    const struct lab_config config = small_config("adding", "elman", "transformer");
    struct lab *lab = lab_make(&config);
    struct history *history = begin(lab, 0);

    (void)state;
    train(history, lab, 20);
    assert_int_equal(history->count, 1);
    assert_int_equal(history->most, 1);
    look(history, lab, 15);
    assert_int_equal(lab->looking_at, 0);
    end(history);
    lab_free(lab);
}

static void the_setting_bounds_the_memory(void **state)
{
    struct lab_config config = small_config("adding", "elman", "transformer");
    struct past *past = calloc(1, sizeof *past);
    struct lab *lab;

    (void)state;
    assert_non_null(past);
    config.arm[0].hidden = 200; /* 0.8 MB of a moment, two of them in 2 MB */
    config.training.history_megabytes = 2;
    lab = lab_make(&config);
    past_begin(past, lab);
    assert_int_equal(past->history.most, (2 << 20) / history_moment_bytes(lab));
    assert_in_range(past->history.most, 2, 4);
    assert_int_equal(past->history.count, 1);
    past_free(past);
    lab->config.training.history_megabytes = 4096; /* what the arms leave, and no more */
    past_begin(past, lab);
    assert_int_equal(past->history.most, MOMENTS_MAX);
    assert_true(lab_memory_left(lab) < LAB_MEMORY_MAX);
    past_free(past);
    lab->config.training.history_megabytes = 0;
    past_begin(past, lab);
    assert_int_equal(past->history.most, 1);
    past_free(past);
    free(past);
    lab_free(lab);
}

static void the_moment_looked_at_outlives_thinning(void **state)
{
    const struct lab_config config = small_config("adding", "elman", NULL);
    struct lab *lab = lab_make(&config);
    struct history *history = begin(lab, TASTE);

    (void)state;
    train(history, lab, 3);
    look(history, lab, 1);
    assert_int_equal(lab->looking_at, 1);
    train(history, lab, 60);
    assert_int_equal(lab->looking_at, 1);
    assert_int_equal(history->moment[history_nearest(history, 1)].step, 1);
    assert_in_range(history->count, 2, TASTE);
    look(history, lab, LAB_NOW);
    train(history, lab, 60);
    assert_int_not_equal(history->moment[1].step, 1);
    end(history);
    lab_free(lab);
}

static void the_nearest_moment_is_found(void **state)
{
    const struct lab_config config = small_config("adding", "elman", NULL);
    struct lab *lab = lab_make(&config);
    struct history empty = { 0 }, *history = begin(lab, 3);

    (void)state;
    train(history, lab, 8); /* 0, 4, 8 */
    assert_int_equal(history_nearest(&empty, 5), -1);
    assert_int_equal(history->moment[history_nearest(history, 0)].step, 0);
    assert_int_equal(history->moment[history_nearest(history, 3)].step, 4);
    assert_int_equal(history->moment[history_nearest(history, 5)].step, 4);
    assert_int_equal(history->moment[history_nearest(history, 1000)].step, 8);
    end(history);
    lab_free(lab);
}

/* What probes show of the moment is what they showed then, whatever training does meanwhile. */
static void looking_back_shows_what_was(void **state)
{
    struct lab_config config = small_config("sort", "gru", "transformer");
    struct lab *lab, *then;
    struct history *history;

    (void)state;
    set(&config, "training.validate_every", "3");
    lab = lab_make(&config);
    then = lab_make(&config);
    history = begin(lab, TASTE);
    lab_train(then, 6);
    lab_look(then);
    train(history, lab, 6);
    look(history, lab, 6);
    train(history, lab, 5);
    lab_look(lab);
    for (int i = 0; i < 2; i++) {
        const struct lab_arm *a = &lab->arm[i], *b = &then->arm[i];
        const struct profile_row *row = &a->probe.profile.input;

        assert_int_equal(a->trainer.step, 11);
        assert_int_equal(a->look.step, 6);
        assert_same_report(&a->look.last, &b->last);
        assert_true(a->look.validation_loss == lab_validation_loss(b));
        assert_memory_equal(lab_looked_weights(lab, a).parameters, b->trainer.parameters,
                            b->model.parameters.total * sizeof(real));
        assert_true(a->probe.loss == b->probe.loss);
        assert_memory_equal(row->one, b->probe.profile.input.one, 9 * sizeof *row->one);
        assert_memory_equal(row->rms, b->probe.profile.input.rms, 9 * sizeof *row->rms);
        assert_true(row->slope == b->probe.profile.input.slope);
    }
    look(history, lab, LAB_NOW);
    assert_ptr_equal(lab_looked_weights(lab, &lab->arm[0]).parameters,
                     lab->arm[0].trainer.parameters);
    lab_train(then, 5);
    for (int i = 0; i < 2; i++) /* having looked has changed nothing */
        assert_same_weights(&lab->arm[i], &then->arm[i]);
    end(history);
    lab_free(lab);
    lab_free(then);
}

/* From step 0 the ghost of step 0 is measured again, for whatever output is asked by now. */
static void looking_at_step_0_measures_the_ghost_again(void **state)
{
    const struct lab_config config = small_config("sort", "gru", NULL);
    struct lab *lab = lab_make(&config), *fresh = lab_make(&config);
    struct history *history = begin(lab, TASTE);

    (void)state;
    lab_look(lab);
    train(history, lab, 4);
    lab_loss_at(lab, 6);
    lab_loss_at(fresh, 6);
    look(history, lab, 0);
    lab_look(lab);
    lab_look(fresh);
    assert_int_equal(lab->arm[0].first.tau, 6);
    assert_true(lab->arm[0].first.input.slope == fresh->arm[0].first.input.slope);
    end(history);
    lab_free(lab);
    lab_free(fresh);
}

struct fork_row {
    const char *set[6][2];
};

/* What was changed between two steps is as it was; how it looks through other layers is said. */
static void going_back_brings_the_configuration_back(void **state)
{
    static const struct {
        const char *key, *value;
        bool layers;
    } rows[] = {
        { "right.mask", "full", true },           { "right.heads", "4", true },
        { "training.clip", "0.1", false },        { "left.gain", "2", false },
        { "training.schedule", "linear", false }, { "left.learning_rate", "0.1", false }
    };
    struct lab_config config = small_config("sort", "gru", "transformer");

    (void)state;
    set(&config, "left.initial", "orthogonal");
    set(&config, "training.steps", "50");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct lab *lab = lab_make(&config), *straight = lab_make(&config);
        struct history *history = begin(lab, 100);
        struct lab_config next = config, is, was;
        struct error error = { STATUS_OK, "" };

        train(history, lab, 6);
        set(&next, rows[i].key, rows[i].value);
        if (lab_change(lab, &next, &error) != STATUS_OK)
            fail_msg("%s", error.message);
        train(history, lab, 6);
        look(history, lab, 12);
        assert_false(lab->looks_through);
        look(history, lab, 4);
        assert_int_equal(lab->looks_through, rows[i].layers);
        lab_look(lab); /* the layers that there are now can be probed with them */
        go_back(history, lab, history_nearest(history, 4));
        assert_false(lab->looks_through);
        lab_train(lab, 10);
        lab_train(straight, 14);
        for (int a = 0; a < 2; a++)
            assert_same_weights(&lab->arm[a], &straight->arm[a]);
        is = config_resolved(&lab->config, &lab->task);
        was = config_resolved(&straight->config, &lab->task);
        assert_memory_equal(&is.arm, &was.arm, sizeof is.arm);
        assert_true(is.training.clip == was.training.clip);
        assert_int_equal(lab->events.count, 0);
        end(history);
        lab_free(lab);
        lab_free(straight);
    }
}

/* There and back again: the second time is the first time. */
static void going_back_makes_the_same_bits(void **state)
{
    const struct fork_row *row = *state;
    struct lab_config config = small_config("sort", "gru", "transformer");
    struct lab *lab, *straight;
    struct history *history;
    int to;

    for (int i = 0; i < 6 && row->set[i][0] != NULL; i++)
        set(&config, row->set[i][0], row->set[i][1]);
    lab = lab_make(&config);
    straight = lab_make(&config);
    history = begin(lab, 100);
    train(history, lab, 18);
    to = history_nearest(history, 7);
    look(history, lab, 3); /* a look must not get in the way */
    go_back(history, lab, to);
    assert_int_equal(lab->looking_at, LAB_NOW);
    assert_int_equal(lab->step, history->moment[to].step);
    assert_int_equal(history->count, to + 1);
    while (straight->step < lab->step ||
           straight->arm[0].trainer.step < lab->arm[0].trainer.step)
        lab_step(straight);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(lab->step, straight->step);
        for (int i = 0; i < 2; i++) {
            const struct lab_arm *a = &lab->arm[i], *b = &straight->arm[i];

            assert_int_equal(a->trainer.step, b->trainer.step);
            assert_same_weights(a, b);
            assert_same_report(&a->last, &b->last);
            assert_same_curve(&a->curve, &b->curve);
            assert_int_equal(a->finished, b->finished);
            assert_int_equal(a->validation.worse, b->validation.worse);
            assert_int_equal(a->validation.best_step, b->validation.best_step);
            assert_int_equal(a->trainer.has_usable, b->trainer.has_usable);
        }
        for (int i = 0; i < 15; i++) {
            lab_step(lab);
            lab_step(straight);
        }
    }
    end(history);
    lab_free(lab);
    lab_free(straight);
}

/* After a step that is not finite an arm has the weights before the one that led there. */
static void an_arm_that_stopped_lives_again(void **state)
{
    struct lab_config config = small_config("adding", "elman", "gru");
    struct lab *lab, *straight;
    struct history *history;

    (void)state;
    set(&config, "training.optimizer", "sgd");
    set(&config, "training.clip", "0");
    set(&config, "left.learning_rate", "100");
    lab = lab_make(&config);
    straight = lab_make(&config);
    history = begin(lab, 200);
    while (!lab->arm[0].stopped && lab->step < 150)
        train(history, lab, 1);
    assert_true(lab->arm[0].stopped);
    go_back(history, lab, history_nearest(history, lab->arm[0].trainer.step - 1));
    assert_false(lab->arm[0].stopped);
    assert_int_equal(lab->arm[0].why.status, STATUS_OK);
    for (int i = 0; i < 160; i++) {
        lab_step(lab);
        lab_step(straight);
    }
    while (straight->step < lab->step)
        lab_step(straight);
    assert_true(lab->arm[0].stopped && straight->arm[0].stopped);
    assert_same_weights(&lab->arm[0], &straight->arm[0]);
    assert_same_weights(&lab->arm[1], &straight->arm[1]);
    assert_string_equal(lab->arm[0].why.message, straight->arm[0].why.message);
    end(history);
    lab_free(lab);
    lab_free(straight);
}

static void a_fork_keeps_the_curves_and_takes_other_rates(void **state)
{
    struct lab_config config = small_config("sort", "gru", "transformer"), other;
    struct past *past = calloc(1, sizeof *past);
    struct error error;
    struct lab *lab, *straight;

    (void)state;
    assert_non_null(past);
    lab = lab_make(&config);
    past_begin(past, lab);
    train(&past->history, lab, 30);
    other = config;
    set(&other, "training.clip", "0.5");
    set(&other, "training.learning_rate", "0.01");
    set(&other, "right.learning_rate", "0.02");
    assert_int_equal(history_look(&past->history, lab, 12, &error), STATUS_OK);
    assert_int_equal(past_fork(past, lab, &other, &error), STATUS_OK);
    assert_int_equal(lab->step, 12);
    assert_int_equal(past->branches.count, 1);
    assert_int_equal(past->branches.items[0].from, 12);
    assert_int_equal(past->branches.items[0].to, 30);
    assert_true(past->branches.items[0].clip == 1);
    assert_true(past->branches.items[0].arm[0].learning_rate == 3e-3);
    assert_int_equal(past->branches.items[0].arm[0].count, 30);
    assert_int_equal(past->branches.items[0].arm[1].points[29].step, 29);
    assert_int_equal(lab->arm[0].curve.count, 12);
    straight = lab_make(&config);
    lab_train(straight, 12);
    for (int i = 0; i < 2; i++) {
        straight->arm[i].trainer.options.clip = 0.5;
        straight->arm[i].trainer.options.optimizer.learning_rate = i ? 0.02 : 0.01;
    }
    lab_train(lab, 9);
    lab_train(straight, 9);
    for (int i = 0; i < 2; i++)
        assert_same_weights(&lab->arm[i], &straight->arm[i]);
    assert_true(lab->config.training.clip == 0.5 && lab->config.arm[1].learning_rate == 0.02);
    assert_int_equal(history_look(&past->history, lab, 0, &error), STATUS_OK);
    assert_int_equal(past_fork(past, lab, NULL, &error),
                     STATUS_OK); /* to when it had its first rates */
    assert_true(lab->config.training.clip == 1 && arm_learning_rate(&lab->config, 1) == 1e-3);
    assert_true(lab->arm[1].trainer.options.optimizer.learning_rate == 1e-3);
    assert_int_equal(past->branches.count, 2);
    assert_true(past->branches.items[1].arm[1].learning_rate == 0.02);
    past_free(past);
    free(past);
    lab_free(lab);
    lab_free(straight);
}

static void the_oldest_branch_makes_room(void **state)
{
    const struct lab_config config = small_config("adding", "elman", NULL);
    struct lab *lab = lab_make(&config);
    struct past *past = calloc(1, sizeof *past);
    struct error error;

    (void)state;
    assert_non_null(past);
    past_begin(past, lab);
    for (int fork = 1; fork <= BRANCHES_MAX + 2; fork++) {
        train(&past->history, lab, fork); /* step 1 / 1 2 .. : each a step further */
        assert_int_equal(history_look(&past->history, lab, 0, &error), STATUS_OK);
        assert_int_equal(past_fork(past, lab, NULL, &error), STATUS_OK);
    }
    assert_int_equal(past->branches.count, BRANCHES_MAX);
    for (int i = 0; i < BRANCHES_MAX; i++) {
        assert_int_equal(past->branches.items[i].to, i + 3);
        assert_int_equal(past->branches.items[i].arm[0].count, i + 3);
    }
    assert_int_equal(past_fork(past, lab, NULL, &error),
                     STATUS_OK); /* here: nothing is left behind */
    assert_int_equal(past->branches.items[0].to, 3);
    past_free(past);
    free(past);
    lab_free(lab);
}

/* The way back leads through a change that no configuration has. */
static void a_fork_that_cannot_be_leaves_every_branch(void **state)
{
    const struct lab_config config = small_config("adding", "elman", NULL);
    struct lab_config other = config;
    struct lab *lab = lab_make(&config);
    struct past *past = calloc(1, sizeof *past);
    struct error error;

    (void)state;
    assert_non_null(past);
    past_begin(past, lab);
    for (int fork = 1; fork <= BRANCHES_MAX; fork++) {
        train(&past->history, lab, fork);
        assert_int_equal(history_look(&past->history, lab, 0, &error), STATUS_OK);
        assert_int_equal(past_fork(past, lab, NULL, &error), STATUS_OK);
    }
    for (int change = 0; change < 2; change++) {
        train(&past->history, lab, 4);
        set(&other, "training.clip", change ? "0.5" : "0.25");
        assert_int_equal(lab_change(lab, &other, &error), STATUS_OK);
    }
    train(&past->history, lab, 4);
    snprintf(lab->events.items[0].key, EVENT_KEY_MAX, "no.key");
    assert_int_equal(history_look(&past->history, lab, 6, &error), STATUS_OK);
    assert_int_equal(past_fork(past, lab, NULL, &error), STATUS_USAGE);
    assert_int_equal(lab->step, 12);
    assert_int_equal(lab->looking_at, 6);
    assert_int_equal(past->branches.count, BRANCHES_MAX);
    for (int i = 0; i < BRANCHES_MAX; i++)
        assert_int_equal(past->branches.items[i].to, i + 1);
    past_free(past);
    free(past);
    lab_free(lab);
}

static void moments_cost_less_than_a_hundredth_of_training(void **state)
{
    struct lab_config config = small_config("adding", "elman", "transformer");
    struct past *past = calloc(1, sizeof *past);
    const struct history *history = &past->history;
    double spent = 0, begin;
    struct lab *lab;

    (void)state;
    assert_non_null(past);
    config.training.batch = 1; /* steps that cost hardly more than a moment does */
    config.arm[0].hidden = 128;
    lab = lab_make(&config);
    begin = clock_work_seconds();
    past_begin(past, lab);
    while (clock_work_seconds() < begin + 0.5) {
        double before;

        lab_step(lab);
        before = clock_work_seconds();
        past_note(past, lab);
        if (history->moment[history->count - 1].step == lab->step)
            spent += clock_work_seconds() - before; /* else it is the clock that is measured */
    }
    assert_true(past->history.count > 1);
    assert_true(spent < 0.01 * (clock_work_seconds() - begin));
    past_free(past);
    free(past);
    lab_free(lab);
}

/* clang-format off */
#define FORK(of, ...)                                                                          \
    { .name = "going_back_makes_the_same_bits_" of,                                            \
      .test_func = going_back_makes_the_same_bits,                                             \
      .initial_state = &(struct fork_row){ { __VA_ARGS__ } } }
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_thinned_evenly_and_step_0_stays),
        cmocka_unit_test(memory_for_nothing_keeps_step_0_alone),
        cmocka_unit_test(the_setting_bounds_the_memory),
        cmocka_unit_test(the_moment_looked_at_outlives_thinning),
        cmocka_unit_test(the_nearest_moment_is_found),
        cmocka_unit_test(looking_back_shows_what_was),
        cmocka_unit_test(looking_at_step_0_measures_the_ghost_again),
        FORK("with_adam_and_clip", { "training.clip", "0.3" }),
        FORK("with_a_schedule", { "training.warmup", "5" }, { "training.schedule", "cosine" },
             { "training.steps", "40" }),
        FORK("with_momentum", { "training.optimizer", "momentum" }),
        FORK("with_sgd", { "training.optimizer", "sgd" }),
        FORK("with_a_training_set", { "training.samples", "20" }),
        FORK("with_validation", { "training.validate_every", "4" },
             { "training.learning_rate", "0.3" }, { "training.steps", "16" }),
        FORK("with_early_stopping", { "training.validate_every", "2" },
             { "training.patience", "2" }, { "training.learning_rate", "0.3" }),
        FORK("at_another_pace", { "training.pace", "flops" }, { "right.width", "16" }),
        FORK("with_all_of_it", { "training.clip", "0.5" }, { "training.schedule", "linear" },
             { "training.steps", "30" }, { "training.validate_every", "2" },
             { "training.patience", "3" }, { "training.samples", "20" }),
        cmocka_unit_test(going_back_brings_the_configuration_back),
        cmocka_unit_test(an_arm_that_stopped_lives_again),
        cmocka_unit_test(a_fork_keeps_the_curves_and_takes_other_rates),
        cmocka_unit_test(the_oldest_branch_makes_room),
        cmocka_unit_test(a_fork_that_cannot_be_leaves_every_branch),
        cmocka_unit_test(moments_cost_less_than_a_hundredth_of_training),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

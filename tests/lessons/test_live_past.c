/* Tests of lessons/live.c: looking back while it trains, and letting it go another way. */
#include "tests/test.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "tests/lessons/live_watch.h"
#include "tests/lessons/small_lab.h"

static bool looks_at(const struct snapshot *s, long step)
{
    return s->looking_at == step;
}

static bool has_branches(const struct snapshot *s, long number)
{
    return s->branches.count == number;
}

/* Everything of the arms' inside is what a lab shows after that many steps. */
static void assert_shows_moment(const struct snapshot *s, const struct lab_config *config,
                                int step)
{
    struct lab *lab = lab_make(config);

    lab_train(lab, step);
    lab_look(lab);
    for (int i = 0; i < lab->arms; i++) {
        const struct snapshot_arm *arm = &s->arm[i];
        const struct trace *trace = &lab->arm[i].probe.trace;
        const struct profile *profile = &lab->arm[i].probe.profile;
        const size_t row = (size_t)profile->steps * sizeof(double);

        assert_int_equal(arm->looked_step, step);
        assert_true(arm->probe_loss == lab->arm[i].probe.loss);
        assert_int_equal(arm->trace.count, trace->count);
        for (int e = 0; e < trace->count; e++)
            assert_memory_equal(arm->trace.entries[e].value, trace->entries[e].value,
                                trace->entries[e].count * sizeof(real));
        assert_memory_equal(arm->now.input.one, profile->input.one, row);
        assert_memory_equal(arm->now.input.rms, profile->input.rms, row);
        if (step > 0)
            assert_true(arm->loss == lab->arm[i].last.loss);
        else
            assert_true(isnan(arm->loss));
    }
    lab_free(lab);
}

static void the_picture_lists_the_moments(void **state)
{
    const struct lab_config config = small_config("adding", "elman", "transformer");
    struct live *live = watch_start(&config);
    const struct snapshot *s = watch_for(live, any_picture, 0);

    (void)state;
    assert_int_equal(s->looking_at, LAB_NOW);
    assert_int_equal(s->moments, 1);
    assert_int_equal(s->moment[0], 0);
    watch_ask(live, WISH_RUN, 0);
    s = watch_for(live, runs_beyond, 100);
    assert_in_range(s->moments, 2, MOMENTS_MAX);
    assert_int_equal(s->moment[0], 0);
    for (int i = 1; i < s->moments; i++)
        assert_in_range(s->moment[i], s->moment[i - 1] + 1, s->step);
    live_stop(live);
}

static void looking_back_shows_another_moment_and_goes_on_training(void **state)
{
    const struct lab_config config = small_config("sort", "gru", "transformer");
    struct live *live = watch_start(&config);
    const struct snapshot *s;
    unsigned long serial;
    long step, moment;

    (void)state;
    watch_ask(live, WISH_RUN, 0);
    s = watch_for(live, runs_beyond, 60);
    moment = s->moment[s->moments / 2];
    watch_ask(live, WISH_LOOK, moment);
    s = watch_for(live, looks_at, moment);
    step = s->step;
    serial = s->serial;
    s = watch_for(live, runs_beyond, step + 50); /* new data does not steal the place back */
    assert_int_equal(s->looking_at, moment);
    assert_true(s->serial > serial);
    assert_shows_moment(s, &config, (int)moment);
    assert_int_equal(s->arm[0].step, s->step);
    assert_is_like_a_lab(s, &config); /* the curves are whole */
    watch_ask(live, WISH_PAUSE, 0);
    watch_ask(live, WISH_LOOK, LAB_NOW);
    s = watch_for(live, looks_at, LAB_NOW);
    assert_false(s->running);
    assert_shows_moment(s, &config, (int)s->step);
    watch_ask(live, WISH_LOOK, 0); /* standing still it answers, too */
    s = watch_for(live, looks_at, 0);
    assert_shows_moment(s, &config, 0);
    live_stop(live);
}

static bool takes_loss_at(const struct snapshot *s, long step)
{
    return s->loss_at == step;
}

static void hands_reach_the_moment_looked_at(void **state)
{
    const struct lab_config config = small_config("sort", "gru", "transformer");
    const struct wish wish = { .kind = WISH_EDIT,
                               .number = 1,
                               .edit = { .kind = EDIT_HEAD_OUT, .depth = 0, .head = 1 } };
    struct live *live = watch_start(&config);
    const struct snapshot *s;
    struct lab *lab = lab_make(&config);

    (void)state;
    watch_ask(live, WISH_STEP, 5);
    watch_for(live, stands_at, 5);
    watch_ask(live, WISH_LOOK, 0);
    watch_for(live, looks_at, 0);
    watch_ask(live, WISH_LOSS_AT, 6);
    assert_true(live_send(live, &wish));
    watch_ask(live, WISH_SAMPLE, 9);
    watch_for(live, takes_loss_at, 6);
    s = watch_for(live, shows_sample, 9);
    lab_loss_at(lab, 6);
    lab_pin(lab, 9);
    lab_edit(lab, 1, &wish.edit);
    lab_look(lab);
    for (int i = 0; i < 2; i++) {
        assert_true(s->arm[i].probe_loss == lab->arm[i].probe.loss);
        assert_true(s->arm[i].now.input.slope == lab->arm[i].probe.profile.input.slope);
    }
    assert_true(s->arm[1].free_loss == lab->arm[1].free_loss);
    lab_free(lab);
    live_stop(live);
}

static void a_fork_goes_back_and_on(void **state)
{
    const struct lab_config config = small_config("sort", "gru", "transformer");
    struct live *live = watch_start(&config);
    struct wish wish = { .kind = WISH_FORK };
    const struct snapshot *s;

    (void)state;
    watch_ask(live, WISH_STEP, 4);
    watch_for(live, stands_at, 4);
    watch_ask(live, WISH_LOOK, 0);
    watch_for(live, looks_at, 0);
    assert_true(live_send(live, &wish));
    s = watch_for(live, has_branches, 1);
    assert_int_equal(s->step, 0);
    assert_int_equal(s->looking_at, LAB_NOW);
    assert_int_equal(s->moments, 1);
    assert_int_equal(s->branches.items[0].from, 0);
    assert_int_equal(s->branches.items[0].to, 4);
    assert_int_equal(s->branches.items[0].arm[1].count, 4);
    assert_int_equal(s->arm[0].curve.count, 0);
    assert_shows_moment(s, &config, 0);
    watch_ask(live, WISH_STEP, 6);
    s = watch_for(live, stands_at, 6);
    assert_is_like_a_lab(s, &config); /* the same bits again */
    for (int p = 0; p < 4; p++)
        assert_true(s->branches.items[0].arm[0].points[p].loss ==
                    s->arm[0].curve.points[p].loss);
    wish.config = s->config;
    set(&wish.config, "training.learning_rate", "0.02");
    set(&wish.config, "training.clip", "0");
    set(&wish.config, "training.batch", "3"); /* not what a fork changes */
    assert_true(live_send(live, &wish));      /* from here: nothing is left behind */
    watch_ask(live, WISH_STEP, 1);
    s = watch_for(live, stands_at, 7);
    assert_int_equal(s->branches.count, 1);
    assert_true(s->arm[0].learning_rate == 0.02 && s->arm[1].learning_rate == 0.02);
    assert_true(s->config.training.clip == 0);
    assert_int_equal(s->config.training.batch, SMALL_BATCH);
    live_stop(live);
}

static void a_fork_while_running_keeps_running(void **state)
{
    const struct lab_config config = small_config("adding", "elman", NULL);
    struct live *live = watch_start(&config);
    const struct wish wish = { .kind = WISH_FORK };
    const struct snapshot *s;
    long left;

    (void)state;
    watch_ask(live, WISH_RUN, 0);
    watch_for(live, runs_beyond, 50);
    watch_ask(live, WISH_LOOK, 0);
    watch_for(live, looks_at, 0);
    assert_true(live_send(live, &wish));
    s = watch_for(live, has_branches, 1);
    left = s->branches.items[0].to;
    assert_true(s->running);
    s = watch_for(live, runs_beyond, left + 20);
    assert_true(s->steps_per_second >= 0);
    assert_is_like_a_lab(s, &config);
    live_stop(live);
}

static void a_restart_forgets_moments_and_branches(void **state)
{
    const struct lab_config config = small_config("adding", "elman", NULL);
    struct live *live = watch_start(&config);
    struct wish wish = { .kind = WISH_FORK };
    const struct snapshot *s;

    (void)state;
    watch_ask(live, WISH_STEP, 9);
    watch_for(live, stands_at, 9);
    watch_ask(live, WISH_LOOK, 0);
    assert_true(live_send(live, &wish));
    watch_for(live, has_branches, 1);
    watch_ask(live, WISH_STEP, 3);
    watch_for(live, stands_at, 3);
    watch_ask(live, WISH_LOOK, 0);
    watch_for(live, looks_at, 0);
    wish = (struct wish){ .kind = WISH_RESTART, .config = config };
    assert_true(live_send(live, &wish));
    s = watch_for(live, has_branches, 0);
    assert_int_equal(s->looking_at, LAB_NOW);
    assert_int_equal(s->moments, 1);
    assert_int_equal(s->step, 0);
    live_stop(live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_picture_lists_the_moments),
        cmocka_unit_test(looking_back_shows_another_moment_and_goes_on_training),
        cmocka_unit_test(hands_reach_the_moment_looked_at),
        cmocka_unit_test(a_fork_goes_back_and_on),
        cmocka_unit_test(a_fork_while_running_keeps_running),
        cmocka_unit_test(a_restart_forgets_moments_and_branches),
    };

    alarm(WATCHDOG_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

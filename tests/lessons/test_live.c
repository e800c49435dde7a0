/* Tests of lessons/live.c: a lab that trains in its own thread, seen by somebody who looks. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lessons/live.h"
#include "tests/lessons/small_lab.h"

enum { QUEUE_AT_LEAST = 8, GIVE_UP_SECONDS = 20, WATCHDOG_SECONDS = 300 };

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void rest(void)
{
    const struct timespec millisecond = { .tv_nsec = 1000000 };

    nanosleep(&millisecond, NULL);
}

static struct live *start(const struct lab_config *config)
{
    struct error error = { STATUS_OK, "" };
    struct live *live = NULL;

    if (live_start(&live, config, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return live;
}

static void ask(struct live *live, enum wish_kind kind, long number)
{
    const struct wish wish = { .kind = kind, .number = number };

    assert_true(live_send(live, &wish));
}

static void ask_restart(struct live *live, const struct lab_config *config)
{
    const struct wish wish = { .kind = WISH_RESTART, .config = *config };

    assert_true(live_send(live, &wish));
}

/* Is this the picture that is waited for? */
typedef bool wanted(const struct snapshot *snapshot, long number);

/* The first snapshot that is, valid until the next look; fails after GIVE_UP_SECONDS. */
static const struct snapshot *wait_for(struct live *live, wanted *is, long number)
{
    const double end = now() + GIVE_UP_SECONDS;

    while (now() < end) {
        bool changed;
        const struct snapshot *snapshot = live_latest(live, &changed);

        if (snapshot != NULL && is(snapshot, number))
            return snapshot;
        rest();
    }
    fail_msg("what was waited for (%ld) did not come in %d s", number, GIVE_UP_SECONDS);
    abort();
}

static bool any(const struct snapshot *s, long number)
{
    (void)s;
    (void)number;
    return true;
}

static bool stands_at(const struct snapshot *s, long step)
{
    return !s->running && s->step == step;
}

static bool stands(const struct snapshot *s, long number)
{
    (void)number;
    return !s->running;
}

static bool runs_beyond(const struct snapshot *s, long step)
{
    return s->running && s->step > step;
}

static bool shows_sample(const struct snapshot *s, long sample)
{
    return s->sample == sample;
}

static bool takes_loss_at(const struct snapshot *s, long step)
{
    return s->loss_at == step;
}

static bool newer_than(const struct snapshot *s, long serial)
{
    return (long)s->serial > serial;
}

static bool has_rate(const struct snapshot *s, long number)
{
    (void)number;
    return s->running && s->steps_per_second > 0;
}

static bool has_a_stopped_arm(const struct snapshot *s, long arm)
{
    return s->arm[arm].stopped;
}

static bool has_arms(const struct snapshot *s, long arms)
{
    return s->arms == arms;
}

/* A picture that was made after everything that has been sent so far. */
static const struct snapshot *picture_after_all(struct live *live)
{
    static const long mark = 77777;

    ask(live, WISH_SAMPLE, mark);
    wait_for(live, shows_sample, mark);
    ask(live, WISH_SAMPLE, 0);
    return wait_for(live, shows_sample, 0);
}

/* One that trains shows something at least every twentieth of a second, if it is so small. */
static void assert_no_more_pictures(struct live *live)
{
    const double end = now() + 0.3;
    bool changed;

    picture_after_all(live);
    while (now() < end) {
        rest();
        live_latest(live, &changed);
        assert_false(changed);
    }
}

/* What a snapshot must have in common with another of the same moment. */
struct moment {
    struct trace trace;
    struct curve *curve;
    double probe_loss;
};

static struct moment moment_of(const struct snapshot *snapshot, int arm)
{
    struct moment moment = { .probe_loss = snapshot->arm[arm].probe_loss };

    moment.curve = malloc(sizeof *moment.curve);
    assert_non_null(moment.curve);
    *moment.curve = snapshot->arm[arm].curve;
    trace_copy(&moment.trace, &snapshot->arm[arm].trace);
    assert_false(moment.trace.failed);
    return moment;
}

static void moment_free(struct moment *moment)
{
    trace_free(&moment->trace);
    free(moment->curve);
}

static void assert_same_moment(const struct moment *moment, const struct snapshot *snapshot,
                               int arm)
{
    const struct snapshot_arm *a = &snapshot->arm[arm];

    assert_true(moment->probe_loss == a->probe_loss);
    assert_int_equal(moment->trace.count, a->trace.count);
    for (int i = 0; i < a->trace.count; i++) {
        const struct trace_entry *one = &moment->trace.entries[i], *two = &a->trace.entries[i];

        assert_string_equal(one->name, two->name);
        assert_int_equal(one->count, two->count);
        assert_memory_equal(one->value, two->value, one->count * sizeof(real));
        if (one->has_gradient)
            assert_memory_equal(one->gradient, two->gradient, one->count * sizeof(real));
    }
    assert_same_curve(moment->curve, &a->curve);
}

/* The same moment of a lab without a thread. */
static void assert_is_like_a_lab(const struct snapshot *snapshot,
                                 const struct lab_config *config)
{
    struct lab *lab = lab_make(config);

    lab_train(lab, (int)snapshot->step);
    for (int i = 0; i < lab->arms; i++)
        assert_same_curve(&snapshot->arm[i].curve, &lab->arm[i].curve);
    lab_free(lab);
}

/* A step that takes several times what a look may take. */
static struct lab_config heavy(void)
{
    struct lab_config config = small_config("adding", "transformer", NULL);

    set(&config, "task.length", "64");
    set(&config, "left.width", "64");
    set(&config, "left.heads", "4");
    set(&config, "left.layers", "2");
    set(&config, "training.batch", "64");
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__) /* many times as slow */
    set(&config, "task.length", "8");
#endif
    return config;
}

/* The tests */

static void the_first_picture_stands_still_at_step_0(void **state)
{
    const struct lab_config config = small_config("adding", "elman", "transformer");
    struct live *live = start(&config);
    const struct snapshot *s = wait_for(live, any, 0);
    bool changed;

    (void)state;
    assert_int_equal(s->step, 0);
    assert_false(s->running);
    assert_int_equal(s->serial, 1);
    assert_int_equal(s->arms, 2);
    for (int i = 0; i < 2; i++) {
        assert_true(isnan(s->arm[i].loss));
        assert_true(isfinite(s->arm[i].probe_loss));
        assert_int_equal(s->arm[i].curve.count, 0);
        assert_true(s->arm[i].trace.count >= 3);
        assert_true(isfinite(s->arm[i].now.input.rms[0]));
        assert_true(isfinite(s->arm[i].first.input.slope));
    }
    assert_ptr_equal(live_latest(live, &changed), s); /* and stays, nobody having wished */
    assert_false(changed);
    live_stop(live);
}

static void a_wish_for_steps_makes_exactly_so_many(void **state)
{
    const struct lab_config config = small_config("sort", "gru", "transformer");
    struct live *live = start(&config);
    const struct snapshot *s;

    (void)state;
    ask(live, WISH_STEP, 7);
    s = wait_for(live, stands_at, 7);
    assert_is_like_a_lab(s, &config);
    assert_int_equal(picture_after_all(live)->step, 7);
    for (int i = 0; i < 3; i++)
        ask(live, WISH_STEP, 1);
    wait_for(live, stands_at, 10);
    s = picture_after_all(live);
    assert_int_equal(s->step, 10);
    assert_int_equal(s->arm[1].curve.count, 10);
    assert_is_like_a_lab(s, &config);
    live_stop(live);
}

static void running_goes_on_until_a_pause(void **state)
{
    const struct lab_config config = small_config("adding", "lstm", "transformer");
    struct live *live = start(&config);
    const struct snapshot *s;
    long step;

    (void)state;
    ask(live, WISH_RUN, 0);
    wait_for(live, runs_beyond, 20);
    ask(live, WISH_PAUSE, 0);
    step = wait_for(live, stands, 0)->step;
    assert_true(step > 20);
    s = picture_after_all(live);
    assert_int_equal(s->step, step);
    assert_is_like_a_lab(s, &config);
    ask(live, WISH_RUN, 0);
    wait_for(live, runs_beyond, step);
    live_stop(live);
}

static void a_step_while_running_pauses(void **state)
{
    const struct lab_config config = small_config("adding", "elman", NULL);
    struct live *live = start(&config);
    const struct snapshot *s;
    long step;

    (void)state;
    ask(live, WISH_RUN, 0);
    wait_for(live, runs_beyond, 3);
    ask(live, WISH_STEP, 1);
    wait_for(live, stands, 0);
    step =
        picture_after_all(live)->step; /* the one step is made before the next wish is read */
    s = picture_after_all(live);
    assert_false(s->running);
    assert_int_equal(s->step, step);
    live_stop(live);
}

static void running_pauses_at_the_end_of_training(void **state)
{
    struct lab_config config = small_config("adding", "elman", "gru");
    struct live *live;

    (void)state;
    config.training.steps = 30;
    live = start(&config);
    ask(live, WISH_RUN, 0);
    wait_for(live, stands_at, 30);
    assert_int_equal(picture_after_all(live)->step, 30);
    ask(live, WISH_STEP, 2); /* by hand it goes on */
    wait_for(live, stands_at, 32);
    ask(live, WISH_RUN, 0); /* and once more as long */
    wait_for(live, stands_at, 62);
    live_stop(live);
}

static void the_rate_is_shown_while_running(void **state)
{
    const struct lab_config config = small_config("adding", "elman", NULL);
    struct live *live = start(&config);

    (void)state;
    ask(live, WISH_RUN, 0);
    wait_for(live, has_rate, 0);
    ask(live, WISH_PAUSE, 0);
    assert_true(wait_for(live, stands, 0)->steps_per_second == 0);
    live_stop(live);
}

static void a_restart_begins_the_same_run_again(void **state)
{
    const struct lab_config config = small_config("copying", "lstm", "transformer");
    struct live *live = start(&config);
    const struct snapshot *s = wait_for(live, any, 0);
    struct moment first[2], trained[2];

    (void)state;
    for (int i = 0; i < 2; i++)
        first[i] = moment_of(s, i);
    ask(live, WISH_STEP, 6);
    s = wait_for(live, stands_at, 6);
    for (int i = 0; i < 2; i++)
        trained[i] = moment_of(s, i);
    ask_restart(live, &config);
    s = wait_for(live, stands_at, 0);
    for (int i = 0; i < 2; i++)
        assert_same_moment(&first[i], s, i);
    ask(live, WISH_STEP, 6);
    s = wait_for(live, stands_at, 6);
    for (int i = 0; i < 2; i++) {
        assert_same_moment(&trained[i], s, i);
        moment_free(&first[i]);
        moment_free(&trained[i]);
    }
    live_stop(live);
}

static void a_restart_with_other_models_and_tasks_works(void **state)
{
    const struct lab_config config = small_config("adding", "elman", "transformer");
    const struct lab_config longer = small_config("copying", "gru", NULL);
    const struct lab_config shorter = small_config("sort", "transformer", "lstm");
    struct live *live = start(&config);
    const struct snapshot *s;

    (void)state;
    ask(live, WISH_STEP, 2);
    wait_for(live, stands_at, 2);
    ask_restart(live, &longer);
    s = wait_for(live, has_arms, 1);
    assert_int_equal(s->step, 0);
    assert_int_equal(s->steps, 23);
    assert_string_equal(s->arm[0].model, "gru");
    ask_restart(live, &shorter);
    s = wait_for(live, has_arms, 2);
    assert_int_equal(s->steps, 9);
    assert_string_equal(s->config.task.name, "sort");
    assert_string_equal(s->arm[1].model, "lstm");
    ask(live, WISH_STEP, 3);
    assert_is_like_a_lab(wait_for(live, stands_at, 3), &shorter);
    live_stop(live);
}

static void a_restart_while_running_keeps_running(void **state)
{
    const struct lab_config config = small_config("adding", "elman", "transformer");
    const struct lab_config one = small_config("adding", "elman", NULL);
    struct live *live = start(&config);

    (void)state;
    ask(live, WISH_RUN, 0);
    wait_for(live, runs_beyond, 10);
    ask_restart(live, &one);
    assert_true(wait_for(live, has_arms, 1)->running);
    wait_for(live, runs_beyond, 10);
    live_stop(live);
}

static void a_restart_keeps_what_is_looked_at(void **state)
{
    const struct lab_config config = small_config("sort", "elman", "transformer");
    const struct lab_config other = small_config("sort", "gru", NULL);
    struct live *live = start(&config);
    const struct snapshot *s;

    (void)state;
    ask(live, WISH_SAMPLE, 9);
    ask(live, WISH_LOSS_AT, 6);
    wait_for(live, takes_loss_at, 6);
    ask_restart(live, &other);
    s = wait_for(live, has_arms, 1);
    assert_int_equal(s->sample, 9);
    assert_int_equal(s->loss_at, 6);
    ask(live, WISH_LOSS_AT, -1);
    wait_for(live, takes_loss_at, -1);
    ask_restart(live, &config);
    s = wait_for(live, has_arms, 2);
    assert_int_equal(s->sample, 9);
    assert_int_equal(s->loss_at, -1);
    assert_true(s->arm[1].now.local);
    live_stop(live);
}

static void a_refused_restart_changes_nothing_and_is_told_once(void **state)
{
    struct lab_config config = small_config("adding", "elman", "transformer"), bad;
    struct live *live = start(&config);
    struct error error = { STATUS_OK, "" };
    const struct snapshot *s;
    double end;

    (void)state;
    assert_false(live_refusal(live, &error));
    ask(live, WISH_STEP, 4);
    wait_for(live, stands_at, 4);
    bad = config;
    bad.arm[1].width = 32;
    bad.arm[1].heads = 3;
    ask_restart(live, &bad);
    for (end = now() + GIVE_UP_SECONDS; !live_refusal(live, &error) && now() < end;)
        rest();
    assert_says(&error, STATUS_USAGE, "right: 3 heads do not divide width 32");
    assert_false(live_refusal(live, &error));
    s = picture_after_all(live);
    assert_int_equal(s->step, 4);
    assert_int_equal(s->config.arm[1].heads, 2);
    ask(live, WISH_STEP, 3);
    assert_is_like_a_lab(wait_for(live, stands_at, 7), &config);
    assert_false(live_refusal(live, &error));
    live_stop(live);
}

static void another_sample_can_be_pinned(void **state)
{
    const struct lab_config config = small_config("copying", "elman", "transformer");
    struct live *live = start(&config);
    const struct snapshot *s = wait_for(live, any, 0);
    struct moment first = moment_of(s, 0);
    bool same = true;
    char text[10][TOKEN_TEXT_MAX];

    (void)state;
    for (int t = 0; t < 10; t++)
        memcpy(text[t], s->token[t].input, sizeof text[t]);
    ask(live, WISH_SAMPLE, 12);
    s = wait_for(live, shows_sample, 12);
    for (int t = 0; t < 10; t++)
        same = same && strcmp(text[t], s->token[t].input) == 0;
    assert_false(same);
    assert_true(s->arm[0].probe_loss != first.probe_loss);
    ask(live, WISH_SAMPLE, 0);
    assert_same_moment(&first, wait_for(live, shows_sample, 0), 0);
    moment_free(&first);
    live_stop(live);
}

static void the_loss_can_be_taken_elsewhere(void **state)
{
    const struct lab_config config = small_config("sort", "elman", "transformer");
    struct live *live = start(&config);
    const struct snapshot *s = wait_for(live, takes_loss_at, 8); /* the last one scored */

    (void)state;
    ask(live, WISH_LOSS_AT, 5);
    s = wait_for(live, takes_loss_at, 5);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(s->arm[i].now.tau, 5);
        assert_true(s->arm[i].now.input.one[5] > 0);
        assert_true(s->arm[i].now.input.one[6] == 0);
    }
    ask(live, WISH_LOSS_AT, -1);
    s = wait_for(live, takes_loss_at, -1);
    assert_true(s->arm[0].now.local);
    assert_true(s->arm[0].now.input.one[6] > 0);
    live_stop(live);
}

static void a_stopped_arm_says_why(void **state)
{
    struct lab_config config = small_config("adding", "elman", "gru");
    struct live *live;
    const struct snapshot *s;
    long step;

    (void)state;
    set(&config, "training.optimizer", "sgd");
    set(&config, "training.clip", "0");
    set(&config, "left.learning_rate", "100");
    live = start(&config);
    ask(live, WISH_RUN, 0);
    s = wait_for(live, has_a_stopped_arm, 0);
    assert_non_null(strstr(s->arm[0].stop_reason, "it began in "));
    assert_false(s->arm[1].stopped);
    assert_string_equal(s->arm[1].stop_reason, "");
    step = s->step;
    wait_for(live, runs_beyond, step + 10); /* the other goes on */
    live_stop(live);
}

static void a_lab_in_which_all_arms_stopped_stands_still(void **state)
{
    struct lab_config config = small_config("adding", "elman", NULL);
    struct live *live;
    const struct snapshot *s;
    long step;

    (void)state;
    set(&config, "training.optimizer", "sgd");
    set(&config, "training.clip", "0");
    set(&config, "left.learning_rate", "100");
    live = start(&config);
    ask(live, WISH_STEP, 1000000000);
    s = wait_for(live, has_a_stopped_arm, 0);
    assert_false(s->running);
    step = s->step;
    assert_no_more_pictures(live); /* the steps that are left are not tried for ever */
    ask(live, WISH_RUN, 0);
    s = picture_after_all(live);
    assert_int_equal(s->step, step);
    wait_for(live, stands_at, step);
    live_stop(live);
}

static void looking_and_wishing_never_wait_for_a_step(void **state)
{
    static const double AT_MOST = 0.005;
    const struct lab_config config = heavy();
    struct live *live = start(&config);
    int calls = 0, slow = 0, pictures = 0;
    double end;

    (void)state;
    ask(live, WISH_RUN, 0);
    wait_for(live, runs_beyond, 0);
    end = now() + 1;
    while (now() < end || (pictures == 0 && now() < end + GIVE_UP_SECONDS)) {
        const struct wish wish = { .kind = WISH_RUN };
        const double before = now();
        struct error error;
        bool changed;

        live_latest(live, &changed);
        live_refusal(live, &error);
        if (calls % 50 == 0)
            live_send(live, &wish);
        slow += now() - before > AT_MOST;
        calls++;
        pictures += changed;
        rest();
    }
    assert_true(pictures > 0); /* it did train and show meanwhile */
    /* Another program may take the core away now and then; who waits for steps waits always. */
    assert_true(slow <= calls / 20);
    live_stop(live);
}

static void stopping_waits_for_no_more_than_the_step_it_is_in(void **state)
{
    const struct lab_config config = heavy();
    struct live *live = start(&config);
    double before;

    (void)state;
    ask(live, WISH_STEP, 1000000);
    wait_for(live, newer_than, 1);
    before = now();
    live_stop(live);
    assert_true(now() - before < GIVE_UP_SECONDS / 2);
    live_stop(NULL);
}

static void a_lab_can_be_stopped_at_once(void **state)
{
    const struct lab_config config = small_config("adding", "elman", "transformer");

    (void)state;
    for (int i = 0; i < 20; i++) {
        struct live *live = start(&config);

        if (i % 2)
            ask(live, WISH_RUN, 0);
        live_stop(live);
    }
}

/* While one step is made nobody takes wishes out: the queue fills, and says so. */
static void a_full_queue_refuses_and_forgets_nothing(void **state)
{
    const struct lab_config config = heavy();
    struct live *live = start(&config);
    struct wish wish = { .kind = WISH_SAMPLE };
    const double end = now() + GIVE_UP_SECONDS;
    long sent = 0;

    (void)state;
    ask(live, WISH_RUN, 0);
    wait_for(live, runs_beyond, 0);
    for (wish.number = 1; live_send(live, &wish) && now() < end; wish.number++)
        sent = wish.number;
    assert_true(now() < end);
    assert_true(sent >= QUEUE_AT_LEAST);
    wait_for(live, shows_sample, sent); /* the last one taken, not the one refused */
    live_stop(live);
}

static void a_lab_that_cannot_be_is_refused_at_the_start(void **state)
{
    struct lab_config config = small_config("adding", "elman", "transformer");
    struct error error = { STATUS_OK, "" };
    struct live *live = NULL;

    (void)state;
    config.arm[1].heads = 3;
    assert_int_equal(live_start(&live, &config, &error), STATUS_USAGE);
    assert_says(&error, STATUS_USAGE, "3 heads");
    assert_null(live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_picture_stands_still_at_step_0),
        cmocka_unit_test(a_wish_for_steps_makes_exactly_so_many),
        cmocka_unit_test(running_goes_on_until_a_pause),
        cmocka_unit_test(a_step_while_running_pauses),
        cmocka_unit_test(running_pauses_at_the_end_of_training),
        cmocka_unit_test(the_rate_is_shown_while_running),
        cmocka_unit_test(a_restart_begins_the_same_run_again),
        cmocka_unit_test(a_restart_with_other_models_and_tasks_works),
        cmocka_unit_test(a_restart_while_running_keeps_running),
        cmocka_unit_test(a_restart_keeps_what_is_looked_at),
        cmocka_unit_test(a_refused_restart_changes_nothing_and_is_told_once),
        cmocka_unit_test(another_sample_can_be_pinned),
        cmocka_unit_test(the_loss_can_be_taken_elsewhere),
        cmocka_unit_test(a_stopped_arm_says_why),
        cmocka_unit_test(a_lab_in_which_all_arms_stopped_stands_still),
        cmocka_unit_test(looking_and_wishing_never_wait_for_a_step),
        cmocka_unit_test(stopping_waits_for_no_more_than_the_step_it_is_in),
        cmocka_unit_test(a_lab_can_be_stopped_at_once),
        cmocka_unit_test(a_full_queue_refuses_and_forgets_nothing),
        cmocka_unit_test(a_lab_that_cannot_be_is_refused_at_the_start),
    };

    alarm(WATCHDOG_SECONDS); /* a thread that never comes back is a failure, not a wait */
    return cmocka_run_group_tests(tests, NULL, NULL);
}

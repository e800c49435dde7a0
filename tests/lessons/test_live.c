/* Tests of lessons/live.c: a lab that trains in its own thread, seen by somebody who looks. */
#include "tests/test.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "common/numeric/parallel.h"
#include "tests/lessons/live_watch.h"
#include "tests/lessons/small_lab.h"

enum { QUEUE_AT_LEAST = 8 };

static bool stands(const struct snapshot *s, long number)
{
    (void)number;
    return !s->running;
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

/* One that trains shows something at least every twentieth of a second, if it is so small. */
static void assert_no_more_pictures(struct live *live)
{
    const double end = clock_seconds() + 0.3;
    bool changed;

    watch_after_all(live);
    while (clock_seconds() < end) {
        watch_rest();
        live_latest(live, &changed);
        assert_false(changed);
    }
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

static void the_first_picture_stands_still_at_step_0(void **state)
{
    const struct lab_config config = small_config("adding", "elman", "transformer");
    struct live *live = watch_start(&config);
    const struct snapshot *s = watch_for(live, any_picture, 0);
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
    struct live *live = watch_start(&config);
    const struct snapshot *s;

    (void)state;
    watch_ask(live, WISH_STEP, 7);
    s = watch_for(live, stands_at, 7);
    assert_is_like_a_lab(s, &config);
    assert_int_equal(watch_after_all(live)->step, 7);
    for (int i = 0; i < 3; i++)
        watch_ask(live, WISH_STEP, 1);
    watch_for(live, stands_at, 10);
    s = watch_after_all(live);
    assert_int_equal(s->step, 10);
    assert_int_equal(s->arm[1].curve.count, 10);
    assert_is_like_a_lab(s, &config);
    live_stop(live);
}

static void running_goes_on_until_a_pause(void **state)
{
    const struct lab_config config = small_config("adding", "lstm", "transformer");
    struct live *live = watch_start(&config);
    const struct snapshot *s;
    long step;

    (void)state;
    watch_ask(live, WISH_RUN, 0);
    watch_for(live, runs_beyond, 20);
    watch_ask(live, WISH_PAUSE, 0);
    step = watch_for(live, stands, 0)->step;
    assert_true(step > 20);
    s = watch_after_all(live);
    assert_int_equal(s->step, step);
    assert_is_like_a_lab(s, &config);
    watch_ask(live, WISH_RUN, 0);
    watch_for(live, runs_beyond, step);
    live_stop(live);
}

static void a_step_while_running_pauses(void **state)
{
    const struct lab_config config = small_config("adding", "elman", NULL);
    struct live *live = watch_start(&config);
    const struct snapshot *s;
    long step;

    (void)state;
    watch_ask(live, WISH_RUN, 0);
    watch_for(live, runs_beyond, 3);
    watch_ask(live, WISH_STEP, 1);
    watch_for(live, stands, 0);
    step = watch_after_all(live)->step; /* the one step is made before the next wish is read */
    s = watch_after_all(live);
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
    live = watch_start(&config);
    watch_ask(live, WISH_RUN, 0);
    watch_for(live, stands_at, 30);
    assert_int_equal(watch_after_all(live)->step, 30);
    watch_ask(live, WISH_STEP, 2); /* by hand it goes on */
    watch_for(live, stands_at, 32);
    watch_ask(live, WISH_RUN, 0); /* and once more as long */
    watch_for(live, stands_at, 62);
    live_stop(live);
}

/* What a lab without a thread is after as many steps of every arm. */
static void arms_at_another_pace_make_the_steps_they_are_asked_for(void **state)
{
    struct lab_config config = small_config("sort", "gru", "gru"), other;
    struct live *live;
    const struct snapshot *s;

    (void)state;
    set(&config, "training.pace", "flops");
    set(&config, "right.hidden", "40");
    config.training.steps = 25;
    other = config;
    other.training.pace = PACE_STEPS;
    live = watch_start(&config);
    watch_ask(live, WISH_STEP, 3);
    s = watch_for(live, stands_at, 3);
    assert_int_equal(s->arm[1].step, 3);
    assert_true(s->arm[0].step > 3); /* the cheap one is ahead */
    assert_int_equal(s->arm[0].curve.points[s->arm[0].curve.count - 1].step,
                     s->arm[0].step - 1);
    watch_ask(live, WISH_RUN, 0);
    s = watch_for(live, stands_at, 25);
    assert_int_equal(s->arm[0].step, 25);
    assert_is_like_a_lab(s, &other);
    watch_ask(live, WISH_RUN, 0); /* and once more as long */
    watch_for(live, stands_at, 50);
    live_stop(live);
}

static void at_the_end_the_best_weights_are_shown_and_training_can_go_on(void **state)
{
    struct lab_config config = small_config("sort", "gru", "transformer");
    struct live *live;
    struct lab *lab;
    const struct snapshot *s;

    (void)state;
    set(&config, "training.samples", "8");
    set(&config, "training.learning_rate", "0.03");
    set(&config, "training.validate_every", "5");
    config.training.steps = 60;
    live = watch_start(&config);
    watch_ask(live, WISH_RUN, 0);
    s = watch_for(live, stands_at, 60);
    lab = lab_make(&config);
    lab_train(lab, 60);
    lab_look(lab);
    for (int i = 0; i < 2; i++) {
        assert_true(lab->arm[i].validation.best_step < 60);
        assert_true(s->arm[i].validation_loss == lab->arm[i].validation.best_loss);
        assert_true(s->arm[i].probe_loss == lab->arm[i].probe.loss);
        assert_false(s->arm[i].finished);
    }
    watch_ask(live, WISH_RUN, 0);
    s = watch_for(live, stands_at, 120);
    assert_is_like_a_lab(s, &config);
    lab_free(lab);
    live_stop(live);
}

static void the_rate_is_shown_while_running(void **state)
{
    const struct lab_config config = small_config("adding", "elman", NULL);
    struct live *live = watch_start(&config);

    (void)state;
    watch_ask(live, WISH_RUN, 0);
    watch_for(live, has_rate, 0);
    watch_ask(live, WISH_PAUSE, 0);
    assert_true(watch_for(live, stands, 0)->steps_per_second == 0);
    live_stop(live);
}

static void a_picture_says_whether_a_core_is_left_for_drawing(void **state)
{
    struct lab_config config = small_config("adding", "elman", NULL);

    (void)state;
    config.training.batch = 8 * parallel_available(); /* a shard for each */
    for (int threads = 1; threads <= parallel_available(); threads++) {
        struct live *live;

        config.training.threads = threads;
        live = watch_start(&config);
        assert_int_equal(watch_for(live, any_picture, 0)->every_core,
                         threads == parallel_available());
        live_stop(live);
    }
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
    live = watch_start(&config);
    watch_ask(live, WISH_RUN, 0);
    s = watch_for(live, has_a_stopped_arm, 0);
    assert_non_null(strstr(s->arm[0].stop_reason, "it began in "));
    assert_false(s->arm[1].stopped);
    assert_string_equal(s->arm[1].stop_reason, "");
    step = s->step;
    watch_for(live, runs_beyond, step + 10); /* the other goes on */
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
    live = watch_start(&config);
    watch_ask(live, WISH_STEP, 1000000000);
    s = watch_for(live, has_a_stopped_arm, 0);
    assert_false(s->running);
    step = s->step;
    assert_no_more_pictures(live); /* the steps that are left are not tried for ever */
    watch_ask(live, WISH_RUN, 0);
    s = watch_after_all(live);
    assert_int_equal(s->step, step);
    watch_for(live, stands_at, step);
    live_stop(live);
}

static void looking_and_wishing_never_wait_for_a_step(void **state)
{
    static const double AT_MOST = 0.005;
    const struct lab_config config = heavy();
    struct live *live = watch_start(&config);
    int calls = 0, slow = 0, pictures = 0;
    double end;

    (void)state;
    watch_ask(live, WISH_RUN, 0);
    watch_for(live, runs_beyond, 0);
    end = clock_seconds() + 1;
    while (clock_seconds() < end ||
           (pictures == 0 && clock_seconds() < end + GIVE_UP_SECONDS)) {
        const struct wish wish = { .kind = WISH_RUN };
        const double before = clock_seconds();
        struct error error;
        bool changed;

        live_latest(live, &changed);
        live_refusal(live, &error);
        if (calls % 50 == 0)
            live_send(live, &wish);
        slow += clock_seconds() - before > AT_MOST;
        calls++;
        pictures += changed;
        watch_rest();
    }
    assert_true(pictures > 0); /* it did train and show meanwhile */
    /* Another program may take the core away now and then; who waits for steps waits always. */
    assert_true(slow <= calls / 20);
    live_stop(live);
}

static void stopping_waits_for_no_more_than_the_step_it_is_in(void **state)
{
    const struct lab_config config = heavy();
    struct live *live = watch_start(&config);
    double before;

    (void)state;
    watch_ask(live, WISH_STEP, 1000000);
    watch_for(live, newer_than, 1);
    before = clock_seconds();
    live_stop(live);
    assert_true(clock_seconds() - before < GIVE_UP_SECONDS / 2);
    live_stop(NULL);
}

static void a_lab_can_be_stopped_at_once(void **state)
{
    const struct lab_config config = small_config("adding", "elman", "transformer");

    (void)state;
    for (int i = 0; i < 20; i++) {
        struct live *live = watch_start(&config);

        if (i % 2)
            watch_ask(live, WISH_RUN, 0);
        live_stop(live);
    }
}

/* While one step is made nobody takes wishes out: the queue fills, and says so. */
static void a_full_queue_refuses_and_forgets_nothing(void **state)
{
    const struct lab_config config = heavy();
    struct live *live = watch_start(&config);
    struct wish wish = { .kind = WISH_SAMPLE };
    const double end = clock_seconds() + GIVE_UP_SECONDS;
    long sent = 0;

    (void)state;
    watch_ask(live, WISH_RUN, 0);
    watch_for(live, runs_beyond, 0);
    for (wish.number = 1; live_send(live, &wish) && clock_seconds() < end; wish.number++)
        sent = wish.number;
    assert_true(clock_seconds() < end);
    assert_true(sent >= QUEUE_AT_LEAST);
    watch_for(live, shows_sample, sent); /* the last one taken, not the one refused */
    live_stop(live);
}

static bool has_edits(const struct snapshot *s, long number)
{
    return s->arm[1].edits == number;
}

static void a_head_is_knocked_out_and_comes_back(void **state)
{
    const struct lab_config config = small_config("sort", "elman", "transformer");
    struct live *live = watch_start(&config);
    const struct wish wish = { .kind = WISH_EDIT,
                               .number = 1,
                               .edit = { .kind = EDIT_HEAD_OUT, .depth = 0, .head = 1 } };
    const struct snapshot *s;
    double loss;

    (void)state;
    loss = watch_for(live, any_picture, 0)->arm[1].probe_loss;
    assert_true(live_send(live, &wish));
    s = watch_for(live, has_edits, 1);
    assert_true(s->arm[1].free_loss == loss && s->arm[1].probe_loss != loss);
    assert_int_equal(s->arm[1].edit[0].head, 1);
    watch_ask(live, WISH_EDITS_CLEAR, 0);
    s = watch_for(live, has_edits, 0);
    assert_true(isnan(s->arm[1].free_loss) && s->arm[1].probe_loss == loss);
    live_stop(live);
}

static void an_edit_that_cannot_be_is_refused_with_a_reason(void **state)
{
    const struct lab_config config = small_config("sort", "elman", "transformer");
    struct live *live = watch_start(&config);
    struct wish wish = { .kind = WISH_EDIT,
                         .number = 1,
                         .edit = { .kind = EDIT_WEIGHT, .step = 5, .key = 1, .weight = 1 } };
    struct error error;

    (void)state;
    assert_true(live_send(live, &wish));
    wish.edit.key = 2;
    assert_true(live_send(live, &wish));
    assert_int_equal(watch_after_all(live)->arm[1].edits, 1);
    assert_true(live_refusal(live, &error));
    assert_says(&error, STATUS_USAGE, "query 5 would add up to 2");
    live_stop(live);
}

static bool has_mean(const struct snapshot *s, long count)
{
    return s->arm[1].mean.count == count;
}

static void attention_is_averaged_when_wished_also_while_training(void **state)
{
    const struct lab_config config = small_config("sort", "elman", "transformer");
    struct live *live = watch_start(&config);
    const struct snapshot *s;

    (void)state;
    assert_int_equal(watch_for(live, any_picture, 0)->arm[1].mean.count, 0);
    watch_ask(live, WISH_AVERAGE, 1);
    s = watch_for(live, has_mean, 1);
    assert_true(trace_find(&s->arm[1].mean, "attention", 0)->value[0] == 1);
    watch_ask(live, WISH_AVERAGE, 0);
    watch_for(live, has_mean, 0);
    watch_ask(live, WISH_RUN, 0);
    watch_for(live, runs_beyond, 3);
    watch_ask(live, WISH_AVERAGE, 1);
    watch_for(live, has_mean, 1);
    live_stop(live);
}

/* The state comes from the next sequence, whichever is pinned when the picture is taken. */
static void a_state_is_swapped_and_comes_back(void **state)
{
    const struct lab_config config = small_config("sort", "lstm", "gru");
    struct live *live = watch_start(&config);
    const struct wish wish = { .kind = WISH_EDIT,
                               .number = 1,
                               .edit = { .kind = EDIT_STATE_SET,
                                         .step = 4,
                                         .half = EDIT_FORWARD_HALF,
                                         .other = EDIT_NEXT_SAMPLE } };
    real next[SMALL_HIDDEN];
    const struct snapshot *s;

    (void)state;
    watch_ask(live, WISH_SAMPLE, 6);
    s = watch_for(live, shows_sample, 6);
    memcpy(next, trace_find(&s->arm[1].trace, "hidden", 0)->value + 4 * SMALL_HIDDEN,
           sizeof next);
    watch_ask(live, WISH_SAMPLE, 5);
    watch_for(live, shows_sample, 5);
    assert_true(live_send(live, &wish));
    s = watch_for(live, has_edits, 1);
    assert_memory_equal(trace_find(&s->arm[1].trace, "hidden", 0)->value + 4 * SMALL_HIDDEN,
                        next, sizeof next);
    assert_true(s->arm[1].probe_loss != s->arm[1].free_loss);
    watch_ask(live, WISH_EDITS_CLEAR, 0);
    s = watch_for(live, has_edits, 0);
    assert_memory_not_equal(trace_find(&s->arm[1].trace, "hidden", 0)->value + 4 * SMALL_HIDDEN,
                            next, sizeof next);
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

static bool is_raw(const struct snapshot *s, long raw)
{
    return s->raw == (raw != 0);
}

/* The seed is chosen, kept through all outputs at once and a restart, and given back. */
static void the_seed_of_the_gradients_is_chosen(void **state)
{
    struct wish wish = { .kind = WISH_RESTART };
    struct live *live;
    const struct snapshot *s;
    double unit;

    (void)state;
    wish.config = small_config("adding", "lstm", "transformer");
    live = watch_start(&wish.config);
    s = watch_for(live, any_picture, 0);
    assert_false(s->raw || s->arm[0].now.raw);
    unit = s->arm[0].now.input.one[0];
    watch_ask(live, WISH_SEED, 1);
    s = watch_for(live, is_raw, 1);
    assert_true(s->arm[1].now.raw);
    assert_true(fabs(s->arm[0].now.input.one[0] / s->arm[0].now.error / unit - 1) < 1e-3);
    assert_true(isfinite(s->arm[0].now.input.rms[0])); /* measured anew */
    watch_ask(live, WISH_LOSS_AT, -1);
    assert_false(watch_after_all(live)->arm[0].now.raw);
    watch_ask(live, WISH_LOSS_AT, 11);
    assert_true(watch_after_all(live)->arm[0].now.raw);
    assert_true(live_send(live, &wish));
    assert_true(watch_after_all(live)->arm[0].now.raw);
    watch_ask(live, WISH_SEED, 0);
    s = watch_for(live, is_raw, 0);
    assert_true(fabs(s->arm[0].now.input.one[0] / unit - 1) < 1e-6);
    live_stop(live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_picture_stands_still_at_step_0),
        cmocka_unit_test(a_wish_for_steps_makes_exactly_so_many),
        cmocka_unit_test(running_goes_on_until_a_pause),
        cmocka_unit_test(a_step_while_running_pauses),
        cmocka_unit_test(running_pauses_at_the_end_of_training),
        cmocka_unit_test(arms_at_another_pace_make_the_steps_they_are_asked_for),
        cmocka_unit_test(at_the_end_the_best_weights_are_shown_and_training_can_go_on),
        cmocka_unit_test(the_rate_is_shown_while_running),
        cmocka_unit_test(a_picture_says_whether_a_core_is_left_for_drawing),
        cmocka_unit_test(a_stopped_arm_says_why),
        cmocka_unit_test(a_lab_in_which_all_arms_stopped_stands_still),
        cmocka_unit_test(looking_and_wishing_never_wait_for_a_step),
        cmocka_unit_test(stopping_waits_for_no_more_than_the_step_it_is_in),
        cmocka_unit_test(a_lab_can_be_stopped_at_once),
        cmocka_unit_test(a_full_queue_refuses_and_forgets_nothing),
        cmocka_unit_test(a_state_is_swapped_and_comes_back),
        cmocka_unit_test(a_head_is_knocked_out_and_comes_back),
        cmocka_unit_test(an_edit_that_cannot_be_is_refused_with_a_reason),
        cmocka_unit_test(attention_is_averaged_when_wished_also_while_training),
        cmocka_unit_test(the_seed_of_the_gradients_is_chosen),
        cmocka_unit_test(a_lab_that_cannot_be_is_refused_at_the_start),
    };

    alarm(WATCHDOG_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

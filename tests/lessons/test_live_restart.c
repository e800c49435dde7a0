/* Tests of lessons/live.c: begin again, and look at something else. */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/lessons/live_watch.h"
#include "tests/lessons/small_lab.h"

static void ask_restart(struct live *live, const struct lab_config *config)
{
    const struct wish wish = { .kind = WISH_RESTART, .config = *config };

    assert_true(live_send(live, &wish));
}

static bool takes_loss_at(const struct snapshot *s, long step)
{
    return s->loss_at == step;
}

static bool has_arms(const struct snapshot *s, long arms)
{
    return s->arms == arms;
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

static void a_restart_begins_the_same_run_again(void **state)
{
    const struct lab_config config = small_config("copying", "lstm", "transformer");
    struct live *live = watch_start(&config);
    const struct snapshot *s = watch_for(live, any_picture, 0);
    struct moment first[2], trained[2];

    (void)state;
    for (int i = 0; i < 2; i++)
        first[i] = moment_of(s, i);
    watch_ask(live, WISH_STEP, 6);
    s = watch_for(live, stands_at, 6);
    for (int i = 0; i < 2; i++)
        trained[i] = moment_of(s, i);
    ask_restart(live, &config);
    s = watch_for(live, stands_at, 0);
    for (int i = 0; i < 2; i++)
        assert_same_moment(&first[i], s, i);
    watch_ask(live, WISH_STEP, 6);
    s = watch_for(live, stands_at, 6);
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
    struct live *live = watch_start(&config);
    const struct snapshot *s;

    (void)state;
    watch_ask(live, WISH_STEP, 2);
    watch_for(live, stands_at, 2);
    ask_restart(live, &longer);
    s = watch_for(live, has_arms, 1);
    assert_int_equal(s->step, 0);
    assert_int_equal(s->steps, 23);
    assert_string_equal(s->arm[0].model, "gru");
    ask_restart(live, &shorter);
    s = watch_for(live, has_arms, 2);
    assert_int_equal(s->steps, 9);
    assert_string_equal(s->config.task.name, "sort");
    assert_string_equal(s->arm[1].model, "lstm");
    watch_ask(live, WISH_STEP, 3);
    assert_is_like_a_lab(watch_for(live, stands_at, 3), &shorter);
    live_stop(live);
}

static void a_restart_while_running_keeps_running(void **state)
{
    const struct lab_config config = small_config("adding", "elman", "transformer");
    const struct lab_config one = small_config("adding", "elman", NULL);
    struct live *live = watch_start(&config);

    (void)state;
    watch_ask(live, WISH_RUN, 0);
    watch_for(live, runs_beyond, 10);
    ask_restart(live, &one);
    assert_true(watch_for(live, has_arms, 1)->running);
    watch_for(live, runs_beyond, 10);
    live_stop(live);
}

static void a_restart_keeps_what_is_looked_at(void **state)
{
    const struct lab_config config = small_config("sort", "elman", "transformer");
    const struct lab_config other = small_config("sort", "gru", NULL);
    struct live *live = watch_start(&config);
    const struct snapshot *s;

    (void)state;
    watch_ask(live, WISH_SAMPLE, 9);
    watch_ask(live, WISH_LOSS_AT, 6);
    watch_for(live, takes_loss_at, 6);
    ask_restart(live, &other);
    s = watch_for(live, has_arms, 1);
    assert_int_equal(s->sample, 9);
    assert_int_equal(s->loss_at, 6);
    watch_ask(live, WISH_LOSS_AT, -1);
    watch_for(live, takes_loss_at, -1);
    ask_restart(live, &config);
    s = watch_for(live, has_arms, 2);
    assert_int_equal(s->sample, 9);
    assert_int_equal(s->loss_at, -1);
    assert_true(s->arm[1].now.local);
    live_stop(live);
}

static void a_refused_restart_changes_nothing_and_is_told_once(void **state)
{
    struct lab_config config = small_config("adding", "elman", "transformer"), bad;
    struct live *live = watch_start(&config);
    struct error error = { STATUS_OK, "" };
    const struct snapshot *s;
    double end;

    (void)state;
    assert_false(live_refusal(live, &error));
    watch_ask(live, WISH_STEP, 4);
    watch_for(live, stands_at, 4);
    bad = config;
    bad.arm[1].width = 32;
    bad.arm[1].heads = 3;
    ask_restart(live, &bad);
    for (end = clock_seconds() + GIVE_UP_SECONDS;
         !live_refusal(live, &error) && clock_seconds() < end;)
        watch_rest();
    assert_says(&error, STATUS_USAGE, "right: 3 heads do not divide width 32");
    assert_false(live_refusal(live, &error));
    s = watch_after_all(live);
    assert_int_equal(s->step, 4);
    assert_int_equal(s->config.arm[1].heads, 2);
    watch_ask(live, WISH_STEP, 3);
    assert_is_like_a_lab(watch_for(live, stands_at, 7), &config);
    assert_false(live_refusal(live, &error));
    live_stop(live);
}

static void another_sample_can_be_pinned(void **state)
{
    const struct lab_config config = small_config("copying", "elman", "transformer");
    struct live *live = watch_start(&config);
    const struct snapshot *s = watch_for(live, any_picture, 0);
    struct moment first = moment_of(s, 0);
    bool same = true;
    char text[10][TOKEN_TEXT_MAX];

    (void)state;
    for (int t = 0; t < 10; t++)
        memcpy(text[t], s->token[t].input, sizeof text[t]);
    watch_ask(live, WISH_SAMPLE, 12);
    s = watch_for(live, shows_sample, 12);
    for (int t = 0; t < 10; t++)
        same = same && strcmp(text[t], s->token[t].input) == 0;
    assert_false(same);
    assert_true(s->arm[0].probe_loss != first.probe_loss);
    watch_ask(live, WISH_SAMPLE, 0);
    assert_same_moment(&first, watch_for(live, shows_sample, 0), 0);
    moment_free(&first);
    live_stop(live);
}

static void the_loss_can_be_taken_elsewhere(void **state)
{
    const struct lab_config config = small_config("sort", "elman", "transformer");
    struct live *live = watch_start(&config);
    const struct snapshot *s = watch_for(live, takes_loss_at, 8); /* the last one scored */

    (void)state;
    watch_ask(live, WISH_LOSS_AT, 5);
    s = watch_for(live, takes_loss_at, 5);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(s->arm[i].now.tau, 5);
        assert_true(s->arm[i].now.input.one[5] > 0);
        assert_true(s->arm[i].now.input.one[6] == 0);
    }
    watch_ask(live, WISH_LOSS_AT, -1);
    s = watch_for(live, takes_loss_at, -1);
    assert_true(s->arm[0].now.local);
    assert_true(s->arm[0].now.input.one[6] > 0);
    live_stop(live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_restart_begins_the_same_run_again),
        cmocka_unit_test(a_restart_with_other_models_and_tasks_works),
        cmocka_unit_test(a_restart_while_running_keeps_running),
        cmocka_unit_test(a_restart_keeps_what_is_looked_at),
        cmocka_unit_test(a_refused_restart_changes_nothing_and_is_told_once),
        cmocka_unit_test(another_sample_can_be_pinned),
        cmocka_unit_test(the_loss_can_be_taken_elsewhere),
    };

    alarm(WATCHDOG_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

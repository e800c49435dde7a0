/* Tests of lessons/live.c: changes while the lab goes on. */
#include "tests/test.h"

#include <unistd.h>

#include "tests/lessons/live_watch.h"
#include "tests/lessons/small_lab.h"

static void ask_change(struct live *live, const struct lab_config *config)
{
    const struct wish wish = { .kind = WISH_CHANGE, .config = *config };

    assert_true(live_send(live, &wish));
}

static bool has_mask(const struct snapshot *s, long mask)
{
    return (long)s->config.arm[1].mask == mask;
}

static bool has_arms(const struct snapshot *s, long arms)
{
    return s->arms == arms;
}

static void a_change_at_once_keeps_the_step(void **state)
{
    struct lab_config config = small_config("adding", "elman", "transformer");
    struct live *live = watch_start(&config);
    const struct snapshot *s;

    (void)state;
    watch_ask(live, WISH_STEP, 5);
    watch_for(live, stands_at, 5);
    set(&config, "right.mask", "full");
    set(&config, "training.learning_rate", "0.25");
    ask_change(live, &config);
    s = watch_for(live, has_mask, MASK_FULL);
    assert_int_equal(s->step, 5);
    assert_int_equal(s->arm[1].curve.count, 5);
    assert_true(s->arm[0].learning_rate == 0.25);
    live_stop(live);
}

static void a_change_while_running_keeps_running(void **state)
{
    struct lab_config config = small_config("adding", "elman", "transformer");
    struct live *live = watch_start(&config);
    const struct snapshot *s;

    (void)state;
    watch_ask(live, WISH_RUN, 0);
    watch_for(live, runs_beyond, 10);
    set(&config, "right.mask", "full");
    ask_change(live, &config);
    s = watch_for(live, has_mask, MASK_FULL);
    assert_true(s->running);
    assert_true(s->step > 10);
    live_stop(live);
}

static void a_change_that_cannot_be_at_once_begins_anew(void **state)
{
    struct lab_config config = small_config("adding", "elman", "transformer");
    const struct lab_config one = small_config("adding", "gru", NULL);
    struct live *live = watch_start(&config);

    (void)state;
    watch_ask(live, WISH_STEP, 5);
    watch_for(live, stands_at, 5);
    ask_change(live, &one);
    assert_int_equal(watch_for(live, has_arms, 1)->step, 0);
    live_stop(live);
}

static void a_refused_change_is_told_and_the_lab_goes_on(void **state)
{
    const struct lab_config config = small_config("adding", "elman", "transformer");
    struct lab_config bad = config;
    struct live *live = watch_start(&config);
    struct error error = { STATUS_OK, "" };
    double end;

    (void)state;
    watch_ask(live, WISH_STEP, 4);
    watch_for(live, stands_at, 4);
    set(&bad, "right.heads", "3");
    ask_change(live, &bad);
    for (end = clock_seconds() + GIVE_UP_SECONDS;
         !live_refusal(live, &error) && clock_seconds() < end;)
        watch_rest();
    assert_says(&error, STATUS_USAGE, "right: 3 heads do not divide width 8");
    watch_ask(live, WISH_STEP, 3);
    assert_is_like_a_lab(watch_for(live, stands_at, 7), &config);
    live_stop(live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_at_once_keeps_the_step),
        cmocka_unit_test(a_change_while_running_keeps_running),
        cmocka_unit_test(a_change_that_cannot_be_at_once_begins_anew),
        cmocka_unit_test(a_refused_change_is_told_and_the_lab_goes_on),
    };

    alarm(WATCHDOG_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

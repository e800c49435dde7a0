/* Tests of lessons/live.c: a sequence of one's own, and arms that write while they learn. */
#include "tests/test.h"

#include <string.h>

#include "tests/lessons/live_watch.h"
#include "tests/lessons/small_lab.h"

static void ask_text(struct live *live, enum wish_kind kind, long number, const char *prompt,
                     int count)
{
    struct wish wish = { .kind = kind,
                         .number = number,
                         .generation = {
                             .sampling = { .temperature = 1 }, .seed = 3, .count = count } };

    strcpy(wish.generation.prompt, prompt);
    assert_true(live_send(live, &wish));
}

/* The left has written so many, and all rest. */
static bool has_written(const struct snapshot *s, long count)
{
    for (int i = 0; i < s->arms; i++)
        if (s->arm[i].written.going)
            return false;
    return s->arm[0].written.count == count;
}

static bool was_asked(const struct snapshot *s, long number)
{
    return s->arm[0].written.number == number;
}

/* Wait for the reason of a refusal. */
static void await_refusal(struct live *live, struct error *error)
{
    const double end = clock_seconds() + GIVE_UP_SECONDS;

    while (!live_refusal(live, error)) {
        assert_true(clock_seconds() < end);
        watch_rest();
    }
}

static void what_is_typed_is_looked_at(void **state)
{
    const struct lab_config config = small_config("sort", "gru", "elman");
    struct live *live = watch_start(&config);
    const struct snapshot *s;

    (void)state;
    ask_text(live, WISH_INPUT, 0, "2 2 1 0 0", 0);
    s = watch_for(live, shows_sample, LAB_OWN_INPUT);
    assert_string_equal(s->token[0].input, "2");
    assert_string_equal(s->token[4].input, "0");
    assert_string_equal(s->token[4].target, "0");
    assert_non_null(strstr(s->text, "2 2 1 0 0"));
    watch_ask(live, WISH_STEP, 3); /* and stays while it learns */
    assert_int_equal(watch_for(live, stands_at, 3)->sample, LAB_OWN_INPUT);
    watch_ask(live, WISH_SAMPLE, 4);
    watch_for(live, shows_sample, 4);
    live_stop(live);
}

static void what_is_no_sequence_is_refused_and_changes_nothing(void **state)
{
    const struct lab_config config = small_config("sort", "gru", "elman");
    struct live *live = watch_start(&config);
    struct error error;

    (void)state;
    ask_text(live, WISH_INPUT, 0, "2 7 1", 0);
    await_refusal(live, &error);
    assert_says(&error, STATUS_USAGE, "\"7\"");
    assert_int_equal(watch_for(live, any_picture, 0)->sample, 0);
    live_stop(live);
}

static void a_restart_keeps_what_was_typed_where_it_can_be(void **state)
{
    struct lab_config config = small_config("sort", "gru", "elman");
    struct live *live = watch_start(&config);
    struct wish wish = { .kind = WISH_RESTART };
    const struct snapshot *s;

    (void)state;
    ask_text(live, WISH_INPUT, 0, "2 2 1 0 0", 0);
    watch_for(live, shows_sample, LAB_OWN_INPUT);
    watch_ask(live, WISH_STEP, 2);
    watch_for(live, stands_at, 2);
    wish.config = config;
    assert_true(live_send(live, &wish));
    s = watch_for(live, stands_at, 0);
    assert_int_equal(s->sample, LAB_OWN_INPUT);
    assert_non_null(strstr(s->text, "2 2 1 0 0"));
    wish.config.task.length = 4; /* five digits are too many for it */
    assert_true(live_send(live, &wish));
    s = watch_for(live, shows_sample, 0);
    assert_int_equal(s->steps, 7);
    live_stop(live);
}

static void an_arm_writes_while_the_lab_stands(void **state)
{
    const struct lab_config config = small_config("sort", "gru", "transformer");
    struct live *live = watch_start(&config);
    const struct snapshot *s = watch_for(live, any_picture, 0);

    (void)state;
    assert_int_equal(s->writes, WRITES_ANSWER);
    assert_false(s->arm[0].written.any);
    ask_text(live, WISH_GENERATE, -1, "2 0 1 2 1", 300);
    s = watch_for(live, has_written, 300);
    assert_int_equal(s->arm[1].written.count, 300); /* both */
    assert_string_equal(s->arm[1].written.wish.prompt, "2 0 1 2 1");
    assert_int_equal(s->step, 0);
    watch_ask(live, WISH_GENERATE_MORE, 20);
    watch_for(live, has_written, 320);
    ask_text(live, WISH_GENERATE, 0, "2 0 1 2 1", 10); /* the left alone */
    s = watch_for(live, has_written, 10);
    assert_int_equal(s->arm[1].written.count, 320);
    ask_text(live, WISH_GENERATE, -1, "8", 10);
    s = watch_for(live, was_asked, 3);
    assert_non_null(strstr(s->arm[0].written.refusal, "\"8\""));
    live_stop(live);
}

static bool is_in_the_middle(const struct snapshot *s, long number)
{
    (void)number;
    return s->arm[0].written.going && s->arm[0].written.count > 0;
}

/* Of a model that takes many slices: the lab stands, nobody else wakes the thread. */
static void a_long_text_comes_piece_by_piece_and_can_be_stopped(void **state)
{
    struct lab_config config = small_config("sort", "lstm", NULL);
    struct live *live;
    long count;

    (void)state;
    set(&config, "left.hidden", "256");
    set(&config, "left.layers", "4");
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__) /* many times as slow */
    set(&config, "left.hidden", "64");
#endif
    live = watch_start(&config);
    ask_text(live, WISH_GENERATE, 0, "2 0 1 2 1", GENERATION_MOST);
    count = watch_for(live, is_in_the_middle, 0)->arm[0].written.count;
    assert_true(count < GENERATION_MOST);
    count = watch_for(live, has_written, GENERATION_MOST)->arm[0].written.count;
    for (int tries = 0; count == GENERATION_MOST && tries < 50; tries++) {
        ask_text(live, WISH_GENERATE, 0, "2 0 1 2 1", GENERATION_MOST);
        watch_ask(live, WISH_GENERATE_MORE, 0); /* may come too late: this one is slow */
        count = watch_after_all(live)->arm[0].written.count;
    }
    assert_true(count < GENERATION_MOST);
    assert_int_equal(watch_after_all(live)->arm[0].written.count, count);
    live_stop(live);
}

static void it_learns_meanwhile(void **state)
{
    const struct lab_config config = small_config("sort", "gru", "transformer");
    struct live *live = watch_start(&config);
    const struct snapshot *s;
    long step;

    (void)state;
    watch_ask(live, WISH_RUN, 0);
    step = watch_for(live, runs_beyond, 5)->step;
    ask_text(live, WISH_GENERATE, -1, "2 0 1 2 1", GENERATION_MOST);
    s = watch_for(live, has_written, GENERATION_MOST);
    assert_true(s->arm[0].written.step >= step);
    watch_for(live, runs_beyond, s->step + 5);
    watch_ask(live, WISH_PAUSE, 0);
    s = watch_after_all(live);
    assert_is_like_a_lab(s, &config); /* as if nobody had written */
    live_stop(live);
}

/* Which goes on with other layers over the same weights: what was written stays as it is. */
static void other_heads_end_what_is_being_written(void **state)
{
    struct lab_config config = small_config("sort", "gru", "transformer");
    struct live *live = watch_start(&config);
    struct wish wish = { .kind = WISH_CHANGE };
    const struct snapshot *s;

    (void)state;
    ask_text(live, WISH_GENERATE, -1, "2 0 1 2 1", 50);
    assert_true(watch_for(live, has_written, 50)->arm[1].written.open);
    set(&config, "left.learning_rate", "0.02");
    wish.config = config;
    assert_true(live_send(live, &wish)); /* the same layers: more can be had */
    watch_ask(live, WISH_GENERATE_MORE, 10);
    watch_for(live, has_written, 60);
    set(&config, "right.heads", "4");
    wish.config = config;
    assert_true(live_send(live, &wish));
    watch_ask(live, WISH_GENERATE_MORE, 10);
    s = watch_for(live, has_written, 70); /* the left goes on */
    assert_int_equal(s->arm[1].written.count, 60);
    assert_false(s->arm[1].written.open);
    live_stop(live);
}

static void a_restart_forgets_what_was_written(void **state)
{
    const struct lab_config config = small_config("sort", "gru", "transformer");
    struct live *live = watch_start(&config);
    const struct wish wish = { .kind = WISH_RESTART, .config = config };

    (void)state;
    ask_text(live, WISH_GENERATE, -1, "2 0 1 2 1", GENERATION_MOST);
    assert_true(live_send(live, &wish));
    assert_false(watch_after_all(live)->arm[0].written.any);
    ask_text(live, WISH_GENERATE, -1, "2 0 1 2 1", GENERATION_MOST);
    live_stop(live); /* in the middle of it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_typed_is_looked_at),
        cmocka_unit_test(what_is_no_sequence_is_refused_and_changes_nothing),
        cmocka_unit_test(a_restart_keeps_what_was_typed_where_it_can_be),
        cmocka_unit_test(an_arm_writes_while_the_lab_stands),
        cmocka_unit_test(a_long_text_comes_piece_by_piece_and_can_be_stopped),
        cmocka_unit_test(it_learns_meanwhile),
        cmocka_unit_test(other_heads_end_what_is_being_written),
        cmocka_unit_test(a_restart_forgets_what_was_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

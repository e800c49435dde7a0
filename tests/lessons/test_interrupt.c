/*
 * Tests of common/interrupt.h from the trainer up to the thread: what is called off is as if it
 * had never been begun, and who waits does not wait for the end of a long step.
 */
#include "tests/test.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "common/interrupt.h"
#include "lessons/checkpoint.h"
#include "tests/common/files/scratch.h"
#include "tests/lessons/live_watch.h"
#include "tests/lessons/small_lab.h"

enum { ROUNDS = 5, MANY_QUESTIONS = 1000 };

/* ------------------------------------------------------------------------------ one by hand */

/* Calls off at the first question after so many; `left` is counted by several threads. */
struct call_off {
    atomic_int left;
    struct interrupt interrupt;
};

static bool counts_down(void *context)
{
    struct call_off *call = context;

    return atomic_fetch_sub(&call->left, 1) <= 0;
}

static void call_off_after(struct call_off *call, int questions)
{
    atomic_store(&call->left, questions);
    call->interrupt = (struct interrupt){ counts_down, call };
}

/* One round, called off after 0, 1, 2, ... questions until it is made. Returns how often. */
static int round_with_interruptions(struct lab *lab)
{
    const long before = lab->step;
    struct call_off call;
    int often = 0;

    for (int questions = 0; questions < MANY_QUESTIONS && lab->step == before; questions++) {
        call_off_after(&call, questions);
        lab->interrupt = &call.interrupt;
        assert_true(lab_step(lab));
        often += lab->step == before;
    }
    lab->interrupt = NULL;
    assert_int_equal(lab->step, before + 1);
    return often;
}

/* ------------------------------------------------------------------------------------- labs */

struct pace_row {
    const char *pace, *threads;
};

static struct lab_config of_row(const struct pace_row *row)
{
    struct lab_config config = small_config("sort", "gru", "transformer");

    set(&config, "training.batch", "21"); /* three shards, the last one short */
    set(&config, "training.samples", "50");
    set(&config, "training.pace", row->pace);
    set(&config, "training.threads", row->threads);
    return config;
}

static void assert_same_labs(const struct lab *a, const struct lab *b)
{
    assert_int_equal(a->step, b->step);
    for (int i = 0; i < a->arms; i++) {
        const size_t bytes = a->arm[i].model.parameters.total * sizeof(real);

        assert_int_equal(a->arm[i].trainer.step, b->arm[i].trainer.step);
        assert_same_weights(&a->arm[i], &b->arm[i]);
        assert_same_curve(&a->arm[i].curve, &b->arm[i].curve);
        assert_memory_equal(a->arm[i].trainer.state[1], b->arm[i].trainer.state[1], bytes);
    }
}

static void an_interrupted_training_learns_what_another_learns(void **state)
{
    const struct lab_config config = of_row(*state);
    struct lab *never = lab_make(&config), *often = lab_make(&config);

    for (int round = 0; round < ROUNDS; round++) {
        lab_train(never, 1);
        while (never->step == round) /* of another pace, until the slowest has made it */
            lab_train(never, 1);
        assert_true(round_with_interruptions(often) > 2);
    }
    assert_same_labs(never, often);
    lab_free(never);
    lab_free(often);
}

/* The left arm has made the round's update, the right one has not. */
static void make_half_a_round(struct lab *lab)
{
    const long before = lab->step;
    struct call_off call;

    for (int questions = 0; lab->arm[0].trainer.step == before; questions++) {
        call_off_after(&call, questions);
        lab->interrupt = &call.interrupt;
        assert_true(lab_step(lab));
    }
    lab->interrupt = NULL;
    assert_int_equal(lab->arm[1].trainer.step, before);
    assert_int_equal(lab->step, before);
}

static void half_a_round_is_read_back_and_made_whole(void **state)
{
    const struct lab_config config = small_config("sort", "gru", "transformer");
    struct lab *never = lab_make(&config), *kept = lab_make(&config), *read = lab_make(&config);
    const struct scratch *scratch = *state;

    lab_train(kept, 2);
    make_half_a_round(kept);
    assert_int_equal(checkpoint_write(kept, scratch->path, NULL), STATUS_OK);
    assert_int_equal(checkpoint_read(read, scratch->path, NULL), STATUS_OK);
    lab_train(kept, 2);
    lab_train(read, 2);
    lab_train(never, 4);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(read->arm[i].trainer.step, 4);
        assert_same_weights(&never->arm[i], &read->arm[i]);
    }
    assert_same_labs(never, kept);
    lab_free(never);
    lab_free(kept);
    lab_free(read);
}

static void one_arm_called_off_has_made_no_step(void **state)
{
    const struct lab_config config = small_config("adding", "lstm", "transformer");
    struct lab *lab = lab_make(&config), *alone = lab_make(&config);
    struct call_off call;

    (void)state;
    call_off_after(&call, 0);
    lab->interrupt = &call.interrupt;
    assert_true(lab_step_arm(lab, 1));
    assert_int_equal(lab->arm[1].trainer.step, 0);
    assert_true(isnan(lab->arm[1].last.loss));
    assert_true(lab->arm[1].seconds == 0);
    lab->interrupt = NULL;
    lab_step_arm(lab, 1);
    lab_step_arm(alone, 1);
    assert_same_weights(&alone->arm[1], &lab->arm[1]);
    lab_free(lab);
    lab_free(alone);
}

static void half_a_look_at_the_64_is_none(void **state)
{
    const struct lab_config config = small_config("sort", "gru", "transformer");
    struct lab *lab = lab_make(&config), *other = lab_make(&config);
    struct call_off call;

    (void)state;
    call_off_after(&call, 1);
    lab->interrupt = &call.interrupt;
    assert_int_equal(lab_probe(lab, true, NULL), STATUS_INTERRUPTED);
    assert_true(isnan(lab->arm[0].probe.profile.input.rms[0]));
    assert_int_equal(lab->arm[0].first.steps, 0);
    lab->interrupt = NULL;
    lab_look(lab);
    lab_look(other);
    for (int i = 0; i < 2; i++)
        assert_memory_equal(lab->arm[i].probe.profile.input.rms,
                            other->arm[i].probe.profile.input.rms,
                            (size_t)lab->task.shape.steps * sizeof(double));
    lab_free(lab);
    lab_free(other);
}

/* ----------------------------------------------------------------------------- in its thread */

/* A step takes seconds, in many small pieces. */
static struct lab_config slow(void)
{
    struct lab_config config = small_config("adding", "gru", "transformer");

    set(&config, "task.length", "64");
    set(&config, "left.hidden", "64");
    set(&config, "right.width", "64");
    set(&config, "training.batch", "1536");
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
    set(&config, "training.batch", "256");
#endif
    return config;
}

static bool sorts(const struct snapshot *s, long number)
{
    (void)number;
    return strcmp(s->config.task.name, "sort") == 0;
}

static double seconds_of_a_step(struct live *live)
{
    const double begin = clock_seconds();

    watch_for(live, any_picture, 0);
    watch_ask(live, WISH_STEP, 1);
    watch_for(live, stands_at, 1);
    return clock_seconds() - begin;
}

static void rest(double seconds)
{
    const double end = clock_seconds() + seconds;

    while (clock_seconds() < end)
        watch_rest();
}

/*
 * Of a step, about half; where a machine is so fast that a step is none to wait for, at least
 * that.
 */
static double at_most(double step)
{
    return fmax(step / 2, 0.5);
}

static void another_lab_does_not_wait_for_a_long_step(void **state)
{
    const enum wish_kind *kind = *state;
    const struct lab_config config = slow(), next = small_config("sort", "gru", "transformer");
    struct live *live = watch_start(&config);
    const double step = seconds_of_a_step(live);
    double begin;

    watch_ask(live, WISH_RUN, 0);
    rest(step / 8);
    begin = clock_seconds();
    assert_true(live_send(live, &(struct wish){ .kind = *kind, .config = next }));
    watch_for(live, sorts, 0);
    if (clock_seconds() - begin > at_most(step))
        fail_msg("took %.2f s where a step takes %.2f s", clock_seconds() - begin, step);
    live_stop(live);
}

static void the_end_does_not_wait_for_a_long_step(void **state)
{
    const struct lab_config config = slow();
    struct live *live = watch_start(&config);
    const double step = seconds_of_a_step(live);
    double begin;

    (void)state;
    watch_ask(live, WISH_RUN, 0);
    rest(step / 8);
    begin = clock_seconds();
    live_stop(live);
    if (clock_seconds() - begin > at_most(step))
        fail_msg("took %.2f s where a step takes %.2f s", clock_seconds() - begin, step);
}

/* Arms in lockstep do not stop with one of them ahead; nor is a step made twice for a look. */
static void no_other_wish_calls_a_step_off(void **state)
{
    const struct lab_config config = slow();
    struct live *live = watch_start(&config);
    const double step = seconds_of_a_step(live);
    struct wish rate = { .kind = WISH_CHANGE, .config = config };
    const struct snapshot *s;

    (void)state;
    set(&rate.config, "training.learning_rate", "0.01");
    watch_ask(live, WISH_RUN, 0);
    rest(step / 8);
    assert_true(live_send(live, &rate));
    watch_ask(live, WISH_PAUSE, 0);
    s = watch_after_all(live);
    assert_true(s->step > 1);
    for (int i = 0; i < 2; i++)
        assert_int_equal(s->arm[i].curve.count, s->step);
    live_stop(live);
}

/* clang-format off */
static struct pace_row steps_1 = { "steps", "1" }, steps_2 = { "steps", "2" },
                       flops_2 = { "flops", "2" };

static enum wish_kind restart = WISH_RESTART, change = WISH_CHANGE;

#define OF(row) { .name = "an_interrupted_training_learns_what_another_learns " #row, \
                  .test_func = an_interrupted_training_learns_what_another_learns, \
                  .initial_state = &(row) }

static const struct CMUnitTest tests[] = {
    OF(steps_1),
    OF(steps_2),
    OF(flops_2),
    { .name = "half_a_round_is_read_back_and_made_whole",
      .test_func = half_a_round_is_read_back_and_made_whole,
      .setup_func = scratch_setup, .teardown_func = scratch_teardown },
    cmocka_unit_test(one_arm_called_off_has_made_no_step),
    cmocka_unit_test(half_a_look_at_the_64_is_none),
    { .name = "another_lab_does_not_wait_for_a_long_step restart",
      .test_func = another_lab_does_not_wait_for_a_long_step, .initial_state = &restart },
    { .name = "another_lab_does_not_wait_for_a_long_step change",
      .test_func = another_lab_does_not_wait_for_a_long_step, .initial_state = &change },
    cmocka_unit_test(the_end_does_not_wait_for_a_long_step),
    cmocka_unit_test(no_other_wish_calls_a_step_off),
};
/* clang-format on */

int main(void)
{
    alarm(WATCHDOG_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of lessons/claims_live.c: a lesson's claims while its lab trains. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lessons/check.h"
#include "lessons/claims_live.h"
#include "lessons/run_keep.h"
#include "tests/close.h"
#include "tests/common/files/scratch.h"
#include "tests/lessons/live_watch.h"
#include "tests/lessons/small_lab.h"

enum { STEPS = 60 };

/* Numbers of the claims below. */
enum { SLOPE, TOO_STEEP, BASELINE, TEST_LOSS, TOO_GOOD, SOONER, TRAINED_SLOPE, MASS, CLAIMS };

static const char *const claims[CLAIMS] = {
    [SLOPE] = "left.slope_input < 0",
    [TOO_STEEP] = "right.slope_state <= -5",
    [BASELINE] = "left.baseline > 0",
    [TEST_LOSS] = "left.test_loss < 10",
    [TOO_GOOD] = "right.test_loss - left.test_loss > 10",
    [SOONER] = "left.steps_to_loss(0.4) > 0",
    [TRAINED_SLOPE] = "left.trained_slope_input < 0",
    [MASS] = "right.marked_mass > 0",
};

static struct lesson lesson(void)
{
    struct lesson made = { .number = 3, .title = "t", .question = "q", .path = "here" };

    made.config = small_config("adding", "elman", "transformer");
    made.config.training.steps = STEPS;
    for (int i = 0; i < CLAIMS; i++) {
        struct error error = { STATUS_OK, "" };
        struct claim *claim = &made.claims[made.claim_count++];

        snprintf(claim->name, sizeof claim->name, "number_%d", i);
        if (claim_parse(claim, claims[i], &error) != STATUS_OK)
            fail_msg("%s", error.message);
    }
    return made;
}

static struct lab *watched(struct claims_live *live, const struct lesson *of)
{
    struct lab *lab = lab_make(&of->config);

    claims_live_begin(live, of);
    lab_look(lab);
    claims_live_look(live, lab);
    return lab;
}

/* Steps of a lab that is looked at, up to that one. */
static void train_to(struct claims_live *live, struct lab *lab, long step)
{
    while (lab->step < step) {
        lab_train(lab, 1);
        claims_live_look(live, lab);
    }
}

static enum claim_state state_of(const struct claims_live *live, int claim)
{
    return live->now.claim[claim].state;
}

static void what_needs_no_training_is_known_at_step_0(void **state)
{
    const struct lesson of = lesson();
    struct claims_live live = { .lesson = NULL };
    struct lab *lab = watched(&live, &of);

    (void)state;
    assert_int_equal(live.now.count, CLAIMS);
    assert_true(live.now.own);
    assert_int_equal(state_of(&live, SLOPE), CLAIM_MET);
    assert_int_equal(state_of(&live, TOO_STEEP), CLAIM_UNMET);
    assert_int_equal(state_of(&live, BASELINE), CLAIM_MET);
    assert_close(live.now.claim[SLOPE].measured, lab->arm[0].first.input.slope, 0, 0);
    assert_false(live.now.claim[SLOPE].provisional);
    for (int i = TEST_LOSS; i < CLAIMS; i++) {
        assert_int_equal(state_of(&live, i), CLAIM_OPEN);
        assert_true(isnan(live.now.claim[i].measured));
    }
    claims_live_free(&live);
    lab_free(lab);
}

/* One way of measuring, whoever trains. */
static void at_the_end_the_numbers_are_those_of_a_check(void **state)
{
    const struct lesson of = lesson();
    const struct check_options options = { .first_seed = of.config.training.seed,
                                           .seeds = 1,
                                           .threads = CHECK_THREADS_UNCHANGED };
    struct claims_live live = { .lesson = NULL };
    struct check check;
    struct lab *lab = watched(&live, &of);

    (void)state;
    train_to(&live, lab, STEPS);
    assert_int_equal(check_run(&check, &of, &options, NULL), STATUS_OK);
    for (int i = 0; i < CLAIMS; i++) {
        assert_close(live.now.claim[i].measured, check.claims[i].measured[0], 0, 0);
        assert_int_equal(state_of(&live, i),
                         check.claims[i].holds[0] ? CLAIM_MET : CLAIM_UNMET);
        assert_false(live.now.claim[i].provisional);
    }
    assert_int_equal(state_of(&live, TOO_GOOD), CLAIM_UNMET);
    claims_live_free(&live);
    lab_free(lab);
}

static void a_watched_lab_learns_the_same_bits(void **state)
{
    const struct lesson of = lesson();
    struct claims_live live = { .lesson = NULL };
    struct lab *lab = watched(&live, &of), *alone = lab_make(&of.config);

    (void)state;
    for (int i = 0; i < STEPS + 5; i++) {
        live.next = 0; /* as often as can be */
        train_to(&live, lab, i + 1);
        lab_train(alone, 1);
    }
    for (int i = 0; i < lab->arms; i++) {
        assert_same_weights(&lab->arm[i], &alone->arm[i]);
        assert_same_report(&lab->arm[i].last, &alone->arm[i].last);
        assert_same_curve(&lab->arm[i].curve, &alone->arm[i].curve);
    }
    claims_live_free(&live);
    lab_free(lab);
    lab_free(alone);
}

static void before_the_end_a_test_is_provisional(void **state)
{
    const struct lesson of = lesson();
    struct claims_live live = { .lesson = NULL };
    struct lab *lab = watched(&live, &of);

    (void)state;
    live.next = INFINITY;
    train_to(&live, lab, 10);
    assert_int_equal(state_of(&live, TEST_LOSS), CLAIM_OPEN);
    live.next = 0;
    train_to(&live, lab, 11);
    assert_int_equal(state_of(&live, TEST_LOSS), CLAIM_MET);
    assert_true(live.now.claim[TEST_LOSS].provisional);
    assert_true(live.next > 0); /* and rests */
    assert_int_equal(state_of(&live, TRAINED_SLOPE), CLAIM_OPEN);
    assert_false(live.now.claim[SLOPE].provisional);
    claims_live_free(&live);
    lab_free(lab);
}

/* Gradients asked elsewhere, edits, another sequence: claims do not see them, and leave them. */
static void what_a_hand_looks_at_is_left_alone(void **state)
{
    const struct lesson of = lesson();
    struct claims_live plain = { .lesson = NULL }, live = { .lesson = NULL };
    const struct edit edit = { .kind = EDIT_HEAD_OUT };
    struct lab *lab = lab_make(&of.config), *other = watched(&plain, &of);

    (void)state;
    lab_pin(lab, 5);
    lab_raw(lab, true);
    lab_loss_at(lab, LAB_ALL_OUTPUTS);
    assert_true(lab_edit(lab, 1, &edit));
    claims_live_begin(&live, &of);
    lab_look(lab);
    claims_live_look(&live, lab);
    train_to(&live, lab, STEPS);
    train_to(&plain, other, STEPS);
    for (int i = 0; i < CLAIMS; i++)
        assert_close(live.now.claim[i].measured, plain.now.claim[i].measured, 0, 0);
    assert_int_equal(lab->sample, 5);
    assert_int_equal(lab->arm[0].probe.from, PROBE_MEAN);
    assert_true(lab->raw);
    assert_true(lab->arm[0].probe.profile.local);
    assert_int_equal(lab->arm[1].edit_count, 1);
    lab_look(lab);
    assert_true(isfinite(lab->arm[1].free_loss)); /* it has been made */
    claims_live_free(&live);
    claims_live_free(&plain);
    lab_free(lab);
    lab_free(other);
}

struct row {
    const char *key, *value;
    bool own;
};

static void claims_are_about_the_lessons_own_settings(void **state)
{
    const struct row *row = *state;
    const struct lesson of = lesson();
    struct lab_config config = of.config;
    struct claims_live live = { .lesson = NULL };
    struct lab *lab;

    set(&config, row->key, row->value);
    lab = lab_make(&config);
    claims_live_begin(&live, &of);
    lab_look(lab);
    claims_live_look(&live, lab);
    assert_int_equal(live.now.own, row->own);
    assert_int_equal(state_of(&live, BASELINE), row->own ? CLAIM_MET : CLAIM_OPEN);
    claims_live_free(&live);
    lab_free(lab);
}

static void a_setting_changed_on_the_way_spoils_the_run(void **state)
{
    const struct lesson of = lesson();
    struct claims_live live = { .lesson = NULL };
    struct lab *lab = watched(&live, &of);

    (void)state;
    train_to(&live, lab, 3);
    lab->config.training.clip = 0.5;
    train_to(&live, lab, 4);
    assert_false(live.now.own);
    lab->config.training.clip = of.config.training.clip;
    train_to(&live, lab, STEPS);
    assert_false(live.now.own); /* it has been another */
    assert_int_equal(state_of(&live, TEST_LOSS), CLAIM_OPEN);
    claims_live_restart(&live);
    lab_free(lab);
    lab = lab_make(&of.config);
    lab_look(lab);
    claims_live_look(&live, lab);
    assert_true(live.now.own);
    assert_int_equal(state_of(&live, SLOPE), CLAIM_MET);
    claims_live_free(&live);
    lab_free(lab);
}

static void a_lab_met_on_its_way_is_not_judged(void **state)
{
    const struct lesson of = lesson();
    struct claims_live live = { .lesson = NULL };
    struct lab *lab = lab_make(&of.config);

    (void)state;
    lab_train(lab, 2);
    claims_live_begin(&live, &of);
    claims_live_look(&live, lab);
    assert_false(live.now.own);
    claims_live_free(&live);
    lab_free(lab);
}

static bool has_measured(const struct snapshot *s, long claim)
{
    return s->claims.count > 0 && s->claims.claim[claim].state != CLAIM_OPEN;
}

static bool is_not_own(const struct snapshot *s, long unused)
{
    (void)unused;
    return s->claims.count > 0 && !s->claims.own;
}

static void a_live_lab_fills_in_what_it_meets(void **state)
{
    const struct lesson of = lesson();
    struct live *live = watch_start(&of.config);
    struct wish wish = { .kind = WISH_CLAIMS, .lesson = &of };
    const struct snapshot *s = watch_for(live, any_picture, 0);

    (void)state;
    assert_int_equal(s->claims.count, 0);
    assert_true(live_send(live, &wish));
    s = watch_for(live, has_measured, SLOPE);
    assert_int_equal(s->claims.claim[SLOPE].state, CLAIM_MET);
    assert_int_equal(s->claims.claim[MASS].state, CLAIM_OPEN);
    watch_ask(live, WISH_RUN, 0);
    s = watch_for(live, has_measured, MASS);
    assert_int_equal(s->step, STEPS);
    assert_int_equal(s->claims.claim[TEST_LOSS].state, CLAIM_MET);
    assert_int_equal(s->claims.claim[TOO_GOOD].state, CLAIM_UNMET);
    wish = (struct wish){ .kind = WISH_RESTART, .config = of.config };
    wish.config.arm[0].hidden++;
    assert_true(live_send(live, &wish));
    s = watch_for(live, is_not_own, 0);
    assert_int_equal(s->claims.claim[SLOPE].state, CLAIM_OPEN);
    live_stop(live);
}

/* As when a lesson is opened already running: the wishes come together, before any step. */
static void a_lab_that_runs_at_once_is_judged_from_step_0(void **state)
{
    const struct lesson of = lesson();
    struct wish wish = { .kind = WISH_CLAIMS, .lesson = &of };
    const struct snapshot *s;
    struct live *live;
    struct error error = { STATUS_OK, "" };

    (void)state;
    assert_int_equal(live_start(&live, &of.config, &error), STATUS_OK);
    assert_true(live_send(live, &wish));
    wish = (struct wish){ .kind = WISH_RUN };
    assert_true(live_send(live, &wish));
    s = watch_for(live, stands_at, STEPS);
    assert_true(s->claims.own);
    assert_int_equal(s->claims.claim[SLOPE].state, CLAIM_MET);
    wish = (struct wish){ .kind = WISH_RESTART, .config = of.config };
    assert_true(live_send(live, &wish)); /* and begun anew in the same way */
    wish = (struct wish){ .kind = WISH_RUN };
    assert_true(live_send(live, &wish));
    s = watch_for(live, stands_at, STEPS);
    assert_true(s->claims.own);
    live_stop(live);
}

/* Looks have room for as many as the lesson's training makes, and an arm may go beyond it. */
static void an_arm_stepped_beyond_the_end_is_looked_at_no_more(void **state)
{
    struct lesson of = lesson();
    struct claims_live live = { .lesson = NULL };
    struct lab *lab;

    (void)state;
    of.claim_count = 1;
    assert_int_equal(claim_parse(&of.claims[0], "left.steps_to_loss(0.05) > 0", NULL),
                     STATUS_OK);
    lab = watched(&live, &of);
    while (lab->arm[0].trainer.step < 10 * STEPS) {
        lab_step_arm(lab, 0);
        claims_live_look(&live, lab);
    }
    assert_int_equal(lab->step, 0);
    assert_int_equal(live.measured[0].looks, STEPS / LOOK_EVERY);
    claims_live_free(&live);
    lab_free(lab);
}

/* The lab that was watched is gone, and what has been trained is not the lesson's run. */
static void a_run_that_is_opened_is_not_judged(void **state)
{
    const struct scratch *scratch = *state;
    const struct lesson of = lesson();
    struct wish wish = { .kind = WISH_CLAIMS, .lesson = &of };
    struct live *live = watch_start(&of.config);
    struct lab *lab = lab_make(&of.config);
    char folder[RUN_PATH_MAX];
    struct error error = { STATUS_OK, "" };

    lab_train(lab, 2);
    if (run_keep(folder, scratch->path, lab, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_true(live_send(live, &wish));
    watch_for(live, has_measured, SLOPE);
    wish.kind = WISH_OPEN_RUN;
    snprintf(wish.path, sizeof wish.path, "%.*s", LIVE_PATH_MAX - 1, folder);
    assert_true(live_send(live, &wish));
    watch_for(live, is_not_own, 0);
    watch_ask(live, WISH_RUN, 0);
    assert_false(has_measured(watch_for(live, stands_at, STEPS), TEST_LOSS));
    live_stop(live);
    lab_free(lab);
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function }
#define OWN(label, k, v, is) { .name = "claims_are_about_the_lessons_own_settings_" label, \
    .test_func = claims_are_about_the_lessons_own_settings, \
    .initial_state = &(struct row){ .key = k, .value = v, .own = is } }

static const struct CMUnitTest tests[] = {
    TEST(what_needs_no_training_is_known_at_step_0),
    TEST(at_the_end_the_numbers_are_those_of_a_check),
    TEST(a_watched_lab_learns_the_same_bits),
    TEST(before_the_end_a_test_is_provisional),
    TEST(what_a_hand_looks_at_is_left_alone),
    OWN("all", "task.name", "adding", true),
    OWN("seed", "training.seed", "99", true),
    OWN("report", "training.report_every", "7", true),
    OWN("default_rate", "left.learning_rate", "0.003", true),
    OWN("length", "task.length", "13", false),
    OWN("model", "left.model", "gru", false),
    OWN("clip", "training.clip", "2", false),
    OWN("steps", "training.steps", "61", false),
    OWN("an_arm_more", "third.model", "gru", false),
    TEST(a_setting_changed_on_the_way_spoils_the_run),
    TEST(a_lab_met_on_its_way_is_not_judged),
    TEST(a_live_lab_fills_in_what_it_meets),
    TEST(a_lab_that_runs_at_once_is_judged_from_step_0),
    TEST(an_arm_stepped_beyond_the_end_is_looked_at_no_more),
    { .name = "a_run_that_is_opened_is_not_judged", .test_func = a_run_that_is_opened_is_not_judged,
      .setup_func = scratch_setup, .teardown_func = scratch_teardown },
};
/* clang-format on */

int main(void)
{
    alarm(WATCHDOG_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

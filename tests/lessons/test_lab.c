/* Tests of lessons/lab.c: arms that learn in lockstep, and watching that changes nothing. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/close.h"
#include "tests/lessons/small_lab.h"

/* Lockstep */

struct lab_row {
    const char *task, *left, *right;
};

/* The same model in two arms: the same first weights, batches, gradients, updates. */
static void twins_stay_twins(void **state)
{
    const struct lab_row *row = *state;
    struct lab_config config = small_config(row->task, row->left, row->right);
    struct report left, right;
    struct lab *lab;

    strcpy(config.arm[4].model, row->left); /* not only neighbours */
    lab = lab_make(&config);
    assert_int_equal(lab->arms, 3);
    for (int i = 0; i < 5; i++) {
        assert_same_weights(&lab->arm[0], &lab->arm[2]);
        lab_train(lab, 1);
        assert_same_report(&lab->arm[0].last, &lab->arm[2].last);
        assert_true(isfinite(lab->arm[0].last.loss));
    }
    assert_same_weights(&lab->arm[0], &lab->arm[2]);
    lab_test(lab, 0, &left);
    lab_test(lab, 2, &right);
    assert_same_report(&left, &right);
    lab_free(lab);
}

/* An arm learns what it learns without company. */
static void company_changes_nothing(void **state)
{
    const struct lab_row *row = *state;
    const struct lab_config alone = small_config(row->task, row->left, NULL);
    const struct lab_config both = small_config(row->task, row->left, row->right);
    struct lab *a = lab_make(&alone), *b = lab_make(&both);

    assert_int_equal(a->arms, 1);
    assert_int_equal(b->arms, 2);
    lab_train(a, 4);
    lab_train(b, 4);
    assert_same_weights(&a->arm[0], &b->arm[0]);
    lab_free(a);
    lab_free(b);
}

static void another_seed_is_another_experiment(void **state)
{
    struct lab_config config = small_config("adding", "gru", NULL);
    struct lab *a = lab_make(&config), *b;

    (void)state;
    config.training.seed++;
    b = lab_make(&config);
    assert_memory_not_equal(a->arm[0].trainer.parameters, b->arm[0].trainer.parameters,
                            a->arm[0].model.parameters.total * sizeof(real));
    lab_train(a, 1);
    lab_train(b, 1);
    assert_true(a->arm[0].last.loss != b->arm[0].last.loss);
    lab_free(a);
    lab_free(b);
}

static void threads_change_no_bit(void **state)
{
    const struct lab_row *row = *state;
    struct lab_config config = small_config(row->task, row->left, row->right);
    struct lab *labs[3];

    config.training.batch = 19; /* shards of 8, 8 and 3 */
    for (int i = 0; i < 3; i++) {
        config.training.threads = i + 1;
        labs[i] = lab_make(&config);
        lab_train(labs[i], 4);
        lab_look(labs[i]);
    }
    for (int i = 1; i < 3; i++)
        for (int arm = 0; arm < 2; arm++) {
            struct report one, more;

            assert_same_weights(&labs[0]->arm[arm], &labs[i]->arm[arm]);
            assert_same_report(&labs[0]->arm[arm].last, &labs[i]->arm[arm].last);
            lab_test(labs[0], arm, &one);
            lab_test(labs[i], arm, &more);
            assert_same_report(&one, &more);
            assert_memory_equal(labs[0]->arm[arm].probe.profile.input.rms,
                                labs[i]->arm[arm].probe.profile.input.rms,
                                (size_t)labs[0]->task.shape.steps * sizeof(double));
        }
    for (int i = 0; i < 3; i++)
        lab_free(labs[i]);
}

static void steps_are_counted_and_drawn(void **state)
{
    const struct lab_config config = small_config("sort", "elman", "transformer");
    struct lab *lab = lab_make(&config);

    (void)state;
    assert_int_equal(lab->step, 0);
    assert_true(isnan(lab->arm[0].last.loss) && isnan(lab->arm[1].last.gradient_norm));
    lab_train(lab, 6);
    assert_int_equal(lab->step, 6);
    assert_true(lab->seconds > 0);
    for (int i = 0; i < 2; i++) {
        const struct lab_arm *arm = &lab->arm[i];

        assert_int_equal(arm->trainer.step, 6);
        assert_int_equal(arm->curve.count, 6);
        for (int k = 0; k < 6; k++)
            assert_int_equal(arm->curve.points[k].step, k);
        assert_true(arm->curve.points[5].loss == (float)arm->last.loss);
        assert_true(arm->curve.points[5].accuracy == (float)arm->last.accuracy);
        assert_true(arm->curve.points[5].gradient_norm == (float)arm->last.gradient_norm);
    }
    lab_free(lab);
    lab_free(NULL);
}

/* Watching */

static void watching_changes_no_bit(void **state)
{
    const struct lab_row *row = *state;
    const struct lab_config config = small_config(row->task, row->left, row->right);
    struct lab *alone = lab_make(&config), *watched = lab_make(&config);

    for (int i = 0; i < 4; i++) {
        struct report report;

        lab_look(watched);
        lab_pin(watched, 3 + i);
        lab_loss_at(watched, i % 2 ? LAB_ALL_OUTPUTS : i);
        lab_look(watched);
        for (int arm = 0; arm < 2; arm++)
            lab_test(watched, arm, &report);
        lab_train(watched, 1);
        lab_train(alone, 1);
        for (int arm = 0; arm < 2; arm++) {
            assert_same_weights(&alone->arm[arm], &watched->arm[arm]);
            assert_same_report(&alone->arm[arm].last, &watched->arm[arm].last);
        }
    }
    lab_free(alone);
    lab_free(watched);
}

static void assert_same_rows(const struct profile *a, const struct profile *b)
{
    const size_t bytes = (size_t)a->steps * sizeof(double);

    assert_int_equal(a->steps, b->steps);
    assert_int_equal(a->layers, b->layers);
    assert_memory_equal(a->input.one, b->input.one, bytes);
    assert_memory_equal(a->input.rms, b->input.rms, bytes);
    assert_memory_equal(a->state[0].rms, b->state[0].rms, bytes);
    assert_close(a->input.slope, b->input.slope, 0, 0);
}

static void the_profile_of_step_0_is_kept(void **state)
{
    const struct lab_config config = small_config("adding", "gru", "transformer");
    struct lab *lab = lab_make(&config), *untouched = lab_make(&config);

    (void)state;
    assert_int_equal(lab_probe(lab, false, NULL), STATUS_OK);
    assert_int_equal(lab->arm[0].first.steps, 0); /* not measured yet */
    lab_look(lab);
    lab_look(untouched);
    for (int i = 0; i < 2; i++)
        assert_same_rows(&lab->arm[i].first, &lab->arm[i].probe.profile);
    lab_train(lab, 3);
    lab_look(lab);
    for (int i = 0; i < 2; i++) {
        const struct profile *now = &lab->arm[i].probe.profile;

        assert_same_rows(&lab->arm[i].first, &untouched->arm[i].first);
        assert_memory_not_equal(now->input.rms, lab->arm[i].first.input.rms,
                                (size_t)now->steps * sizeof(double));
    }
    lab_free(lab);
    lab_free(untouched);
}

static void a_pinned_sample_is_the_same_in_all_arms(void **state)
{
    const struct lab_config config = small_config("copying", "elman", "transformer");
    struct lab *lab = lab_make(&config);
    const struct batch *left = &lab->arm[0].probe.one, *right = &lab->arm[1].probe.one;
    const size_t bytes = (size_t)left->extent.steps * sizeof(int);
    int first[64];

    (void)state;
    assert_memory_equal(left->tokens, right->tokens, bytes);
    memcpy(first, left->tokens, bytes);
    lab_pin(lab, 5);
    assert_int_equal(lab->sample, 5);
    assert_memory_not_equal(left->tokens, first, bytes);
    assert_memory_equal(left->tokens, right->tokens, bytes);
    lab_pin(lab, 0);
    assert_memory_equal(left->tokens, first, bytes);
    lab_free(lab);
}

/* What a hand sets is seen beside what it was, and nothing that is trained knows of it. */
static void an_edit_is_seen_beside_what_it_was(void **state)
{
    const struct lab_config config = small_config("sort", "elman", "transformer");
    const struct edit out = { .kind = EDIT_HEAD_OUT, .depth = 0, .head = 0 };
    const struct edit zero = { .kind = EDIT_STATE_ZERO, .depth = 0, .step = 3 };
    struct lab *lab = lab_make(&config), *untouched = lab_make(&config);
    double loss[2];

    (void)state;
    lab_look(lab);
    for (int i = 0; i < 2; i++) {
        loss[i] = lab->arm[i].probe.loss;
        assert_true(isnan(lab->arm[i].free_loss));
        assert_true(lab_edit(lab, i, i == 0 ? &zero : &out));
    }
    lab_look(lab);
    for (int i = 0; i < 2; i++) {
        assert_true(lab->arm[i].free_loss == loss[i]);
        assert_true(fabs(lab->arm[i].probe.loss - loss[i]) > 1e-5);
    }
    assert_true(lab_edit(lab, 1, &out)); /* back */
    lab_look(lab);
    assert_true(isnan(lab->arm[1].free_loss) && lab->arm[1].probe.loss == loss[1]);
    lab_edits_clear(lab);
    lab_look(lab);
    assert_true(isnan(lab->arm[0].free_loss) && lab->arm[0].probe.loss == loss[0]);
    assert_true(lab_edit(lab, 0, &zero));
    lab_step(lab);
    lab_step(untouched);
    assert_memory_equal(lab->arm[0].trainer.parameters, untouched->arm[0].trainer.parameters,
                        lab->arm[0].model.parameters.total * sizeof(real));
    lab_free(lab);
    lab_free(untouched);
}

static void there_is_room_for_some_edits(void **state)
{
    const struct lab_config config = small_config("sort", "elman", "transformer");
    struct lab *lab = lab_make(&config);
    struct edit edit = { .kind = EDIT_WEIGHT };

    (void)state;
    for (edit.step = 0; edit.step < LAB_EDITS_MAX; edit.step++)
        assert_true(lab_edit(lab, 1, &edit));
    assert_false(lab_edit(lab, 1, &edit));
    edit.step = 7;
    assert_true(lab_edit(lab, 1, &edit)); /* taken back */
    assert_int_equal(lab->arm[1].edit_count, LAB_EDITS_MAX - 1);
    lab_free(lab);
}

static void the_loss_can_be_taken_at_any_step_or_at_all(void **state)
{
    const struct lab_config config = small_config("sort", "elman", "transformer");
    struct lab *lab = lab_make(&config);
    const struct profile *profile = &lab->arm[1].probe.profile;

    (void)state;
    lab_look(lab);
    assert_int_equal(profile->tau, 8);
    assert_false(profile->local);
    lab_loss_at(lab, 5);
    lab_look(lab);
    assert_int_equal(profile->tau, 5);
    lab_loss_at(lab, 2); /* nothing is scored there: the last one counts */
    lab_look(lab);
    assert_int_equal(profile->tau, 8);
    lab_loss_at(lab, LAB_ALL_OUTPUTS);
    lab_look(lab);
    assert_true(profile->local);
    lab_loss_at(lab, PROBE_LAST);
    lab_look(lab);
    assert_false(profile->local);
    assert_int_equal(profile->tau, 8);
    lab_free(lab);
}

/* Exactly zero: no path leads back to a later input. */
static void nothing_after_the_asked_output_has_a_gradient(void **state)
{
    const struct lab_row *row = *state;
    const struct lab_config config = small_config(row->task, row->left, row->right);
    struct lab *lab = lab_make(&config);
    const int T = lab->task.shape.steps;

    lab_train(lab, 2);
    for (int tau = 4; tau < T; tau++) {
        lab_loss_at(lab, tau);
        lab_look(lab);
        for (int i = 0; i < lab->arms; i++) {
            const struct profile *profile = &lab->arm[i].probe.profile;

            assert_int_equal(profile->tau, tau);
            for (int t = 0; t < T; t++) {
                assert_true((profile->input.one[t] > 0) == (t <= tau));
                assert_true((profile->input.rms[t] > 0) == (t <= tau));
                if (t > tau)
                    assert_true(profile->state[0].one[t] == 0);
            }
        }
    }
    lab_free(lab);
}

/* What was measured before any learning: ln G changes by this much per step back. */
struct slope_row {
    const char *model;
    int layers;
    double input[2], state[2]; /* least and most, in either view */
};

static void assert_slope(const struct profile_row *row, const double bounds[2], int seed)
{
    if (!(row->slope >= bounds[0] && row->slope <= bounds[1]))
        fail_msg("seed %d: slope %g is not in [%g, %g]", seed, row->slope, bounds[0],
                 bounds[1]);
    assert_true(row->rms[49] > 0 && isfinite(row->rms[49]));
}

static void the_gradient_falls_as_known_at_step_0(void **state)
{
    const struct slope_row *row = *state;

    for (int seed = 1; seed <= 3; seed++) {
        struct lab_config config = config_default();
        struct lab *lab;

        set(&config, "task.length", "50");
        set(&config, "left.model", row->model);
        set(&config, "left.hidden", "64");
        set(&config, "right.model", "");
        config.training.seed = (uint64_t)seed;
        config.training.threads = 1;
        config.arm[0].layers = row->layers;
        lab = lab_make(&config);
        lab_look(lab);
        assert_slope(&lab->arm[0].first.input, row->input, seed);
        assert_slope(&lab->arm[0].first.state[0], row->state, seed);
        lab_free(lab);
    }
}

/* Arms that fail */

static real *copy_of_weights(const struct lab_arm *arm)
{
    const size_t bytes = arm->model.parameters.total * sizeof(real);
    real *copy = malloc(bytes);

    assert_non_null(copy);
    memcpy(copy, arm->trainer.parameters, bytes);
    return copy;
}

static struct lab_config diverging(const char *left, const char *right)
{
    struct lab_config config = small_config("adding", left, right);

    set(&config, "training.optimizer", "sgd");
    set(&config, "training.clip", "0");
    set(&config, "training.learning_rate", "0.001");
    return config;
}

static void an_arm_that_diverges_stops_alone(void **state)
{
    const char *model = *state;
    struct lab_config config = diverging(model, "gru");
    const struct lab_config other = diverging("gru", NULL);
    struct lab *lab, *alone = lab_make(&other);
    struct lab_arm *arm;
    real *before = NULL, *usable = NULL;
    long step;

    set(&config, "left.learning_rate", "100");
    lab = lab_make(&config);
    arm = &lab->arm[0];
    while (!arm->stopped) {
        free(usable);
        usable = before;
        before = copy_of_weights(arm);
        assert_true(lab_step(lab)); /* the other goes on */
        assert_true(lab->step < 2000);
    }
    assert_says(&arm->why, STATUS_DIVERGED, "it began in ");
    assert_memory_equal(usable, arm->trainer.parameters,
                        arm->model.parameters.total * sizeof(real));
    for (size_t i = 0; i < arm->model.parameters.total; i++)
        assert_true(isfinite((double)usable[i]));
    assert_true(isfinite(arm->last.loss)); /* of these weights */
    step = arm->trainer.step;
    assert_int_equal(arm->curve.count, step + 1);
    lab_train(lab, 3);
    assert_int_equal(arm->trainer.step, step);
    assert_int_equal(lab->step, step + 5);
    assert_memory_equal(usable, arm->trainer.parameters,
                        arm->model.parameters.total * sizeof(real));
    lab_train(alone, (int)lab->step);
    assert_same_weights(&alone->arm[0], &lab->arm[1]);
    lab_look(lab); /* a stopped arm can still be looked at */
    free(before);
    free(usable);
    lab_free(lab);
    lab_free(alone);
}

static void a_lab_without_an_arm_that_runs_says_so(void **state)
{
    struct lab_config config = diverging("elman", "transformer");
    struct lab *lab;
    int steps = 0;

    (void)state;
    set(&config, "left.learning_rate", "100");
    set(&config, "right.learning_rate", "100");
    lab = lab_make(&config);
    while (lab_step(lab))
        assert_true(++steps < 2000);
    assert_int_equal(lab->step, steps);
    assert_true(lab->arm[0].stopped && lab->arm[1].stopped);
    assert_false(lab_step(lab));
    assert_int_equal(lab->step, steps);
    lab_free(lab);
}

/* Memory */

struct memory_row {
    const char *set[8][2];
    const char *words[6];
};

/* Bytes of address space in use; 0 where the system does not tell. */
static unsigned long long space_in_use(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");

    if (file == NULL)
        return 0;
    if (fscanf(file, "%llu", &pages) != 1)
        pages = 0;
    fclose(file);
    return pages * (unsigned long long)sysconf(_SC_PAGESIZE);
}

/* With no more than 64 MB to be had, whatever takes memory before it asks fails another way. */
static void what_is_too_large_is_refused_before_memory_is_taken(void **state)
{
    const struct memory_row *row = *state;
    const unsigned long long used = space_in_use();
    struct lab_config config = config_default();
    struct error error = { STATUS_OK, "" };
    struct rlimit before, limit;
    struct lab *lab = NULL;
    enum status status;

    for (int i = 0; i < 8 && row->set[i][0] != NULL; i++)
        set(&config, row->set[i][0], row->set[i][1]);
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    limit = before;
    if (used > 0 && (before.rlim_cur == RLIM_INFINITY || before.rlim_cur > used + (64 << 20)))
        limit.rlim_cur = (rlim_t)(used + (64 << 20));
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
    status = lab_create(&lab, &config, &error);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    assert_int_equal(status, STATUS_USAGE);
    assert_null(lab);
    assert_fault(&error, STATUS_USAGE, row->words);
}

/* 4096 sequences of 4096 steps of 1024 numbers would be 64 GB at once. */
static void a_large_batch_takes_memory_for_a_slice_of_it(void **state)
{
    struct lab_config config = small_config("drive", "linear", "linear");

    (void)state;
    set(&config, "task.items", "1024");
    set(&config, "task.length", "4096");
    set(&config, "training.batch", "4096");
    lab_free(lab_make(&config));
}

static void a_bad_configuration_makes_no_lab(void **state)
{
    struct lab_config config = small_config("adding", "elman", "transformer");
    struct error error = { STATUS_OK, "" };
    struct lab *lab = NULL;

    (void)state;
    set(&config, "right.heads", "3");
    assert_int_equal(lab_create(&lab, &config, &error), STATUS_USAGE);
    assert_says(&error, STATUS_USAGE, "right: 3 heads do not divide width 8");
    assert_null(lab);
    config = small_config("adding", "elman", NULL);
    set(&config, "task.length", "1");
    assert_int_equal(lab_create(&lab, &config, &error), STATUS_USAGE);
    assert_null(lab);
}

/* clang-format off */
#define LAB(sentence, test, on, a, b)                                                          \
    { .name = sentence "_" a "_and_" b "_on_" on, .test_func = test,                           \
      .initial_state = &(struct lab_row){ .task = on, .left = a, .right = b } }
#define EVERY_PAIR(sentence, test)                                                             \
    LAB(sentence, test, "adding", "elman", "transformer"),                                     \
    LAB(sentence, test, "copying", "lstm", "gru"),                                             \
    LAB(sentence, test, "sort", "transformer", "lstm"),                                        \
    LAB(sentence, test, "sort", "gru", "elman")
#define SLOPE(sentence, ...)                                                                   \
    { .name = sentence, .test_func = the_gradient_falls_as_known_at_step_0,                    \
      .initial_state = &(struct slope_row){ __VA_ARGS__ } }
#define DIVERGES(on)                                                                           \
    { .name = "a_diverging_" on "_stops_alone", .test_func = an_arm_that_diverges_stops_alone, \
      .initial_state = (void *)on }
#define LIST(...) { __VA_ARGS__ }
#define TOO_LARGE(sentence, pairs, ...)                                                        \
    { .name = sentence, .test_func = what_is_too_large_is_refused_before_memory_is_taken,      \
      .initial_state = &(struct memory_row){ .set = pairs, .words = { __VA_ARGS__ } } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        EVERY_PAIR("twins_stay_twins_beside", twins_stay_twins),
        EVERY_PAIR("company_changes_nothing_for", company_changes_nothing),
        cmocka_unit_test(another_seed_is_another_experiment),
        EVERY_PAIR("threads_change_no_bit_of", threads_change_no_bit),
        cmocka_unit_test(steps_are_counted_and_drawn),
        EVERY_PAIR("watching_changes_no_bit_of", watching_changes_no_bit),
        cmocka_unit_test(the_profile_of_step_0_is_kept),
        cmocka_unit_test(a_pinned_sample_is_the_same_in_all_arms),
        cmocka_unit_test(the_loss_can_be_taken_at_any_step_or_at_all),
        cmocka_unit_test(an_edit_is_seen_beside_what_it_was),
        cmocka_unit_test(there_is_room_for_some_edits),
        LAB("no_gradient_after_the_asked_output_of",
            nothing_after_the_asked_output_has_a_gradient, "sort", "transformer", "gru"),
        LAB("no_gradient_after_the_asked_output_of",
            nothing_after_the_asked_output_has_a_gradient, "copying", "lstm", "transformer"),
        SLOPE("an_elman's_gradient_vanishes", "elman", 1, { -.72, -.48 }, { -.72, -.48 }),
        SLOPE("a_gru's_gradient_vanishes", "gru", 1, { -.50, -.40 }, { -.50, -.40 }),
        SLOPE("an_lstm's_gradient_vanishes", "lstm", 1, { -.51, -.35 }, { -.51, -.35 }),
        SLOPE("one_block's_gradient_is_level", "transformer", 1, { -.012, .012 },
              { -.012, .012 }),
        SLOPE("two_blocks'_gradient_is_level", "transformer", 2, { -.02, .02 },
              { -.012, .012 }),
        DIVERGES("elman"), DIVERGES("lstm"), DIVERGES("transformer"),
        cmocka_unit_test(a_lab_without_an_arm_that_runs_says_so),
        cmocka_unit_test(a_bad_configuration_makes_no_lab),
        cmocka_unit_test(a_large_batch_takes_memory_for_a_slice_of_it),
        TOO_LARGE("the_largest_transformer_of_all_is_refused",
                  LIST({ "task.length", "4096" }, { "training.batch", "4096" },
                       { "right.width", "1024" }, { "right.heads", "64" },
                       { "right.layers", "16" }),
                  "right: this transformer would take ", "GB of memory, at most "),
        TOO_LARGE("attention_of_4096_steps_and_64_heads_is_refused",
                  LIST({ "task.length", "4096" }, { "right.width", "64" },
                       { "right.heads", "64" }, { "right.layers", "16" }),
                  "right: this transformer would take "),
        TOO_LARGE("windows_whose_picture_has_all_pairs_are_refused", /* the work is little */
                  LIST({ "task.length", "4096" }, { "training.batch", "1" },
                       { "right.width", "64" }, { "right.heads", "8" },
                       { "right.layers", "16" }, { "right.mask", "window" },
                       { "right.span", "4" }),
                  "right: this transformer would take "),
        TOO_LARGE("the_largest_lstm_of_all_is_refused",
                  LIST({ "task.length", "4096" }, { "training.batch", "4096" },
                       { "left.model", "lstm" }, { "left.hidden", "1024" },
                       { "left.width", "1024" }, { "left.layers", "16" }),
                  "left: this lstm would take "),
        TOO_LARGE("arms_that_are_too_large_together_are_refused",
                  LIST({ "task.length", "1200" }, { "right.width", "64" },
                       { "right.heads", "8" }, { "right.layers", "4" },
                       { "left.model", "transformer" }, { "left.width", "64" },
                       { "left.heads", "8" }, { "left.layers", "4" }),
                  "2 arms would take ", " together, at most "),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

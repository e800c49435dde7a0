/*
 * Tests of run_resume: training that was interrupted ends in the same bits as training that was
 * not.
 */
#include "tests/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lessons/checkpoint.h"
#include "tests/lessons/small_run.h"

/* Instead of the C library's: waiting for the disk is not what is tested here. */
int fsync(int fd)
{
    (void)fd;
    return 0;
}

/* The same bits */

struct pair_row {
    const char *task, *left, *right;
};

static const struct config_key *find_key(const char *section, const char *name)
{
    int count;
    const struct config_key *keys = config_keys(&count);

    for (int i = 0; i < count; i++)
        if (strcmp(keys[i].section, section) == 0 && strcmp(keys[i].name, name) == 0)
            return &keys[i];
    fail_msg("no key %s.%s", section, name);
    return NULL;
}

/* A run of config.training.steps steps, and the same interrupted at that step. */
static void check_interrupted(const struct scratch *scratch, const struct lab_config *config,
                              const char *name, long at)
{
    char whole[RUN_FILE_MAX], halves[RUN_FILE_MAX];
    const long steps = config->training.steps;

    snprintf(whole, sizeof whole, "%s/%s-%ld-whole", scratch->folder, name, at);
    snprintf(halves, sizeof halves, "%s/%s-%ld", scratch->folder, name, at);
    run_write(whole, config, steps);
    run_write(halves, config, at);
    run_continue(halves, NULL, steps);
    assert_same_run(whole, halves);
}

/* Every optimizer there is. */
static void a_resumed_run_ends_in_the_same_bits(void **state)
{
    const struct scratch *scratch = *state;
    const struct pair_row *row = scratch->row;
    const struct config_key *key = find_key("training", "optimizer");
    struct lab_config config = small_config(row->task, row->left, row->right);

    config.training.steps = 9;
    config.training.report_every = 2;
    config.training.weight_decay = 0.01;
    config.training.clip = 0.5;
    for (int i = 0; key->choices[i] != NULL; i++) {
        set(&config, "training.optimizer", key->choices[i]);
        check_interrupted(scratch, &config, key->choices[i], 4);
    }
}

/*
 * What else an arm may remember: a training set, looks at sequences held back, what it has
 * spent.
 */
struct options_row {
    const char *keys[8][2];
};

static void a_resumed_run_with_options_ends_in_the_same_bits(void **state)
{
    const struct scratch *scratch = *state;
    const struct options_row *row = scratch->row;
    struct lab_config config = small_config("adding", "gru", "transformer");

    config.training.steps = 24;
    config.training.report_every = 4;
    for (int i = 0; i < 8 && row->keys[i][0] != NULL; i++)
        set(&config, row->keys[i][0], row->keys[i][1]);
    for (long at = 3; at < 24; at += 5)
        check_interrupted(scratch, &config, "run", at);
}

/* Every task that needs no file. */
static void a_resumed_run_of_any_task_ends_in_the_same_bits(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = small_config("adding", "gru", "elman");
    int count;
    const struct task_kind *const *kinds = task_kinds(&count);

    config.training.steps = 5;
    config.training.report_every = 2;
    for (int i = 0; i < count; i++) {
        if (kinds[i]->file_is != NULL)
            continue;
        config.task = (struct task_options){ 0 };
        set(&config, "task.name", kinds[i]->name);
        check_interrupted(scratch, &config, kinds[i]->name, 3);
    }
}

static void a_run_of_1000_steps_interrupted_at_500_ends_in_the_same_bits(void **state)
{
    struct lab_config config = small_config("adding", "elman", "transformer");

    config.training.steps = 1000;
    config.training.report_every = 10;
    check_interrupted(*state, &config, "run", 500);
}

static void interruptions_between_reports_leave_no_trace(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = small_config("sort", "gru", "transformer");
    char whole[RUN_FILE_MAX], parts[RUN_FILE_MAX];

    run_file(whole, scratch->folder, "whole");
    run_file(parts, scratch->folder, "parts");
    config.training.report_every = 5;
    config.training.steps = 30;
    run_write(whole, &config, 30);
    config.training.steps = 7; /* ends there, with a line of its own ... */
    run_write(parts, &config, 7);
    config.training.steps = 13; /* ... is made longer ... */
    run_continue(parts, &config, 13);
    config.training.steps = 30; /* ... and again */
    run_continue(parts, &config, 19);
    run_continue(parts, NULL, 30);
    assert_same_run(whole, parts);
}

/* Its end lay between two looks, was measured all the same, and is forgotten. */
static void a_run_with_validation_is_made_longer_as_if_it_had_never_ended(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = small_config("adding", "gru", "transformer");
    char whole[RUN_FILE_MAX], parts[RUN_FILE_MAX];

    run_file(whole, scratch->folder, "whole");
    run_file(parts, scratch->folder, "parts");
    set(&config, "training.validate_every", "4");
    set(&config, "training.patience", "3");
    config.training.report_every = 2;
    config.training.learning_rate = 0.3;
    config.training.steps = 30;
    run_write(whole, &config, 30);
    config.training.steps = 2; /* before the first look */
    run_write(parts, &config, 2);
    for (config.training.steps = 6; config.training.steps <= 30; config.training.steps += 4)
        run_continue(parts, &config, config.training.steps);
    assert_same_run(whole, parts);
}

/* As a process that is killed leaves it: its metrics are ahead of its checkpoint. */
static void metrics_are_cut_to_the_checkpoint(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = small_config("adding", "lstm", "elman");
    char whole[RUN_FILE_MAX], killed[RUN_FILE_MAX], path[RUN_FILE_MAX];
    FILE *file;

    run_file(whole, scratch->folder, "whole");
    run_file(killed, scratch->folder, "killed");
    config.training.report_every = 2;
    config.training.steps = 12;
    run_write(whole, &config, 12);
    run_write(killed, &config, 6);
    run_file(path, killed, "metrics.csv");
    file = fopen(path, "a");
    assert_non_null(file);
    fputs("8,0.1,9,9,9,9,9,9\n10,0.2,9,9,9,9,9,9\n12,0.", file);
    fclose(file);
    run_continue(killed, NULL, 12);
    assert_same_run(whole, killed);
}

/* What a step that diverges takes back is part of the future, too. */
static void a_run_that_diverges_after_a_resume_ends_in_the_same_bits(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = small_config("adding", "elman", "elman");
    char whole[RUN_FILE_MAX], halves[RUN_FILE_MAX];
    struct lab *lab;
    long last;

    set(&config, "training.optimizer", "sgd");
    config.training.clip = 0;
    config.arm[0].learning_rate = 3;
    config.arm[1].learning_rate = 0.001;
    config.training.steps = 4000;
    lab = lab_make(&config);
    while (lab->step < config.training.steps && !lab->arm[0].stopped)
        lab_step(lab);
    assert_true(lab->arm[0].stopped);
    last = lab->arm[0].trainer.step + 1; /* the update that was taken back */
    config.training.steps = last + 3;
    run_file(whole, scratch->folder, "whole");
    run_file(halves, scratch->folder, "halves");
    run_write(whole, &config, config.training.steps);
    run_write(halves, &config, last);
    run_continue(halves, NULL, last + 2); /* stops in the first step */
    run_continue(halves, NULL, config.training.steps);
    assert_same_run(whole, halves);
    lab_free(lab);
}

static void a_learning_rate_that_a_hand_has_changed_stays(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = small_config("adding", "gru", "transformer");
    struct lab *lab = lab_make(&config), *again = lab_make(&config);

    lab_train(lab, 3);
    lab->arm[0].trainer.options.optimizer.learning_rate = 0.1 / 3;
    lab->arm[1].trainer.options.clip = 0.7;
    assert_int_equal(checkpoint_write(lab, scratch->path, NULL), STATUS_OK);
    assert_int_equal(checkpoint_read(again, scratch->path, NULL), STATUS_OK);
    lab_train(lab, 3);
    lab_train(again, 3);
    for (int i = 0; i < 2; i++) {
        assert_same_weights(&lab->arm[i], &again->arm[i]);
        assert_same_report(&lab->arm[i].last, &again->arm[i].last);
    }
    assert_true(again->arm[0].trainer.options.optimizer.learning_rate == 0.1 / 3);
    lab_free(lab);
    lab_free(again);
}

static void steps_seconds_and_threads_may_be_others(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = small_config("adding", "gru", "transformer"), read;

    config.training.steps = 4;
    config.training.report_every = 2;
    run_write(scratch->path, &config, 4);
    config.training.steps = 8;
    config.training.threads = 2;
    config.training.checkpoint_every = 3;
    config.training.checkpoint_seconds = 60;
    config.training.history_megabytes = 7;
    run_continue(scratch->path, &config, 8);
    assert_int_equal(run_config(&read, scratch->path, NULL), STATUS_OK);
    assert_int_equal(read.training.steps, 8);
    assert_int_equal(read.training.checkpoint_every, 3);
    assert_int_equal(read.training.history_megabytes, 7);
}

static void a_run_that_has_ended_can_be_opened_again(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = small_config("adding", "gru", "transformer");
    struct run run = { 0 };
    struct lab *lab = NULL;

    config.training.steps = 3;
    run_write(scratch->path, &config, 3);
    assert_int_equal(run_resume(&run, &lab, scratch->path, NULL, NULL), STATUS_OK);
    assert_int_equal(lab->step, 3);
    assert_true(lab->arm[0].last.loss > 0);
    assert_int_equal(run_close(&run, NULL), STATUS_OK);
    lab_free(lab);
}

/* clang-format off */
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)
#define PAIR(of, task, left, right)                                                    \
    { .name = "a_resumed_run_of_" of "_ends_in_the_same_bits",                         \
      .test_func = a_resumed_run_ends_in_the_same_bits,                                \
      .setup_func = scratch_setup, .teardown_func = scratch_teardown,                          \
      .initial_state = &(struct pair_row){ task, left, right } }
#define OPTIONS(of, ...)                                                               \
    { .name = "a_resumed_run_" of "_ends_in_the_same_bits",                            \
      .test_func = a_resumed_run_with_options_ends_in_the_same_bits,                   \
      .setup_func = scratch_setup, .teardown_func = scratch_teardown,                          \
      .initial_state = &(struct options_row){ { __VA_ARGS__ } } }
/* clang-format on */

static const struct CMUnitTest tests[] = {
    OPTIONS("with_a_training_set", { "training.samples", "20" }),
    OPTIONS("with_a_schedule", { "training.warmup", "5" }, { "training.schedule", "cosine" }),
    OPTIONS("with_validation", { "training.validate_every", "4" },
            { "training.learning_rate", "0.3" }),
    OPTIONS("with_early_stopping", { "training.validate_every", "2" },
            { "training.patience", "2" }, { "training.learning_rate", "0.3" }),
    OPTIONS("paced_by_flops", { "training.pace", "flops" }),
    OPTIONS("with_all_of_it", { "training.samples", "20" }, { "training.validate_every", "2" },
            { "training.patience", "3" }, { "training.pace", "flops" },
            { "training.schedule", "linear" }),
    OPTIONS("of_many_arms", { "left.state", "learned" }, { "left.direction", "both" },
            { "third.model", "lstm+attention" }, { "third.heads", "1" },
            { "fourth.model", "elman" }, { "fourth.truncate", "3" },
            { "right.positions", "rope" }),
    OPTIONS("of_matched_arms", { "training.match", "width" },
            { "third.model", "gru+attention" }, { "third.heads", "1" },
            { "sixth.model", "transformer" }, { "sixth.mask", "window" }, { "sixth.span", "4" },
            { "training.validate_every", "3" }),
    TEST(a_resumed_run_of_any_task_ends_in_the_same_bits),
    PAIR("elman_and_transformer", "adding", "elman", "transformer"),
    PAIR("lstm_and_gru", "sort", "lstm", "gru"),
    PAIR("gru_and_lstm", "copying", "gru", "lstm"),
    PAIR("transformer_and_elman", "sort", "transformer", "elman"),
    TEST(a_run_of_1000_steps_interrupted_at_500_ends_in_the_same_bits),
    TEST(interruptions_between_reports_leave_no_trace),
    TEST(a_run_with_validation_is_made_longer_as_if_it_had_never_ended),
    TEST(metrics_are_cut_to_the_checkpoint),
    TEST(a_run_that_diverges_after_a_resume_ends_in_the_same_bits),
    TEST(a_learning_rate_that_a_hand_has_changed_stays),
    TEST(steps_seconds_and_threads_may_be_others),
    TEST(a_run_that_has_ended_can_be_opened_again),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

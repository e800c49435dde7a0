/*
 * Tests of run_resume: training that was interrupted ends in the same bits as training that was not,
 * and a kill at any moment of a save leaves something to go on from.
 */
#include "tests/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lessons/checkpoint.h"
#include "tests/lessons/small_run.h"

/*
 * This program's own fsync stands before the C library's: waiting for the disk is not what is
 * tested here, and a process can be killed at a chosen call.
 */
static int kill_at; /* the call, from 1, at which the process dies; 0: none */

int fsync(int fd)
{
    (void)fd;
    if (kill_at > 0 && --kill_at == 0)
        raise(SIGKILL);
    return 0;
}

static int setup(void **state)
{
    kill_at = 0;
    return scratch_setup(state);
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

/* What else an arm may remember: a training set, looks at sequences held back, what it has spent. */
struct options_row {
    const char *keys[6][2];
};

static void a_resumed_run_with_options_ends_in_the_same_bits(void **state)
{
    const struct scratch *scratch = *state;
    const struct options_row *row = scratch->row;
    struct lab_config config = small_config("adding", "gru", "transformer");

    config.training.steps = 24;
    config.training.report_every = 4;
    for (int i = 0; i < 6 && row->keys[i][0] != NULL; i++)
        set(&config, row->keys[i][0], row->keys[i][1]);
    for (long at = 3; at < 24; at += 5)
        check_interrupted(scratch, &config, "run", at);
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
    run_continue(scratch->path, &config, 8);
    assert_int_equal(run_config(&read, scratch->path, NULL), STATUS_OK);
    assert_int_equal(read.training.steps, 8);
    assert_int_equal(read.training.checkpoint_every, 3);
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

/* When */

static long step_of_checkpoint(const char *folder, const struct lab_config *config)
{
    struct lab *lab = lab_make(config);
    struct error error = { STATUS_OK, "" };
    char path[RUN_FILE_MAX];
    long step;

    run_file(path, folder, "checkpoint.safetensors");
    if (checkpoint_read(lab, path, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    step = lab->step;
    lab_free(lab);
    return step;
}

static void a_checkpoint_is_written_every_so_many_steps(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = small_config("adding", "elman", "transformer");
    struct run run = { 0 };
    struct lab *lab;
    char path[RUN_FILE_MAX];

    config.training.checkpoint_every = 3;
    lab = lab_make(&config);
    assert_int_equal(run_create(&run, scratch->path, lab, false, NULL), STATUS_OK);
    run_file(path, scratch->path, "checkpoint.safetensors");
    for (int i = 1; i <= 10; i++) {
        lab_train(lab, 1);
        assert_int_equal(run_save_if_due(&run, lab, NULL), STATUS_OK);
        if (i < 3)
            assert_int_not_equal(access(path, F_OK), 0);
        else
            assert_int_equal(step_of_checkpoint(scratch->path, &config), i / 3 * 3);
    }
    assert_int_equal(run_close(&run, NULL), STATUS_OK);
    lab_free(lab);
}

static void a_checkpoint_is_written_after_so_many_seconds(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = small_config("adding", "elman", "transformer");
    struct run run = { 0 };
    struct lab *lab;
    char path[RUN_FILE_MAX];

    config.training.checkpoint_seconds = 1000;
    lab = lab_make(&config);
    assert_int_equal(run_create(&run, scratch->path, lab, false, NULL), STATUS_OK);
    run_file(path, scratch->path, "checkpoint.safetensors");
    lab_train(lab, 2);
    assert_int_equal(run_save_if_due(&run, lab, NULL), STATUS_OK);
    assert_int_not_equal(access(path, F_OK), 0);
    run.saved_at -= 1000;
    assert_int_equal(run_save_if_due(&run, lab, NULL), STATUS_OK);
    assert_int_equal(step_of_checkpoint(scratch->path, &config), 2);
    lab_train(lab, 1);
    assert_int_equal(run_save_if_due(&run, lab, NULL), STATUS_OK);
    assert_int_equal(step_of_checkpoint(scratch->path, &config), 2);
    assert_int_equal(run_close(&run, NULL), STATUS_OK);
    lab_free(lab);
}

/* Killed */

enum { STEPS_BEFORE = 2 };

/* A process that goes on with the run and saves after every step, until it dies. */
static pid_t start_saving(const char *folder, int fsync_call, rlim_t bytes)
{
    const pid_t child = fork();
    struct run run = { 0 };
    struct lab *lab;
    struct rlimit limit = { bytes, bytes };

    assert_true(child >= 0);
    if (child > 0)
        return child;
    if (run_resume(&run, &lab, folder, NULL, NULL) != STATUS_OK)
        _exit(1);
    kill_at = fsync_call;
    if (bytes > 0 && setrlimit(RLIMIT_FSIZE, &limit) != 0)
        _exit(1);
    for (;;)
        if (!lab_step(lab) || run_report(&run, lab, NULL) || run_save(&run, lab, NULL))
            _exit(1);
}

static long count_lines(const char *folder)
{
    char path[RUN_FILE_MAX];
    long lines = 0;
    FILE *file;

    run_file(path, folder, "metrics.csv");
    file = fopen(path, "r");
    assert_non_null(file);
    for (int c = getc(file); c != EOF; c = getc(file))
        lines += c == '\n';
    fclose(file);
    return lines;
}

/* The run can be gone on with, and ends in the bits of one that was never killed. */
static void check_survivor(const char *folder, const struct lab_config *config)
{
    struct lab *whole = lab_make(config), *lab = NULL;
    struct error error = { STATUS_OK, "" };
    struct run run = { 0 };

    if (run_resume(&run, &lab, folder, NULL, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_true(lab->step >= STEPS_BEFORE);
    assert_int_equal(count_lines(folder), 1 + lab->step); /* the head, and each step's line */
    lab_train(whole, (int)lab->step + 1);
    lab_train(lab, 1);
    for (int i = 0; i < 2; i++)
        assert_same_weights(&whole->arm[i], &lab->arm[i]);
    assert_int_equal(run_close(&run, NULL), STATUS_OK);
    lab_free(whole);
    lab_free(lab);
}

static struct lab_config killed_config(void)
{
    struct lab_config config = small_config("adding", "elman", "transformer");

    config.training.steps = 100000;
    config.training.report_every = 1;
    return config;
}

static void wait_for(pid_t child, int expected_signal)
{
    int status;

    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), expected_signal);
}

static void a_kill_at_any_moment_leaves_a_run_to_go_on_with(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = killed_config();

    run_write(scratch->path, &config, STEPS_BEFORE);
    for (int i = 0; i < 40; i++) {
        const struct timespec pause = { 0, 5000000 + i * 137000 };
        const pid_t child = start_saving(scratch->path, 0, 0);

        nanosleep(&pause, NULL);
        assert_int_equal(kill(child, SIGKILL), 0);
        wait_for(child, SIGKILL);
        check_survivor(scratch->path, &config);
    }
}

/* Of metrics, checkpoint and two files of weights, two saves long. */
static void a_kill_at_any_flush_leaves_a_run_to_go_on_with(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = killed_config();

    run_write(scratch->path, &config, STEPS_BEFORE);
    for (int call = 1; call <= 14; call++) {
        wait_for(start_saving(scratch->path, call, 0), SIGKILL);
        check_survivor(scratch->path, &config);
    }
}

/* The system kills a process that writes more than it may: at a chosen byte of the checkpoint. */
static void a_kill_at_any_byte_leaves_the_previous_checkpoint(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = killed_config();
    char path[RUN_FILE_MAX];
    struct stat found;

    run_write(scratch->path, &config, STEPS_BEFORE);
    run_file(path, scratch->path, "checkpoint.safetensors");
    assert_int_equal(stat(path, &found), 0);
    for (off_t bytes = 4096; bytes < found.st_size; bytes += found.st_size / 23) {
        wait_for(start_saving(scratch->path, 0, (rlim_t)bytes), SIGXFSZ);
        assert_int_equal(step_of_checkpoint(scratch->path, &config), STEPS_BEFORE);
        check_survivor(scratch->path, &config);
    }
}

/* clang-format off */
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)
#define PAIR(of, task, left, right)                                                    \
    { .name = "a_resumed_run_of_" of "_ends_in_the_same_bits",                         \
      .test_func = a_resumed_run_ends_in_the_same_bits,                                \
      .setup_func = setup, .teardown_func = scratch_teardown,                          \
      .initial_state = &(struct pair_row){ task, left, right } }
#define OPTIONS(of, ...)                                                               \
    { .name = "a_resumed_run_" of "_ends_in_the_same_bits",                            \
      .test_func = a_resumed_run_with_options_ends_in_the_same_bits,                   \
      .setup_func = setup, .teardown_func = scratch_teardown,                          \
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
    TEST(a_checkpoint_is_written_every_so_many_steps),
    TEST(a_checkpoint_is_written_after_so_many_seconds),
    TEST(a_kill_at_any_moment_leaves_a_run_to_go_on_with),
    TEST(a_kill_at_any_flush_leaves_a_run_to_go_on_with),
    TEST(a_kill_at_any_byte_leaves_the_previous_checkpoint),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Tests of run_save: when a run is saved, and that a kill at any moment of it leaves something
 * to go on from.
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

/*
 * The system kills a process that writes more than it may: at a chosen byte of the checkpoint.
 */
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

static const struct CMUnitTest tests[] = {
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

/* Tests of lessons/run_keep.c, run_list.c and metrics_read.c, and of the wishes for them. */
#include "tests/test.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lessons/change.h"
#include "lessons/repeat.h"
#include "lessons/run_keep.h"
#include "lessons/run_list.h"
#include "tests/lessons/live_watch.h"
#include "tests/lessons/small_run.h"

/* Instead of the C library's: waiting for the disk is not what is tested here. */
int fsync(int fd)
{
    (void)fd;
    return 0;
}

static struct lab_config config_here(void)
{
    struct lab_config config = small_config("adding", "elman", "transformer");

    set(&config, "training.steps", "40");
    return config;
}

static void keep(char folder[RUN_PATH_MAX], const char *name, const struct lab *lab)
{
    struct error error = { STATUS_OK, "" };

    if (run_keep(folder, name, lab, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

static void change_clip(struct lab *lab, const char *clip)
{
    struct lab_config next = lab->config;

    set(&next, "training.clip", clip);
    assert_int_equal(lab_change(lab, &next, NULL), STATUS_OK);
}

static void a_kept_run_goes_on_in_the_same_bits(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_here();
    struct lab *lab = lab_make(&config), *opened;
    char name[RUN_FILE_MAX], folder[RUN_PATH_MAX];

    lab_train(lab, 5);
    change_clip(lab, "0.1");
    lab_train(lab, 5);
    run_file(name, scratch->folder, "duet-03");
    keep(folder, name, lab);
    assert_string_equal(folder, name);
    assert_int_equal(run_open(&opened, folder, NULL), STATUS_OK);
    assert_int_equal(opened->step, 10);
    assert_int_equal(opened->events.count, 1);
    for (int i = 0; i < lab->arms; i++)
        assert_same_curve(&lab->arm[i].curve, &opened->arm[i].curve);
    lab_train(lab, 7);
    lab_train(opened, 7);
    for (int i = 0; i < lab->arms; i++) {
        assert_same_weights(&lab->arm[i], &opened->arm[i]);
        assert_same_curve(&lab->arm[i].curve, &opened->arm[i].curve);
    }
    lab_free(opened);
    lab_free(lab);
}

/* On the command line, too. */
static void a_kept_run_can_be_resumed_and_repeated(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_here();
    struct lab *lab = lab_make(&config), *again;
    char name[RUN_FILE_MAX], folder[RUN_PATH_MAX];
    struct error error = { STATUS_OK, "" };
    struct lab_config began;
    struct repeat repeat;
    struct run run;
    bool done = false;

    lab_train(lab, 5);
    lab_step_arm(lab, 0);
    change_clip(lab, "0.1");
    lab_train(lab, 4);
    run_file(name, scratch->folder, "run");
    keep(folder, name, lab);
    assert_int_equal(repeat_open(&repeat, &began, folder, &error), STATUS_OK);
    again = lab_make(&began);
    while (!done)
        assert_int_equal(repeat_step(&repeat, again, &done, &error), STATUS_OK);
    for (int i = 0; i < lab->arms; i++)
        assert_same_weights(&lab->arm[i], &again->arm[i]);
    repeat_close(&repeat);
    lab_free(again);
    if (run_resume(&run, &again, folder, NULL, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    lab_train(again, 3);
    assert_int_equal(run_save(&run, again, NULL), STATUS_OK);
    assert_int_equal(run_close(&run, NULL), STATUS_OK);
    lab_free(again);
    lab_free(lab);
}

static void long_curves_come_back_with_their_stride(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = small_config("adding", "linear", NULL);
    struct lab *lab, *opened;
    char name[RUN_FILE_MAX], folder[RUN_PATH_MAX];

    set(&config, "training.steps", "9000");
    set(&config, "training.batch", "1");
    lab = lab_make(&config);
    lab_train(lab, 5000);
    assert_int_equal(lab->arm[0].curve.stride, 4);
    run_file(name, scratch->folder, "run");
    keep(folder, name, lab);
    assert_int_equal(run_open(&opened, folder, NULL), STATUS_OK);
    assert_same_curve(&lab->arm[0].curve, &opened->arm[0].curve);
    lab_free(opened);
    lab_free(lab);
}

static void a_taken_name_gets_a_number(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_here();
    struct lab *lab = lab_make(&config);
    char name[RUN_FILE_MAX], folder[RUN_PATH_MAX], second[RUN_PATH_MAX];
    char before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX];

    run_file(name, scratch->folder, "run");
    keep(folder, name, lab);
    folder_digest(before, folder);
    lab_train(lab, 1);
    keep(folder, name, lab);
    snprintf(second, sizeof second, "%s-2", name);
    assert_string_equal(folder, second);
    keep(folder, name, lab);
    snprintf(second, sizeof second, "%s-3", name);
    assert_string_equal(folder, second);
    folder_digest(after, name);
    assert_string_equal(before, after);
    assert_int_equal(scratch_count(scratch), 3);
    lab_free(lab);
}

static void a_run_that_cannot_be_kept_leaves_nothing(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_here();
    struct lab *lab = lab_make(&config);
    struct error error = { STATUS_OK, "" };
    char name[RUN_FILE_MAX], folder[RUN_PATH_MAX] = "untouched";

    run_file(name, scratch->folder, "run");
    lab->arm[1].trainer.parameters[3] =
        (real)INFINITY; /* a checkpoint of it would be of no use */
    assert_int_equal(run_keep(folder, name, lab, &error), STATUS_FILE);
    assert_says(&error, STATUS_FILE, "right.weights");
    assert_int_equal(scratch_count(scratch), 0);
    assert_string_equal(folder, "untouched");
    lab->arm[1].trainer.parameters[3] = 0;
    scratch_write(scratch->path, "x", 1);
    snprintf(name, sizeof name, "%s/run", scratch->path); /* within a file */
    assert_int_equal(run_keep(folder, name, lab, &error), STATUS_FILE);
    assert_int_equal(scratch_count(scratch), 1);
    lab_free(lab);
}

static void runs_are_listed_newest_first(void **state)
{
    static const char *const names[] = { "old", "new", "half" };
    const struct scratch *scratch = *state;
    const struct lab_config config = config_here();
    struct lab *lab = lab_make(&config);
    struct run_list *list = calloc(1, sizeof *list);
    char name[RUN_FILE_MAX], folder[RUN_PATH_MAX], path[2 * RUN_FILE_MAX];

    assert_non_null(list);
    for (int i = 0; i < 3; i++) {
        struct timespec times[2] = { { .tv_sec = 1000 + i }, { .tv_sec = 1000 + i } };

        run_file(name, scratch->folder, names[i]);
        keep(folder, name, lab);
        snprintf(path, sizeof path, "%s/checkpoint.safetensors", name);
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    }
    unlink(path);
    run_list_read(list, scratch->folder);
    assert_int_equal(list->count, 2);
    assert_string_equal(list->name[0], "new");
    assert_string_equal(list->name[1], "old");
    run_list_read(list, "/nowhere");
    assert_int_equal(list->count, 0);
    free(list);
    lab_free(lab);
}

/* Only the newest where there are more than the list has room for. */
static void of_many_runs_the_newest_are_listed(void **state)
{
    const struct scratch *scratch = *state;
    struct run_list *list = calloc(1, sizeof *list);

    assert_non_null(list);
    for (int i = 0; i < RUN_LIST_MAX + 9; i++) {
        const int age = i * 7 % (RUN_LIST_MAX + 9);
        struct timespec times[2] = { { .tv_sec = 5000 - age }, { .tv_sec = 5000 - age } };
        char folder[RUN_FILE_MAX], name[32], path[2 * RUN_FILE_MAX];

        snprintf(name, sizeof name, "run-%02d", age);
        run_file(folder, scratch->folder, name);
        assert_int_equal(mkdir(folder, 0777), 0);
        snprintf(path, sizeof path, "%s/run.ini", folder);
        scratch_write(path, "x", 1);
        snprintf(path, sizeof path, "%s/checkpoint.safetensors", folder);
        scratch_write(path, "x", 1);
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    }
    run_list_read(list, scratch->folder);
    assert_int_equal(list->count, RUN_LIST_MAX);
    for (int i = 0; i < RUN_LIST_MAX; i++) {
        char name[32];

        snprintf(name, sizeof name, "run-%02d", i);
        assert_string_equal(list->name[i], name);
    }
    free(list);
}

/* A watched lab ------------------------------------------------------------------------------ */

static void ask_path(struct live *live, enum wish_kind kind, const char *path)
{
    struct wish wish = { .kind = kind };

    snprintf(wish.path, sizeof wish.path, "%s", path);
    assert_true(live_send(live, &wish));
}

static enum live_news wait_for_news(struct live *live, char path[LIVE_PATH_MAX])
{
    const double end = clock_seconds() + GIVE_UP_SECONDS;
    enum live_news news = NEWS_NONE;
    struct error error;

    while (news == NEWS_NONE && clock_seconds() < end) {
        if (live_refusal(live, &error))
            fail_msg("%s", error.message);
        news = live_news(live, path);
        watch_rest();
    }
    return news;
}

static void a_watched_lab_is_kept_while_it_trains_and_opened_again(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = config_here();
    char name[LIVE_PATH_MAX], path[LIVE_PATH_MAX];
    const struct snapshot *s;
    struct live *live;
    struct lab *lab, *made;
    long saved;

    set(&config, "training.steps", "0");
    live = watch_start(&config);
    run_file(name, scratch->folder, "run");
    watch_ask(live, WISH_RUN, 0);
    watch_for(live, runs_beyond, 20);
    ask_path(live, WISH_SAVE_RUN, name);
    assert_int_equal(wait_for_news(live, path), NEWS_SAVED);
    assert_non_null(strstr(path, "/run-step"));
    strcpy(name, path);
    assert_int_equal(live_news(live, path), NEWS_NONE);
    assert_true(watch_after_all(live)->running);
    assert_int_equal(run_open(&lab, name, NULL), STATUS_OK);
    saved = lab->step;
    snprintf(path, sizeof path, "%s/run-step%ld-run", scratch->folder, saved);
    assert_string_equal(path, name);
    made = lab_make(&config);
    lab_train(made, (int)saved);
    assert_same_weights(&lab->arm[1], &made->arm[1]);
    lab_free(made);
    lab_free(lab);
    ask_path(live, WISH_OPEN_RUN, name);
    assert_int_equal(wait_for_news(live, path), NEWS_OPENED);
    s = watch_for(live, stands_at, saved);
    assert_int_equal(s->arm[0].curve.count, saved);
    watch_ask(live, WISH_STEP, 3);
    assert_is_like_a_lab(watch_for(live, stands_at, saved + 3), &config);
    live_stop(live);
}

static void a_run_that_cannot_be_opened_is_told_and_the_lab_stays(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_here();
    struct live *live = watch_start(&config);
    struct error error = { STATUS_OK, "" };
    double end;

    watch_ask(live, WISH_STEP, 4);
    watch_for(live, stands_at, 4);
    ask_path(live, WISH_OPEN_RUN, scratch->folder);
    for (end = clock_seconds() + GIVE_UP_SECONDS;
         !live_refusal(live, &error) && clock_seconds() < end;)
        watch_rest();
    assert_says(&error, STATUS_FILE, "run.ini");
    watch_ask(live, WISH_STEP, 3);
    assert_is_like_a_lab(watch_for(live, stands_at, 7), &config);
    live_stop(live);
}

/* Nothing by accident, nothing lost. */
static void stopping_a_lab_that_trains_changes_no_byte_of_what_was_saved(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = config_here();
    char name[LIVE_PATH_MAX], path[LIVE_PATH_MAX];
    char before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX];
    struct live *live;
    struct lab *lab;

    set(&config, "training.steps", "0");
    live = watch_start(&config);
    run_file(name, scratch->folder, "run");
    watch_ask(live, WISH_RUN, 0);
    ask_path(live, WISH_SAVE_RUN, name);
    assert_int_equal(wait_for_news(live, path), NEWS_SAVED);
    strcpy(name, path);
    folder_digest(before, name);
    watch_for(live, runs_beyond, 50);
    live_stop(live);
    folder_digest(after, name);
    assert_string_equal(before, after);
    assert_int_equal(scratch_count(scratch), 1);
    assert_int_equal(run_open(&lab, name, NULL), STATUS_OK);
    lab_train(lab, 2);
    lab_free(lab);
}

#define ALONE(test)                                                    \
    {                                                                  \
        .name = #test, .test_func = test, .setup_func = scratch_setup, \
        .teardown_func = scratch_teardown                              \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALONE(a_kept_run_goes_on_in_the_same_bits),
        ALONE(a_kept_run_can_be_resumed_and_repeated),
        ALONE(long_curves_come_back_with_their_stride),
        ALONE(a_taken_name_gets_a_number),
        ALONE(a_run_that_cannot_be_kept_leaves_nothing),
        ALONE(runs_are_listed_newest_first),
        ALONE(of_many_runs_the_newest_are_listed),
        ALONE(a_watched_lab_is_kept_while_it_trains_and_opened_again),
        ALONE(a_run_that_cannot_be_opened_is_told_and_the_lab_stays),
        ALONE(stopping_a_lab_that_trains_changes_no_byte_of_what_was_saved),
    };

    alarm(WATCHDOG_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

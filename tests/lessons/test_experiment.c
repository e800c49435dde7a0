/* Tests of lessons/experiment.c: the files beside a lesson.ini, and what links are about. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lessons/experiment.h"
#include "lessons/lesson_text.h"
#include "tests/common/files/scratch.h"
#include "tests/lessons/small_lab.h"

enum { ROOM = SCRATCH_PATH_MAX + 128 };

static const char SETTINGS[] = "[task]\nname = adding\nlength = %d\n"
                               "[left]\nmodel = elman\n[right]\nmodel = transformer\n"
                               "[claims]\nclaim.one = left.loss < 1\n";

static const char *folder_of(const struct scratch *scratch)
{
    static char path[ROOM];

    snprintf(path, sizeof path, "%s/05-x", scratch->folder);
    return path;
}

static void write_file(const struct scratch *scratch, const char *name, const char *text)
{
    char path[2 * ROOM];

    snprintf(path, sizeof path, "%s/%s", folder_of(scratch), name);
    scratch_write(path, text, strlen(text));
}

/* A lesson or an experiment on so many steps. */
static void write_ini(const struct scratch *scratch, const char *name, const char *head,
                      int length)
{
    char text[1024];
    const int used = snprintf(text, sizeof text, "[lesson]\n%s\n", head);

    snprintf(text + used, sizeof text - (size_t)used, SETTINGS, length);
    write_file(scratch, name, text);
}

/* Lesson 5: on 20 steps, with two experiments. */
static int setup(void **state)
{
    if (scratch_setup(state) != 0 || mkdir(folder_of(*state), 0777) != 0)
        return -1;
    write_ini(*state, "lesson.ini", "title = five\nquestion = q?", 20);
    write_ini(*state, "shorter.ini", "title = on 10 steps", 10);
    write_ini(*state, "longer_2.ini", "title = on 90 steps\nquestion = Is it harder?", 90);
    write_file(*state, "notes.txt", "nothing of ours");
    write_file(*state, ".hidden.ini", "nothing of ours");
    write_file(*state, "README.md", "# five\n");
    setenv("DUET_LESSONS", ((struct scratch *)*state)->folder, 1);
    return 0;
}

static int teardown(void **state)
{
    unsetenv("DUET_LESSONS");
    return scratch_teardown(state);
}

static struct lesson lesson_five(const struct scratch *scratch)
{
    struct lesson lesson;
    struct error error = { STATUS_OK, "" };

    if (lesson_read(&lesson, folder_of(scratch), &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return lesson;
}

/* --------------------------------------------------------------------------------- reading */

static void the_experiments_of_a_lesson_are_listed_by_name(void **state)
{
    struct experiment_names names;

    assert_int_equal(experiment_list(&names, folder_of(*state), NULL), STATUS_OK);
    assert_int_equal(names.count, 2);
    assert_string_equal(names.name[0], "longer_2");
    assert_string_equal(names.name[1], "shorter");
    assert_int_equal(experiment_list(&names, "no such folder", NULL), STATUS_OK);
    assert_int_equal(names.count, 0);
}

static void a_file_that_no_link_can_name_is_a_fault(void **state)
{
    struct experiment_names names;
    struct lesson lesson = lesson_five(*state);
    struct error error = { STATUS_OK, "" };

    write_ini(*state, "a b.ini", "title = t", 10);
    assert_int_equal(experiment_list(&names, lesson.path, &error), STATUS_FILE);
    assert_says(&error, STATUS_FILE, "05-x/a b.ini: the name of an experiment is");
    assert_int_equal(names.count, 2); /* the others */
    assert_int_equal(lesson_read(&lesson, folder_of(*state), &error), STATUS_FILE);
    assert_says(&error, STATUS_FILE, "05-x/a b.ini: ");
}

static void more_experiments_than_fit_are_a_fault(void **state)
{
    struct experiment_names names;
    struct error error = { STATUS_OK, "" };

    for (int i = 0; i < EXPERIMENTS_MAX - 1; i++) {
        char name[32];

        snprintf(name, sizeof name, "e%02d.ini", i);
        write_ini(*state, name, "title = t", 10);
    }
    assert_int_equal(experiment_list(&names, folder_of(*state), &error), STATUS_FILE);
    assert_says(&error, STATUS_FILE, "05-x: more than 16 experiments");
}

static void an_experiment_is_a_lesson_with_settings_of_its_own(void **state)
{
    const struct lesson five = lesson_five(*state);
    struct lesson read, back;

    assert_int_equal(five.config.task.length, 20);
    assert_string_equal(five.experiment, "");
    assert_int_equal(experiment_read(&read, &five, "shorter", NULL), STATUS_OK);
    assert_string_equal(read.experiment, "shorter");
    assert_int_equal(read.number, 5);
    assert_string_equal(read.path, five.path); /* and so its text */
    assert_string_equal(read.title, "on 10 steps");
    assert_string_equal(read.question, "");
    assert_int_equal(read.config.task.length, 10);
    assert_int_equal(read.claim_count, 1);
    assert_int_equal(experiment_read(&read, &read, "longer_2", NULL), STATUS_OK);
    assert_string_equal(read.question, "Is it harder?");
    assert_int_equal(experiment_read(&back, &read, "lesson", NULL), STATUS_OK);
    assert_string_equal(back.experiment, "");
    assert_string_equal(back.title, "five");
    assert_int_equal(back.number, 5);
    assert_int_equal(back.config.task.length, 20);
}

static void an_experiment_that_is_not_there_is_refused(void **state)
{
    const struct lesson five = lesson_five(*state);
    struct lesson read = { .number = -5 };
    struct error error = { STATUS_OK, "" };

    assert_int_equal(experiment_read(&read, &five, "notes", &error), STATUS_USAGE);
    assert_says(&error, STATUS_USAGE, "no experiment \"notes\"");
    assert_says(&error, STATUS_USAGE, "lesson, longer_2, shorter");
    assert_int_equal(read.number, -5);
}

static void an_experiment_that_is_wrong_is_a_fault_of_the_lesson(void **state)
{
    struct lesson lesson = { .number = -5 };
    struct error error = { STATUS_OK, "" };

    write_ini(*state, "wrong.ini", "title = t\ntitel = t", 10);
    assert_int_equal(lesson_read(&lesson, folder_of(*state), &error), STATUS_USAGE);
    assert_says(&error, STATUS_USAGE, "05-x/wrong.ini:3: unknown key \"titel\"");
    assert_int_equal(lesson.number, -5);
    lesson_open(&lesson, folder_of(*state));
    assert_false(lesson.broken);
    assert_says(&lesson.fault, STATUS_USAGE, "05-x/wrong.ini:3: ");
    assert_string_equal(lesson.title, "five");
}

/* ----------------------------------------------------------------------------------- lists */

static void the_list_of_lessons_has_the_experiments_beside_it(void **state)
{
    struct lesson_list list = { 0 };

    (void)state;
    assert_int_equal(lessons_read(&list, NULL), STATUS_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.experiment_count, 2);
    assert_ptr_equal(experiment_find(&list, 5, "shorter"), &list.experiments[1]);
    assert_ptr_equal(experiment_find(&list, 5, "lesson"), &list.lessons[0]);
    assert_null(experiment_find(&list, 5, "notes"));
    assert_null(experiment_find(&list, 6, "shorter"));
    lesson_list_free(&list);
    assert_null(list.experiments);
}

static void one_broken_experiment_does_not_hide_the_others(void **state)
{
    struct lesson_list list = { 0 };

    write_ini(*state, "nothing.ini", "titel = t", 10);
    assert_int_equal(lessons_read(&list, NULL), STATUS_USAGE);
    assert_int_equal(lessons_open(&list, NULL), STATUS_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.experiment_count, 2);
    assert_says(&list.lessons[0].fault, STATUS_USAGE, "05-x/nothing.ini:2: ");
    assert_non_null(experiment_find(&list, 5, "shorter"));
    lesson_list_free(&list);
}

static void a_lesson_to_be_checked_comes_with_its_experiments(void **state)
{
    struct lesson_list list = { 0 };

    assert_int_equal(lesson_list_add(&list, folder_of(*state), NULL), STATUS_OK);
    assert_int_equal(list.count, 3);
    assert_string_equal(list.lessons[0].experiment, "");
    assert_string_equal(list.lessons[1].experiment, "longer_2");
    assert_string_equal(list.lessons[2].experiment, "shorter");
    assert_int_equal(list.experiment_count, 0);
    write_ini(*state, "wrong.ini", "titel = t", 10);
    assert_int_equal(lesson_list_add(&list, folder_of(*state), NULL), STATUS_USAGE);
    assert_int_equal(list.count, 3); /* as it was */
    lesson_list_free(&list);
}

/* ----------------------------------------------------------------------------------- texts */

struct row {
    const char *text;
    int line; /* of the fault; 0: there is none */
    const char *fault[4];
};

/* The last output is that of step 19, in the experiments of step 9 and of step 89. */
static void the_links_of_a_text_are_about_the_experiment_above_them(void **state)
{
    const struct scratch *scratch = *state;
    const struct row *row = scratch->row;
    struct lesson lesson;
    struct error error = { STATUS_OK, "" };
    char place[64];

    write_file(scratch, "README.md", row->text);
    if (row->line == 0) {
        lesson = lesson_five(scratch);
        assert_int_equal(lesson.number, 5);
        return;
    }
    assert_int_equal(lesson_read(&lesson, folder_of(scratch), &error), STATUS_FILE);
    snprintf(place, sizeof place, "05-x/README.md:%d: ", row->line);
    assert_says(&error, STATUS_FILE, place);
    assert_fault(&error, STATUS_FILE, row->fault);
}

static void a_text_without_a_folder_is_not_about_experiments(void **state)
{
    static const char markdown[] = "[a](duet:experiment=any)\n[b](duet:loss=400)\n"
                                   "[c](duet:experiment=lesson)\n[d](duet:loss=400)\n";
    const struct lab_config config = config_default();
    struct lesson_text text;
    struct error error = { STATUS_OK, "" };

    (void)state;
    assert_int_equal(lesson_text_parse(&text, markdown, strlen(markdown), "x", &config, &error),
                     STATUS_FILE);
    assert_says(&error, STATUS_FILE, "x:4: duet:loss=400: ");
}

/* clang-format off */
#define FILES(function) { .name = #function, .test_func = function, \
                          .setup_func = setup, .teardown_func = teardown }
#define TEXT(sentence, markdown, ...) \
    { .name = sentence, .test_func = the_links_of_a_text_are_about_the_experiment_above_them, \
      .setup_func = setup, .teardown_func = teardown, \
      .initial_state = &(struct row){ markdown, __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILES(the_experiments_of_a_lesson_are_listed_by_name),
        FILES(a_file_that_no_link_can_name_is_a_fault),
        FILES(more_experiments_than_fit_are_a_fault),
        FILES(an_experiment_is_a_lesson_with_settings_of_its_own),
        FILES(an_experiment_that_is_not_there_is_refused),
        FILES(an_experiment_that_is_wrong_is_a_fault_of_the_lesson),
        FILES(the_list_of_lessons_has_the_experiments_beside_it),
        FILES(one_broken_experiment_does_not_hide_the_others),
        FILES(a_lesson_to_be_checked_comes_with_its_experiments),
        TEXT("links_before_any_experiment_are_about_the_lesson",
             "[a](duet:loss=19) [b](duet:loss=20)\n", 1, { "duet:loss=20", "0 to 19" }),
        TEXT("links_below_an_experiment_are_about_it",
             "[a](duet:experiment=longer_2)\n\n## b\n\n[c](duet:loss=89)\n[d](duet:loss=90)\n",
             6, { "duet:loss=90", "0 to 89" }),
        TEXT("a_link_that_names_one_is_about_it",
             "[a](duet:loss=9&experiment=shorter) [b](duet:loss=10&experiment=shorter)\n",
             1, { "duet:loss=10&experiment=shorter", "0 to 9" }),
        TEXT("its_settings_come_on_top",
             "[a](duet:experiment=shorter&task.length=30&loss=29)\n[b](duet:loss=10)\n",
             2, { "duet:loss=10", "0 to 9" }),
        TEXT("the_lesson_can_be_gone_back_to",
             "[a](duet:experiment=shorter)\n[b](duet:experiment=lesson&loss=19)\n[c](duet:loss=20)\n",
             3, { "0 to 19" }),
        TEXT("the_last_one_counts",
             "[a](duet:experiment=shorter)\n[b](duet:experiment=longer_2)\n[c](duet:loss=89)\n", 0, { NULL }),
        TEXT("one_that_is_not_there_is_told_with_its_line",
             "a\n\n[a](duet:experiment=logner)\n", 3,
             { "duet:experiment=logner", "no experiment \"logner\"", "lesson, longer_2, shorter" }),
        { .name = "a_text_without_a_folder_is_not_about_experiments",
          .test_func = a_text_without_a_folder_is_not_about_experiments },
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

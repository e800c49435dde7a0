/* Tests of lessons/logbook.c: what was visited and met, from one program to the next. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/files/file_read.h"
#include "lessons/logbook.h"
#include "tests/common/files/scratch.h"
#include "tests/lessons/small_lab.h"

/* Instead of the C library's: waiting for the disk is not what is tested here. */
int fsync(int fd)
{
    (void)fd;
    return 0;
}

enum { PATH_ROOM = SCRATCH_PATH_MAX + 64 };

static struct lesson lesson_at(int number, const char *path, const char *experiment, int claims)
{
    struct lesson lesson = { .number = number, .claim_count = claims };

    snprintf(lesson.path, sizeof lesson.path, "%s", path);
    snprintf(lesson.experiment, sizeof lesson.experiment, "%s", experiment);
    for (int i = 0; i < claims; i++)
        snprintf(lesson.claims[i].name, sizeof lesson.claims[i].name, "c%d", i);
    return lesson;
}

static const char *file_of(const struct scratch *scratch, char path[PATH_ROOM])
{
    snprintf(path, PATH_ROOM, "%s/duet/progress.ini", scratch->folder);
    return path;
}

static int setup(void **state)
{
    if (scratch_setup(state) != 0)
        return -1;
    return setenv("XDG_DATA_HOME", ((struct scratch *)*state)->folder, 1);
}

static int teardown(void **state)
{
    unsetenv("XDG_DATA_HOME");
    return scratch_teardown(state);
}

/* A file with this text is there. */
static void write_file(const struct scratch *scratch, const char *text)
{
    char folder[PATH_ROOM], path[PATH_ROOM];

    snprintf(folder, sizeof folder, "%s/duet", scratch->folder);
    mkdir(folder, 0777);
    scratch_write(file_of(scratch, path), text, strlen(text));
}

static void assert_no_fault(struct logbook *book)
{
    struct error error;

    if (logbook_fault(book, &error))
        fail_msg("%s", error.message);
}

static void what_is_noted_is_there_the_next_time(void **state)
{
    const struct lesson three = lesson_at(3, "lessons/03-x", "", 2);
    const struct lesson far = lesson_at(3, "lessons/03-x", "far", 2);
    struct logbook book;

    (void)state;
    logbook_open(&book);
    assert_false(logbook_visited(&book, &three));
    logbook_visit(&book, &three);
    logbook_meet(&book, &far, "c1");
    assert_true(logbook_visited(&book, &three));
    logbook_save(&book);
    assert_no_fault(&book);
    logbook_free(&book);

    logbook_open(&book);
    assert_no_fault(&book);
    assert_true(logbook_visited(&book, &three));
    assert_true(logbook_visited(&book, &far)); /* they are one lesson */
    assert_true(logbook_met(&book, &far, "c1"));
    assert_false(logbook_met(&book, &far, "c0"));
    assert_false(logbook_met(&book, &three, "c1"));
    logbook_free(&book);
}

static void the_file_is_one_that_can_be_read(void **state)
{
    const struct lesson three = lesson_at(3, "/a/lessons/03-x", "", 1);
    const struct lesson far = lesson_at(3, "/a/lessons/03-x", "far", 1);
    struct logbook book;
    char path[PATH_ROOM];

    logbook_open(&book);
    logbook_visit(&book, &three);
    logbook_meet(&book, &three, "c0");
    logbook_meet(&book, &far, "c0");
    logbook_meet(&book, &far, "c0");
    logbook_save(&book);
    logbook_free(&book);
    scratch_assert_text(file_of(*state, path), "[progress]\nvisited = 03-x\nmet = 03-x//c0\n"
                                               "met = 03-x/far/c0\n");
}

static void nothing_is_written_where_nothing_is_new(void **state)
{
    const struct lesson file = lesson_at(-1, "some/claims.ini", "", 1);
    struct logbook book;

    logbook_open(&book);
    logbook_visit(&book, NULL);
    logbook_visit(&book, &file);
    logbook_meet(&book, &file, "c0"); /* of a foreign file */
    logbook_save(&book);
    assert_int_equal(book.count, 0);
    assert_int_equal(scratch_count(*state), 0);
    logbook_free(&book);
}

static void claims_that_were_met_are_counted_as_far_as_they_exist(void **state)
{
    struct lesson lessons[] = { lesson_at(3, "l/03-x", "", 2), lesson_at(4, "l/04-y", "", 3) };
    struct lesson experiments[] = { lesson_at(3, "l/03-x", "far", 3),
                                    lesson_at(4, "l/04-y", "far", 1) };
    const struct lesson_list list = {
        .lessons = lessons, .count = 2, .experiments = experiments, .experiment_count = 2
    };
    struct logbook book;
    struct logbook_count count;

    (void)state;
    logbook_open(&book);
    logbook_meet(&book, &lessons[0], "c0");
    logbook_meet(&book, &experiments[0], "c2");
    logbook_meet(&book, &experiments[0], "renamed since");
    count = logbook_count(&book, &list, &lessons[0]);
    assert_int_equal(count.met, 2);
    assert_int_equal(count.claims, 5);
    count = logbook_count(&book, &list, &lessons[1]);
    assert_int_equal(count.met, 0);
    assert_int_equal(count.claims, 4);
    logbook_free(&book);
}

static void two_programs_lose_nothing(void **state)
{
    const struct lesson three = lesson_at(3, "03-x", "", 2), four = lesson_at(4, "04-y", "", 1);
    struct logbook first, second;

    (void)state;
    logbook_open(&first);
    logbook_open(&second);
    logbook_visit(&first, &three);
    logbook_save(&first);
    logbook_visit(&second, &four);
    logbook_meet(&second, &three, "c0");
    logbook_save(&second);
    assert_true(logbook_visited(&second, &three)); /* learned on the way */
    logbook_meet(&first, &three, "c1");
    logbook_save(&first);
    logbook_free(&first);
    logbook_free(&second);
    logbook_open(&first);
    assert_int_equal(first.count, 4);
    assert_true(logbook_visited(&first, &four));
    assert_true(logbook_met(&first, &three, "c0"));
    assert_true(logbook_met(&first, &three, "c1"));
    logbook_free(&first);
}

struct row {
    const char *text;
    const char *fault;
};

static void a_file_that_is_not_understood_is_told_once_and_left(void **state)
{
    const struct scratch *scratch = *state;
    const struct row *row = scratch->row;
    const struct lesson three = lesson_at(3, "03-x", "", 1);
    struct error error = { STATUS_OK, "" };
    struct logbook book;
    char path[PATH_ROOM];

    write_file(scratch, row->text);
    logbook_open(&book);
    assert_true(logbook_fault(&book, &error));
    assert_non_null(strstr(error.message, "what was visited and met is not kept: "));
    assert_non_null(strstr(error.message, row->fault));
    assert_false(logbook_fault(&book, &error));
    logbook_visit(&book, &three);
    logbook_save(&book);
    assert_false(logbook_fault(&book, &error));
    assert_true(logbook_visited(&book, &three)); /* for as long as it is open */
    logbook_free(&book);
    scratch_assert_text(file_of(scratch, path), row->text);
}

/* What has no room would be lost if the file were written anew; the list would be slow, too. */
static void a_file_of_too_many_lines_is_left_too(void **state)
{
    const struct lesson three = lesson_at(3, "03-x", "", 1);
    static char text[64 * (LOGBOOK_ENTRIES_MAX + 2)];
    size_t used = 0;
    struct error error;
    struct logbook book;
    char path[PATH_ROOM], *found = NULL;

    for (int lines = 0; lines <= LOGBOOK_ENTRIES_MAX; lines++) {
        if (lines == LOGBOOK_ENTRIES_MAX) { /* so many are well */
            write_file(*state, text);
            logbook_open(&book);
            assert_no_fault(&book);
            assert_int_equal(book.count, LOGBOOK_ENTRIES_MAX);
            logbook_free(&book);
        }
        used += (size_t)snprintf(text + used, sizeof text - used, "%smet = 03-x//c%d\n",
                                 lines == 0 ? "[progress]\n" : "", lines);
    }
    write_file(*state, text);
    logbook_open(&book);
    assert_true(logbook_fault(&book, &error));
    assert_non_null(strstr(error.message, "no room for more than 4096"));
    logbook_visit(&book, &three);
    logbook_save(&book);
    logbook_free(&book);
    assert_int_equal(file_read_all(&found, NULL, file_of(*state, path), sizeof text, NULL),
                     STATUS_OK);
    assert_true(strcmp(found, text) == 0);
    free(found);
}

static void a_file_that_was_broken_meanwhile_is_left_too(void **state)
{
    const struct lesson three = lesson_at(3, "03-x", "", 1);
    struct error error = { STATUS_OK, "" };
    struct logbook book;
    char path[PATH_ROOM];

    logbook_open(&book);
    write_file(*state, "nonsense\n");
    logbook_visit(&book, &three);
    logbook_save(&book);
    assert_true(logbook_fault(&book, &error));
    scratch_assert_text(file_of(*state, path), "nonsense\n");
    logbook_free(&book);
}

static void a_place_where_nothing_can_be_written_is_told_once(void **state)
{
    const struct scratch *scratch = *state;
    const struct lesson three = lesson_at(3, "03-x", "", 1);
    struct error error = { STATUS_OK, "" };
    struct logbook book;
    char path[PATH_ROOM];

    snprintf(path, sizeof path, "%s/duet", scratch->folder);
    scratch_write(path, "a file in the folder's place", 1);
    logbook_open(&book);
    assert_no_fault(&book);
    logbook_visit(&book, &three);
    logbook_save(&book);
    assert_true(logbook_fault(&book, &error));
    assert_non_null(strstr(error.message, "/duet"));
    logbook_meet(&book, &three, "c0");
    logbook_save(&book);
    assert_false(logbook_fault(&book, &error));
    logbook_free(&book);
}

static void without_a_place_nothing_is_kept_and_nothing_said(void **state)
{
    const struct lesson three = lesson_at(3, "03-x", "", 1);
    const char *home = getenv("HOME");
    char *kept = home != NULL ? strdup(home) : NULL;
    struct logbook book, none = { .count = 0 };

    (void)state;
    unsetenv("XDG_DATA_HOME");
    unsetenv("HOME");
    logbook_open(&book);
    logbook_visit(&book, &three);
    logbook_save(&book);
    assert_no_fault(&book);
    logbook_free(&book);
    assert_false(logbook_visited(&none, &three));
    if (kept != NULL)
        setenv("HOME", kept, 1);
    free(kept);
}

/* clang-format off */
#define FILES(function) { .name = #function, .test_func = function, \
                          .setup_func = setup, .teardown_func = teardown }
#define BROKEN(label, contents, says) \
    { .name = "a_file_that_is_not_understood_is_left_" label, \
      .test_func = a_file_that_is_not_understood_is_told_once_and_left, \
      .setup_func = setup, .teardown_func = teardown, \
      .initial_state = &(struct row){ contents, says } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILES(what_is_noted_is_there_the_next_time),
        FILES(the_file_is_one_that_can_be_read),
        FILES(nothing_is_written_where_nothing_is_new),
        FILES(claims_that_were_met_are_counted_as_far_as_they_exist),
        FILES(two_programs_lose_nothing),
        BROKEN("with_another_section", "[other]\nvisited = a\n", "progress.ini:2: "),
        BROKEN("with_another_key", "[progress]\nvisited = a\nseen = a\n", "progress.ini:3: \"seen\""),
        BROKEN("with_nonsense", "\x01\x02\n", "progress.ini:1"),
        BROKEN("with_nothing_in_it", "", "progress.ini"),
        FILES(a_file_of_too_many_lines_is_left_too),
        FILES(a_file_that_was_broken_meanwhile_is_left_too),
        FILES(a_place_where_nothing_can_be_written_is_told_once),
        FILES(without_a_place_nothing_is_kept_and_nothing_said),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

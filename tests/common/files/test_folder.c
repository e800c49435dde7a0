/* Tests of common/files/folder.c. */
#include "tests/test.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/files/folder.h"
#include "tests/common/files/scratch.h"

struct row {
    const char *below; /* appended to the scratch folder, which holds one file called file */
    const char *said;  /* a part of the message; NULL: the folder is there afterwards */
};

static void a_folder_is_made_or_refused(void **state)
{
    const struct scratch *scratch = *state;
    const struct row *row = scratch->row;
    struct error error = { STATUS_OK, "" };
    char path[2 * SCRATCH_PATH_MAX];
    struct stat found;

    scratch_write(scratch->path, "x", 1);
    snprintf(path, sizeof path, "%s%s", scratch->folder, row->below);
    if (row->said == NULL) {
        assert_int_equal(folder_prepare(path, &error), STATUS_OK);
        assert_string_equal(error.message, "");
        assert_true(stat(path, &found) == 0 && S_ISDIR(found.st_mode));
        assert_int_equal(folder_prepare(path, &error), STATUS_OK);
    } else {
        assert_int_equal(folder_prepare(path, &error), STATUS_FILE);
        assert_ptr_equal(strstr(error.message, path), error.message);
        assert_non_null(strstr(error.message, row->said));
    }
    scratch_assert_text(scratch->path, "x");
}

static void the_proof_leaves_nothing_behind(void **state)
{
    const struct scratch *scratch = *state;

    assert_int_equal(folder_prepare(scratch->folder, NULL), STATUS_OK);
    assert_int_equal(scratch_count(scratch), 0);
}

static void a_relative_folder_is_made_in_the_current_one(void **state)
{
    const struct scratch *scratch = *state;
    char before[4096];
    struct stat found;

    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(scratch->folder), 0);
    assert_int_equal(folder_prepare("a/b", NULL), STATUS_OK);
    assert_true(stat("a/b", &found) == 0 && S_ISDIR(found.st_mode));
    assert_int_equal(chdir(before), 0);
}

static void an_empty_name_is_refused(void **state)
{
    struct error error;

    (void)state;
    assert_int_equal(folder_prepare("", &error), STATUS_FILE);
    assert_string_equal(error.message, "the folder's name is empty");
}

/* Root may write anywhere, so a child that is nobody tries, where there is a nobody. */
static void a_folder_without_permission_is_refused(void **state)
{
    const struct scratch *scratch = *state;
    char *paths[2] = { (char[SCRATCH_PATH_MAX]){ "" }, (char[SCRATCH_PATH_MAX]){ "" } };
    const char *said[2] = { ": cannot write into the folder: Permission denied",
                            ": cannot make the folder " };
    int ending;
    pid_t child;

    strcpy(paths[0], scratch->folder);
    strcat(strcpy(paths[1], scratch->folder), "/inner");
    assert_int_equal(chmod(scratch->folder, 0555), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct stat found;
        int good = 1;

        if ((geteuid() == 0 && setuid(65534) != 0) || stat(scratch->folder, &found) != 0)
            _exit(2);
        for (int i = 0; i < 2; i++) {
            struct error error = { STATUS_OK, "" };

            good = good && folder_prepare(paths[i], &error) == STATUS_FILE &&
                   strncmp(error.message + strlen(paths[i]), said[i], strlen(said[i])) == 0 &&
                   strstr(error.message, "Permission denied") != NULL;
        }
        _exit(good ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &ending, 0), child);
    assert_int_equal(chmod(scratch->folder, 0755), 0);
    assert_true(WIFEXITED(ending));
    if (WEXITSTATUS(ending) == 2)
        skip();
    assert_int_equal(WEXITSTATUS(ending), 0);
}

/* clang-format off */
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)
#define ROW(label, ...)                                                      \
    { .name = label, .test_func = a_folder_is_made_or_refused,               \
      .setup_func = scratch_setup, .teardown_func = scratch_teardown,        \
      .initial_state = &(struct row){ __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    ROW("a_folder_that_is_there_is_accepted", "", NULL),
    ROW("a_folder_is_made", "/a", NULL),
    ROW("parents_are_made_too", "/a/b/c", NULL),
    ROW("more_slashes_than_needed_do_no_harm", "//a///b//", NULL),
    ROW("dots_do_no_harm", "/./a/../b", NULL),
    ROW("a_file_in_place_of_the_folder_is_refused", "/file", "a part of it is not a folder"),
    ROW("a_file_in_place_of_a_parent_is_refused", "/file/a", "a part of it is not a folder"),
    TEST(the_proof_leaves_nothing_behind),
    TEST(a_relative_folder_is_made_in_the_current_one),
    TEST(an_empty_name_is_refused),
    TEST(a_folder_without_permission_is_refused),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

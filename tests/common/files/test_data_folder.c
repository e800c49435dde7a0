/* Tests of common/files/data_folder.c. */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/files/data_folder.h"

struct row {
    const char *data, *home; /* of the environment; NULL: not set */
    const char *path;        /* of a file "x"; NULL: there is no place for it */
};

static void set(const char *name, const char *value)
{
    assert_int_equal(value != NULL ? setenv(name, value, 1) : unsetenv(name), 0);
}

static void the_environment_says_where(void **state)
{
    const struct row *row = *state;
    char path[DATA_PATH_MAX];

    set("XDG_DATA_HOME", row->data);
    set("HOME", row->home);
    assert_int_equal(data_folder(path, "x"), row->path != NULL);
    if (row->path == NULL)
        return;
    assert_string_equal(path, row->path);
    assert_true(data_folder(path, ""));
    assert_int_equal(strlen(path), strlen(row->path) - 2);
}

static void a_path_that_is_too_long_is_none(void **state)
{
    char path[DATA_PATH_MAX], *home = malloc(DATA_PATH_MAX);

    (void)state;
    assert_non_null(home);
    memset(home, 'a', DATA_PATH_MAX);
    home[0] = '/';
    home[DATA_PATH_MAX - 7] = '\0';
    set("XDG_DATA_HOME", home);
    assert_false(data_folder(path, "x"));
    home[DATA_PATH_MAX - 8] = '\0'; /* "/duet/x" and its end are eight bytes */
    set("XDG_DATA_HOME", home);
    assert_true(data_folder(path, "x"));
    free(home);
}

/* clang-format off */
#define ROW(sentence, ...) \
    { .name = sentence, .test_func = the_environment_says_where, \
      .initial_state = &(struct row){ __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW("the_data_folder_of_the_environment", "/d", "/h", "/d/duet/x"),
        ROW("else_the_usual_one_at_home", NULL, "/h", "/h/.local/share/duet/x"),
        ROW("a_relative_one_is_ignored", "d", "/h", "/h/.local/share/duet/x"),
        ROW("so_is_an_empty_one", "", "/h", "/h/.local/share/duet/x"),
        ROW("without_a_home_there_is_none", NULL, NULL, NULL),
        ROW("nor_with_a_relative_one", NULL, "h", NULL),
        cmocka_unit_test(a_path_that_is_too_long_is_none),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

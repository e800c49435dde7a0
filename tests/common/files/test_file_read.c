/* Tests of common/files/file_read.c. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/files/file_read.h"
#include "tests/common/files/scratch.h"

static void assert_refused(const char *path, size_t limit, int as_string, const char *said)
{
    char untouched[] = "untouched";
    char *bytes = untouched;
    size_t length = 77;
    struct error error = { STATUS_OK, "" };
    char expected[2 * SCRATCH_PATH_MAX];

    assert_int_equal(file_read_all(&bytes, as_string ? NULL : &length, path, limit, &error),
                     STATUS_FILE);
    snprintf(expected, sizeof expected, "%s: %s", path, said);
    assert_string_equal(error.message, expected);
    assert_ptr_equal(bytes, untouched);
    assert_int_equal(length, 77);
}

static void a_file_is_read_whole(void **state)
{
    const struct scratch *scratch = *state;
    size_t length;
    char *bytes;

    scratch_write(scratch->path, "a\0b", 3);
    assert_int_equal(file_read_all(&bytes, &length, scratch->path, 100, NULL), STATUS_OK);
    assert_int_equal(length, 3);
    assert_memory_equal(bytes, "a\0b\0", 4);
    free(bytes);
}

static void an_empty_file_is_an_empty_string(void **state)
{
    const struct scratch *scratch = *state;
    char *bytes;

    scratch_write(scratch->path, "", 0);
    assert_int_equal(file_read_all(&bytes, NULL, scratch->path, 0, NULL), STATUS_OK);
    assert_string_equal(bytes, "");
    free(bytes);
}

static void a_file_of_the_limit_is_read_and_one_byte_more_is_refused(void **state)
{
    const struct scratch *scratch = *state;
    char *bytes;

    scratch_write(scratch->path, "abcd", 4);
    assert_int_equal(file_read_all(&bytes, NULL, scratch->path, 4, NULL), STATUS_OK);
    assert_string_equal(bytes, "abcd");
    free(bytes);
    assert_refused(scratch->path, 3, 0, "4 bytes, more than the 3 allowed");
}

static void a_nul_in_a_text_is_refused(void **state)
{
    const struct scratch *scratch = *state;

    scratch_write(scratch->path, "a\0b", 3);
    assert_refused(scratch->path, 100, 1, "not text: byte 2 is a NUL");
}

static void a_missing_file_is_refused(void **state)
{
    const struct scratch *scratch = *state;

    assert_refused(scratch->path, 100, 0, "cannot read: No such file or directory");
}

static void a_folder_is_refused(void **state)
{
    const struct scratch *scratch = *state;

    assert_refused(scratch->folder, 100, 0, "cannot read: a folder, not a file");
}

static void a_pipe_is_refused_without_waiting_for_a_writer(void **state)
{
    const struct scratch *scratch = *state;

    assert_int_equal(mkfifo(scratch->path, 0600), 0);
    assert_refused(scratch->path, 100, 0, "cannot read: a pipe or a device, not a file");
}

static void a_device_is_refused(void **state)
{
    (void)state;
    assert_refused("/dev/zero", 100, 0, "cannot read: a pipe or a device, not a file");
}

static void opening_tells_the_length(void **state)
{
    const struct scratch *scratch = *state;
    uint64_t length = 0;
    FILE *file;

    scratch_write(scratch->path, "abc", 3);
    assert_int_equal(file_read_open(&file, &length, scratch->path, NULL), STATUS_OK);
    assert_int_equal(length, 3);
    assert_int_equal(getc(file), 'a');
    fclose(file);
}

/* clang-format off */
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

static const struct CMUnitTest tests[] = {
    TEST(a_file_is_read_whole),
    TEST(an_empty_file_is_an_empty_string),
    TEST(a_file_of_the_limit_is_read_and_one_byte_more_is_refused),
    TEST(a_nul_in_a_text_is_refused),
    TEST(a_missing_file_is_refused),
    TEST(a_folder_is_refused),
    TEST(a_pipe_is_refused_without_waiting_for_a_writer),
    TEST(a_device_is_refused),
    TEST(opening_tells_the_length),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

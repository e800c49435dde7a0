/* Tests of common/files/digest.c: published digests, and what a change of any part does. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/digest.h"
#include "tests/common/files/scratch.h"

/* FIPS 180-4's examples, as NIST publishes them (CSRC, "Example Values": SHA256.pdf). */
struct known {
    const char *text; /* repeated so often */
    int times;
    const char *digest;
};

static void a_published_digest_is_found(void **state)
{
    const struct scratch *scratch = *state;
    const struct known *row = scratch->row;
    char text[DIGEST_TEXT_MAX];
    FILE *file = fopen(scratch->path, "wb");

    assert_non_null(file);
    for (int i = 0; i < row->times; i++)
        fputs(row->text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(digest_file(text, scratch->path, NULL), STATUS_OK);
    assert_string_equal(text, row->digest);
}

static void a_file_that_cannot_be_read_has_no_digest(void **state)
{
    const struct scratch *scratch = *state;
    char text[DIGEST_TEXT_MAX] = "as it was";
    struct error error;

    assert_int_equal(digest_file(text, scratch->path, &error), STATUS_FILE);
    assert_non_null(strstr(error.message, scratch->path));
    assert_int_equal(digest_file(text, scratch->folder, &error), STATUS_FILE);
    assert_non_null(strstr(error.message, "a folder"));
    assert_string_equal(text, "as it was");
}

/* A file in the scratch folder. */
static void put(const struct scratch *scratch, const char *name, const char *text)
{
    char path[2 * SCRATCH_PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", scratch->folder, name);
    scratch_write(path, text, strlen(text));
}

static void a_folder_is_the_names_and_bytes_of_its_files(void **state)
{
    static const char *const changes[][2] = { { "b", "second" },
                                              { "c", "two" },
                                              { "a", "on" } };
    const struct scratch *scratch = *state;
    char first[DIGEST_TEXT_MAX], text[DIGEST_TEXT_MAX], before[DIGEST_TEXT_MAX];

    put(scratch, "b", "two");
    put(scratch, "a", "one");
    assert_int_equal(digest_data(first, scratch->folder, NULL), STATUS_OK);
    put(scratch, ".hidden", "not seen");
    assert_int_equal(digest_data(text, scratch->folder, NULL), STATUS_OK);
    assert_string_equal(text, first);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        memcpy(before, text, sizeof before);
        put(scratch, changes[i][0], changes[i][1]);
        assert_int_equal(digest_data(text, scratch->folder, NULL), STATUS_OK);
        assert_string_not_equal(text, before);
    }
}

static void a_file_by_itself_is_its_bytes(void **state)
{
    const struct scratch *scratch = *state;
    char data[DIGEST_TEXT_MAX], file[DIGEST_TEXT_MAX];

    scratch_write(scratch->path, "abc", 3);
    assert_int_equal(digest_data(data, scratch->path, NULL), STATUS_OK);
    assert_int_equal(digest_file(file, scratch->path, NULL), STATUS_OK);
    assert_string_equal(data, file);
}

static const float numbers[] = { 1, 2, 3, 4 }, others[] = { 1, 2, 3, 5 };

/* Two tensors and two words, one of them changed in each row. */
struct parts {
    struct safetensors_tensor tensors[2];
    struct safetensors_metadata words[3];
};

static const struct parts whole = {
    { { "a", SAFETENSORS_F32, 2, { 2, 2 }, numbers },
      { "b", SAFETENSORS_F32, 1, { 1 }, numbers } },
    { { "step", "3" }, { "arm", "left" }, { "digest", "" } },
};

static void find_digest(char text[DIGEST_TEXT_MAX], const struct parts *parts)
{
    digest_tensors(text, parts->tensors, 2, parts->words, 3);
}

static void a_change_is_seen(void **state)
{
    const struct parts *changed = *state;
    char before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX];

    find_digest(before, &whole);
    find_digest(after, changed);
    assert_string_not_equal(before, after);
}

static void the_digest_of_a_file_leaves_its_own_entry_out(void **state)
{
    struct parts filled = whole;
    char before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX];

    (void)state;
    find_digest(before, &filled);
    filled.words[2].value = before;
    find_digest(after, &filled);
    assert_string_equal(before, after);
}

static void a_file_is_checked_against_its_digest(void **state)
{
    const struct scratch *scratch = *state;
    struct parts filled = whole;
    char text[DIGEST_TEXT_MAX];
    struct safetensors file;
    struct error error;

    find_digest(text, &filled);
    filled.words[2].value = text;
    safetensors_write(scratch->path, filled.tensors, 2, filled.words, 3, NULL);
    assert_int_equal(safetensors_open(&file, scratch->path, NULL), STATUS_OK);
    assert_int_equal(digest_check(&file, true, scratch->path, NULL), STATUS_OK);
    ((float *)file.block)[0] = 7;
    assert_int_equal(digest_check(&file, false, scratch->path, &error), STATUS_FILE);
    assert_non_null(strstr(error.message, "damaged"));
    file.metadata[2].value = "two\nlines";
    assert_int_equal(digest_check(&file, false, scratch->path, &error), STATUS_FILE);
    assert_null(strchr(error.message, '\n'));
    safetensors_free(&file);
    safetensors_write(scratch->path, filled.tensors, 2, filled.words, 2, NULL);
    assert_int_equal(safetensors_open(&file, scratch->path, NULL), STATUS_OK);
    assert_int_equal(digest_check(&file, false, scratch->path, NULL), STATUS_OK);
    assert_int_equal(digest_check(&file, true, scratch->path, &error), STATUS_FILE);
    assert_non_null(strstr(error.message, "no \"digest\""));
    safetensors_free(&file);
}

/* clang-format off */
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)
#define KNOWN(label, ...)                                                              \
    { .name = "the_digest_of_" label "_is_the_published_one",                          \
      .test_func = a_published_digest_is_found,                                        \
      .setup_func = scratch_setup, .teardown_func = scratch_teardown,                  \
      .initial_state = &(struct known){ __VA_ARGS__ } }
#define CHANGED(label, tensor, ...)                                                    \
    { .name = label "_changes_the_digest", .test_func = a_change_is_seen,              \
      .initial_state = &(struct parts){ { tensor, { "b", SAFETENSORS_F32, 1, { 1 }, numbers } }, \
                                        { __VA_ARGS__, { "digest", "" } } } }
#define TENSOR(name, dtype, ...) { name, dtype, __VA_ARGS__ }
#define STEP { "step", "3" }
#define ARM { "arm", "left" }

int main(void)
{
    const struct CMUnitTest tests[] = {
        KNOWN("nothing", "", 0,
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        KNOWN("abc", "abc", 1,
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        KNOWN("a_million_letters_a", "aaaaaaaaaa", 100000,
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        TEST(a_file_that_cannot_be_read_has_no_digest),
        TEST(a_folder_is_the_names_and_bytes_of_its_files),
        TEST(a_file_by_itself_is_its_bytes),
        CHANGED("another_number", TENSOR("a", SAFETENSORS_F32, 2, { 2, 2 }, others), STEP, ARM),
        CHANGED("another_name", TENSOR("c", SAFETENSORS_F32, 2, { 2, 2 }, numbers), STEP, ARM),
        CHANGED("another_type", TENSOR("a", SAFETENSORS_I32, 2, { 2, 2 }, numbers), STEP, ARM),
        CHANGED("another_shape", TENSOR("a", SAFETENSORS_F32, 2, { 4, 1 }, numbers), STEP, ARM),
        CHANGED("another_rank", TENSOR("a", SAFETENSORS_F32, 1, { 4 }, numbers), STEP, ARM),
        CHANGED("another_value_of_the_metadata",
                TENSOR("a", SAFETENSORS_F32, 2, { 2, 2 }, numbers), { "step", "4" }, ARM),
        CHANGED("another_key_of_the_metadata",
                TENSOR("a", SAFETENSORS_F32, 2, { 2, 2 }, numbers), { "ste", "p3" }, ARM),
        CHANGED("another_order_of_the_metadata",
                TENSOR("a", SAFETENSORS_F32, 2, { 2, 2 }, numbers), ARM, STEP),
        cmocka_unit_test(the_digest_of_a_file_leaves_its_own_entry_out),
        TEST(a_file_is_checked_against_its_digest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

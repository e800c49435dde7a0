/* Tests of common/files/safetensors.c: what it writes is read back, damaged or not. */
#include "tests/test.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/files/safetensors.h"
#include "tests/common/files/scratch.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Four tensors with all sizes different, one of each dtype, and words of every kind. */
static const float f32[6] = { 1.0F, -2.5F, 3e-30F, INFINITY, -0.0F, 1e30F };
static const double f64[1] = { 0.1 };
static const int64_t i64[2] = { INT64_MIN, INT64_MAX };
static const int32_t i32[3] = { -1, 0, 2147483647 };

static const struct safetensors_tensor samples[] = {
    { "core.weight_ih_l0", SAFETENSORS_F32, 2, { 2, 3 }, f32 },
    { "\xE7\xA5\x9E \"quoted\" \\", SAFETENSORS_I32, 1, { 3 }, i32 }, /* f64 is now off by 4 */
    { "scalar", SAFETENSORS_F64, 0, { 0 }, f64 },
    { "none", SAFETENSORS_F32, 3, { 4, 0, 5 }, NULL },
    { "rank8", SAFETENSORS_I64, 8, { 1, 1, 1, 2, 1, 1, 1, 1 }, i64 },
};

static const struct safetensors_metadata words[] = {
    { "step", "1200" },
    { "vocabulary", "ab\n\t\"\\\x01\xE7\xA5\x9E" },
    { "", "" },
};

static void assert_same(const struct safetensors_tensor *a, const struct safetensors_tensor *b)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->dtype, b->dtype);
    assert_int_equal(a->rank, b->rank);
    for (size_t i = 0; i < a->rank; i++)
        assert_int_equal(a->shape[i], b->shape[i]);
    if (safetensors_elements(a) > 0)
        assert_memory_equal(a->data, b->data,
                            safetensors_elements(a) * safetensors_dtype_size(a->dtype));
}

static void what_is_written_is_read_back(void **state)
{
    const struct scratch *scratch = *state;
    struct safetensors st = { 0 };
    struct error error = { STATUS_OK, "" };

    assert_int_equal(
        safetensors_write(scratch->path, samples, COUNT(samples), words, COUNT(words), &error),
        STATUS_OK);
    assert_int_equal(safetensors_open(&st, scratch->path, &error), STATUS_OK);
    assert_string_equal(error.message, "");
    assert_int_equal(st.tensor_count, COUNT(samples));
    for (size_t i = 0; i < COUNT(samples); i++) {
        assert_same(&st.tensors[i], &samples[i]);
        assert_ptr_equal(safetensors_find(&st, samples[i].name), &st.tensors[i]);
        assert_int_equal((uintptr_t)st.tensors[i].data % 64, 0);
    }
    assert_int_equal(st.metadata_count, COUNT(words));
    for (size_t i = 0; i < COUNT(words); i++) {
        assert_string_equal(st.metadata[i].key, words[i].key);
        assert_string_equal(safetensors_metadata_find(&st, words[i].key), words[i].value);
    }
    assert_null(safetensors_find(&st, "core.weight_ih_l"));
    assert_null(safetensors_find(&st, "__metadata__"));
    assert_null(safetensors_metadata_find(&st, "ste"));
    safetensors_free(&st);
    assert_null(st.tensors);
    safetensors_free(&st);
    assert_int_equal(scratch_count(scratch), 1);
}

static void nothing_at_all_is_read_back(void **state)
{
    const struct scratch *scratch = *state;
    struct safetensors st;

    assert_int_equal(safetensors_write(scratch->path, NULL, 0, NULL, 0, NULL), STATUS_OK);
    assert_int_equal(safetensors_open(&st, scratch->path, NULL), STATUS_OK);
    assert_int_equal(st.tensor_count, 0);
    assert_int_equal(st.metadata_count, 0);
    safetensors_free(&st);
}

/* The format's own words, so that a mistake common to writer and reader shows. */
static void the_bytes_are_those_of_the_format(void **state)
{
    static const char expected[] =
        "\x88\0\0\0\0\0\0\0"
        "{\"__metadata__\":{\"s\":\"7\"},"
        "\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
        "\"b\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[8,16]}}"
        "  "
        "\0\0\x80\x3F\0\0\0\xC0"
        "\x02\x01\0\0\0\0\0\0";
    static const float a[2] = { 1, -2 };
    static const int64_t b = 258;
    static const struct safetensors_tensor tensors[] = {
        { "a", SAFETENSORS_F32, 2, { 1, 2 }, a },
        { "b", SAFETENSORS_I64, 0, { 0 }, &b },
    };
    static const struct safetensors_metadata step = { "s", "7" };
    const struct scratch *scratch = *state;
    char found[sizeof expected];
    FILE *file;

    assert_int_equal(safetensors_write(scratch->path, tensors, 2, &step, 1, NULL), STATUS_OK);
    file = fopen(scratch->path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(found, 1, sizeof found, file), sizeof expected - 1);
    fclose(file);
    assert_memory_equal(found, expected, sizeof expected - 1);
}

static void words_that_are_not_utf8_are_not_written(void **state)
{
    static const struct safetensors_tensor bad_tensor = {
        "a\xFF", SAFETENSORS_F64, 0, { 0 }, f64
    };
    static const struct safetensors_metadata bad[] = { { "k\n", "v" },
                                                       { "vocabulary", "\xC0" } };
    const struct scratch *scratch = *state;
    struct error error;

    assert_int_equal(safetensors_write(scratch->path, &bad_tensor, 1, NULL, 0, &error),
                     STATUS_FILE);
    assert_non_null(strstr(error.message, "the name of tensor 0 is not UTF-8 text"));
    assert_int_equal(safetensors_write(scratch->path, NULL, 0, &bad[0], 1, &error),
                     STATUS_FILE);
    assert_non_null(strstr(error.message, "metadata key 0 is not UTF-8 text"));
    assert_int_equal(safetensors_write(scratch->path, NULL, 0, &bad[1], 1, &error),
                     STATUS_FILE);
    assert_non_null(strstr(error.message, "the metadata value of \"vocabulary\" is not UTF-8"));
    assert_int_equal(scratch_count(scratch), 0);
}

static void a_folder_that_is_missing_is_reported_by_the_writer(void **state)
{
    const struct scratch *scratch = *state;
    char path[2 * SCRATCH_PATH_MAX];
    struct error error;

    snprintf(path, sizeof path, "%s/missing/file", scratch->folder);
    assert_int_equal(safetensors_write(path, samples, COUNT(samples), NULL, 0, &error),
                     STATUS_FILE);
    assert_non_null(strstr(error.message, "No such file or directory"));
}

/* A million bytes of one value, over and over, each time with the next value. */
static void write_forever(const char *path)
{
    static float values[250000];
    const struct safetensors_tensor tensor = {
        "a", SAFETENSORS_F32, 1, { COUNT(values) }, values
    };

    for (int step = 1;; step++) {
        for (size_t i = 0; i < COUNT(values); i++)
            values[i] = (float)step;
        if (safetensors_write(path, &tensor, 1, NULL, 0, NULL) != STATUS_OK)
            _exit(1);
    }
}

static void a_writer_killed_at_any_moment_leaves_a_whole_file(void **state)
{
    const struct scratch *scratch = *state;
    int whole = 0;

    for (int i = 0; i < 20; i++) {
        struct safetensors st;
        pid_t child = fork();
        int ending;

        assert_true(child >= 0);
        if (child == 0)
            write_forever(scratch->path);
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 + i * i * 173000 }, NULL);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &ending, 0), child);
        assert_true(WIFSIGNALED(ending));
        if (access(scratch->path, F_OK) != 0)
            continue;
        whole++;
        assert_int_equal(safetensors_open(&st, scratch->path, NULL), STATUS_OK);
        for (size_t k = 1; k < 250000; k++)
            assert_true(((const float *)st.tensors[0].data)[k] ==
                        ((const float *)st.tensors[0].data)[0]);
        safetensors_free(&st);
    }
    assert_true(whole > 0);
}

/* A message of one line, whatever the file; nothing is leaked or read out of bounds. */
static void open_hostile(const char *path)
{
    struct safetensors st = { 0 };
    struct error error = { STATUS_OK, "" };
    enum status status = safetensors_open(&st, path, &error);

    if (status == STATUS_OK) {
        safetensors_free(&st);
        return;
    }
    assert_int_equal(status, STATUS_FILE);
    assert_true(strlen(error.message) > strlen(path));
    assert_null(strpbrk(error.message, "\n\r\x1B"));
}

static size_t read_sample(const struct scratch *scratch, unsigned char bytes[2048])
{
    size_t length;
    FILE *file;

    assert_int_equal(
        safetensors_write(scratch->path, samples, COUNT(samples), words, COUNT(words), NULL),
        STATUS_OK);
    file = fopen(scratch->path, "rb");
    assert_non_null(file);
    length = fread(bytes, 1, 2048, file);
    fclose(file);
    assert_in_range(length, 100, 2047);
    return length;
}

static void a_file_cut_anywhere_is_refused(void **state)
{
    const struct scratch *scratch = *state;
    unsigned char bytes[2048];
    size_t length = read_sample(scratch, bytes);

    for (size_t cut = 0; cut < length; cut++) {
        struct safetensors st;

        scratch_write(scratch->path, bytes, cut);
        assert_int_equal(safetensors_open(&st, scratch->path, NULL), STATUS_FILE);
    }
}

static void a_file_with_any_byte_changed_is_read_or_refused(void **state)
{
    static const unsigned char others[] = "\0\x01\x1B \"\\-.09,:eEu[]{}\x7F\x80\xFF";
    const struct scratch *scratch = *state;
    unsigned char bytes[2048];
    size_t length = read_sample(scratch, bytes);

    for (size_t i = 0; i < length; i++) {
        unsigned char good = bytes[i];

        for (size_t k = 0; k < sizeof others - 1; k++) {
            bytes[i] = others[k];
            scratch_write(scratch->path, bytes, length);
            open_hostile(scratch->path);
        }
        bytes[i] = good;
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(what_is_written_is_read_back),
        TEST(nothing_at_all_is_read_back),
        TEST(the_bytes_are_those_of_the_format),
        TEST(words_that_are_not_utf8_are_not_written),
        TEST(a_folder_that_is_missing_is_reported_by_the_writer),
        TEST(a_writer_killed_at_any_moment_leaves_a_whole_file),
        TEST(a_file_cut_anywhere_is_refused),
        TEST(a_file_with_any_byte_changed_is_read_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of common/files/safetensors.c and safetensors_open.c. */
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

/* Reading what others wrote ------------------------------------------------------------- */

/* A file as a header and so many zero bytes of data. */
struct row {
    const char *header;
    size_t header_length; /* 0: strlen(header) */
    size_t data;
    const char *said; /* after "PATH: " */
};

static void write_row(const char *path, const char *header, size_t header_length, size_t data)
{
    uint64_t length = header_length;
    char *bytes = calloc(1, 8 + header_length + data);

    assert_non_null(bytes);
    memcpy(bytes, &length, 8);
    memcpy(bytes + 8, header, header_length);
    scratch_write(path, bytes, 8 + header_length + data);
    free(bytes);
}

/* Whatever is wrong, the caller's struct stays as it was. */
static void assert_refused(const char *path, const char *said)
{
    struct safetensors st = { .tensor_count = 77 };
    struct error error = { STATUS_OK, "" };
    char expected[2 * SCRATCH_PATH_MAX];

    assert_int_equal(safetensors_open(&st, path, &error), STATUS_FILE);
    assert_int_equal(error.status, STATUS_FILE);
    snprintf(expected, sizeof expected, "%s: %s", path, said);
    assert_string_equal(error.message, expected);
    assert_int_equal(st.tensor_count, 77);
    assert_null(st.tensors);
}

static void a_bad_header_is_refused(void **state)
{
    const struct scratch *scratch = *state;
    const struct row *row = scratch->row;

    write_row(scratch->path, row->header,
              row->header_length != 0 ? row->header_length : strlen(row->header), row->data);
    assert_refused(scratch->path, row->said);
}

static void a_good_header_is_accepted(void **state)
{
    const struct scratch *scratch = *state;
    const struct row *row = scratch->row;
    struct error error = { STATUS_OK, "" };
    struct safetensors st;

    write_row(scratch->path, row->header, strlen(row->header), row->data);
    safetensors_open(&st, scratch->path, &error);
    assert_string_equal(error.message, "");
    assert_non_null(safetensors_find(&st, "a"));
    safetensors_free(&st);
}

/* The bytes of a file from its first one on. */
struct raw {
    const char *bytes;
    size_t length;
    const char *said;
};

static void a_bad_file_is_refused(void **state)
{
    const struct scratch *scratch = *state;
    const struct raw *row = scratch->row;

    scratch_write(scratch->path, row->bytes, row->length);
    assert_refused(scratch->path, row->said);
}

static void a_missing_file_is_refused(void **state)
{
    const struct scratch *scratch = *state;

    assert_refused(scratch->path, "cannot read: No such file or directory");
}

static void a_folder_is_refused(void **state)
{
    const struct scratch *scratch = *state;

    assert_refused(scratch->folder, "cannot read: a folder, not a file");
}

static void a_header_over_the_limit_is_refused(void **state)
{
    const struct scratch *scratch = *state;
    char *header = malloc(SAFETENSORS_HEADER_MAX + 1);
    struct safetensors st;

    assert_non_null(header);
    memset(header, ' ', SAFETENSORS_HEADER_MAX + 1);
    memcpy(header, "{}", 2);
    write_row(scratch->path, header, SAFETENSORS_HEADER_MAX, 0);
    assert_int_equal(safetensors_open(&st, scratch->path, NULL), STATUS_OK);
    safetensors_free(&st);
    write_row(scratch->path, header, SAFETENSORS_HEADER_MAX + 1, 0);
    assert_refused(scratch->path,
                   "a header of 16777217 bytes: the file has 16777217 more, and at "
                   "most 16777216 are allowed (not a safetensors file?)");
    free(header);
}

static void a_header_nested_a_million_times_is_refused(void **state)
{
    const struct scratch *scratch = *state;
    struct safetensors st;
    struct error error;
    char *header = malloc(1 << 20);

    assert_non_null(header);
    memset(header, '[', 1 << 20);
    memcpy(header, "{\"a\":", 5);
    write_row(scratch->path, header, 1 << 20, 0);
    assert_int_equal(safetensors_open(&st, scratch->path, &error), STATUS_FILE);
    assert_non_null(strstr(error.message, "the header is not a JSON object"));
    free(header);
}

static void many_metadata_keys_of_one_name_are_refused_in_good_time(void **state)
{
    const struct scratch *scratch = *state;
    struct safetensors st;
    struct error error;
    char *header = malloc(2 << 20);
    size_t used;

    assert_non_null(header);
    used = (size_t)sprintf(header, "{\"__metadata__\":{");
    for (int i = 0; i < 100000; i++)
        used += (size_t)sprintf(header + used, "\"%d\":\"\",", i);
    used += (size_t)sprintf(header + used, "\"77777\":\"\"}}");
    write_row(scratch->path, header, used, 0);
    free(header);
    assert_int_equal(safetensors_open(&st, scratch->path, &error), STATUS_FILE);
    assert_non_null(strstr(error.message, "the metadata key \"77777\" is there twice"));
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

/* clang-format off */
#define T(name, fields) "\"" name "\":{" fields "}"
#define FIELDS(dtype, shape, offsets) \
    "\"dtype\":" dtype ",\"shape\":" shape ",\"data_offsets\":" offsets
#define A(dtype, shape, offsets) "{" T("a", FIELDS(dtype, shape, offsets)) "}"

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)
#define FIXTURE .setup_func = scratch_setup, .teardown_func = scratch_teardown
#define GOOD(label, ...)                                                          \
    { .name = label "_is_read", .test_func = a_good_header_is_accepted, FIXTURE,  \
      .initial_state = &(struct row){ __VA_ARGS__ } }
#define BAD(label, ...)                                                           \
    { .name = label "_is_refused", .test_func = a_bad_header_is_refused, FIXTURE, \
      .initial_state = &(struct row){ __VA_ARGS__ } }
#define RAW(label, ...)                                                           \
    { .name = label "_is_refused", .test_func = a_bad_file_is_refused, FIXTURE,   \
      .initial_state = &(struct raw){ __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    TEST(what_is_written_is_read_back),
    TEST(nothing_at_all_is_read_back),
    TEST(the_bytes_are_those_of_the_format),
    TEST(words_that_are_not_utf8_are_not_written),
    TEST(a_folder_that_is_missing_is_reported_by_the_writer),
    TEST(a_writer_killed_at_any_moment_leaves_a_whole_file),

    GOOD("a_tensor",
        .header = A("\"F32\"", "[2,3]", "[0,24]"), .data = 24),
    GOOD("a_header_with_blanks",
        .header = "{ \"a\" :\n{\t\"dtype\": \"I32\", \"shape\": [], \"data_offsets\": [0,4] } }"
                  " \r\n ", .data = 4),
    GOOD("a_header_in_another_order_than_the_data",
        .header = "{" T("b", FIELDS("\"F32\"", "[1]", "[4,8]")) ","
                  T("a", FIELDS("\"F32\"", "[1]", "[0,4]")) "}", .data = 8),
    GOOD("a_tensor_of_nothing_beside_another",
        .header = "{" T("b", FIELDS("\"F32\"", "[1]", "[0,4]")) ","
                  T("a", FIELDS("\"F32\"", "[0]", "[0,0]")) "}", .data = 4),
    GOOD("a_shape_of_zero_elements_however_large",
        .header = A("\"F64\"", "[0,9007199254740992,9007199254740992]", "[0,0]")),

    RAW("an_empty_file",
        "", 0,
        "0 bytes: a safetensors file has at least 8"),
    RAW("a_file_of_seven_bytes",
        "\0\0\0\0\0\0\0", 7,
        "7 bytes: a safetensors file has at least 8"),
    RAW("a_file_of_eight_zeros",
        "\0\0\0\0\0\0\0\0", 8,
        "the header is not a JSON object: see its byte 0"),
    RAW("a_header_longer_than_the_file",
        "\x03\0\0\0\0\0\0\0{}", 10,
        "a header of 3 bytes: the file has 2 more, and at most 16777216 are allowed (not a "
        "safetensors file?)"),
    RAW("a_huge_header_length",
        "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF{}", 10,
        "a header of 18446744073709551615 bytes: the file has 2 more, and at most 16777216 "
        "are allowed (not a safetensors file?)"),

    BAD("a_header_that_is_no_json",
        .header = "{\"a\":",
        .said = "the header is not a JSON object, or memory ran out reading it: see its byte 5"),
    BAD("a_header_that_is_an_array",
        .header = "[]",
        .said = "the header is not a JSON object: see its byte 0"),
    BAD("a_header_that_begins_with_a_blank",
        .header = " {}",
        .said = "the header is not a JSON object: see its byte 0"),
    BAD("words_after_the_header",
        .header = "{} {}",
        .said = "the header is not a JSON object, or memory ran out reading it: see its byte 3"),
    BAD("a_nul_after_the_header",
        .header = "{}\0", .header_length = 3,
        .said = "the header is not JSON: its byte 2 is 0x00"),
    BAD("a_control_character_in_the_header",
        .header = "{\x01}",
        .said = "the header is not JSON: its byte 1 is 0x01"),
    BAD("latin_1_in_the_header",
        .header = "{\"\xE9\":1}",
        .said = "the header is not JSON: its byte 2 is 0xE9"),
    BAD("an_escaped_nul",
        .header = "{\"a\\u0000b\":1}",
        .said = "the header has a \\u0000, which no name can hold"),

    BAD("a_tensor_that_is_a_number",
        .header = "{\"a\":1}",
        .said = "tensor \"a\": found 1: an object is needed"),
    BAD("a_tensor_without_a_name",
        .header = "{" T("", FIELDS("\"F32\"", "[]", "[0,4]")) "}", .data = 4,
        .said = "the name of tensor 0 is empty or has a control character: text is allowed"),
    BAD("a_tensor_with_a_line_break_in_its_name",
        .header = "{\"a\\nb\":{}}",
        .said = "the name of tensor 0 is empty or has a control character: text is allowed"),
    BAD("a_name_used_twice",
        .header = "{" T("a", FIELDS("\"F32\"", "[1]", "[0,4]")) ","
                  T("b", FIELDS("\"F32\"", "[0]", "[4,4]")) ","
                  T("a", FIELDS("\"F32\"", "[1]", "[4,8]")) "}", .data = 8,
        .said = "the tensor \"a\" is there twice"),
    BAD("metadata_that_is_there_twice",
        .header = "{\"__metadata__\":{},\"__metadata__\":{}}",
        .said = "the tensor \"__metadata__\" is there twice"),
    BAD("a_field_that_is_unknown",
        .header = "{\"a\":{\"kind\":1}}",
        .said = "tensor \"a\": a field that is unknown or twice there: one each of dtype, "
                "shape and data_offsets is allowed"),
    BAD("a_field_that_is_twice_there",
        .header = "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}",
        .said = "tensor \"a\": a field that is unknown or twice there: one each of dtype, "
                "shape and data_offsets is allowed"),

    BAD("a_tensor_without_fields",
        .header = "{\"a\":{}}",
        .said = "tensor \"a\": dtype is nothing: F32, F64, I64 and I32 are allowed"),
    BAD("an_unknown_dtype",
        .header = A("\"BF16\"", "[1]", "[0,2]"), .data = 2,
        .said = "tensor \"a\": dtype is \"BF16\": F32, F64, I64 and I32 are allowed"),
    BAD("a_dtype_in_small_letters",
        .header = A("\"f32\"", "[1]", "[0,4]"), .data = 4,
        .said = "tensor \"a\": dtype is \"f32\": F32, F64, I64 and I32 are allowed"),
    BAD("a_dtype_that_would_write_to_the_terminal",
        .header = A("\"\\u001b[2J\"", "[]", "[0,4]"),
        .said = "tensor \"a\": dtype is a string: F32, F64, I64 and I32 are allowed"),
    BAD("a_dtype_that_is_a_number",
        .header = A("7", "[1]", "[0,4]"), .data = 4,
        .said = "tensor \"a\": dtype is 7: F32, F64, I64 and I32 are allowed"),

    BAD("a_tensor_without_a_shape",
        .header = "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", .data = 4,
        .said = "tensor \"a\": shape is nothing: an array is needed"),
    BAD("a_shape_that_is_an_object",
        .header = A("\"F32\"", "{}", "[0,4]"), .data = 4,
        .said = "tensor \"a\": shape is an object: an array is needed"),
    BAD("a_fraction_in_a_shape",
        .header = A("\"F32\"", "[1.5]", "[0,6]"), .data = 6,
        .said = "tensor \"a\": shape has 1.5: whole numbers are allowed"),
    BAD("a_negative_number_in_a_shape",
        .header = A("\"F32\"", "[-1]", "[0,4]"), .data = 4,
        .said = "tensor \"a\": shape has -1: whole numbers are allowed"),
    BAD("a_string_in_a_shape",
        .header = A("\"F32\"", "[\"1\"]", "[0,4]"), .data = 4,
        .said = "tensor \"a\": shape has \"1\": whole numbers are allowed"),
    BAD("null_in_a_shape",
        .header = A("\"F32\"", "[null]", "[0,4]"), .data = 4,
        .said = "tensor \"a\": shape has true, false or null: whole numbers are allowed"),
    BAD("infinity_in_a_shape",
        .header = A("\"F32\"", "[1e999]", "[0,4]"), .data = 4,
        .said = "tensor \"a\": shape has inf: whole numbers are allowed"),
    BAD("a_shape_of_nine_numbers",
        .header = A("\"F32\"", "[1,1,1,1,1,1,1,1,1]", "[0,4]"), .data = 4,
        .said = "tensor \"a\": shape has more than the 8 numbers allowed"),
    BAD("a_shape_whose_product_overflows",
        .header = A("\"F32\"", "[4294967296,4294967296]", "[0,0]"),
        .said = "tensor \"a\": shape has more than 2^53 elements"),
    BAD("a_shape_whose_product_overflows_before_a_zero",
        .header = A("\"F32\"", "[4294967296,4294967296,0]", "[0,0]"),
        .said = "tensor \"a\": shape has more than 2^53 elements"),

    BAD("a_tensor_without_offsets",
        .header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", .data = 4,
        .said = "tensor \"a\": data_offsets is nothing: an array [begin, end] is needed"),
    BAD("three_offsets",
        .header = A("\"F32\"", "[1]", "[0,4,8]"), .data = 4,
        .said = "tensor \"a\": data_offsets is not of two: an array [begin, end] is needed"),
    BAD("a_negative_offset",
        .header = A("\"F32\"", "[1]", "[-4,0]"), .data = 4,
        .said = "tensor \"a\": data_offsets has -4: whole numbers are allowed"),
    BAD("an_offset_that_is_a_string",
        .header = A("\"F32\"", "[1]", "[0,\"4\"]"), .data = 4,
        .said = "tensor \"a\": data_offsets has \"4\": whole numbers are allowed"),
    BAD("an_end_before_the_begin",
        .header = A("\"F32\"", "[1]", "[4,0]"), .data = 4,
        .said = "tensor \"a\": data_offsets are 4 to 0: the file's data are bytes 0 to 4"),
    BAD("an_end_behind_the_file",
        .header = A("\"F32\"", "[2]", "[0,8]"), .data = 7,
        .said = "tensor \"a\": data_offsets are 0 to 8: the file's data are bytes 0 to 7"),
    BAD("a_shape_of_another_size_than_the_data",
        .header = A("\"F64\"", "[1]", "[0,4]"), .data = 4,
        .said = "tensor \"a\": data_offsets hold 4 bytes: its shape and F64 need 8"),
    BAD("an_overlap",
        .header = "{" T("a", FIELDS("\"F32\"", "[2]", "[0,8]")) ","
                  T("b", FIELDS("\"F32\"", "[1]", "[4,8]")) "}", .data = 8,
        .said = "tensor \"b\": its data begin at byte 4, those before end at 8: no overlap "
                "is allowed"),
    BAD("a_hole",
        .header = "{" T("a", FIELDS("\"F32\"", "[1]", "[0,4]")) ","
                  T("b", FIELDS("\"F32\"", "[1]", "[8,12]")) "}", .data = 12,
        .said = "tensor \"b\": its data begin at byte 8, those before end at 4: no hole is "
                "allowed"),
    BAD("a_hole_at_the_begin",
        .header = A("\"F32\"", "[1]", "[4,8]"), .data = 8,
        .said = "tensor \"a\": its data begin at byte 4, those before end at 0: no hole is "
                "allowed"),
    BAD("a_remainder",
        .header = A("\"F32\"", "[1]", "[0,4]"), .data = 5,
        .said = "5 bytes of data, of which the tensors use 4: none may be left over"),

    BAD("metadata_that_is_a_string",
        .header = "{\"__metadata__\":\"x\"}",
        .said = "__metadata__ is \"x\": an object is needed"),
    BAD("a_metadata_value_that_is_a_number",
        .header = "{\"__metadata__\":{\"step\":7}}",
        .said = "the metadata value of \"step\" is 7: a string is needed"),
    BAD("a_metadata_key_used_twice",
        .header = "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}",
        .said = "the metadata key \"k\" is there twice"),
    BAD("a_metadata_key_with_a_line_break",
        .header = "{\"__metadata__\":{\"k\\n\":\"1\"}}",
        .said = "metadata key 0 has a control character: text is allowed"),

    TEST(a_missing_file_is_refused),
    TEST(a_folder_is_refused),
    TEST(a_header_over_the_limit_is_refused),
    TEST(a_header_nested_a_million_times_is_refused),
    TEST(many_metadata_keys_of_one_name_are_refused_in_good_time),
    TEST(a_file_cut_anywhere_is_refused),
    TEST(a_file_with_any_byte_changed_is_read_or_refused),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

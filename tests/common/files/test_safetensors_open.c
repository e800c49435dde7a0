/* Tests of common/files/safetensors_open.c: files that others wrote. */
#include "tests/test.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/safetensors.h"
#include "tests/common/files/scratch.h"

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
    BAD("a_name_with_a_line_break_used_twice",
        .header = "{\"a\\nb\":{},\"a\\nb\":{}}",
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
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

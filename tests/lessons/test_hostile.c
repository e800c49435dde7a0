/*
 * Tests of what strangers' files may do to a run or a lesson: one line that names file, line
 * and reason, and nothing in the folder is changed.
 */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lessons/lesson.h"
#include "tests/lessons/small_run.h"

static struct lab_config hostile_config(void)
{
    struct lab_config config = small_config("adding", "gru", "gru");

    config.training.report_every = 1;
    config.training.steps = 2;
    return config;
}

/* What a file is replaced by; text NULL: a folder, or nothing at all. */
struct content {
    const char *text;
    size_t length; /* 0: up to the NUL */
    bool folder;
    int repeated; /* the text, so often; 0: once */
};

static void put(const char *path, const struct content *content)
{
    const size_t length = content->length         ? content->length
                          : content->text != NULL ? strlen(content->text)
                                                  : 0;
    const int times = content->repeated ? content->repeated : 1;
    FILE *file;

    unlink(path);
    if (content->folder)
        assert_int_equal(mkdir(path, 0777), 0);
    if (content->text == NULL)
        return;
    file = fopen(path, "wb");
    assert_non_null(file);
    for (int i = 0; i < times; i++)
        assert_int_equal(fwrite(content->text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/* run.ini and lesson.ini */

struct ini_row {
    struct content content;
    enum status status;
    const char *words[4];
};

static void it_is_refused_as_run_ini(void **state)
{
    const struct scratch *scratch = *state;
    const struct ini_row *row = scratch->row;
    const struct lab_config config = hostile_config();
    char before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX], path[RUN_FILE_MAX];
    struct error error = { STATUS_OK, "" };
    struct run run = { 0 };
    struct lab *lab = NULL;

    run_write(scratch->path, &config, 2);
    run_file(path, scratch->path, "run.ini");
    put(path, &row->content);
    folder_digest(before, scratch->path);
    assert_int_equal(run_load(&lab, scratch->path, &error), row->status);
    assert_fault(&error, row->status, row->words);
    assert_ptr_equal(strstr(error.message, path), error.message);
    assert_int_equal(run_resume(&run, &lab, scratch->path, NULL, &error), row->status);
    assert_fault(&error, row->status, row->words);
    assert_ptr_equal(strstr(error.message, path), error.message);
    assert_null(lab);
    assert_null(run.metrics);
    folder_digest(after, scratch->path);
    assert_string_equal(before, after);
}

static void it_is_refused_as_lesson_ini(void **state)
{
    const struct scratch *scratch = *state;
    const struct ini_row *row = scratch->row;
    char before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX], path[RUN_FILE_MAX];
    struct error error = { STATUS_OK, "" };
    struct lesson lesson = { .number = 77 };

    run_file(path, scratch->folder, "lesson.ini");
    put(path, &row->content);
    folder_digest(before, scratch->folder);
    assert_int_equal(lesson_read(&lesson, scratch->folder, &error), row->status);
    assert_fault(&error, row->status, row->words);
    assert_ptr_equal(strstr(error.message, path), error.message);
    assert_int_equal(lesson.number, 77); /* untouched */
    folder_digest(after, scratch->folder);
    assert_string_equal(before, after);
}

/* Files of weights */

struct weights_row {
    run_change *change;
    struct content content; /* where there is no change */
    const char *words[4];
};

static void it_is_refused_as_weights(void **state)
{
    const struct scratch *scratch = *state;
    const struct weights_row *row = scratch->row;
    const struct lab_config config = hostile_config();
    char before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX], path[RUN_FILE_MAX];
    struct error error = { STATUS_OK, "" };
    struct lab *lab = NULL;

    run_write(scratch->path, &config, 2);
    run_file(path, scratch->path, "left.safetensors");
    if (row->change != NULL)
        rewrite_file(path, row->change);
    else
        put(path, &row->content);
    folder_digest(before, scratch->path);
    assert_int_equal(run_load(&lab, scratch->path, &error), STATUS_FILE);
    assert_fault(&error, STATUS_FILE, row->words);
    assert_ptr_equal(strstr(error.message, path), error.message);
    assert_null(lab);
    folder_digest(after, scratch->path);
    assert_string_equal(before, after);
}

/* An arm's file says whose it is: two arms of one model must not be confused. */
static void the_weights_of_another_arm_are_refused(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = hostile_config();
    char left[RUN_FILE_MAX], right[RUN_FILE_MAX];
    const char *const words[] = { "left.safetensors: ", "arm \"right\"", "\"left\"", NULL };
    struct error error;
    struct lab *lab = NULL;

    run_write(scratch->path, &config, 2);
    run_file(left, scratch->path, "left.safetensors");
    run_file(right, scratch->path, "right.safetensors");
    assert_int_equal(rename(right, left), 0);
    assert_int_equal(run_load(&lab, scratch->path, &error), STATUS_FILE);
    assert_fault(&error, STATUS_FILE, words);
}

/* Others write weights, too, and say less about them. */
static void leave_only_the_step(struct rewriting *r)
{
    r->words[0] = *rewriting_word(r, "step");
    r->word_count = 1;
}

static void weights_that_say_no_more_than_their_step_are_read(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = hostile_config();
    char path[RUN_FILE_MAX];
    struct error error;
    struct lab *lab = NULL;

    run_write(scratch->path, &config, 2);
    run_file(path, scratch->path, "left.safetensors");
    rewrite_file(path, leave_only_the_step);
    if (run_load(&lab, scratch->path, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_int_equal(lab->step, 2);
    lab_free(lab);
}

static void put_into_input(struct rewriting *r, float value)
{
    static float values[SMALL_WIDTH * 2];

    values[5] = value;
    rewriting_tensor(r, "input.weight")->data = values;
}

static void put_nan(struct rewriting *r)
{
    put_into_input(r, NAN);
}

static void put_infinity(struct rewriting *r)
{
    put_into_input(r, INFINITY);
}

static void say_another_model(struct rewriting *r)
{
    rewriting_word(r, "model")->value = "lstm";
}

static void say_another_task(struct rewriting *r)
{
    rewriting_word(r, "task")->value = "so\nrt";
}

static void say_a_negative_step(struct rewriting *r)
{
    rewriting_word(r, "step")->value = "-1";
}

static void say_a_huge_step(struct rewriting *r)
{
    rewriting_word(r, "step")->value = "99999999999999999999";
}

static void say_a_step_of_two_lines(struct rewriting *r)
{
    rewriting_word(r, "step")->value = "1\n2";
}

static void say_no_step(struct rewriting *r)
{
    *rewriting_word(r, "step") = r->words[--r->word_count];
}

#define HUGE_HEADER "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F{}"
#define LONG_HEADER "\x40\0\0\0\0\0\0\0{}"
#define NESTED "\x2A\0\0\0\0\0\0\0{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
#define OVERLAP                                                            \
    "\x70\0\0\0\0\0\0\0"                                                   \
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"     \
    "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}    " \
    "12345678abcd"

/* clang-format off */
#define INI(label, content_, said, kind, ...)                                              \
    { .name = label "_is_refused_as_run_ini", .test_func = it_is_refused_as_run_ini,   \
      .setup_func = scratch_setup, .teardown_func = scratch_teardown,                  \
      .initial_state = &(struct ini_row){ {   .text = content_, __VA_ARGS__ }, kind, { said } } },   \
    { .name = label "_is_refused_as_lesson_ini",                                       \
      .test_func = it_is_refused_as_lesson_ini,                                        \
      .setup_func = scratch_setup, .teardown_func = scratch_teardown,                  \
      .initial_state = &(struct ini_row){ {   .text = content_, __VA_ARGS__ }, kind, { said } } }
#define WEIGHTS(label, ...)                                                            \
    { .name = label "_is_refused_as_weights", .test_func = it_is_refused_as_weights,   \
      .setup_func = scratch_setup, .teardown_func = scratch_teardown,                  \
      .initial_state = &(struct weights_row){ __VA_ARGS__ } }
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        INI("a_missing_file", NULL, "No such file", STATUS_FILE, .repeated = 1),
        INI("a_folder", NULL, "a folder, not a file", STATUS_FILE, .folder = true),
        INI("an_empty_file", "", "no entry", STATUS_FILE, .repeated = 1),
        INI("an_unknown_key", "[task]\nlenght = 5\n", ":2: unknown key \"lenght\"", STATUS_USAGE, .repeated = 1),
        INI("an_unknown_section", "[tusk]\nlength = 5\n", ":2: unknown section \"tusk\"",
            STATUS_USAGE, .repeated = 1),
        INI("a_key_above_all_sections", "length = 5\n", ":1: ", STATUS_USAGE, .repeated = 1),
        INI("a_number_out_of_range", "[task]\nname = adding\n[training]\nbatch = 0\n",
            ":4: training.batch: \"0\" is not a whole number from 1 to 4096", STATUS_USAGE, .repeated = 1),
        INI("a_number_that_is_a_word", "[training]\nclip = much\n", ":2: training.clip: \"much\"",
            STATUS_USAGE, .repeated = 1),
        INI("a_choice_that_is_none", "[training]\noptimizer = magic\n",
            ":2: training.optimizer: unknown value \"magic\"", STATUS_USAGE, .repeated = 1),
        INI("a_name_that_is_too_long",
            "[task]\nname = abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz\n",
            ":2: task.name: ", STATUS_USAGE, .repeated = 1),
        INI("a_line_of_a_megabyte", "0123456789abcdef", ":1: the line has more than the 198 bytes",
            STATUS_FILE, .repeated = 1 << 16),
        INI("a_nul", "[task]\nname = a\0b\n", ":2: byte 9 is 0x00", STATUS_FILE, .length = 18),
        INI("invalid_utf8", "[task]\nname = \xC3(\n", ":2: byte 8 is 0xC3", STATUS_FILE, .repeated = 1),
        INI("a_binary_file", "\x7F" "ELF\x02\x01\x01", ":1: byte 1 is 0x7F", STATUS_FILE, .repeated = 1),
        INI("a_line_that_is_no_entry", "[task]\nname adding\n", ":2: ", STATUS_FILE, .repeated = 1),
        TEST(the_weights_of_another_arm_are_refused),
        TEST(weights_that_say_no_more_than_their_step_are_read),
        WEIGHTS("a_weight_that_is_nan", put_nan, .words = { "element 5", "\"input.weight\"", "nan" }),
        WEIGHTS("a_weight_that_is_infinite", put_infinity, .words = { "element 5", "is inf" }),
        WEIGHTS("another_model", say_another_model, .words = { "model \"lstm\"", "\"gru\"" }),
        WEIGHTS("another_task", say_another_task, .words = { "task \"so\"", "\"adding\"" }),
        WEIGHTS("a_negative_step", say_a_negative_step, .words = { "\"step\" is \"-1\"" }),
        WEIGHTS("a_huge_step", say_a_huge_step, .words = { "from 0 to 1000000000" }),
        WEIGHTS("a_step_of_two_lines", say_a_step_of_two_lines, .words = { "\"step\" is \"1\"" }),
        WEIGHTS("no_step", say_no_step, .words = { "no \"step\"" }),
        WEIGHTS("a_header_of_nearly_all_bytes_there_are", .content = { HUGE_HEADER, 10, false, 0 },
                .words = { "a header of 9223372036854775807 bytes" }),
        WEIGHTS("a_header_beyond_the_file", .content = { LONG_HEADER, 10, false, 0 },
                .words = { "a header of 64 bytes" }),
        WEIGHTS("a_header_that_nests_and_never_ends", .content = { NESTED, 50, false, 0 },
                .words = { "not a JSON object" }),
        WEIGHTS("a_tensor_that_overlaps_another", .content = { OVERLAP, sizeof OVERLAP - 1, false, 0 },
                .words = { "no overlap is allowed" }),
        WEIGHTS("a_folder", .content = { .folder = true }, .words = { "a folder" }),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

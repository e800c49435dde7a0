/* Tests of common/tasks/pairs_file.c. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/tasks/pairs_file.h"
#include "tests/close.h"
#include "tests/common/files/scratch.h"

enum { LONGEST = 40 };

#define SEVEN "a\tb\nb\tc\nc\td\nd\te\ne\tf\nf\tg\ng\th\n"

static void write_and_read(const struct scratch *scratch, const char *bytes, size_t length,
                           struct pairs_file *file)
{
    scratch_write(scratch->path, bytes, length);
    assert_int_equal(pairs_file_read(file, scratch->path, LONGEST, NULL), STATUS_OK);
}

static void lines_become_pairs_of_characters(void **state)
{
    static const char text[] = "ab c\td\xC3\xA9\n" SEVEN;
    static const uint32_t first[6] = { 'a', 'b', ' ', 'c', 'd', 0xE9 };
    struct pairs_file file;

    write_and_read(*state, text, sizeof text - 1, &file);
    assert_int_equal(file.count, 8);
    assert_int_equal(file.pairs[0].source, 4);
    assert_int_equal(file.pairs[0].target, 2);
    assert_int_equal(file.longest, 6);
    assert_memory_equal(file.characters + file.pairs[0].first, first, sizeof first);
    assert_int_equal(file.characters[file.pairs[7].first], 'g');
    assert_int_equal(file.characters[file.pairs[7].first + 1], 'h');
    pairs_file_free(&file);
    pairs_file_free(&file);
}

/*
 * Mark, carriage returns, empty lines and a missing last newline change nothing, nor the split.
 */
static void what_editors_add_is_stripped(void **state)
{
    static const char plain[] = SEVEN "\xC3\xA9"
                                      "x\ty\n";
    static const char dressed[] =
        "\xEF\xBB\xBF"
        "a\tb\r\nb\tc\r\n\r\n\nc\td\nd\te\ne\tf\r\nf\tg\ng\th\n\xC3\xA9"
        "x\ty";
    struct pairs_file a, b;

    write_and_read(*state, plain, sizeof plain - 1, &a);
    write_and_read(*state, dressed, sizeof dressed - 1, &b);
    assert_int_equal(a.count, 8);
    assert_int_equal(b.count, 8);
    assert_int_equal(a.character_count, b.character_count);
    assert_memory_equal(a.characters, b.characters, a.character_count * sizeof *a.characters);
    for (int i = 0; i < 8; i++)
        assert_int_equal(a.pairs[i].held_out, b.pairs[i].held_out);
    pairs_file_free(&a);
    pairs_file_free(&b);
}

static void about_a_tenth_is_held_out_and_more_lines_do_not_move_it(void **state)
{
    enum { LINES = 4000 };
    char *text = malloc(LINES * 16);
    struct pairs_file half, whole;
    size_t used = 0, at_half = 0;

    assert_non_null(text);
    for (int i = 0; i < LINES; i++) {
        used += (size_t)sprintf(text + used, "%d\t%d\n", i, i * i % 97);
        if (i == LINES / 2 - 1)
            at_half = used;
    }
    write_and_read(*state, text, at_half, &half);
    write_and_read(*state, text, used, &whole);
    assert_close(whole.held_out, LINES / 10.0, 3 * sqrt(LINES * .09), 0);
    for (int i = 0; i < half.count; i++)
        assert_int_equal(half.pairs[i].held_out, whole.pairs[i].held_out);
    pairs_file_free(&half);
    pairs_file_free(&whole);
    free(text);
}

static void equal_pairs_are_on_the_same_side(void **state)
{
    char text[4096];
    struct pairs_file file;
    size_t used = 0;

    for (int i = 0; i < 300; i++)
        used += (size_t)sprintf(text + used, "%d\tx\n", i % 60);
    write_and_read(*state, text, used, &file);
    for (int i = 60; i < 300; i++)
        assert_int_equal(file.pairs[i].held_out, file.pairs[i % 60].held_out);
    assert_in_range(file.held_out, 1, 299);
    pairs_file_free(&file);
}

/* Whatever small file: somebody is tested, somebody is learned from. */
static void neither_side_is_ever_empty(void **state)
{
    for (int first = 0; first < 400; first++) {
        char text[256];
        struct pairs_file file;
        size_t used = 0;
        int held_out = 0;

        for (int i = 0; i < 8; i++) /* two different pairs */
            used += (size_t)sprintf(text + used, "%d\tx\n", first + i % 2);
        write_and_read(*state, text, used, &file);
        for (int i = 0; i < 8; i++)
            held_out += file.pairs[i].held_out;
        assert_int_equal(held_out, file.held_out);
        assert_in_range(held_out, 1, 7);
        pairs_file_free(&file);
    }
}

struct fault {
    const char *bytes;
    size_t length;
    const char *said[3];
};

static void fails(const struct scratch *scratch, const char *const *said)
{
    struct pairs_file file = { .count = 77 };
    struct error error = { STATUS_OK, "" };

    assert_int_equal(pairs_file_read(&file, scratch->path, LONGEST, &error), STATUS_FILE);
    assert_int_equal(file.count, 77);
    assert_int_equal(strncmp(error.message, scratch->path, strlen(scratch->path)), 0);
    assert_null(strchr(error.message, '\n'));
    for (int i = 0; i < 3 && said[i] != NULL; i++)
        if (strstr(error.message, said[i]) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", error.message, said[i]);
}

static void a_bad_file_is_refused(void **state)
{
    const struct scratch *scratch = *state;
    const struct fault *row = scratch->row;

    scratch_write(scratch->path, row->bytes, row->length);
    fails(scratch, row->said);
}

static void a_line_of_a_megabyte_is_refused(void **state)
{
    static const char *const said[3] = { "line 8: 1048577 characters, at most 40 are allowed" };
    const struct scratch *scratch = *state;
    const size_t length = strlen(SEVEN) + (1 << 20) + 3;
    char *text = malloc(length);

    assert_non_null(text);
    memset(text, 'x', length);
    memcpy(text, SEVEN, strlen(SEVEN));
    memcpy(text + length - 3, "\ty\n", 3);
    scratch_write(scratch->path, text, length);
    fails(scratch, said);
    memset(text + strlen(SEVEN), 'x', (1 << 20) + 3); /* not even a tab in it */
    scratch_write(scratch->path, text, length);
    fails(scratch, (const char *const[3]){ "line 8: no tab" });
    free(text);
}

static void a_missing_file_is_refused(void **state)
{
    fails(*state, (const char *const[3]){ "cannot read: No such file" });
}

static void a_folder_is_refused(void **state)
{
    struct scratch scratch = *(const struct scratch *)*state;

    strcpy(scratch.path, scratch.folder);
    fails(&scratch, (const char *const[3]){ "a folder, not a file" });
}

/* A hole of 65 megabytes: nothing is read. */
static void a_huge_file_is_refused(void **state)
{
    const struct scratch *scratch = *state;

    scratch_write(scratch->path, "", 0);
    assert_int_equal(truncate(scratch->path, (64L << 20) + 1), 0);
    fails(scratch, (const char *const[3]){ "67108865 bytes, more than the 67108864 allowed" });
}

/* clang-format off */
#define CASE(test)                                                                             \
    { .name = #test, .test_func = test, .setup_func = scratch_setup,                           \
      .teardown_func = scratch_teardown }
#define FAULT(label, text, ...)                                                                \
    { .name = label "_is_refused", .test_func = a_bad_file_is_refused,                         \
      .setup_func = scratch_setup, .teardown_func = scratch_teardown,                          \
      .initial_state = &(struct fault){ text, sizeof text - 1, { __VA_ARGS__ } } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(lines_become_pairs_of_characters),
        CASE(what_editors_add_is_stripped),
        CASE(about_a_tenth_is_held_out_and_more_lines_do_not_move_it),
        CASE(equal_pairs_are_on_the_same_side),
        CASE(neither_side_is_ever_empty),
        FAULT("an_empty_file", "", "empty: no pairs"),
        FAULT("a_mark_alone", "\xEF\xBB\xBF", "empty: no pairs"),
        FAULT("a_file_of_newlines", "\n\r\n\n", "empty: no pairs"),
        FAULT("a_missing_column", "a\tb\nabc\n", "line 2: no tab; a line is source TAB target"),
        FAULT("a_second_tab", SEVEN "a\tb\tc\n", "line 8: more than one tab"),
        FAULT("an_empty_source", "a\tb\n\n\tb\n", "line 3: empty source"),
        FAULT("an_empty_target", "a\tb\na\t\n", "line 2: empty target"),
        FAULT("an_empty_target_before_a_carriage_return", "a\t\r\n", "line 1: empty target"),
        FAULT("latin_1", "a\tb\nc\tcaf\xE9\n", "line 2: byte 10 of the file, 0xE9, is not UTF-8"),
        FAULT("a_character_cut_by_the_end", "a\tb\nc\t\xC3", "line 2: byte 7 of the file, 0xC3"),
        FAULT("utf_16", "\xFF\xFE" "a\0\t\0b\0", "line 1: not text: byte 4 is a NUL"),
        FAULT("a_nul", "a\tb\nc\0\td\n", "line 2: not text: byte 6 is a NUL"),
        FAULT("a_line_of_41_characters", "0123456789012345678901234567890123456789\tx\n",
              "line 1: 41 characters, at most 40 are allowed (task.length)"),
        FAULT("a_file_of_seven_pairs", SEVEN, "7 pairs, at least 8 are wanted"),
        FAULT("a_file_of_one_symbol", "a\ta\naa\ta\na\taa\naa\taa\na\ta\na\ta\na\ta\na\ta\n",
              "one symbol only, \"a\" (U+0061)"),
        FAULT("the_same_pair_again_and_again", "a\tb\na\tb\na\tb\na\tb\na\tb\na\tb\na\tb\na\tb\n",
              "all 8 pairs are the same", "nothing is left to"),
        CASE(a_line_of_a_megabyte_is_refused),
        CASE(a_missing_file_is_refused),
        CASE(a_folder_is_refused),
        CASE(a_huge_file_is_refused),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

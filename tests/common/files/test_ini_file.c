/* Tests of common/files/ini_file.c. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/ini_file.h"
#include "tests/common/files/scratch.h"

/* A file, by its text (or length bytes of it), and the entries or the message it must give. */
struct row {
    const char *text;
    size_t length;       /* 0: strlen(text) */
    const char *entries; /* "section|key|value\n" each; of a bad file: those before the fault */
    const char *said;    /* after "PATH:"; NULL: no fault */
    enum status status;
};

struct entries {
    char seen[2048];
};

/* Note the entry; a key called "forbidden" is refused, as a caller would an unknown one. */
static enum status note_entry(void *context, const char *section, const char *key,
                              const char *value, struct error *error)
{
    struct entries *entries = context;
    size_t used = strlen(entries->seen);

    if (strcmp(key, "forbidden") == 0)
        return error_set(error, STATUS_USAGE, "unknown key \"%s\"", key);
    if (strcmp(key, "silent") == 0)
        return STATUS_DIVERGED; /* without a word */
    snprintf(entries->seen + used, sizeof entries->seen - used, "%s|%s|%s\n", section, key,
             value);
    return STATUS_OK;
}

static void check_row(const struct scratch *scratch, const struct row *row)
{
    struct error error = { STATUS_OK, "" };
    struct entries entries = { "" };
    char expected[2 * SCRATCH_PATH_MAX] = "";

    scratch_write(scratch->path, row->text, row->length != 0 ? row->length : strlen(row->text));
    assert_int_equal(ini_file_read(scratch->path, note_entry, &entries, &error), row->status);
    assert_int_equal(error.status, row->status);
    if (row->said != NULL)
        snprintf(expected, sizeof expected, "%s:%s", scratch->path, row->said);
    assert_string_equal(error.message, expected);
    assert_string_equal(entries.seen, row->entries != NULL ? row->entries : "");
}

static void a_file_gives_what_it_must(void **state)
{
    const struct scratch *scratch = *state;

    check_row(scratch, scratch->row);
}

static char *line_of(size_t length, const char *before, const char *after)
{
    char *text = malloc(strlen(before) + length + strlen(after) + 1);

    assert_non_null(text);
    strcpy(text, before);
    memset(text + strlen(before), 'v', length);
    strcpy(text + strlen(before) + length, after);
    return text;
}

/* line: "\nk = vvv...", the second of its file. */
static void check_line_of(const struct scratch *scratch, size_t length, const char *end,
                          int fits)
{
    char *text = line_of(length - strlen("k = "), "\nk = ", end);
    char *value = line_of(length - strlen("k = "), "|k|", "\n");

    check_row(scratch,
              &(struct row){
                  .text = text,
                  .entries = fits ? value : "",
                  .said = fits ? NULL : "2: the line has more than the 198 bytes allowed",
                  .status = fits ? STATUS_OK : STATUS_FILE,
              });
    free(text);
    free(value);
}

static void the_longest_line_is_read_whole(void **state)
{
    check_line_of(*state, INI_FILE_LINE_MAX, "\n", 1);
    check_line_of(*state, INI_FILE_LINE_MAX, "\r\n", 1);
    check_line_of(*state, INI_FILE_LINE_MAX, "", 1);
}

static void a_line_one_byte_longer_is_refused(void **state)
{
    check_line_of(*state, INI_FILE_LINE_MAX + 1, "\n", 0);
    check_line_of(*state, INI_FILE_LINE_MAX + 1, "\r\n", 0);
    check_line_of(*state, INI_FILE_LINE_MAX + 1, "", 0);
}

static void a_line_of_a_megabyte_is_refused(void **state)
{
    check_line_of(*state, 1 << 20, "\n", 0);
}

/* The limit must not cut a character in two and then complain of the half. */
static void a_long_line_of_wide_characters_is_refused_for_its_length(void **state)
{
    for (size_t skip = 0; skip < 3; skip++) {
        char text[1024] = "\naa";

        text[1 + skip] = '\0';
        for (int i = 0; i < 200; i++)
            strcat(text, "\xE7\xA5\x9E");
        check_row(*state, &(struct row){
                              .text = text,
                              .said = "2: the line has more than the 198 bytes allowed",
                              .status = STATUS_FILE,
                          });
    }
}

static void a_missing_file_is_one_clear_line(void **state)
{
    const struct scratch *scratch = *state;
    char expected[2 * SCRATCH_PATH_MAX];
    struct error error;

    assert_int_equal(ini_file_read(scratch->path, note_entry, NULL, &error), STATUS_FILE);
    snprintf(expected, sizeof expected, "%s: cannot read: No such file or directory",
             scratch->path);
    assert_string_equal(error.message, expected);
}

static void a_folder_is_one_clear_line(void **state)
{
    const struct scratch *scratch = *state;
    char expected[2 * SCRATCH_PATH_MAX];
    struct error error;

    assert_int_equal(ini_file_read(scratch->folder, note_entry, NULL, &error), STATUS_FILE);
    snprintf(expected, sizeof expected, "%s: cannot read: a folder, not a file",
             scratch->folder);
    assert_string_equal(error.message, expected);
}

static void a_message_is_not_needed(void **state)
{
    const struct scratch *scratch = *state;

    scratch_write(scratch->path, "oops\n", 5);
    assert_int_equal(ini_file_read(scratch->path, note_entry, NULL, NULL), STATUS_FILE);
}

static void what_is_written_is_read_back(void **state)
{
    static const char *const pairs[][2] = {
        { "claim.copy", "left.test_accuracy >= 0.98" },
        { "empty", "" },
        { "odd", "a;b # c : d = [e] \xE7\xA5\x9E\tf" },
        { "two words", "-1e-3" },
    };
    const struct scratch *scratch = *state;
    struct entries entries = { "" };
    struct error error;
    FILE *file = fopen(scratch->path, "wb");

    assert_non_null(file);
    ini_file_write_section(file, "first");
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        assert_int_equal(ini_file_write_entry(file, pairs[i][0], pairs[i][1], NULL), STATUS_OK);
    ini_file_write_section(file, "second");
    assert_int_equal(ini_file_write_entry(file, "k", "v", NULL), STATUS_OK);
    fclose(file);
    scratch_assert_text(scratch->path, "[first]\n"
                                       "claim.copy = left.test_accuracy >= 0.98\n"
                                       "empty = \n"
                                       "odd = a;b # c : d = [e] \xE7\xA5\x9E\tf\n"
                                       "two words = -1e-3\n"
                                       "\n"
                                       "[second]\n"
                                       "k = v\n");
    assert_int_equal(ini_file_read(scratch->path, note_entry, &entries, &error), STATUS_OK);
    assert_string_equal(entries.seen, "first|claim.copy|left.test_accuracy >= 0.98\n"
                                      "first|empty|\n"
                                      "first|odd|a;b # c : d = [e] \xE7\xA5\x9E\tf\n"
                                      "first|two words|-1e-3\n"
                                      "second|k|v\n");
}

/* Entries of one or two bytes: written means read back, refused means not written. */
static void every_short_entry_is_read_back_or_refused(void **state)
{
    static const char bytes[] = "a =:;#[]\t\n\r\x01\xFF";
    const struct scratch *scratch = *state;
    size_t written = 0;

    for (size_t i = 0; i < sizeof bytes; i++) {
        for (size_t k = 0; k < sizeof bytes; k++) {
            const char word[] = { bytes[i], bytes[k], '\0' };
            const char *const pairs[][2] = { { word, "v" }, { "k", word } };

            for (size_t which = 0; which < 2; which++) {
                struct entries entries = { "" };
                char expected[64];
                enum status status;
                FILE *file = fopen(scratch->path, "wb");

                assert_non_null(file);
                status = ini_file_write_entry(file, pairs[which][0], pairs[which][1], NULL);
                assert_int_equal(status != STATUS_OK, ftell(file) == 0);
                fclose(file);
                if (status != STATUS_OK)
                    continue;
                written++;
                snprintf(expected, sizeof expected, "|%s|%s\n", pairs[which][0],
                         pairs[which][1]);
                assert_int_equal(ini_file_read(scratch->path, note_entry, &entries, NULL),
                                 STATUS_OK);
                assert_string_equal(entries.seen, expected);
            }
        }
    }
    assert_true(written > 50);
}

static void a_value_that_would_be_cut_at_a_semicolon_is_not_written(void **state)
{
    static const char *const values[] = { ";", "; a", "a ;", "a ; b", "a\t;b", "a  ;b" };
    const struct scratch *scratch = *state;
    FILE *file = fopen(scratch->path, "wb");

    assert_non_null(file);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct error error;
        char expected[128];

        assert_int_equal(ini_file_write_entry(file, "k", values[i], &error), STATUS_USAGE);
        snprintf(expected, sizeof expected,
                 "k: \"%s\" would not be read back: no \" ;\", no blanks at the ends",
                 values[i]);
        assert_string_equal(error.message, expected);
    }
    assert_int_equal(ftell(file), 0);
    fclose(file);
}

static void a_value_too_long_for_a_line_is_not_written(void **state)
{
    const struct scratch *scratch = *state;
    FILE *file = fopen(scratch->path, "wb");
    char value[INI_FILE_LINE_MAX];
    struct error error;

    assert_non_null(file);
    memset(value, 'v', sizeof value);
    value[INI_FILE_LINE_MAX - strlen("key = ") + 1] = '\0';
    assert_int_equal(ini_file_write_entry(file, "key", value, &error), STATUS_USAGE);
    assert_string_equal(error.message,
                        "key: key and value have 196 bytes: at most 195 are allowed");
    assert_int_equal(ftell(file), 0);
    value[INI_FILE_LINE_MAX - strlen("key = ")] = '\0';
    assert_int_equal(ini_file_write_entry(file, "key", value, &error), STATUS_OK);
    fclose(file);
    assert_int_equal(ini_file_read(scratch->path, note_entry, &(struct entries){ "" }, NULL),
                     STATUS_OK);
}

/* clang-format off */
#define NAME_OF_49 "s234567890" "1234567890" "1234567890" "1234567890" "123456789"
#define INDENTED(word) "\"" word "\" is indented: an entry is one line that begins with its key"

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)
#define ROW(label, ...)                                                         \
    { .name = label, .test_func = a_file_gives_what_it_must,                    \
      .setup_func = scratch_setup, .teardown_func = scratch_teardown,           \
      .initial_state = &(struct row){ __VA_ARGS__ } }
#define GOOD(label, ...) ROW(label "_is_read", .status = STATUS_OK, __VA_ARGS__)
#define BAD(label, ...) ROW(label "_is_refused", .status = STATUS_FILE, __VA_ARGS__)

static const struct CMUnitTest tests[] = {
    GOOD("an_entry_without_a_section", .text = "a = 1\n", .entries = "|a|1\n"),
    GOOD("a_file_of_two_sections",
         .text =
         "# words\n; words\n\n[task]\nlength = 50\n[left]\nmodel=elman\nhidden =  32 \n",
         .entries = "task|length|50\nleft|model|elman\nleft|hidden|32\n"),
    GOOD("a_last_line_without_an_end", .text = "[s]\na = 1", .entries = "s|a|1\n"),
    GOOD("a_file_with_carriage_returns", .text = "[s]\r\na = 1\r\n\r\nb = 2\r\n",
         .entries = "s|a|1\ns|b|2\n"),
    GOOD("a_byte_order_mark", .text = "\xEF\xBB\xBF[s]\na = 1\n", .entries = "s|a|1\n"),
    GOOD("a_claim", .text = "claim.copy = left.test_accuracy >= 0.98\n",
         .entries = "|claim.copy|left.test_accuracy >= 0.98\n"),
    GOOD("a_colon_in_a_value", .text = "a = b:c\n", .entries = "|a|b:c\n"),
    GOOD("a_comment_after_a_value", .text = "a = b ; words\n[s] ; words\nc = d;e\n",
         .entries = "|a|b\ns|c|d;e\n"),
    GOOD("an_empty_value", .text = "a =\n", .entries = "|a|\n"),
    GOOD("an_indented_comment", .text = "a = 1\n   # words\n \t \nb = 2\n",
         .entries = "|a|1\n|b|2\n"),
    GOOD("a_value_in_chinese", .text = "a = \xE7\xA5\x9E\n", .entries = "|a|\xE7\xA5\x9E\n"),
    GOOD("a_section_with_the_longest_name", .text = "[" NAME_OF_49 "]\na = 1\n",
         .entries = NAME_OF_49 "|a|1\n"),

    BAD("an_empty_file", .text = "", .said = " it has no entry: expected key = value lines"),
    BAD("a_file_of_comments", .text = "# words\n[s]\n",
        .said = " it has no entry: expected key = value lines"),
    BAD("a_line_without_a_value", .text = "a = 1\nmodel\nb = 2\n", .entries = "|a|1\n",
        .said = "2: \"model\": expected [section] or key = value"),
    BAD("a_line_without_a_key", .text = "= 1\n", .said =
         "1: \"= 1\" has no key: expected key = value"),
    BAD("a_colon_for_an_equals_sign", .text = "a: 1\n",
        .said = "1: \"a: 1\": expected [section] or key = value"),
    BAD("a_colon_in_a_key", .text = "a:b = 1\n",
        .said = "1: \"a:b = 1\": expected [section] or key = value"),
    BAD("a_comment_in_a_key", .text = "a ; b = 1\n",
        .said = "1: \"a ; b = 1\": expected [section] or key = value"),
    BAD("a_line_that_continues_another", .text = "a = 1\n  2\n", .entries = "|a|1\n",
        .said = "2: " INDENTED("2")),
    BAD("an_indented_entry", .text = "[s]\n\ta = 1\n", .said = "2: " INDENTED("a = 1")),
    BAD("an_indented_section", .text = " [s]\na = 1\n", .said = "1: " INDENTED("[s]")),
    BAD("a_section_that_does_not_end", .text = "[task\na = 1\n",
        .said = "1: [task: a section is a name between [ and ]"),
    BAD("a_section_that_a_comment_ends", .text = "[task ;]\na = 1\n",
        .said = "1: [task ;]: a section is a name between [ and ]"),
    BAD("a_section_without_a_name", .text = "[]\na = 1\n",
        .said = "1: a section's name of 0 bytes: 1 to 49 are allowed"),
    BAD("a_section_with_a_name_too_long", .text = "[" NAME_OF_49 "0]\na = 1\n",
        .said = "1: a section's name of 50 bytes: 1 to 49 are allowed"),
    BAD("an_entry_behind_a_section", .text = "[left] model = lstm\na = 1\n",
        .said = "1: \"model = lstm\" after a section: it needs a line of its own"),
    BAD("a_nul", .text = "a = 1\nb = \0 2\n", .length = 14, .entries = "|a|1\n",
        .said = "2: byte 5 is 0x00: not text in UTF-8"),
    BAD("latin_1", .text = "a = caf\xE9\n", .said = "1: byte 8 is 0xE9: not text in UTF-8"),
    BAD("a_carriage_return_in_a_line", .text = "a = 1\rb = 2\n",
        .said = "1: byte 6 is 0x0D: not text in UTF-8"),
    BAD("binary_garbage", .text = "\x7F" "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3E\0",
         .length = 20,
        .said = "1: byte 1 is 0x7F: not text in UTF-8"),
    ROW("a_fault_of_the_caller_has_its_line_and_keeps_its_status",
        .text = "[s]\na = 1\n\nforbidden = 2\nb = 3\n", .entries = "s|a|1\n",
        .said = "4: unknown key \"forbidden\"", .status = STATUS_USAGE),
    ROW("the_first_of_two_faults_is_the_one_reported",
        .text = "forbidden = 2\noops\nforbidden = 3\n",
        .said = "1: unknown key \"forbidden\"", .status = STATUS_USAGE),
    ROW("nothing_after_a_bad_line_reaches_the_caller",
        .text = "oops\na = 1\n", .status = STATUS_FILE,
        .said = "1: \"oops\": expected [section] or key = value"),
    ROW("a_fault_of_the_caller_without_a_message_has_its_line",
        .text = "silent = 2\n", .said = "1: ", .status = STATUS_DIVERGED),

    TEST(the_longest_line_is_read_whole),
    TEST(a_line_one_byte_longer_is_refused),
    TEST(a_line_of_a_megabyte_is_refused),
    TEST(a_long_line_of_wide_characters_is_refused_for_its_length),
    TEST(a_missing_file_is_one_clear_line),
    TEST(a_folder_is_one_clear_line),
    TEST(a_message_is_not_needed),
    TEST(what_is_written_is_read_back),
    TEST(every_short_entry_is_read_back_or_refused),
    TEST(a_value_that_would_be_cut_at_a_semicolon_is_not_written),
    TEST(a_value_too_long_for_a_line_is_not_written),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of common/tasks/text_file.c. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/tasks/text_file.h"
#include "tests/common/files/scratch.h"

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";

static void write_and_read(const struct scratch *scratch, const char *bytes, size_t length,
                           bool as_bytes, struct text_file *text)
{
    scratch_write(scratch->path, bytes, length);
    assert_int_equal(text_file_read(text, scratch->path, as_bytes, NULL), STATUS_OK);
}

/* A file in the scratch folder's folder "texts". */
static void write_document(const struct scratch *scratch, const char *name, const char *bytes)
{
    char path[2 * SCRATCH_PATH_MAX];

    snprintf(path, sizeof path, "%s/texts", scratch->folder);
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/texts/%s", scratch->folder, name);
    scratch_write(path, bytes, strlen(bytes));
}

static void folder_of(const struct scratch *scratch, char path[2 * SCRATCH_PATH_MAX])
{
    snprintf(path, 2 * SCRATCH_PATH_MAX, "%s/texts", scratch->folder);
}

/* The whole text as it is in memory, of one byte for each symbol. */
static void spell(const struct text_file *text, size_t begin, size_t end, char *out)
{
    for (size_t i = begin; i < end; i++)
        *out++ = (char)text->set.points[text->symbols[i]];
    *out = '\0';
}

static void a_file_becomes_symbols_with_its_last_tenth_held_out(void **state)
{
    struct text_file text;
    char read[64];

    write_and_read(*state, alphabet, 36, false, &text);
    assert_int_equal(text.set.count, 36);
    assert_false(text.bytes);
    assert_int_equal(text.documents, 1);
    assert_int_equal(text.held_out, 0);
    assert_int_equal(text.count, 36);
    assert_int_equal(text.trained, 33);
    assert_int_equal(text.set.points[0], '0');
    spell(&text, 0, 36, read);
    assert_string_equal(read, alphabet);
    text_file_free(&text);
    text_file_free(&text);
}

static void utf_8_is_read_as_characters_without_its_mark(void **state)
{
    static const char bytes[] = "\xEF\xBB\xBF\xC3\xA9"
                                "a\xE2\x86\x92\r\n";
    struct text_file text;

    write_and_read(*state, bytes, sizeof bytes - 1, false, &text);
    assert_false(text.bytes);
    assert_int_equal(text.count, 5);
    assert_int_equal(text.set.points[text.symbols[0]], 0xE9);
    assert_int_equal(text.set.points[text.symbols[2]], 0x2192);
    assert_int_equal(text.set.points[text.symbols[3]], '\r');
    text_file_free(&text);
}

static void what_is_not_utf_8_is_read_as_bytes(void **state)
{
    static const char bytes[] = "caf\xE9\0x";
    struct text_file text;

    write_and_read(*state, bytes, sizeof bytes - 1, false, &text);
    assert_true(text.bytes);
    assert_int_equal(text.count, 6);
    assert_int_equal(text.set.points[text.symbols[3]], 0xE9);
    assert_int_equal(text.set.points[text.symbols[4]], 0);
    text_file_free(&text);
}

static void utf_8_can_be_read_as_bytes_too(void **state)
{
    struct text_file text;

    write_and_read(*state,
                   "\xC3\xA9"
                   "a",
                   3, true, &text);
    assert_true(text.bytes);
    assert_int_equal(text.count, 3);
    assert_int_equal(text.set.points[text.symbols[0]], 0xC3);
    text_file_free(&text);
}

/* Ten documents of 10 bytes: one is a tenth, and it is one of them, whole. */
static void whole_documents_of_a_folder_are_held_out(void **state)
{
    char path[2 * SCRATCH_PATH_MAX], trained[128], held_out[128];
    struct text_file text;

    for (int i = 0; i < 10; i++) {
        char name[16], bytes[16];

        sprintf(name, "doc%d", i);
        sprintf(bytes, "%c123456789", 'a' + i);
        write_document(*state, name, bytes);
    }
    folder_of(*state, path);
    assert_int_equal(text_file_read(&text, path, false, NULL), STATUS_OK);
    assert_int_equal(text.documents, 10);
    assert_int_equal(text.held_out, 1);
    assert_int_equal(text.count, 100);
    assert_int_equal(text.trained, 90);
    spell(&text, 0, 90, trained);
    spell(&text, 90, 100, held_out);
    assert_in_range(held_out[0], 'a', 'j');
    assert_string_equal(held_out + 1, "123456789");
    assert_null(strchr(trained, held_out[0]));
    for (int i = 10; i < 90; i += 10) /* in the order of their names */
        assert_true(trained[i] > trained[i - 10]);
    text_file_free(&text);
}

/* Links, hidden files and folders in the folder are not read. */
static void a_folder_is_its_regular_files(void **state)
{
    char path[2 * SCRATCH_PATH_MAX], link[3 * SCRATCH_PATH_MAX];
    struct text_file text;

    write_document(*state, "one", "abc");
    write_document(*state, "two", "abd");
    write_document(*state, ".hidden", "xyz");
    folder_of(*state, path);
    snprintf(link, sizeof link, "%s/link", path);
    assert_int_equal(symlink("one", link), 0);
    snprintf(link, sizeof link, "%s/inner", path);
    assert_int_equal(mkdir(link, 0777), 0);
    assert_int_equal(text_file_read(&text, path, false, NULL), STATUS_OK);
    assert_int_equal(text.documents, 2);
    assert_int_equal(text.count, 6);
    assert_int_equal(text.trained, 3); /* one of two, whatever a tenth is */
    text_file_free(&text);
}

static void one_document_that_is_not_utf_8_makes_all_bytes(void **state)
{
    char path[2 * SCRATCH_PATH_MAX];
    struct text_file text;

    write_document(*state, "one", "\xC3\xA9");
    write_document(*state, "two", "\xE9");
    folder_of(*state, path);
    assert_int_equal(text_file_read(&text, path, false, NULL), STATUS_OK);
    assert_true(text.bytes);
    assert_int_equal(text.count, 3);
    text_file_free(&text);
}

static void fails(const char *path, const char *said)
{
    struct text_file text = { .count = 77 };
    struct error error = { STATUS_OK, "" };

    assert_int_equal(text_file_read(&text, path, false, &error), STATUS_FILE);
    assert_int_equal(text.count, 77);
    assert_int_equal(strncmp(error.message, path, strlen(path)), 0);
    if (strstr(error.message, said) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error.message, said);
}

static void what_is_no_text_is_refused(void **state)
{
    const struct scratch *scratch = *state;
    char path[2 * SCRATCH_PATH_MAX];

    fails(scratch->path, "cannot read: No such file");
    scratch_write(scratch->path, "", 0);
    fails(scratch->path, "empty: no text");
    scratch_write(scratch->path, "\xEF\xBB\xBF", 3);
    fails(scratch->path, "empty: no text");
    scratch_write(scratch->path, "aaaaaaaaaaaaaaaaaaaa", 20);
    fails(scratch->path, "one symbol only, \"a\" (U+0061)");
    assert_int_equal(truncate(scratch->path, (64L << 20) + 1), 0);
    fails(scratch->path, "more than the 67108864 allowed");
    folder_of(scratch, path);
    assert_int_equal(mkdir(path, 0777), 0);
    fails(path, "0 files in this folder, at least 2 are wanted");
    write_document(scratch, "one", "abc");
    fails(path, "1 files in this folder");
    write_document(scratch, "one", "");
    write_document(scratch, "two", "");
    fails(path, "empty: no text");
}

/* clang-format off */
#define CASE(test)                                                                             \
    { .name = #test, .test_func = test, .setup_func = scratch_setup,                           \
      .teardown_func = scratch_teardown }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_file_becomes_symbols_with_its_last_tenth_held_out),
        CASE(utf_8_is_read_as_characters_without_its_mark),
        CASE(what_is_not_utf_8_is_read_as_bytes),
        CASE(utf_8_can_be_read_as_bytes_too),
        CASE(whole_documents_of_a_folder_are_held_out),
        CASE(a_folder_is_its_regular_files),
        CASE(one_document_that_is_not_utf_8_makes_all_bytes),
        CASE(what_is_no_text_is_refused),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

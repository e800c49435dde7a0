/* Tests of common/files/utf8.c. */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/files/utf8.h"

struct row {
    const char *text;
    size_t bad; /* offset of the first bad byte; GOOD: none */
};

enum { GOOD = 1000 };

/* A copy of exactly the text's size, so that a sanitizer sees a byte read too many. */
static void the_first_bad_byte_is_found(void **state)
{
    const struct row *row = *state;
    size_t length = strlen(row->text);
    char *text = malloc(length + 1);

    assert_non_null(text);
    memcpy(text + 1, row->text, length);
    assert_int_equal(utf8_find_bad(text + 1, length), row->bad == GOOD ? length : row->bad);
    free(text);
}

/* Of all code points, those that RFC 3629 knows and no others, each by its own encoding. */
static void every_code_point_is_known_or_refused(void **state)
{
    (void)state;
    for (unsigned long point = 0x80; point < 0x200000; point++) {
        size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
        int good = point < 0xD800 || (point > 0xDFFF && point < 0x110000);
        unsigned char bytes[4];

        for (size_t i = length - 1; i > 0; i--)
            bytes[i] = (unsigned char)(0x80 | (point >> (6 * (length - 1 - i)) & 0x3F));
        bytes[0] = (unsigned char)(length == 2   ? 0xC0 | point >> 6
                                   : length == 3 ? 0xE0 | point >> 12
                                                 : 0xF0 | point >> 18);
        if ((utf8_find_bad((const char *)bytes, length) == length) != good)
            fail_msg("U+%lX", point);
    }
}

static void every_character_is_decoded_as_it_was_encoded(void **state)
{
    (void)state;
    for (uint32_t point = 0; point < 0x110000; point++) {
        char text[UTF8_CHARACTER_MAX];
        uint32_t read = 0;
        size_t length;

        if (point >= 0xD800 && point <= 0xDFFF)
            continue;
        utf8_encode(point, text);
        length = point == 0 ? 1 : strlen(text);
        if (utf8_find_bad(text, length) != length ||
            utf8_decode(text, length, &read) != length || read != point)
            fail_msg("U+%X", (unsigned)point);
    }
}

static void the_first_of_several_characters_is_decoded(void **state)
{
    uint32_t point;

    (void)state;
    assert_int_equal(utf8_decode("\xE2\x86\x92z", 4, &point), 3);
    assert_int_equal(point, 0x2192);
}

static void what_is_no_character_is_encoded_as_a_replacement(void **state)
{
    char text[UTF8_CHARACTER_MAX];

    (void)state;
    utf8_encode(0xD800, text);
    assert_string_equal(text, "\xEF\xBF\xBD");
    utf8_encode(0x110000, text);
    assert_string_equal(text, "\xEF\xBF\xBD");
}

static void control_characters_are_not_printable(void **state)
{
    (void)state;
    for (int byte = 0; byte < 0x80; byte++) {
        const char text[] = { 'a', (char)byte };
        size_t expected = (byte < 0x20 && byte != '\t') || byte == 0x7F ? 1 : 2;

        assert_int_equal(utf8_find_unprintable(text, 2), expected);
        assert_int_equal(utf8_find_bad(text, 2), 2);
    }
    assert_int_equal(utf8_find_unprintable("a\n\xFF", 3), 1);
    assert_int_equal(utf8_find_unprintable("a\xFF\n", 3), 1);
    assert_int_equal(utf8_find_unprintable("", 0), 0);
    assert_int_equal(utf8_find_unprintable("\xC2\x9B", 2), 0); /* a terminal's CSI in one */
    assert_int_equal(utf8_find_unprintable("\xC2\xA0", 2), 2);
}

/* What a message repeats is whole characters of one line, and not too many. */
static void a_message_shows_whole_printable_characters(void **state)
{
    static const struct {
        const char *text;
        int most, shown;
    } rows[] = {
        { "", 5, 0 },           { "abc", 5, 3 },
        { "abcdef", 3, 3 },     { "ab\ncd", 5, 2 },
        { "\xFF", 5, 0 },       { "a\xC3\xA9z", 2, 1 },
        { "a\xC3\xA9z", 3, 3 }, { "\xF0\x9F\x99\x82", 3, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(utf8_shown(rows[i].text, rows[i].most), rows[i].shown);
}

static void a_wide_character_takes_two_columns(void **state)
{
    static const struct {
        uint32_t point;
        int columns;
    } rows[] = {
        { 'a', 1 },    { 0xE9, 1 },   { 0x0301, 0 }, { 0x03B1, 1 },  { 0x2014, 1 },
        { 0x2588, 1 }, { 0x3001, 2 }, { 0x4E2D, 2 }, { 0x303F, 1 },  { 0xAC00, 2 },
        { 0xFF0C, 2 }, { 0xFF61, 1 }, { 0xFE0F, 0 }, { 0x1F642, 2 }, { 0x20000, 2 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (utf8_columns(rows[i].point) != rows[i].columns)
            fail_msg("U+%lX", (unsigned long)rows[i].point);
    assert_int_equal(utf8_text_columns(""), 0);
    assert_int_equal(utf8_text_columns("1 \u4e2de\u0301"), 5);
    assert_int_equal(utf8_text_columns("ab\xff\u4e2d"), 2); /* up to what is none */
}

static void lines_of_scripts_without_blanks_are_joined_without_one(void **state)
{
    static const struct {
        const char *before, *after;
        bool joins;
    } rows[] = {
        { "word", "word", false },
        { "\u72d7\u54ac", "\u4eba", true },
        { "\u4e00\u4e2a RNN", "\u7684", false },
        { "\u4e00\u4e2a", "RNN", false },
        { "\u4eba\uff0c", "RNN", true },
        { "RNN", "\uff08x", true },
        { "\u8bf4", "\u201c\u4eba\u201d", true },
        { "he said", "\u201cman\u201d", false },
        { "\u54ac\u201d", "\u7684", true },
        { "\u54ac", "\xE4", false },
        { "\xE4\xBA", "\u54ac", false },
        { "\x80\x80\x80\x80", "\u54ac", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (utf8_joins(rows[i].before, strlen(rows[i].before), rows[i].after,
                       strlen(rows[i].after)) != rows[i].joins)
            fail_msg("%s|%s", rows[i].before, rows[i].after);
}

/* clang-format off */
#define ROW(label, ...)                                                      \
    { .name = label, .test_func = the_first_bad_byte_is_found,               \
      .initial_state = &(struct row){ __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    ROW("nothing_is_text", "", GOOD),
    ROW("ascii_is_text", "a\tb\n~", GOOD),
    ROW("characters_of_one_to_four_bytes_are_text", "a\xC3\xA9\xE7\xA5\x9E\xF0\x9F\x99\x82",
         GOOD),
    ROW("latin_1_is_refused", "caf\xE9", 3),
    ROW("a_continuation_without_a_lead_is_refused", "a\x80", 1),
    ROW("a_lead_without_a_continuation_is_refused", "\xC3" "a", 0),
    ROW("a_character_of_two_bytes_cut_at_one_is_refused", "a\xC3", 1),
    ROW("a_character_of_three_bytes_cut_at_two_is_refused", "a\xE7\xA5", 1),
    ROW("a_character_of_four_bytes_cut_at_three_is_refused", "a\xF0\x9F\x99", 1),
    ROW("a_third_byte_that_is_no_continuation_is_refused", "\xE7\xA5" "a", 0),
    ROW("a_slash_in_two_bytes_is_refused", "\xC0\xAF", 0),
    ROW("a_slash_in_three_bytes_is_refused", "\xE0\x80\xAF", 0),
    ROW("a_slash_in_four_bytes_is_refused", "\xF0\x80\x80\xAF", 0),
    ROW("a_surrogate_is_refused", "\xED\xA0\x80", 0),
    ROW("a_point_above_the_last_is_refused", "\xF4\x90\x80\x80", 0),
    ROW("a_lead_of_five_bytes_is_refused", "\xF8\x88\x80\x80\x80", 0),
    cmocka_unit_test(every_code_point_is_known_or_refused),
    cmocka_unit_test(every_character_is_decoded_as_it_was_encoded),
    cmocka_unit_test(the_first_of_several_characters_is_decoded),
    cmocka_unit_test(what_is_no_character_is_encoded_as_a_replacement),
    cmocka_unit_test(control_characters_are_not_printable),
    cmocka_unit_test(a_message_shows_whole_printable_characters),
    cmocka_unit_test(a_wide_character_takes_two_columns),
    cmocka_unit_test(lines_of_scripts_without_blanks_are_joined_without_one),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

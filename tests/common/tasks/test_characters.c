/* Tests of common/tasks/characters.c. */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/tasks/characters.h"

static struct character_marks *no_marks(void)
{
    struct character_marks *marks = calloc(1, sizeof *marks);

    assert_non_null(marks);
    return marks;
}

static void a_set_is_sorted_and_finds_what_it_holds_alone(void **state)
{
    static const uint32_t points[] = { '\n', 'a', 'z', 0xE9, 0x10FFFF };
    struct character_set set;
    struct character_marks *marks = no_marks();

    (void)state;
    for (int i = 0; i < 5; i++)
        character_mark(marks, points[i]);
    assert_int_equal(character_set_create(&set, marks, NULL, "x", NULL), STATUS_OK);
    assert_int_equal(set.count, 5);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(set.points[i], points[i]);
        assert_int_equal(character_set_find(&set, points[i]), i);
    }
    assert_int_equal(character_set_find(&set, 'b'), -1);
    assert_int_equal(character_set_find(&set, 0), -1);
    assert_int_equal(character_set_find(&set, 0x110000), -1);
    character_set_free(&set);
    character_set_free(&set);
    free(marks);
}

static void an_empty_set_holds_nothing(void **state)
{
    struct character_marks *marks = no_marks();
    struct character_set set;

    (void)state;
    assert_int_equal(character_set_create(&set, marks, NULL, "x", NULL), STATUS_OK);
    assert_int_equal(set.count, 0);
    assert_int_equal(character_set_find(&set, 'a'), -1);
    character_set_free(&set);
    free(marks);
}

static void more_characters_than_a_set_has_room_for_are_refused(void **state)
{
    struct character_set set = { .count = 77 }, known = { 0 };
    struct character_marks *marks = no_marks();
    struct error error;

    (void)state;
    for (uint32_t p = 0; p <= CHARACTERS_MAX; p++)
        character_mark(marks, p + 0x4E00);
    assert_int_equal(character_set_create(&set, marks, NULL, "book.txt", &error), STATUS_FILE);
    assert_string_equal(error.message,
                        "book.txt: 4097 different characters, at most 4096 are allowed");
    assert_int_equal(set.count, 77);
    known.points = &(uint32_t){ 0x4E01 };
    known.count = 1;
    assert_int_equal(character_set_create(&set, marks, &known, "book.txt", &error), STATUS_OK);
    assert_int_equal(set.count, CHARACTERS_MAX);
    assert_int_equal(character_set_find(&set, 0x4E01), -1);
    character_set_free(&set);
    free(marks);
}

struct shown {
    uint32_t point;
    const char *text, *name;
};

static void a_character_is_shown_and_named(void **state)
{
    const struct shown *row = *state;
    char text[TASK_TEXT_MAX], name[CHARACTER_NAME_MAX];

    character_text(row->point, text);
    assert_string_equal(text, row->text);
    character_name(row->point, name);
    assert_string_equal(name, row->name);
}

/* A raised dot is read as the blank that it shows, except where it stands for itself. */
static void what_is_shown_is_found_again(void **state)
{
    struct character_marks *marks = no_marks();
    struct character_set set;

    (void)state;
    character_mark(marks, ' ');
    character_mark(marks, '\n');
    character_mark(marks, 'a');
    assert_int_equal(character_set_create(&set, marks, NULL, "x", NULL), STATUS_OK);
    assert_int_equal(character_set_find_shown(&set, 'a'), 2);
    assert_int_equal(character_set_find_shown(&set, 0xB7), 1);
    assert_int_equal(character_set_find_shown(&set, 0x21B5), 0);
    assert_int_equal(character_set_find_shown(&set, 0x21E5), -1); /* no tab in the set */
    character_set_free(&set);
    character_mark(marks, 0xB7);
    assert_int_equal(character_set_create(&set, marks, NULL, "x", NULL), STATUS_OK);
    assert_int_equal(character_set_find_shown(&set, 0xB7), 3);
    character_set_free(&set);
    free(marks);
}

/* clang-format off */
#define SHOWN(label, ...)                                                                      \
    { .name = label "_is_shown_and_named", .test_func = a_character_is_shown_and_named,        \
      .initial_state = &(struct shown){ __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_is_sorted_and_finds_what_it_holds_alone),
        cmocka_unit_test(an_empty_set_holds_nothing),
        cmocka_unit_test(more_characters_than_a_set_has_room_for_are_refused),
        SHOWN("a_letter", 'a', "a", "\"a\" (U+0061)"),
        SHOWN("a_blank", ' ', "\xC2\xB7", "\" \" (U+0020)"),
        SHOWN("a_line_end", '\n', "\xE2\x86\xB5", "U+000A"),
        SHOWN("a_tab", '\t', "\xE2\x87\xA5", "U+0009"),
        SHOWN("an_escape", 0x1B, "\\x1B", "U+001B"),
        SHOWN("a_control_above_ascii", 0x9B, "\\x9B", "U+009B"),
        SHOWN("a_letter_with_an_accent", 0xE9, "\xC3\xA9", "\"\xC3\xA9\" (U+00E9)"),
        SHOWN("a_face", 0x1F642, "\xF0\x9F\x99\x82", "\"\xF0\x9F\x99\x82\" (U+1F642)"),
        cmocka_unit_test(what_is_shown_is_found_again),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

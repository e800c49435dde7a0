/* Tests of lessons/checkpoint_number.c: numbers become words and come back as the same bits. */
#include "tests/test.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "lessons/checkpoint_number.h"
#include "tests/lessons/small_lab.h"

struct sample {
    long whole;
    int small;
    bool flag;
    double real;
    double measure;
    char text[16];
};

static const struct number whole = { "whole", NUMBER_LONG, NUMBER_OF(sample, whole), 0, 1e9 };
static const struct number small = { "small", NUMBER_INT, NUMBER_OF(sample, small), -5, 5 };
static const struct number flag = { "flag", NUMBER_FLAG, NUMBER_OF(sample, flag), 0, 0 };
static const struct number real_number = { "real", NUMBER_REAL, NUMBER_OF(sample, real), -1e300,
                                           1e300 };
static const struct number measure = { "measure", NUMBER_MEASURE, NUMBER_OF(sample, measure), 0,
                                       0 };
static const struct number text = { "text", NUMBER_TEXT, NUMBER_OF(sample, text), 0, 0 };

static void every_kind_comes_back_as_the_same_bits(void **state)
{
    static const double reals[] = { 0,      -0.0,        1.0 / 3, 0.1,     0.003,
                                    1e-300, DBL_MIN / 8, 5e299,   -DBL_MIN };
    static const struct number *const numbers[] = { &whole, &small, &flag, &text };
    const struct sample sample = { .whole = 1000000000,
                                   .small = -5,
                                   .flag = true,
                                   .text = "Stra\xC3\x9F"
                                           "e; =\"a\"" };
    struct sample read = { 0 };
    char words[NUMBER_ROOM];

    (void)state;
    for (int i = 0; i < 4; i++) {
        number_write(numbers[i], &sample, words);
        assert_int_equal(number_read(numbers[i], &read, words, NULL), STATUS_OK);
    }
    assert_int_equal(read.whole, sample.whole);
    assert_int_equal(read.small, sample.small);
    assert_true(read.flag);
    assert_string_equal(read.text, sample.text);
    for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++) {
        const struct sample one = { .real = reals[i], .measure = reals[i] };

        number_write(&real_number, &one, words);
        assert_int_equal(number_read(&real_number, &read, words, NULL), STATUS_OK);
        assert_memory_equal(&read.real, &reals[i], sizeof reals[i]);
        number_write(&measure, &one, words);
        assert_int_equal(number_read(&measure, &read, words, NULL), STATUS_OK);
        assert_memory_equal(&read.measure, &reals[i], sizeof reals[i]);
    }
}

static void a_number_that_a_person_typed_is_written_as_it_was_typed(void **state)
{
    const struct sample sample = { .real = 0.003 };
    char words[NUMBER_ROOM];

    (void)state;
    number_write(&real_number, &sample, words);
    assert_string_equal(words, "0.003");
}

static void a_measure_may_be_no_number(void **state)
{
    const double values[] = { (double)NAN, (double)INFINITY, -(double)INFINITY };
    struct sample read = { 0 };
    char words[NUMBER_ROOM];

    (void)state;
    for (int i = 0; i < 3; i++) {
        const struct sample sample = { .measure = values[i] };

        number_write(&measure, &sample, words);
        assert_int_equal(number_read(&measure, &read, words, NULL), STATUS_OK);
        assert_true(isnan(values[i]) ? isnan(read.measure) : read.measure == values[i]);
    }
}

struct bad_row {
    const struct number *number;
    const char *words, *said;
};

static void bad_words_are_refused(void **state)
{
    const struct bad_row *row = *state;
    struct sample before, after;
    struct error error = { STATUS_OK, "" };

    memset(&before, 7, sizeof before);
    after = before;
    assert_int_equal(number_read(row->number, &after, row->words, &error), STATUS_FILE);
    assert_says(&error, STATUS_FILE, row->said);
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(number_read(row->number, NULL, row->words, &error), STATUS_FILE);
}

/* clang-format off */
#define BAD(label, ...)                                                                \
    { .name = label "_is_refused", .test_func = bad_words_are_refused,                 \
      .initial_state = &(struct bad_row){ __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_comes_back_as_the_same_bits),
        cmocka_unit_test(a_number_that_a_person_typed_is_written_as_it_was_typed),
        cmocka_unit_test(a_measure_may_be_no_number),
        BAD("nothing", &whole, "", "\"\" is not a whole number from 0 to 1000000000"),
        BAD("a_negative_number_of_steps", &whole, "-1", "\"-1\" is not a whole number"),
        BAD("a_huge_number_of_steps", &whole, "1000000001", "from 0 to 1000000000"),
        BAD("a_number_beyond_all_types", &whole, "1e400", "is not a whole number"),
        BAD("half_a_step", &whole, "1.5", "is not a whole number"),
        BAD("a_blank_before", &whole, " 1", "is not a whole number"),
        BAD("something_behind", &whole, "1x", "is not a whole number"),
        BAD("a_hexadecimal_number", &whole, "0x10", "is not a whole number"),
        BAD("nan_steps", &whole, "nan", "is not a whole number"),
        BAD("a_line_break", &whole, "1\n2", "\"1\" is not"),
        BAD("an_int_out_of_range", &small, "6", "from -5 to 5"),
        BAD("a_flag_that_is_a_number", &flag, "1", "neither no nor yes"),
        BAD("a_real_that_is_nan", &real_number, "nan", "is not a number from"),
        BAD("a_real_that_is_infinite", &real_number, "inf", "is not a number from"),
        BAD("a_measure_that_is_a_word", &measure, "much", "is not a number or nan"),
        BAD("a_text_that_is_too_long", &text, "0123456789abcdef", "less than 16 bytes"),
        BAD("a_text_of_two_lines", &text, "a\nb", "not one line"),
        BAD("a_text_that_is_not_utf8", &text, "\xFF", "not one line"),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of viz/terminal/progress.c and terminal.c: numbers as text, and the line of them. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "tests/lessons/small_lab.h"
#include "viz/terminal/progress.h"

/* Numbers --------------------------------------------------------------------------------- */

struct text_row {
    void (*write)(char text[NUMBER_MAX], double number);
    double number;
    const char *text;
};

static void a_number_is_written(void **state)
{
    const struct text_row *row = *state;
    char text[NUMBER_MAX];

    row->write(text, row->number);
    assert_string_equal(text, row->text);
}

static void no_number_is_longer_than_its_column(void **state)
{
    char text[NUMBER_MAX];

    (void)state;
    for (double x = 1e-99; x < 1e99; x *= 1.37) {
        number_text(text, x);
        assert_in_range(strlen(text), 1, x < 1e-9 || x > 1e9 ? 7 : 6);
        short_text(text, x);
        assert_in_range(strlen(text), 1, 7);
    }
}

/* The line -------------------------------------------------------------------------------- */

static struct lab *lab_at(const char *right, struct report left)
{
    struct lab_config config = small_config("adding", "gru", right);
    struct lab *lab;

    config.training.steps = 1500;
    lab = lab_make(&config);
    lab->step = 400;
    lab->arm[0].last = left;
    lab->arm[1].last = (struct report){ 0.0456, 0.40, 1.2 };
    return lab;
}

static void the_line_says_all_there_is(void **state)
{
    struct lab *lab = lab_at("transformer", (struct report){ 0.0123, 0.81, 0.32 });
    char line[PROGRESS_MAX];

    (void)state;
    progress_line(line, lab, 212, 120);
    assert_string_equal(line,
                        "step  400/1500  gru 0.0123 acc .81 |g| 0.3200  transformer 0.0456 acc "
                        ".40 |g| 1.2000  212 steps/s  0:06 left");
    lab_free(lab);
}

static void on_80_columns_it_says_it_with_fewer_words(void **state)
{
    struct lab *lab = lab_at("transformer", (struct report){ 0.0123, 0.81, 0.32 });
    char line[PROGRESS_MAX];

    (void)state;
    progress_line(line, lab, 212, 79);
    assert_string_equal(
        line, " 400/1500 gru 0.0123 .81 |g|.32 transformer 0.0456 .40 |g|1.2 212/s 0:06 "
              "left");
    assert_in_range(strlen(line), 1, 79);
    lab_free(lab);
}

static void before_the_first_step_numbers_are_dashes(void **state)
{
    struct lab *lab =
        lab_at("transformer", (struct report){ (double)NAN, (double)NAN, (double)NAN });
    char line[PROGRESS_MAX];

    (void)state;
    lab->step = 0;
    progress_line(line, lab, 0, 120);
    assert_non_null(strstr(line, "step    0/1500  gru --     acc --  |g| --    "));
    assert_null(strstr(line, "nan"));
    assert_null(strstr(line, "left"));
    lab_free(lab);
}

static void two_arms_of_one_model_are_told_apart(void **state)
{
    struct lab *lab = lab_at("gru", (struct report){ 0.0123, 0.81, 0.32 });
    char line[PROGRESS_MAX];

    (void)state;
    progress_line(line, lab, 212, 120);
    assert_non_null(strstr(line, "left gru 0.0123"));
    assert_non_null(strstr(line, "right gru 0.0456"));
    lab_free(lab);
}

static void an_arm_that_stopped_says_so(void **state)
{
    struct lab *lab = lab_at("transformer", (struct report){ 0.0123, 0.81, 0.32 });
    char line[PROGRESS_MAX];

    (void)state;
    lab->arm[0].stopped = true;
    progress_line(line, lab, 212, 120);
    assert_non_null(strstr(line, "gru stopped at step 0"));
    lab_free(lab);
}

static void validation_is_part_of_the_line(void **state)
{
    struct lab_config config = small_config("adding", "gru", "transformer");
    struct lab *lab;
    char line[PROGRESS_MAX];

    (void)state;
    config.training.validate_every = 100;
    lab = lab_make(&config);
    progress_line(line, lab, 212, 200);
    assert_non_null(strstr(line, "val --  "));
    lab->arm[0].validation.last.loss = 0.021;
    lab->arm[1].validation.last.loss = 0.5;
    lab->arm[1].finished = true;
    progress_line(line, lab, 212, 200);
    assert_non_null(strstr(line, " val 0.0210  transformer finished at step 0 val 0.5000"));
    lab_free(lab);
}

/* Terminals ------------------------------------------------------------------------------- */

static void utf_8_is_known_by_the_name_of_the_locale(void **state)
{
    (void)state;
    assert_true(locale_is_unicode("en_US.UTF-8"));
    assert_true(locale_is_unicode("C.utf8"));
    assert_true(locale_is_unicode("de_DE.UTF-8@euro"));
    assert_false(locale_is_unicode("C"));
    assert_false(locale_is_unicode("de_DE.ISO-8859-1"));
    assert_false(locale_is_unicode(""));
    assert_false(locale_is_unicode(NULL));
}

static void a_file_is_no_terminal(void **state)
{
    FILE *file = tmpfile();
    struct terminal terminal;

    (void)state;
    assert_non_null(file);
    terminal = terminal_of(file);
    assert_false(terminal.live);
    assert_false(terminal.moves);
    assert_false(terminal.colour);
    assert_true(terminal.columns >= 20);
    fclose(file);
}

/* clang-format off */
#define TEXT(label, ...)                                                     \
    { .name = label, .test_func = a_number_is_written,                       \
      .initial_state = &(struct text_row){ __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    TEXT("a_loss_has_four_places", number_text, 0.16667, "0.1667"),
    TEXT("zero_has_four_places", number_text, 0, "0.0000"),
    TEXT("a_thousandth_is_the_last_with_places", number_text, 0.001, "0.0010"),
    TEXT("smaller_losses_are_powers_of_ten", number_text, 0.00099, "9.9e-4"),
    TEXT("a_large_loss_loses_places", number_text, 123.456, "123.5"),
    TEXT("rounding_up_does_not_widen", number_text, 9.99999, "10.00"),
    TEXT("a_huge_loss_is_a_power_of_ten", number_text, 6.5e9, "6.5e9"),
    TEXT("exponents_keep_their_zeros", number_text, 1e100, "1.0e100"),
    TEXT("exponents_of_ten_keep_theirs", number_text, 1e-10, "1.0e-10"),
    TEXT("nan_is_a_dash", number_text, (double)NAN, "--"),
    TEXT("infinity_is_a_dash", number_text, (double)INFINITY, "--"),
    TEXT("a_share_has_two_digits", share_text, 0.81, ".81"),
    TEXT("a_share_is_not_rounded_up", share_text, 0.9999, ".99"),
    TEXT("only_all_is_one", share_text, 1, "1.0"),
    TEXT("hundredths_are_not_lost", share_text, 0.29, ".29"),
    TEXT("no_share_is_a_dash", share_text, (double)NAN, "--"),
    TEXT("a_short_number_has_two_digits", short_text, 0.3201, ".32"),
    TEXT("a_short_number_from_one_on_has_a_place", short_text, 1.24, "1.2"),
    TEXT("a_short_number_from_ten_on_has_none", short_text, 12.4, "12"),
    TEXT("a_small_short_number_is_a_power_of_ten", short_text, 0.00042, "4.2e-4"),
    TEXT("seconds_have_minutes", time_text, 4.2, "0:05"),
    TEXT("minutes_have_seconds", time_text, 61, "1:01"),
    TEXT("hours_have_minutes", time_text, 3753, "1:02:33"),
    TEXT("no_time_is_zero", time_text, 0, "0:00"),
    cmocka_unit_test(no_number_is_longer_than_its_column),
    cmocka_unit_test(the_line_says_all_there_is),
    cmocka_unit_test(on_80_columns_it_says_it_with_fewer_words),
    cmocka_unit_test(before_the_first_step_numbers_are_dashes),
    cmocka_unit_test(two_arms_of_one_model_are_told_apart),
    cmocka_unit_test(an_arm_that_stopped_says_so),
    cmocka_unit_test(validation_is_part_of_the_line),
    cmocka_unit_test(utf_8_is_known_by_the_name_of_the_locale),
    cmocka_unit_test(a_file_is_no_terminal),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

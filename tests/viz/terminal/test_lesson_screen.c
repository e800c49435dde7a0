/* Tests of viz/terminal/lesson_screen.c: one screen, read as text. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lessons/small_lab.h"
#include "viz/terminal/lesson_screen.h"

static const struct lesson lesson = { .number = 3,
                                      .title = "Watching gradients vanish",
                                      .question =
                                          "How much of it reaches each earlier step, and is "
                                          "this line longer than the terminal is wide?" };

static const struct terminal plain = { .columns = 80, .rows = 24 };
static const struct terminal colourful = {
    .live = true, .moves = true, .colour = true, .unicode = true, .columns = 80, .rows = 24
};

/* The screen of a small lab after two steps; the caller frees it. */
static char *screen(const struct terminal *terminal, int *lines)
{
    struct lab_config config = small_config("adding", "elman", "transformer");
    struct lab *lab;
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);

    assert_non_null(file);
    config.training.steps = 10;
    lab = lab_make(&config);
    lab_look(lab);
    lab_train(lab, 2);
    lab_look(lab);
    lab->arm[1].probe.profile.input.one[3] = 0;
    *lines = lesson_screen_write(file, &lesson, lab, terminal);
    assert_int_equal(fclose(file), 0);
    lab_free(lab);
    return text;
}

static int count(const char *text, const char *what)
{
    int found = 0;

    for (const char *p = strstr(text, what); p != NULL; p = strstr(p + 1, what))
        found++;
    return found;
}

static int longest_line(const char *text)
{
    size_t longest = 0;

    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");

        longest = length > longest ? length : longest;
        text += length + (text[length] == '\n');
    }
    return (int)longest;
}

static void a_screen_has_lesson_losses_and_gradients(void **state)
{
    int lines;
    char *text = screen(&plain, &lines);

    (void)state;
    assert_non_null(strstr(text, "Lesson 03: Watching gradients vanish\n"));
    assert_non_null(strstr(text, "2/10"));
    assert_non_null(strstr(text, "log axis from 0.05 to 0.5"));
    assert_non_null(strstr(text, "\nbaseline "));
    assert_non_null(strstr(text, "0.1667\n"));
    assert_non_null(strstr(text, "error at step 11; 1e-16 to 1e2"));
    assert_int_equal(count(text, "with each step back (before training: "), 2);
    assert_null(strstr(text, "nan"));
    free(text);
}

static void a_chinese_screen_fits_in_columns(void **state)
{
    static const struct terminal narrow = {
        .unicode = true, .columns = 24, .rows = 24, .language = LANGUAGE_CHINESE
    };
    struct lesson chinese = lesson;
    struct lab_config config = small_config("adding", "elman", "transformer");
    struct lab *lab = lab_make(&config);
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);

    (void)state;
    assert_non_null(file);
    strcpy(chinese.in[LANGUAGE_CHINESE].title, "看梯度");
    strcpy(chinese.in[LANGUAGE_CHINESE].question, "误差在这里，它能传到多早的时候？");
    lab_look(lab);
    lesson_screen_write(file, &chinese, lab, &narrow);
    assert_int_equal(fclose(file), 0);
    assert_non_null(strstr(text, "看梯度\n"));
    assert_non_null(strstr(text, "\n误差在这里，它能传到多\n")); /* 22 of 23 columns */
    lab_free(lab);
    free(text);
}

static void the_axis_is_the_same_for_both_arms(void **state)
{
    int lines;
    char *text = screen(&plain, &lines);

    (void)state;
    assert_int_equal(count(text, "   1e2 |"), 2);
    assert_int_equal(count(text, "  1e-1 |"), 2);
    assert_int_equal(count(text, " 1e-13 |"), 2);
    free(text);
}

static void an_exact_zero_is_crossed_where_it_is(void **state)
{
    int lines;
    char *text = screen(&plain, &lines);
    const char *bottom = strstr(text, " 1e-13 |");

    (void)state;
    assert_non_null(bottom);
    bottom = strstr(bottom + 1, " 1e-13 |");
    assert_non_null(bottom);
    assert_int_equal(strcspn(bottom, "x"),
                     strlen(" 1e-13 |") + 3 * 5); /* 12 steps, 5 columns each */
    free(text);
}

static void a_screen_fits_the_terminal(void **state)
{
    int lines;
    char *text = screen(&plain, &lines);

    (void)state;
    assert_int_equal(lines, count(text, "\n"));
    assert_in_range(lines, 1, 23);
    assert_in_range(longest_line(text), 40, 79);
    free(text);
}

static void a_low_terminal_gets_lower_bars(void **state)
{
    const struct terminal low = { .columns = 80, .rows = 17 };
    int lines;
    char *text = screen(&low, &lines);

    (void)state;
    assert_in_range(lines, 1, 16);
    assert_non_null(strstr(text, "   1e2 |"));
    free(text);
}

static void plain_screens_hold_plain_letters(void **state)
{
    int lines;
    char *text = screen(&plain, &lines);

    (void)state;
    for (const char *c = text; *c != '\0'; c++)
        assert_true((*c >= ' ' && *c <= '~') || *c == '\n');
    free(text);
}

static void a_terminal_gets_blocks_and_each_model_its_colour(void **state)
{
    int lines;
    char *text = screen(&colourful, &lines);

    (void)state;
    assert_non_null(strstr(text, "█"));
    assert_int_equal(count(text, "\033[38;5;175m"), 7); /* one loss, six rows of bars */
    assert_int_equal(count(text, "\033[38;5;74m"), 7);
    assert_int_equal(count(text, "\033[0m"), 14);
    assert_int_equal(count(text, "\033[K\n"), lines);
    free(text);
}

static void without_colour_there_are_no_colours(void **state)
{
    struct terminal terminal = colourful;
    int lines;
    char *text;

    (void)state;
    terminal.colour = false;
    text = screen(&terminal, &lines);
    assert_null(strstr(text, "\033[38"));
    assert_non_null(strstr(text, "█"));
    free(text);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_screen_has_lesson_losses_and_gradients),
    cmocka_unit_test(the_axis_is_the_same_for_both_arms),
    cmocka_unit_test(an_exact_zero_is_crossed_where_it_is),
    cmocka_unit_test(a_screen_fits_the_terminal),
    cmocka_unit_test(a_chinese_screen_fits_in_columns),
    cmocka_unit_test(a_low_terminal_gets_lower_bars),
    cmocka_unit_test(plain_screens_hold_plain_letters),
    cmocka_unit_test(a_terminal_gets_blocks_and_each_model_its_colour),
    cmocka_unit_test(without_colour_there_are_no_colours),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

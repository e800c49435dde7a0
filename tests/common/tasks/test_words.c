/* Tests of common/tasks/words.c. */
#include "common/tasks/words.h"

#include <stdio.h>
#include <string.h>

#include "tests/close.h"
#include "tests/common/tasks/task_fixture.h"

static void blanks_of_every_kind_stand_between_words(void **state)
{
    struct words words = { .rest = "  one\ttwo\r\n three  " };

    (void)state;
    assert_true(words_next(&words));
    assert_string_equal(words.word, "one");
    assert_true(words_next(&words));
    assert_string_equal(words.word, "two");
    assert_true(words_next(&words));
    assert_string_equal(words.word, "three");
    assert_int_equal(words.count, 3);
    assert_false(words_next(&words));
    assert_false(words_next(&words));
    assert_int_equal(words.count, 3);
}

static void a_word_of_a_megabyte_is_cut(void **state)
{
    static char text[1 << 20];
    struct words words = { .rest = text };

    (void)state;
    memset(text, 'x', sizeof text - 1);
    memcpy(text + sizeof text - 4, " yz", 4);
    assert_true(words_next(&words));
    assert_int_equal(strlen(words.word), sizeof words.word - 1);
    assert_true(words_next(&words)); /* not its middle */
    assert_string_equal(words.word, "yz");
}

/* 31 bytes of it would be a number, or would end in half a character. */
static void a_word_that_is_cut_is_neither_a_number_nor_broken(void **state)
{
    struct words number = { .rest = "0.25000000000000000000000000000000xyz" };
    struct words letters = { .rest = "1\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC"
                                     "\u20AC\u20AC\u20AC\u20AC" };
    double read = 77;

    (void)state;
    assert_true(words_next(&number));
    assert_false(words_number(&number, &read));
    assert_string_equal(number.word, "0.25000000000000000000000000...");
    assert_true(words_next(&letters));
    assert_string_equal(letters.word,
                        "1\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC...");
}

struct number_row {
    const char *word;
    bool is_number;
    double number;
};

static void numbers_are_decimal(void **state)
{
    const struct number_row *row = *state;
    struct words words = { .rest = row->word };
    double number = 77;

    assert_true(words_next(&words));
    assert_int_equal(words_number(&words, &number), row->is_number);
    assert_close(number, row->is_number ? row->number : 77, 0, 0);
}

/* Token 2 has no name. */
static void name(const struct task *task, int token, char text[TASK_TEXT_MAX])
{
    (void)task;
    if (token == 2)
        text[0] = 0;
    else
        snprintf(text, TASK_TEXT_MAX, "t%d", token);
}

static const struct task_kind kind = { .name = "any" };

static struct task task_of_tokens(int count)
{
    return (struct task){ .kind = &kind,
                          .shape = { .steps = 4,
                                     .input = INPUT_TOKENS,
                                     .inputs = count,
                                     .target = TARGET_CLASSES,
                                     .outputs = 2,
                                     .readout = READOUT_LAST } };
}

static void tokens_are_read_by_their_names(void **state)
{
    const struct task task = task_of_tokens(5);
    struct batch batch = batch_of(&task, 1);
    int count = 0;

    (void)state;
    assert_int_equal(words_token(&task, name, "t4"), 4);
    assert_int_equal(words_token(&task, name, "t5"), -1);
    assert_int_equal(words_token(&task, name, ""), -1); /* what has no name cannot be written */
    assert_int_equal(words_tokens(&task, "t3 t0 t3", name, 4, &batch, &count, NULL), STATUS_OK);
    assert_int_equal(count, 3);
    assert_int_equal(batch.tokens[0], 3);
    assert_int_equal(batch.tokens[1], 0);
    assert_int_equal(batch.tokens[2], 3);
    batch_free(&batch);
}

struct said_row {
    int tokens;
    const char *text, *said;
};

static void digit(const struct task *task, int token, char text[TASK_TEXT_MAX])
{
    (void)task;
    snprintf(text, TASK_TEXT_MAX, "%d", token);
}

/* Who types 120 for 1 2 0 is told what is missing; who types 129 what 9 is not. */
static void tokens_that_are_run_together_want_blanks(void **state)
{
    const struct task task = task_of_tokens(3);
    struct batch batch = batch_of(&task, 1);
    int count = 0;
    struct error error;

    (void)state;
    assert_int_equal(words_tokens(&task, "120", digit, 8, &batch, &count, &error),
                     STATUS_USAGE);
    assert_string_equal(error.message,
                        "task any: word 1 is \"120\"; allowed is 0, 1, 2, with blanks between");
    assert_int_equal(words_tokens(&task, "129", digit, 8, &batch, &count, &error),
                     STATUS_USAGE);
    assert_string_equal(error.message, "task any: word 1 is \"129\"; allowed is 0, 1, 2");
    batch_free(&batch);
}

static void a_refusal_names_word_and_place(void **state)
{
    const struct said_row *row = *state;
    const struct task task = task_of_tokens(row->tokens);
    struct batch batch = batch_of(&task, 1);
    struct error error;
    int count = 77;

    assert_int_equal(words_tokens(&task, row->text, name, 3, &batch, &count, &error),
                     STATUS_USAGE);
    assert_string_equal(error.message, row->said);
    assert_int_equal(count, 77);
    batch_free(&batch);
}

/* clang-format off */
#define NUMBER(label, text, value)                                                             \
    { .name = label "_is_a_number", .test_func = numbers_are_decimal,                          \
      .initial_state = &(struct number_row){ text, true, value } }
#define NO_NUMBER(label, text)                                                                 \
    { .name = label "_is_no_number", .test_func = numbers_are_decimal,                         \
      .initial_state = &(struct number_row){ text, false, 0 } }
#define SAID(label, ...)                                                                       \
    { .name = label "_is_refused", .test_func = a_refusal_names_word_and_place,                \
      .initial_state = &(struct said_row){ __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_of_every_kind_stand_between_words),
        cmocka_unit_test(a_word_of_a_megabyte_is_cut),
        cmocka_unit_test(a_word_that_is_cut_is_neither_a_number_nor_broken),
        NUMBER("a_whole_one", "3", 3), NUMBER("a_fraction", ".5", 0.5),
        NUMBER("a_negative_one", "-0.25", -0.25), NUMBER("one_with_a_plus", "+2.", 2),
        NO_NUMBER("an_exponent", "1e3"), NO_NUMBER("nan", "nan"), NO_NUMBER("infinity", "inf"),
        NO_NUMBER("a_hexadecimal", "0x10"), NO_NUMBER("a_point", "."), NO_NUMBER("a_sign", "-"),
        NO_NUMBER("a_sum", "1+1"), NO_NUMBER("two_points", "1.2.3"),
        cmocka_unit_test(tokens_are_read_by_their_names),
        cmocka_unit_test(tokens_that_are_run_together_want_blanks),
        SAID("an_unknown_word", 4, "t0 u",
             "task any: word 2 is \"u\"; allowed is t0, t1, t3"),
        SAID("a_word_too_many", 4, "t0 t0 t0 t1",
             "task any: word 4 is \"t1\"; allowed are at most 3 words"),
        SAID("a_text_without_words", 4, "\n", "task any: no words; allowed are t0, t1, t3"),
        SAID("an_unknown_word_of_many", 100, "u",
             "task any: word 1 is \"u\"; allowed is t0, t1, t3, .., t96, t97, t98, t99"),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

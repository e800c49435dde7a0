/* Tests of common/tasks/induction.c. */
#include "tests/common/tasks/task_fixture.h"

#include <math.h>
#include <string.h>

#include "tests/close.h"

enum { B = 64, ROUNDS = 100 };

/* Look for the first *, and what follows it. */
static void the_answer_follows_the_first_special_token(void **state)
{
    const struct task_options *options = *state;
    const struct task task = task_of(options);
    const int T = options->length, V = options->symbols;
    long places[64] = { 0 }, answers[32] = { 0 };

    assert_int_equal(task.shape.outputs, V);
    for (uint64_t index = 0; index < ROUNDS; index++) {
        struct batch batch = filled(&task, B, RANDOM_TRAIN, index);

        for (int b = 0; b < B; b++) {
            char text[TASK_TEXT_MAX], said[TASK_TEXT_MAX];
            int first = -1, specials = 0;

            for (int t = 0; t < T; t++) {
                task_input_text(&task, &batch, b, t, text);
                assert_true(text[0] == '*' || (text[0] >= 'a' && text[0] < 'a' + V));
                specials += text[0] == '*';
                first = text[0] == '*' && first < 0 ? t : first;
            }
            assert_string_equal(text, "*");
            assert_int_equal(specials, 2);
            task_input_text(&task, &batch, b, first + 1, text);
            task_target_text(&task, &batch, b, T - 1, said);
            assert_string_equal(said, text);
            places[first]++;
            answers[batch.classes[b]]++;
        }
        batch_free(&batch);
    }
    if (T > 3)
        assert_uniform(places, T - 2); /* T - 2 and T - 1 leave no letter between */
    assert_uniform(answers, V);
}

static void guessing_costs_the_logarithm_of_the_letters(void **state)
{
    const struct task_options usual = { .name = "induction" },
                              six = { .name = "induction", .symbols = 6 };
    const struct task task = task_of(&usual), other = task_of(&six);

    (void)state;
    assert_int_equal(task.length, 64);
    assert_close(task_baseline(&task), log(16), 0, 1e-15);
    assert_close(task_baseline(&other), log(6), 0, 1e-15);
}

/* clang-format off */
#define FOLLOWS(label, length_, symbols_)                                                      \
    { .name = "the_answer_follows_the_first_special_token_of_" label,                          \
      .test_func = the_answer_follows_the_first_special_token,                                 \
      .initial_state = &(struct task_options){ .name = "induction", .length = length_,         \
                                               .symbols = symbols_ } }
#define TASK { .name = "induction", .length = 9 }

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLLOWS("three", 3, 2), FOLLOWS("sixty_four", 64, 16), FOLLOWS("twenty", 20, 26),
        cmocka_unit_test(guessing_costs_the_logarithm_of_the_letters),
        READS("a_sequence_of_ones_own_is_answered", TASK, "c a * f b d *", NULL, "f", "* f *"),
        READS("the_special_token_may_come_first", TASK, "* p *", NULL, "p", "* p *"),
        REFUSES("a_letter_past_the_alphabet", TASK, "* q *",
                { "induction", "word 2 is \"q\"", "a, b, c", "p, *" }),
        REFUSES("one_special_token", TASK, "a b *", { "1 of the 3 words are *", "two" }),
        REFUSES("a_third_special_token", TASK, "* a * b *", { "3 of the 5 words are *" }),
        REFUSES("a_letter_at_the_end", TASK, "* a * b", { "2 of the 4 words", "last word" }),
        REFUSES("nothing_between_the_two", TASK, "a b * *", { "a letter or more between" }),
        REFUSES("a_word_too_many", TASK, "a a * a a a a a a *", { "word 10", "at most 9" }),
        REFUSES("an_alphabet_of_one", { .name = "induction", .symbols = 1 }, NULL,
                { "induction", "symbols 1", "letters", "2 to 26" }),
        REFUSES("an_alphabet_of_27", { .name = "induction", .symbols = 27 }, NULL,
                { "symbols 27", "2 to 26" }),
        REFUSES("two_tokens", { .name = "induction", .length = 2 }, NULL,
                { "length 2", "3 to 4096" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

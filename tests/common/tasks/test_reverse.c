/* Tests of common/tasks/reverse.c. */
#include "tests/common/tasks/task_fixture.h"

#include <math.h>
#include <string.h>

#include "common/tasks/held_out.h"
#include "tests/close.h"

enum { B = 64 };

/* Letters before the =, and what is read and said behind it. */
static void the_string_comes_back_from_its_end(void **state)
{
    const struct task_options *options = *state;
    const struct task task = task_of(options);
    const int V = task.options.symbols, shortest = task.options.shortest;
    long lengths[64] = { 0 };

    assert_int_equal(task.shape.steps, 2 * task.length);
    for (uint64_t index = 0; index < 40; index++) {
        struct batch batch = filled(&task, B, RANDOM_TRAIN, index);

        for (int b = 0; b < B; b++) {
            const int n = batch_length(&batch, b) / 2;

            assert_in_range(n, shortest, task.length);
            assert_int_equal(batch_length(&batch, b), 2 * n);
            assert_int_equal(token_at(&batch, b, n), V);
            for (int i = 0; i < n; i++) {
                assert_in_range(token_at(&batch, b, i), 0, V - 1);
                assert_int_equal(class_at(&batch, b, i), TARGET_IGNORED);
                assert_int_equal(class_at(&batch, b, n + i), token_at(&batch, b, n - 1 - i));
                if (i > 0)
                    assert_int_equal(token_at(&batch, b, n + i),
                                     class_at(&batch, b, n + i - 1));
            }
            lengths[n - shortest]++;
        }
        batch_free(&batch);
    }
    if (pow(V, shortest) > 1e4) /* of a few short strings not just a quarter is held out */
        assert_uniform(lengths, task.length - shortest + 1);
}

/* Every way to make the smallest allowed number of strings has some of both kinds. */
static void there_is_always_something_to_train_on_and_to_test(void **state)
{
    (void)state;
    for (int V = 2; V <= 26; V++) {
        int length = 2, strings, held_out = 0;

        while (pow(V, length) < 64)
            length++;
        strings = (int)lround(pow(V, length));
        for (int number = 0; number < strings; number++) {
            int letters[8];

            for (int i = 0, rest = number; i < length; i++, rest /= V)
                letters[i] = rest % V;
            held_out += held_out_by_hash(letters, length, 4);
        }
        assert_close(held_out, strings / 4.0, 4 * sqrt(strings * 3 / 16.0), 0);
        assert_in_range(held_out, 1, strings - 1);
    }
}

/* Of 4 letters of 3 there are 81 strings: train and test see different ones, together all. */
static void training_and_testing_share_out_all_strings(void **state)
{
    const struct task_options options = {
        .name = "reverse", .length = 4, .shortest = 4, .symbols = 3
    };
    const struct task task = task_of(&options);
    bool seen[2][81] = { { false } };
    int count = 0;

    (void)state;
    for (uint64_t index = 0; index < 60; index++)
        for (int testing = 0; testing < 2; testing++) {
            struct batch batch = filled(&task, B, testing ? RANDOM_TEST : RANDOM_TRAIN, index);

            for (int b = 0; b < B; b++) {
                int number = 0;

                for (int i = 0; i < 4; i++)
                    number = 3 * number + token_at(&batch, b, i);
                seen[testing][number] = true;
            }
            batch_free(&batch);
        }
    for (int i = 0; i < 81; i++) {
        assert_false(seen[0][i] && seen[1][i]);
        count += seen[0][i] || seen[1][i];
    }
    assert_int_equal(count, 81);
}

static void guessing_costs_the_logarithm_of_the_letters(void **state)
{
    const struct task_options usual = { .name = "reverse" },
                              bits = { .name = "reverse", .symbols = 2 };
    const struct task task = task_of(&usual), other = task_of(&bits);

    (void)state;
    assert_close(task_baseline(&task), log(8), 0, 1e-15);
    assert_close(task_baseline(&other), log(2), 0, 1e-15);
}

/* clang-format off */
#define BACK(label, ...)                                                                       \
    { .name = "a_string_" label "_comes_back_from_its_end",                                    \
      .test_func = the_string_comes_back_from_its_end,                                         \
      .initial_state = &(struct task_options){ .name = "reverse", __VA_ARGS__ } }
#define TASK { .name = "reverse", .length = 5 }

int main(void)
{
    const struct CMUnitTest tests[] = {
        BACK("of_1_to_8", .length = 8), BACK("of_6", .length = 6, .shortest = 6, .symbols = 2),
        BACK("of_21_to_40_bits", .length = 40, .shortest = 21, .symbols = 2),
        cmocka_unit_test(there_is_always_something_to_train_on_and_to_test),
        cmocka_unit_test(training_and_testing_share_out_all_strings),
        cmocka_unit_test(guessing_costs_the_logarithm_of_the_letters),
        READS("a_string_is_completed", TASK, "c a f b", "c a f b = b f a", "b f a c",
              "c a f b"),
        READS("a_string_with_its_end_is_completed", TASK, "c a =", "c a = a", "a c", "c a"),
        READS("a_whole_sequence_is_taken", TASK, "c a f = f a", NULL, "f a c", "c a f"),
        READS("one_letter_is_its_own_reverse", TASK, "h", "h =", "h", "h"),
        REFUSES("a_string_that_is_too_long", TASK, "a b c d e f",
                { "reverse", "too many letters", "1 to 5" }),
        REFUSES("a_sequence_without_letters", TASK, "= a", { "no letters", "1 to 5" }),
        REFUSES("a_wrong_letter_behind_the_turn", TASK, "a b c = b c",
                { "word 5 is \"b\"", "allowed is c" }),
        REFUSES("the_last_letter_that_is_only_said", TASK, "a b = b a",
                { "word 5 is \"a\"", "allowed is nothing" }),
        REFUSES("a_letter_past_the_alphabet", TASK, "a i", { "word 2 is \"i\"", "h, =" }),
        REFUSES("an_alphabet_of_27", { .name = "reverse", .symbols = 27 }, NULL,
                { "symbols 27", "2 to 26" }),
        REFUSES("a_space_of_32_strings", { .name = "reverse", .length = 5, .symbols = 2 }, NULL,
                { "only 32 strings", "length 5", "2 symbols", "64" }),
        REFUSES("a_shortest_above_the_length",
                { .name = "reverse", .length = 5, .shortest = 6 }, NULL,
                { "shortest 6", "length 5", "1 to 5" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

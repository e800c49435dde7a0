/* Tests of common/tasks/even_pairs.c. */
#include "tests/common/tasks/task_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "tests/close.h"

enum { B = 64 };

/* As Deletang et al. ask: is the number of neighbours that differ, 01 or 10, even? */
static void every_answer_says_whether_its_unequal_pairs_are_even(void **state)
{
    const struct task_options options = { .name = "even-pairs",
                                          .length = *(const int *)*state };
    const struct task task = task_of(&options);
    struct batch batch = filled(&task, B, RANDOM_TRAIN, 2);

    for (int b = 0; b < B; b++) {
        int pairs = 0;

        assert_false(task_is_scored(&task, &batch, b, 0));
        for (int t = 1; t < options.length; t++) {
            char said[TASK_TEXT_MAX];

            pairs += token_at(&batch, b, t) != token_at(&batch, b, t - 1);
            task_target_text(&task, &batch, b, t, said);
            assert_string_equal(said, pairs % 2 == 0 ? "equal" : "different");
            assert_int_equal(pairs % 2 == 0, token_at(&batch, b, 0) == token_at(&batch, b, t));
        }
    }
    batch_free(&batch);
}

static void guessing_costs_ln_2_at_any_length(void **state)
{
    (void)state;
    for (int length = 2; length <= 4096; length *= 8) {
        const struct task_options options = { .name = "even-pairs", .length = length };
        const struct task task = task_of(&options);

        assert_close(task_baseline(&task), log(2), 0, 1e-12);
    }
}

/* clang-format off */
#define ANSWERS(length)                                                                        \
    { .name = "every_answer_of_" #length "_bits_says_whether_its_unequal_pairs_are_even",      \
      .test_func = every_answer_says_whether_its_unequal_pairs_are_even,                       \
      .initial_state = &(int){ length } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANSWERS(2), ANSWERS(20),
        cmocka_unit_test(guessing_costs_ln_2_at_any_length),
        READS("bits_of_ones_own_are_answered", { .name = "even-pairs" }, "0 1 1 0 1", NULL,
              "different different equal different", "0 1"),
        READS("one_bit_is_its_own_first_and_last", { .name = "even-pairs" }, "1", NULL, "equal",
              "1"),
        READS("the_answer_alone_is_given", { .name = "even-pairs", .scored = SCORED_ANSWER },
              "1 0 1", NULL, "equal", "1 1"),
        REFUSES("a_letter", { .name = "even-pairs" }, "0 a",
                { "even-pairs", "word 2 is \"a\"", "0, 1" }),
        REFUSES("a_question_about_one_bit", { .name = "even-pairs", .shortest = 1 }, NULL,
                { "shortest 1", "2 to 4096" }),
        REFUSES("a_sequence_of_one_bit", { .name = "even-pairs", .length = 1 }, NULL,
                { "length 1", "bits", "2 to 4096" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

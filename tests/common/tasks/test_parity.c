/* Tests of common/tasks/parity.c. */
#include "tests/common/tasks/task_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "tests/close.h"

enum { B = 64 };

static void every_answer_says_whether_its_ones_are_even(void **state)
{
    const struct task_options options = { .name = "parity", .length = *(const int *)*state };
    const struct task task = task_of(&options);
    struct batch batch = filled(&task, B, RANDOM_TRAIN, 2);

    for (int b = 0; b < B; b++)
        for (int t = 0; t < options.length; t++) {
            char *text, said[TASK_TEXT_MAX];
            int ones = 0;

            batch.lengths[b] = t + 1; /* what is read until then */
            text = task_render(&task, &batch, b);
            for (const char *c = text; *c != '\0'; c++)
                ones += *c == '1';
            task_target_text(&task, &batch, b, t, said);
            assert_string_equal(said, ones % 2 == 0 ? "even" : "odd");
            free(text);
        }
    batch_free(&batch);
}

static void guessing_costs_ln_2_at_any_length(void **state)
{
    (void)state;
    for (int length = 1; length <= 4096; length *= 8) {
        const struct task_options options = { .name = "parity", .length = length };
        const struct task task = task_of(&options);

        assert_close(task_baseline(&task), log(2), 0, 1e-12);
    }
}

/* clang-format off */
#define ANSWERS(length)                                                                        \
    { .name = "every_answer_of_" #length "_bits_says_whether_its_ones_are_even",               \
      .test_func = every_answer_says_whether_its_ones_are_even,                               \
      .initial_state = &(int){ length } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANSWERS(1), ANSWERS(20),
        cmocka_unit_test(guessing_costs_ln_2_at_any_length),
        READS("bits_of_ones_own_are_answered", { .name = "parity" }, "1 0 1  1\n", "1 0 1 1",
              "odd odd even odd", "1 1 1"),
        READS("one_bit_is_answered", { .name = "parity" }, "0", NULL, "even", ""),
        READS("the_answer_alone_is_given", { .name = "parity", .scored = SCORED_ANSWER },
              "1 0 1", NULL, "even", "1 1"),
        READS("a_text_shorter_than_the_shortest_is_answered",
              { .name = "parity", .length = 20, .shortest = 15 }, "1 1 0",
              NULL, "even", "1 1"),
        REFUSES("a_two", { .name = "parity" }, "0 1 2",
                { "parity", "word 3 is \"2\"", "0, 1" }),
        REFUSES("bits_without_blanks", { .name = "parity" }, "0110", { "word 1 is \"0110\"" }),
        REFUSES("a_bit_too_many", { .name = "parity", .length = 3 }, "0 1 1 0",
                { "word 4 is \"0\"", "at most 3 words" }),
        REFUSES("a_shortest_above_the_length", { .name = "parity", .shortest = 21 }, NULL,
                { "parity", "shortest 21", "length 20", "1 to 20" }),
        REFUSES("a_negative_shortest", { .name = "parity", .length = 20, .shortest = -1 }, NULL,
                { "parity", "shortest -1", "1 to 4096" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

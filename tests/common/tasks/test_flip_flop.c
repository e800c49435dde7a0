/* Tests of common/tasks/flip_flop.c. */
#include "tests/common/tasks/task_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "tests/close.h"

enum { B = 64 };

static struct task flip_flop_of(int pairs)
{
    const struct task_options options = { .name = "flip-flop", .length = pairs };

    return task_of(&options);
}

/* Word t of sequence b. */
static const char *word(const struct task *task, const struct batch *batch, int b, int t,
                        char text[TASK_TEXT_MAX])
{
    task_input_text(task, batch, b, t, text);
    return text;
}

/* Read the sequence as its words say. */
static void after_a_read_comes_the_bit_last_written(void **state)
{
    const int n = *(const int *)*state, T = 2 * n - 1;
    const struct task task = flip_flop_of(n);
    struct batch batch = filled(&task, B, RANDOM_TRAIN, 2);
    char text[TASK_TEXT_MAX], bit[TASK_TEXT_MAX];

    assert_int_equal(task.shape.steps, T);
    for (int b = 0; b < B; b++) {
        char memory[TASK_TEXT_MAX] = "";

        assert_string_equal(word(&task, &batch, b, 0, text), "write");
        assert_string_equal(word(&task, &batch, b, T - 1, text), "read ?");
        for (int t = 0; t < T; t += 2) {
            const bool reads = strncmp(word(&task, &batch, b, t, text), "read", 4) == 0;

            if (t < T - 1) {
                word(&task, &batch, b, t + 1, bit);
                assert_true(strcmp(bit, "0") == 0 || strcmp(bit, "1") == 0);
                assert_false(task_is_scored(&task, &batch, b, t + 1));
            }
            if (strcmp(text, "write") == 0)
                strcpy(memory, bit);
            assert_int_equal(task_is_scored(&task, &batch, b, t), reads);
            if (!reads)
                continue;
            if (t < T - 1)
                assert_string_equal(bit, memory);
            task_target_text(&task, &batch, b, t, text);
            assert_string_equal(text, memory);
        }
    }
    batch_free(&batch);
}

static void eight_of_ten_instructions_are_to_be_ignored(void **state)
{
    enum { PAIRS = 20, ROUNDS = 50, N = ROUNDS * B * (PAIRS - 2) };
    const struct task task = flip_flop_of(PAIRS);
    long ignore = 0, read = 0, ones = 0;

    (void)state;
    for (uint64_t index = 0; index < ROUNDS; index++) {
        struct batch batch = filled(&task, B, RANDOM_TRAIN, index);
        char text[TASK_TEXT_MAX];

        for (int b = 0; b < B; b++)
            for (int i = 1; i < PAIRS - 1; i++) {
                const bool ignores = strcmp(word(&task, &batch, b, 2 * i, text), "ignore") == 0;

                ignore += ignores;
                read += strcmp(text, "read") == 0;
                ones += ignores && strcmp(word(&task, &batch, b, 2 * i + 1, text), "1") == 0;
            }
        batch_free(&batch);
    }
    assert_frequency(ignore, N, 0.8);
    assert_frequency(read, N, 0.1);
    assert_frequency(ones, ignore, 0.5);
}

/* clang-format off */
#define FLIPS(n)                                                                               \
    { .name = "after_a_read_of_" #n "_pairs_comes_the_bit_last_written",                       \
      .test_func = after_a_read_comes_the_bit_last_written, .initial_state = &(int){ n } }
#define TASK { .name = "flip-flop", .length = 5 }

int main(void)
{
    const struct CMUnitTest tests[] = {
        FLIPS(2), FLIPS(50), FLIPS(256),
        cmocka_unit_test(eight_of_ten_instructions_are_to_be_ignored),
        READS("a_question_reads_as_a_question", TASK, "write 1 ignore 0 read ?", NULL, "1",
              "write 1 read ?"),
        READS("a_question_mark_may_be_left_out", TASK, "write 0 read", "write 0 read ?", "0",
              "write 0 read ?"),
        READS("a_question_in_the_middle_is_the_right_bit", TASK,
              "write 1 read ? write 0 ignore 1 read ?",
              "write 1 read 1 write 0 ignore 1 read ?", "1 0", "write 0 read ?"),
        READS("a_wrong_bit_after_a_read_is_left_as_it_is", TASK, "write 1 read 0 read ?", NULL,
              "1 1", "write 1 read ?"),
        REFUSES("a_sequence_without_a_write", TASK, "read ?",
                { "flip-flop", "word 1 is \"read\"", "write" }),
        REFUSES("a_bit_for_an_instruction", TASK, "write 1 0",
                { "word 3 is \"0\"", "write, read" }),
        REFUSES("an_instruction_for_a_bit", TASK, "write write",
                { "word 2 is \"write\"", "0 or 1" }),
        REFUSES("a_question_after_a_write", TASK, "write ?", { "word 2 is \"?\"", "0 or 1" }),
        REFUSES("an_end_without_a_question", TASK, "write 1 ignore 0",
                { "last word is \"0\"", "read" }),
        REFUSES("a_write_alone", TASK, "write 1", { "last word", "read" }),
        REFUSES("a_sixth_pair", TASK, "write 1 read 1 read 1 read 1 read 1 read ?",
                { "word 10 is \"1\"", "at most 5 pairs" }),
        REFUSES("one_pair", { .name = "flip-flop", .length = 1 }, NULL,
                { "length 1", "pairs", "2 to 2048" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

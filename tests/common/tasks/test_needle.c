/* Tests of common/tasks/needle.c. */
#include "tests/common/tasks/task_fixture.h"

#include <math.h>
#include <string.h>

#include "tests/close.h"

enum { B = 64, ROUNDS = 100 };

static void the_value_stands_k_steps_before_the_query(void **state)
{
    const struct task_options *options = *state;
    const struct task task = task_of(options);
    const int T = options->length, k = options->distance;
    long values[8] = { 0 }, noises[8] = { 0 };

    for (uint64_t index = 0; index < ROUNDS; index++) {
        struct batch batch = filled(&task, B, RANDOM_TRAIN, index);

        for (int b = 0; b < B; b++) {
            char text[TASK_TEXT_MAX], said[TASK_TEXT_MAX];

            for (int t = 0; t < T; t++) {
                const bool marked = task_input_text(&task, &batch, b, t, text);

                assert_int_equal(marked, t == T - 2 - k || t == T - 1 - k || t == T - 1);
                if (t == T - 2 - k) {
                    assert_string_equal(text, "!");
                } else if (t == T - 1) {
                    assert_string_equal(text, "?");
                } else if (t == T - 1 - k) {
                    assert_in_range(text[0], '1', '8');
                    values[text[0] - '1']++;
                    task_target_text(&task, &batch, b, T - 1, said);
                    assert_string_equal(said, text);
                } else {
                    assert_in_range(text[0], 'a', 'h');
                    noises[text[0] - 'a']++;
                }
            }
        }
        batch_free(&batch);
    }
    assert_uniform(values, 8);
    if (T > 3)
        assert_uniform(noises, 8);
}

static void the_default_distance_does_not_grow_with_the_length(void **state)
{
    static const int lengths[][2] = {
        { 3, 1 }, { 10, 8 }, { 18, 16 }, { 64, 16 }, { 1024, 16 }
    };

    (void)state;
    for (int i = 0; i < 5; i++) {
        const struct task_options options = { .name = "needle", .length = lengths[i][0] };
        const struct task task = task_of(&options);

        assert_int_equal(task.options.distance, lengths[i][1]);
        assert_close(task_baseline(&task), log(8), 0, 1e-15);
    }
}

/* clang-format off */
#define STANDS(length_, k)                                                                     \
    { .name = "the_value_stands_" #k "_steps_before_the_query_of_" #length_,                   \
      .test_func = the_value_stands_k_steps_before_the_query,                                  \
      .initial_state = &(struct task_options){ .name = "needle", .length = length_,            \
                                               .distance = k } }
#define TASK { .name = "needle", .length = 12 }

int main(void)
{
    const struct CMUnitTest tests[] = {
        STANDS(3, 1), STANDS(64, 1), STANDS(64, 30), STANDS(64, 62),
        cmocka_unit_test(the_default_distance_does_not_grow_with_the_length),
        READS("a_sequence_of_ones_own_is_answered", TASK, "a d ! 7 c a ?", NULL, "7", "! 7 ?"),
        REFUSES("a_value_without_its_marker", TASK, "a 7 ! b ?",
                { "needle", "right behind it" }),
        REFUSES("a_second_value", TASK, "! 7 8 ?", { "2 of 1 to 8" }),
        REFUSES("a_sequence_without_its_query", TASK, "a ! 7 b", { "0 of ?", "last word" }),
        REFUSES("an_early_query", TASK, "! 7 ? a", { "1 of ?", "last word" }),
        REFUSES("a_value_at_the_beginning", TASK, "7 ! a ?", { "right behind it" }),
        REFUSES("a_nine", TASK, "! 9 ?", { "word 2 is \"9\"", "8" }),
        REFUSES("a_distance_past_the_length",
                { .name = "needle", .length = 64, .distance = 63 }, NULL,
                { "needle", "distance 63", "length 64", "1 to 62" }),
        REFUSES("a_negative_distance", { .name = "needle", .distance = -2 }, NULL,
                { "distance -2", "1 to 4094" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

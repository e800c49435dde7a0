/* Tests of common/tasks/cycle.c. */
#include "tests/common/tasks/task_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "tests/close.h"

enum { B = 64, PLACES = 5 };

/* The moves as numbers, read from their text. */
static void every_answer_is_the_sum_of_the_moves_modulo_five(void **state)
{
    const struct task_options options = { .name = "cycle", .length = *(const int *)*state };
    const struct task task = task_of(&options);
    struct batch batch = filled(&task, B, RANDOM_TRAIN, 2);

    for (int b = 0; b < B; b++) {
        int sum = 0;

        for (int t = 0; t < options.length; t++) {
            char text[TASK_TEXT_MAX], said[TASK_TEXT_MAX];
            int move;

            task_input_text(&task, &batch, b, t, text);
            move = atoi(text);
            assert_in_range(move + 1, 0, 2);
            sum += move;
            task_target_text(&task, &batch, b, t, said);
            assert_int_equal(atoi(said), (sum % PLACES + PLACES) % PLACES);
        }
    }
    batch_free(&batch);
}

/*
 * After n moves of a random walk on the ring place k has, by Fourier's sum over the ring,
 * p_n(k) = 1/5 sum over j of ((1 + 2 cos(2 pi j / 5)) / 3)^n cos(2 pi j k / 5).
 */
static double share(int n, int k)
{
    const double turn = 2 * acos(-1) / PLACES;
    double p = 0;

    for (int j = 0; j < PLACES; j++)
        p += pow((1 + 2 * cos(turn * j)) / 3, n) * cos(turn * j * k) / PLACES;
    return p;
}

static void the_baseline_is_that_of_a_random_walk(void **state)
{
    const struct task_options *options = *state;
    const struct task task = task_of(options);
    const int shortest = options->shortest;
    double entropy = 0;

    for (int k = 0; k < PLACES; k++) {
        double p = 0;

        for (int n = shortest; n <= options->length; n++)
            p += share(n, k) / (options->length - shortest + 1);
        entropy -= p > 1e-14 ? p * log(p) : 0;
    }
    assert_close(task_baseline(&task), entropy, 1e-9, 0);
}

static void the_number_of_the_header_is_right(void **state)
{
    const struct task_options options = { .name = "cycle" };
    const struct task task = task_of(&options);

    (void)state;
    assert_int_equal(task.length, 20);
    assert_close(task_baseline(&task), 1.6059, 5e-5, 0);
}

/* clang-format off */
#define ANSWERS(length)                                                                        \
    { .name = "every_answer_of_" #length "_moves_is_their_sum_modulo_five",                    \
      .test_func = every_answer_is_the_sum_of_the_moves_modulo_five,                           \
      .initial_state = &(int){ length } }
#define BASELINE(shortest_, length_)                                                           \
    { .name = "the_baseline_of_" #shortest_ "_to_" #length_ "_is_that_of_a_random_walk",       \
      .test_func = the_baseline_is_that_of_a_random_walk,                                      \
      .initial_state = &(struct task_options){ .name = "cycle", .length = length_,             \
                                               .shortest = shortest_ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANSWERS(1), ANSWERS(20), ANSWERS(100),
        BASELINE(1, 1), BASELINE(1, 20), BASELINE(21, 100), BASELINE(2, 4),
        cmocka_unit_test(the_number_of_the_header_is_right),
        READS("moves_of_ones_own_are_answered", { .name = "cycle" }, "+1 +1 0 -1 -1 -1", NULL,
              "1 2 2 1 0 4", "+1 +1 -1 -1 -1"),
        READS("the_end_of_the_walk_alone_is_given",
              { .name = "cycle", .scored = SCORED_ANSWER }, "+1 +1 +1 +1 +1 +1", NULL, "1",
              "+1 +1 +1 +1 +1 +1"),
        REFUSES("a_move_without_its_sign", { .name = "cycle" }, "+1 1",
                { "cycle", "word 2 is \"1\"", "0, +1, -1" }),
        REFUSES("a_move_of_two", { .name = "cycle" }, "+2", { "word 1 is \"+2\"" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

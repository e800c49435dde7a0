/* Tests of common/tasks/automaton.c: lengths and scored outputs of its three tasks. */
#include "tests/common/tasks/task_fixture.h"

#include <stdlib.h>

#include "common/tasks/automaton.h"
#include "tests/close.h"

enum { B = 64, ROUNDS = 100 };

/* Every prefix from the shortest on has an answer, in a sequence of full length. */
static void every_prefix_is_scored_from_the_shortest_on(void **state)
{
    struct task_options options = *(const struct task_options *)*state;
    struct task task;
    struct batch batch;

    options.scored = SCORED_EVERY;
    task = task_of(&options);
    batch = filled(&task, B, RANDOM_TEST, 0);
    assert_int_equal(task.shape.readout, READOUT_EVERY);
    assert_int_equal(task.shape.steps, options.length);
    for (int b = 0; b < B; b++) {
        assert_int_equal(batch_length(&batch, b), options.length);
        for (int t = 0; t < options.length; t++)
            assert_int_equal(task_is_scored(&task, &batch, b, t), t + 1 >= options.shortest);
    }
    batch_free(&batch);
    task_close(&task);
}

/* Lengths shortest..length are equally frequent, and the last step alone is scored. */
static void the_answer_alone_is_scored_at_every_length(void **state)
{
    struct task_options options = *(const struct task_options *)*state;
    long seen[256] = { 0 };
    struct task task;

    options.scored = SCORED_ANSWER;
    task = task_of(&options);
    assert_int_equal(task.shape.readout, READOUT_LAST);
    for (uint64_t index = 0; index < ROUNDS; index++) {
        struct batch batch = filled(&task, B, RANDOM_TRAIN, index);

        for (int b = 0; b < B; b++) {
            const int length = batch_length(&batch, b);

            assert_in_range(length, options.shortest, options.length);
            seen[length]++;
            for (int t = 0; t < options.length; t++)
                assert_int_equal(task_is_scored(&task, &batch, b, t), t == length - 1);
        }
        batch_free(&batch);
    }
    assert_uniform(seen + options.shortest, options.length - options.shortest + 1);
    task_close(&task);
}

static void all_symbols_are_equally_frequent_at_every_step(void **state)
{
    const struct task task = task_of(*state);
    const int V = task.shape.inputs, T = task.shape.steps;
    long seen[256][AUTOMATON_SYMBOLS_MAX] = { { 0 } };

    for (uint64_t index = 0; index < ROUNDS; index++) {
        struct batch batch = filled(&task, B, RANDOM_TRAIN, index);

        for (int b = 0; b < B; b++)
            for (int t = 0; t < T; t++)
                seen[t][token_at(&batch, b, t)]++;
        batch_free(&batch);
    }
    for (int t = 0; t < T; t++)
        assert_uniform(seen[t], V);
}

/* The same sequence has the same answer in both ways of scoring. */
static void both_ways_of_scoring_agree_on_the_answer(void **state)
{
    struct task_options options = *(const struct task_options *)*state;
    struct task every, answer;
    struct batch whole, ends;

    options.shortest = options.length; /* no length is drawn */
    options.scored = SCORED_EVERY;
    every = task_of(&options);
    options.scored = SCORED_ANSWER;
    answer = task_of(&options);
    whole = filled(&every, B, RANDOM_TRAIN, 3);
    ends = batch_of(&answer, 1);
    for (int b = 0; b < B; b++) {
        char *text = task_render(&every, &whole, b);

        assert_int_equal(task_parse(&answer, text, &ends, NULL), STATUS_OK);
        assert_int_equal(ends.classes[0], class_at(&whole, b, options.length - 1));
        free(text);
    }
    batch_free(&whole);
    batch_free(&ends);
}

/* clang-format off */
#define ROW(label, test, ...)                                                                  \
    { .name = #test "_of_" label, .test_func = test,                                           \
      .initial_state = &(struct task_options){ __VA_ARGS__ } }
#define EACH(test)                                                                             \
    ROW("parity", test, .name = "parity", .length = 20, .shortest = 1),                        \
    ROW("parity_beyond", test, .name = "parity", .length = 100, .shortest = 21),               \
    ROW("cycle", test, .name = "cycle", .length = 12, .shortest = 4),                          \
    ROW("even_pairs", test, .name = "even-pairs", .length = 9, .shortest = 2)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(every_prefix_is_scored_from_the_shortest_on),
        EACH(the_answer_alone_is_scored_at_every_length),
        EACH(all_symbols_are_equally_frequent_at_every_step),
        EACH(both_ways_of_scoring_agree_on_the_answer),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

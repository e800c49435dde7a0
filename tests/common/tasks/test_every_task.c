/* Tests of what holds for every task, whatever its options. */
#include "tests/common/tasks/task_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "tests/close.h"

enum { B = 8, SHARD = 3 };

static void any_shard_holds_the_same_sequences(void **state)
{
    struct task task = task_of(*state);
    struct batch whole = batch_of(&task, B), shard = batch_of(&task, B);
    int different = 0;

    task_fill(&task, 42, RANDOM_TRAIN, 1000, 0, &whole);
    for (int first = 0; first < B; first += SHARD) {
        shard.extent.batch = first + SHARD < B ? SHARD : B - first;
        task_fill(&task, 42, RANDOM_TRAIN, 1000, (uint32_t)first, &shard);
        for (int b = 0; b < shard.extent.batch; b++) {
            assert_true(same_sequence(&whole, first + b, &shard, b));
            different += !same_sequence(&whole, (first + b + 2) % B, &shard, b);
        }
    }
    assert_true(different > B / 2); /* there are tasks with few sequences, and some repeat */
    batch_free(&whole);
    batch_free(&shard);
    task_close(&task);
}

static bool same_batch(const struct batch *a, const struct batch *b)
{
    for (int i = 0; i < B; i++)
        if (!same_sequence(a, i, b, i))
            return false;
    return true;
}

static void other_coordinates_give_another_batch(void **state)
{
    static const struct {
        uint64_t seed;
        enum random_purpose purpose;
        uint64_t index;
        uint32_t row;
    } at[] = { { 42, RANDOM_TRAIN, 7, 0 }, { 43, RANDOM_TRAIN, 7, 0 },
               { 42, RANDOM_TEST, 7, 0 },  { 42, RANDOM_PROBE, 7, 0 },
               { 42, RANDOM_TRAIN, 8, 0 }, { 42, RANDOM_TRAIN, 7, 2 } };
    enum { PLACES = sizeof at / sizeof *at };
    struct task task = task_of(*state);
    struct batch batches[PLACES];

    for (int i = 0; i < PLACES; i++) {
        batches[i] = batch_of(&task, B);
        task_fill(&task, at[i].seed, at[i].purpose, at[i].index, at[i].row, &batches[i]);
        for (int j = 0; j < i; j++)
            assert_false(same_batch(&batches[i], &batches[j]));
    }
    for (int i = 0; i < PLACES; i++)
        batch_free(&batches[i]);
    task_close(&task);
}

/* Steps from the length on. */
static void assert_padding(const struct task *task, const struct batch *batch, int b)
{
    const struct batch_shape *shape = &batch->shape;

    for (int t = batch_length(batch, b); t < shape->steps; t++) {
        assert_false(task_is_scored(task, batch, b, t));
        if (batch->tokens != NULL)
            assert_int_equal(token_at(batch, b, t), 0);
        for (int k = 0; batch->features != NULL && k < shape->inputs; k++)
            assert_true(batch->features[(t * batch->extent.batch + b) * shape->inputs + k] ==
                        0);
        if (batch->classes != NULL && shape->readout == READOUT_EVERY)
            assert_int_equal(class_at(batch, b, t), TARGET_IGNORED);
    }
}

static void padding_is_empty_and_something_is_always_scored(void **state)
{
    struct task task = task_of(*state);

    for (uint64_t index = 0; index < 20; index++) {
        struct batch batch = batch_of(&task, B);

        for (int i = 0; batch.tokens != NULL && i < task.shape.steps * B; i++)
            batch.tokens[i] = -1; /* what an earlier batch left */
        task_fill(&task, 1, index % 2 ? RANDOM_TRAIN : RANDOM_TEST, index, 0, &batch);
        for (int b = 0; b < B; b++) {
            const int length = batch_length(&batch, b),
                      last = task_last_scored(&task, &batch, b);

            assert_in_range(length, 1, task.shape.steps);
            assert_padding(&task, &batch, b);
            assert_true(last < length && task_is_scored(&task, &batch, b, last));
            for (int t = last + 1; t < length; t++)
                assert_false(task_is_scored(&task, &batch, b, t));
            for (int t = 0; batch.tokens != NULL && t < length; t++)
                assert_in_range(token_at(&batch, b, t), 0, task.shape.inputs - 1);
        }
        batch_free(&batch);
    }
    task_close(&task);
}

/*
 * The entropy of the scored targets, as frequent as they are: what one who knows nothing else
 * pays.
 */
static void the_baseline_is_the_entropy_of_the_answers(void **state)
{
    enum { SIZE = 64, ROUNDS = 400 };
    struct task task = task_of(*state);
    struct batch batch = batch_of(&task, SIZE);
    const int rows = output_steps(&task.shape) * SIZE;
    long all = 0, *seen = calloc((size_t)task.shape.outputs, sizeof *seen);
    double entropy = 0;

    assert_non_null(seen);
    for (uint64_t index = 0; index < ROUNDS; index++) {
        task_fill(&task, 3, RANDOM_TEST, index, 0, &batch);
        for (int row = 0; row < rows; row++)
            if (batch.classes[row] != TARGET_IGNORED && batch_row_is_real(&batch, row)) {
                assert_in_range(batch.classes[row], 0, task.shape.outputs - 1);
                seen[batch.classes[row]]++;
                all++;
            }
    }
    for (int class = 0; class < task.shape.outputs; class ++)
        if (seen[class] > 0)
            entropy -=
                (double)seen[class] / (double)all * log((double)seen[class] / (double)all);
    assert_close(task_baseline(&task), entropy, 2e-3, 0);
    free(seen);
    batch_free(&batch);
    task_close(&task);
}

/* What is rendered is read back as the same sequence. */
static void what_is_rendered_can_be_read_again(void **state)
{
    struct task task = task_of(*state);
    struct batch batch = filled(&task, B, RANDOM_TEST, 5), read = batch_of(&task, 1);

    for (int b = 0; b < B; b++) {
        char *text = task_render(&task, &batch, b), *again;
        struct error error = { STATUS_OK, "" };

        assert_non_null(text);
        if (task_parse(&task, text, &read, &error) != STATUS_OK)
            fail_msg("%s: %s", text, error.message);
        again = task_render(&task, &read, 0);
        assert_string_equal(again, text);
        assert_int_equal(batch_length(&read, 0), batch_length(&batch, b));
        if (task.shape.target ==
            TARGET_CLASSES) /* numbers are read as far as they are written */
            assert_true(same_sequence(&batch, b, &read, 0));
        free(text);
        free(again);
    }
    batch_free(&batch);
    batch_free(&read);
    task_close(&task);
}

/* Words that no task knows, at the beginning and after one that it knows. */
static void a_foreign_word_is_named(void **state)
{
    struct task task = task_of(*state);
    struct batch batch = filled(&task, 1, RANDOM_TEST, 0);
    char word[TASK_TEXT_MAX], text[2 * TASK_TEXT_MAX], *at;
    struct error error;

    assert_int_equal(task_parse(&task, " xyzzy ", &batch, &error), STATUS_USAGE);
    assert_non_null(strstr(error.message, "word 1 is \"xyzzy\"; allowed "));
    assert_non_null(strstr(error.message, task.kind->name));
    task_input_text(&task, &batch, 0, 0, word);
    strcpy(text, word);
    strcat(text, "\t nan");
    assert_int_equal(task_parse(&task, text, &batch, &error), STATUS_USAGE);
    at = strstr(error.message, "word 2 is \"nan\"; allowed ");
    assert_non_null(at);
    batch_free(&batch);
    task_close(&task);
}

static void no_words_and_too_many_are_refused(void **state)
{
    struct task task = task_of(*state);
    struct batch batch = filled(&task, 1, RANDOM_TEST, 0);
    char *text = task_render(&task, &batch, 0);
    const size_t length = strlen(text), steps = (size_t)task.shape.steps;
    char *longer = calloc(steps + 2, length + 1);
    struct error error;

    assert_int_equal(task_parse(&task, " \t ", &batch, &error), STATUS_USAGE);
    assert_non_null(strstr(error.message, "allowed"));
    for (size_t i = 0; i <= steps; i++) { /* as many sequences as the batch has steps */
        strcat(longer, text);
        strcat(longer, " ");
    }
    assert_int_equal(task_parse(&task, longer, &batch, &error), STATUS_USAGE);
    assert_non_null(strstr(error.message, "allowed"));
    free(longer);
    free(text);
    batch_free(&batch);
    task_close(&task);
}

/* A model fits both. */
static void a_task_can_be_tested_at_twice_its_length(void **state)
{
    const struct task_options *options = *state;
    struct task task = task_of(options), longer;
    struct task_options other = task.options;
    struct batch batch;

    other.length = 2 * task.length;
    other.shortest = task.length + 1;
    longer = task_of(&other);
    assert_int_equal(longer.length, 2 * task.length);
    assert_int_equal(longer.shape.input, task.shape.input);
    assert_int_equal(longer.shape.inputs, task.shape.inputs);
    assert_int_equal(longer.shape.target, task.shape.target);
    assert_int_equal(longer.shape.outputs, task.shape.outputs);
    assert_int_equal(longer.shape.readout, task.shape.readout);
    batch = filled(&longer, B, RANDOM_TEST, 0);
    for (int b = 0; b < B; b++)
        assert_true(batch_length(&batch, b) > task.length);
    batch_free(&batch);
    task_close(&longer);
    task_close(&task);
}

/* clang-format off */
#define ROW(sentence, test, label, ...)                                                        \
    { .name = sentence "_of_" label, .test_func = test,                                        \
      .initial_state = &(struct task_options){ __VA_ARGS__ } }

/* All but order, which has one length; those with classes; and order. */
#define NUMBERS(s, t)                                                                          \
    ROW(s, t, "line", .name = "line"), ROW(s, t, "adding", .name = "adding")
#define CLASSES(s, t)                                                                          \
    ROW(s, t, "temporal_order", .name = "temporal-order"),                                     \
    ROW(s, t, "temporal_order_of_scale_ten", .name = "temporal-order", .length = 10),          \
    ROW(s, t, "parity", .name = "parity"),                                                     \
    ROW(s, t, "parity_of_the_answer", .name = "parity", .scored = SCORED_ANSWER),              \
    ROW(s, t, "cycle", .name = "cycle"),                                                       \
    ROW(s, t, "cycle_of_the_answer", .name = "cycle", .scored = SCORED_ANSWER),                \
    ROW(s, t, "cycle_of_3_to_6", .name = "cycle", .length = 6, .shortest = 3),                 \
    ROW(s, t, "even_pairs", .name = "even-pairs"),                                             \
    ROW(s, t, "even_pairs_of_the_answer", .name = "even-pairs", .scored = SCORED_ANSWER),      \
    ROW(s, t, "flip_flop", .name = "flip-flop"),                                               \
    ROW(s, t, "sort", .name = "sort"),                                                         \
    ROW(s, t, "reverse", .name = "reverse"),                                                   \
    ROW(s, t, "reverse_of_bits", .name = "reverse", .length = 12, .symbols = 2),               \
    ROW(s, t, "recall", .name = "recall"),                                                     \
    ROW(s, t, "recall_with_room", .name = "recall", .length = 64, .items = 4,                  \
        .symbols = 21),                                                                        \
    ROW(s, t, "recall_of_2_to_16", .name = "recall", .length = 64, .items = 16, .fewest = 2),  \
    ROW(s, t, "induction", .name = "induction"),                                               \
    ROW(s, t, "needle", .name = "needle"),                                                     \
    ROW(s, t, "needle_at_1", .name = "needle", .distance = 1, .length = 9)
#define COPYING(s, t) ROW(s, t, "copying", .name = "copying")
#define ORDER(s, t) ROW(s, t, "order", .name = "order")
#define EVERY(test) NUMBERS(#test, test), CLASSES(#test, test), COPYING(#test, test),          \
    ORDER(#test, test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EVERY(any_shard_holds_the_same_sequences),
        EVERY(other_coordinates_give_another_batch),
        EVERY(padding_is_empty_and_something_is_always_scored),
        CLASSES("the_baseline_is_the_entropy_of_the_answers",
                the_baseline_is_the_entropy_of_the_answers),
        ORDER("the_baseline_is_the_entropy_of_the_answers",
              the_baseline_is_the_entropy_of_the_answers),
        EVERY(what_is_rendered_can_be_read_again),
        EVERY(a_foreign_word_is_named),
        EVERY(no_words_and_too_many_are_refused),
        NUMBERS("twice_its_length_can_be_tested", a_task_can_be_tested_at_twice_its_length),
        CLASSES("twice_its_length_can_be_tested", a_task_can_be_tested_at_twice_its_length),
        COPYING("twice_its_length_can_be_tested", a_task_can_be_tested_at_twice_its_length),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

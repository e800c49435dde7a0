/* Tests of common/tasks/recall.c. */
#include "tests/common/tasks/task_fixture.h"

#include <math.h>
#include <string.h>

#include "tests/close.h"

enum { B = 64, KEYS_MAX = 512 };

/* Pairs at the beginning of sequence b: up to the first step that is no key with a value. */
static int pairs_of(const struct task *task, const struct batch *batch, int b)
{
    const int half = task->options.symbols / 2;
    int pairs = 0;

    while (2 * pairs + 1 < task->length && token_at(batch, b, 2 * pairs) >= 1 &&
           token_at(batch, b, 2 * pairs) < half && token_at(batch, b, 2 * pairs + 1) >= half)
        pairs++;
    return pairs;
}

/* Every key is there once more, where its value is the target; nothing else is. */
static void assert_questions(const struct task *task, const struct batch *batch, int b, int D)
{
    int value_of[KEYS_MAX] = { 0 }, questions = 0;
    bool used[2 * KEYS_MAX] = { false };

    for (int i = 0; i < D; i++) {
        const int key = token_at(batch, b, 2 * i), value = token_at(batch, b, 2 * i + 1);

        assert_false(used[key] || used[value]); /* distinct */
        used[key] = used[value] = true;
        value_of[key] = value;
        assert_int_equal(class_at(batch, b, 2 * i), TARGET_IGNORED);
        assert_int_equal(class_at(batch, b, 2 * i + 1), TARGET_IGNORED);
    }
    for (int t = 2 * D; t < task->length; t++) {
        const int token = token_at(batch, b, t);

        if (token == 0) {
            assert_int_equal(class_at(batch, b, t), TARGET_IGNORED);
            continue;
        }
        assert_int_equal(t % 2, 0);
        assert_in_range(token, 1, task->options.symbols / 2 - 1);
        assert_true(value_of[token] > 0);
        assert_int_equal(class_at(batch, b, t), value_of[token]);
        value_of[token] = 0; /* asked once */
        questions++;
    }
    assert_int_equal(questions, D);
}

static void every_key_is_asked_for_once_more(void **state)
{
    const struct task_options *options = *state;
    struct task task = task_of(options);
    const int D = task.options.items;

    for (uint64_t index = 0; index < 20; index++) {
        struct batch batch = filled(&task, B, index % 2 ? RANDOM_TRAIN : RANDOM_TEST, index);

        for (int b = 0; b < B; b++) {
            assert_int_equal(pairs_of(&task, &batch, b), D);
            assert_questions(&task, &batch, b, D);
        }
        batch_free(&batch);
    }
    task_close(&task);
}

/*
 * The slot of the first pair's question: probability (g + 1)^-.9 over the sum, because it is
 * drawn first.
 */
static void the_first_question_comes_at_a_power_law_gap(void **state)
{
    enum { LENGTH = 32, ITEMS = 2, SLOTS = (LENGTH - 2 * ITEMS) / 2, ROUNDS = 400 };
    const struct task_options options = { .name = "recall", .length = LENGTH, .items = ITEMS };
    struct task task = task_of(&options);
    long first[SLOTS] = { 0 }, second[SLOTS] = { 0 };
    double sum = 0;

    (void)state;
    for (uint64_t index = 0; index < ROUNDS; index++) {
        struct batch batch = filled(&task, B, RANDOM_TRAIN, index);

        for (int b = 0; b < B; b++)
            for (int g = 0; g < SLOTS; g++) {
                const int token = token_at(&batch, b, 2 * (ITEMS + g));

                first[g] += token == token_at(&batch, b, 0);
                second[g] += token == token_at(&batch, b, 2);
            }
        batch_free(&batch);
    }
    for (int g = 0; g < SLOTS; g++)
        sum += pow(g + 1, -0.9);
    for (int g = 0; g < SLOTS; g++) {
        const double p = pow(g + 1, -0.9) / sum;
        double q = 0; /* of those slots that the first has left */

        assert_frequency(first[g], ROUNDS * B, p);
        for (int taken = 0; taken < SLOTS; taken++) {
            const double other = pow(taken + 1, -0.9) / sum;

            if (taken != g)
                q += other * p / (1 - other);
        }
        assert_frequency(second[g], ROUNDS * B, q);
    }
    task_close(&task);
}

static void all_keys_and_values_are_equally_frequent(void **state)
{
    enum { V = 16 };
    const struct task_options options = { .name = "recall", .length = 12, .symbols = V };
    struct task task = task_of(&options);
    long first_key[V] = { 0 }, first_value[V] = { 0 }, last_key[V] = { 0 };

    (void)state;
    assert_int_equal(task.options.items, 3);
    for (uint64_t index = 0; index < 100; index++) {
        struct batch batch = filled(&task, B, RANDOM_TRAIN, index);

        for (int b = 0; b < B; b++) {
            first_key[token_at(&batch, b, 0)]++;
            first_value[token_at(&batch, b, 1)]++;
            last_key[token_at(&batch, b, 4)]++;
        }
        batch_free(&batch);
    }
    assert_uniform(first_key + 1, V / 2 - 1);
    assert_uniform(last_key + 1, V / 2 - 1);
    assert_uniform(first_value + V / 2, V / 2);
    task_close(&task);
}

/* 2, 4, 8 and 16 pairs in training, all alike, one number for 64 rows; 16 in testing. */
static void training_begins_with_few_pairs_and_testing_has_all(void **state)
{
    enum { ROUNDS = 200, BLOCK = 64 };
    const struct task_options options = {
        .name = "recall", .length = 64, .items = 16, .fewest = 2, .symbols = 256
    };
    struct task task = task_of(&options);
    long seen[4] = { 0 }, both[16] = { 0 };

    (void)state;
    for (uint64_t index = 0; index < ROUNDS; index++) {
        struct batch train = filled(&task, 2 * BLOCK, RANDOM_TRAIN, index),
                     test = filled(&task, 2, RANDOM_TEST, index);
        int block[2];

        for (int b = 0; b < 2 * BLOCK; b++) {
            const int D = pairs_of(&task, &train, b);

            assert_true(D == 2 || D == 4 || D == 8 || D == 16);
            assert_questions(&task, &train, b, D);
            block[b / BLOCK] = b % BLOCK ? block[b / BLOCK] : D;
            assert_int_equal(D, block[b / BLOCK]);
        }
        for (int i = 0; i < 2; i++) {
            seen[(int)lround(log2(block[i])) - 1]++;
            assert_int_equal(pairs_of(&task, &test, i), 16);
        }
        both[4 * (int)lround(log2(block[0])) + (int)lround(log2(block[1])) - 5]++;
        batch_free(&train);
        batch_free(&test);
    }
    assert_uniform(seen, 4);
    assert_uniform(both, 16); /* two blocks know nothing of each other */
    task_close(&task);
}

/* They stay together in every epoch (data_order.h), so a batch of 64 does not mix numbers. */
static void the_samples_of_a_group_have_one_number_of_pairs(void **state)
{
    enum { GROUPS = 12, GROUP = 64 };
    const struct task_options options = {
        .name = "recall", .length = 64, .items = 16, .fewest = 2, .symbols = 256
    };
    const struct task_options alike = { .name = "recall", .items = 4 };
    struct task task = task_of(&options), all_alike = task_of(&alike);
    struct batch batch = batch_of(&task, GROUP);
    long seen[17] = { 0 };

    (void)state;
    assert_int_equal(task.group, GROUP);
    assert_int_equal(all_alike.group, 1);
    for (uint32_t group = 0; group < GROUPS; group++) {
        for (int b = 0; b < GROUP; b++)
            task_fill_sample(&task, 3, group * GROUP + (uint32_t)b, &batch, b);
        seen[pairs_of(&task, &batch, 0)]++;
        for (int b = 1; b < GROUP; b++)
            assert_int_equal(pairs_of(&task, &batch, b), pairs_of(&task, &batch, 0));
    }
    assert_true(seen[2] > 0 && seen[4] > 0 && seen[8] > 0 && seen[16] > 0);
    batch_free(&batch);
    task_close(&task);
    task_close(&all_alike);
}

static void the_defaults_are_eight_pairs_of_64_symbols_if_there_is_room(void **state)
{
    static const int lengths[][2] = { { 4, 1 }, { 31, 7 }, { 32, 8 }, { 100, 8 } };

    (void)state;
    for (int i = 0; i < 4; i++) {
        const struct task_options options = { .name = "recall", .length = lengths[i][0] };
        struct task task = task_of(&options);

        assert_int_equal(task.options.items, lengths[i][1]);
        assert_int_equal(task.options.fewest, lengths[i][1]);
        assert_int_equal(task.options.symbols, 64);
        assert_close(task_baseline(&task), log(32), 0, 1e-15);
        task_close(&task);
    }
}

/* clang-format off */
#define ASKED(label, ...)                                                                      \
    { .name = "every_key_of_" label "_is_asked_for_once_more",                                 \
      .test_func = every_key_is_asked_for_once_more,                                           \
      .initial_state = &(struct task_options){ .name = "recall", __VA_ARGS__ } }
#define TASK { .name = "recall", .length = 12, .symbols = 12 }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ASKED("1_pair_in_4", .length = 4, .symbols = 4),
        ASKED("8_pairs_in_32", .length = 32),
        ASKED("4_pairs_in_64", .length = 64, .items = 4, .symbols = 256),
        ASKED("16_pairs_in_64", .length = 64, .items = 16, .symbols = 256),
        ASKED("all_7_keys", .length = 41, .items = 7, .symbols = 16),
        ASKED("200_pairs_in_1024", .length = 1024, .items = 200, .symbols = 512),
        cmocka_unit_test(the_first_question_comes_at_a_power_law_gap),
        cmocka_unit_test(all_keys_and_values_are_equally_frequent),
        cmocka_unit_test(training_begins_with_few_pairs_and_testing_has_all),
        cmocka_unit_test(the_samples_of_a_group_have_one_number_of_pairs),
        cmocka_unit_test(the_defaults_are_eight_pairs_of_64_symbols_if_there_is_room),
        READS("pairs_and_questions_of_ones_own_are_answered", TASK, "k3 v5 k1 v2 . k1 . k3 .",
              NULL, "v2 v5", "k3 v5 k3"),
        READS("a_second_pair_of_a_key_counts", TASK, "k1 v0 k2 v3 k1 v4 k1", NULL, "v4",
              "k1 v4 k1"),
        READS("a_key_may_be_asked_for_twice", TASK, "k1 v0 k1 k1", NULL, "v0 v0", "k1 v0 k1"),
        REFUSES("a_question_without_its_pair", TASK, "k3 v5 k1",
                { "word 3", "\"k1\"", "recall" }),
        REFUSES("a_value_without_a_key", TASK, "v5 k3", { "word 1 is \"v5\"", "behind a key" }),
        REFUSES("a_second_value", TASK, "k3 v5 v4 k3", { "word 3 is \"v4\"" }),
        REFUSES("pairs_without_a_question", TASK, "k3 v5 k1 v2", { "no question", "k1 v2" }),
        REFUSES("a_key_that_does_not_exist", TASK, "k6 v1 k6",
                { "word 1 is \"k6\"", "., k1", "k5, v0", "v5" }),
        REFUSES("nine_pairs_in_length_32", { .name = "recall", .items = 9 }, NULL,
                { "items 9", "length 32", "at most 8" }),
        REFUSES("eight_pairs_of_16_symbols", { .name = "recall", .symbols = 16 }, NULL,
                { "items 8", "symbols 16", "have 7", "at least 18" }),
        REFUSES("more_pairs_to_begin_with_than_in_the_end",
                { .name = "recall", .items = 4, .fewest = 5 }, NULL,
                { "fewest 5", "items 4", "1 to 4" }),
        REFUSES("three_symbols", { .name = "recall", .symbols = 3 }, NULL,
                { "symbols 3", "4 to 4096" }),
        REFUSES("a_negative_number_of_pairs", { .name = "recall", .items = -1 }, NULL,
                { "items -1", "1 to 1024" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

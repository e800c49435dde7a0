/* Tests of common/tasks/order.c. */
#include "tests/common/tasks/task_fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/close.h"

enum { B = 64, NOUNS = 8, VERBS = 4, SENTENCES = NOUNS * (NOUNS - 1) * VERBS };

static struct task order_task_of_words(void)
{
    const struct task_options options = { .name = "order" };

    return task_of(&options);
}

/* From the smallest to the largest. */
static int size_of_animal(const char *name)
{
    static const char *const animals[NOUNS] = { "ant", "mouse", "cat",   "dog",
                                                "man", "bear",  "horse", "whale" };

    for (int i = 0; i < NOUNS; i++)
        if (strcmp(animals[i], name) == 0)
            return i;
    fail_msg("%s is no animal", name);
    return -1;
}

static void the_answer_is_the_larger_animal(void **state)
{
    const struct task task = order_task_of_words();
    struct batch batch = filled(&task, B, RANDOM_TRAIN, 0);

    (void)state;
    for (int b = 0; b < B; b++) {
        char first[TASK_TEXT_MAX], verb[TASK_TEXT_MAX], second[TASK_TEXT_MAX],
            said[TASK_TEXT_MAX];

        assert_true(task_input_text(&task, &batch, b, 0, first));
        assert_false(task_input_text(&task, &batch, b, 1, verb));
        assert_true(task_input_text(&task, &batch, b, 2, second));
        assert_int_equal(verb[strlen(verb) - 1], 's');
        assert_string_not_equal(first, second);
        task_target_text(&task, &batch, b, 2, said);
        assert_string_equal(said, size_of_animal(first) > size_of_animal(second) ? "first"
                                                                                 : "second");
    }
    batch_free(&batch);
}

static void rows_2m_and_2m_plus_1_are_mirrors(void **state)
{
    const struct task task = order_task_of_words();

    (void)state;
    for (uint64_t index = 0; index < 20; index++) {
        struct batch batch = filled(&task, B, RANDOM_TEST, index);

        for (int b = 0; b < B; b += 2) {
            for (int t = 0; t < 3; t++)
                assert_int_equal(token_at(&batch, b, t), token_at(&batch, b + 1, 2 - t));
            assert_int_equal(batch.classes[b], 1 - batch.classes[b + 1]);
        }
        batch_free(&batch);
    }
}

/* Of a training set that is drawn once. */
static void samples_2m_and_2m_plus_1_are_mirrors(void **state)
{
    const struct task task = order_task_of_words();
    struct batch batch = batch_of(&task, B);

    (void)state;
    for (int b = 0; b < B; b++)
        task_fill_sample(&task, 3, 100 + (uint32_t)b, &batch, b);
    for (int b = 0; b < B; b += 2) {
        for (int t = 0; t < 3; t++)
            assert_int_equal(token_at(&batch, b, t), token_at(&batch, b + 1, 2 - t));
        assert_int_equal(batch.classes[b], 1 - batch.classes[b + 1]);
    }
    batch_free(&batch);
}

/* A shard may begin in the middle of a pair. */
static void a_pair_that_two_shards_share_is_a_pair(void **state)
{
    const struct task task = order_task_of_words();
    struct batch whole = batch_of(&task, B), one = batch_of(&task, 1);

    (void)state;
    task_fill(&task, 3, RANDOM_TRAIN, 7, 0, &whole);
    for (uint32_t row = 0; row < B; row++) {
        task_fill(&task, 3, RANDOM_TRAIN, 7, row, &one);
        assert_true(same_sequence(&whole, (int)row, &one, 0));
    }
    batch_free(&whole);
    batch_free(&one);
}

static int number_of(const struct batch *batch, int b)
{
    return (token_at(batch, b, 0) * NOUNS + token_at(batch, b, 2)) * VERBS +
           token_at(batch, b, 1) - NOUNS;
}

/* Sentences that `rounds` batches of that purpose contain. */
static void count_sentences(enum random_purpose purpose, int rounds, long seen[])
{
    const struct task task = order_task_of_words();

    for (int round = 0; round < rounds; round++) {
        struct batch batch = filled(&task, B, purpose, (uint64_t)round);

        for (int b = 0; b < B; b++)
            seen[number_of(&batch, b)]++;
        batch_free(&batch);
    }
}

/* The numbers of a sentence and of its mirror. */
static int sentence(int noun, int other, int verb)
{
    return (noun * NOUNS + other) * VERBS + verb;
}

/* A quarter of 112 pairs is 28, give or take 4.6. */
static void training_and_testing_share_out_all_sentences(void **state)
{
    long train[NOUNS * NOUNS * VERBS] = { 0 }, test[NOUNS * NOUNS * VERBS] = { 0 };
    int trained = 0, tested = 0;

    (void)state;
    count_sentences(RANDOM_TRAIN, 200, train);
    count_sentences(RANDOM_TEST, 200, test);
    for (int i = 0; i < NOUNS * NOUNS * VERBS; i++) {
        assert_false(train[i] > 0 && test[i] > 0);
        trained += train[i] > 0;
        tested += test[i] > 0;
    }
    for (int noun = 0; noun < NOUNS; noun++)
        for (int other = 0; other < NOUNS; other++)
            for (int verb = 0; verb < VERBS; verb++)
                assert_int_equal(train[sentence(noun, other, verb)],
                                 train[sentence(other, noun, verb)]);
    assert_int_equal(trained + tested, SENTENCES);
    assert_int_equal(tested, 62); /* another number: earlier runs were tested on others */
}

static void guessing_costs_ln_2_and_the_mean_is_read(void **state)
{
    const struct task task = order_task_of_words();

    (void)state;
    assert_close(task_baseline(&task), log(2), 0, 1e-15);
    assert_int_equal(task.shape.readout, READOUT_MEAN);
    assert_int_equal(task.shape.steps, 3);
}

/* clang-format off */
#define TASK { .name = "order" }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_is_the_larger_animal),
        cmocka_unit_test(rows_2m_and_2m_plus_1_are_mirrors),
        cmocka_unit_test(samples_2m_and_2m_plus_1_are_mirrors),
        cmocka_unit_test(a_pair_that_two_shards_share_is_a_pair),
        cmocka_unit_test(training_and_testing_share_out_all_sentences),
        cmocka_unit_test(guessing_costs_ln_2_and_the_mean_is_read),
        READS("dog_bites_man_is_answered", TASK, "dog bites man", NULL, "second", "dog man"),
        READS("man_bites_dog_is_answered", TASK, "man bites dog", NULL, "first", "man dog"),
        REFUSES("half_a_sentence", TASK, "dog bites", { "order", "2 words", "dog bites man" }),
        REFUSES("a_fourth_word", TASK, "dog bites man bites",
                { "word 4 is \"bites\"", "at most 3" }),
        REFUSES("a_verb_first", TASK, "bites dog man", { "word 1 is \"bites\"", "a noun" }),
        REFUSES("a_noun_for_a_verb", TASK, "dog man bites", { "word 2 is \"man\"", "a verb" }),
        REFUSES("the_same_noun_twice", TASK, "dog bites dog",
                { "word 3 is \"dog\"", "another noun" }),
        REFUSES("an_unknown_animal", TASK, "unicorn bites man",
                { "word 1 is \"unicorn\"", "whale", "likes" }),
        REFUSES("a_sentence_of_four_words", { .name = "order", .length = 4 }, NULL,
                { "length 4", "words", "3 to 3" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

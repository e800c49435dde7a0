/* Tests of common/tasks/translation.c. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/tasks/grammar.h"
#include "common/tasks/source_target.h"
#include "common/tasks/translation.h"
#include "tests/close.h"

enum { B = 64 };

static void open_translation(struct task *task, struct batch *batch, int shortest, int length,
                             int size)
{
    const struct task_options options = { .name = "translation",
                                          .shortest = shortest,
                                          .length = length };

    assert_int_equal(task_open(task, &options, NULL), STATUS_OK);
    assert_int_equal(batch_create(batch, &task->shape, size, NULL), STATUS_OK);
}

/* The English words of sequence b; returns how many. */
static int english_of(const struct batch *batch, int b, int *english)
{
    for (int t = 0; t < batch->sources[b]; t++)
        english[t] = batch->tokens[t * batch->extent.batch + b] - SYMBOLS_RESERVED;
    return batch->sources[b];
}

static void the_target_is_the_sources_translation(void **state)
{
    struct task task;
    struct batch batch;
    int seen[16] = { 0 };

    (void)state;
    open_translation(&task, &batch, 0, 0, B);
    assert_int_equal(task.options.shortest, 3);
    assert_int_equal(task.shape.steps, 19);
    assert_int_equal(task.end_symbol, SYMBOL_END);
    for (uint64_t index = 0; index < 10; index++) {
        task_fill(&task, 1, RANDOM_TRAIN, index, 0, &batch);
        for (int b = 0; b < B; b++) {
            int english[GRAMMAR_LONGEST], french[GRAMMAR_LONGEST];
            const int n = english_of(&batch, b, english);

            assert_in_range(n, 3, 9);
            seen[n]++;
            assert_true(grammar_translate(english, n, french));
            assert_int_equal(batch.lengths[b], 2 * n + 1);
            for (int i = 0; i < n; i++) {
                assert_int_equal(batch.classes[(n + i) * B + b] - SYMBOLS_RESERVED, french[i]);
                assert_int_equal(batch.tokens[(n + 1 + i) * B + b] - SYMBOLS_RESERVED,
                                 french[i]);
            }
            assert_int_equal(batch.classes[2 * n * B + b], SYMBOL_END);
        }
    }
    for (int n = 3; n <= 9; n++) /* 640 / 7 = 91 of each, nine standard deviations to 10 */
        assert_true(seen[n] > 10);
    batch_free(&batch);
}

static void training_and_testing_share_no_sentence(void **state)
{
    struct task task;
    struct batch batch;

    (void)state;
    open_translation(&task, &batch, 0, 4, B); /* few enough that a leak would show */
    for (uint64_t index = 0; index < 20; index++)
        for (int purpose = RANDOM_TRAIN; purpose <= RANDOM_PROBE; purpose++) {
            task_fill(&task, 1, (enum random_purpose)purpose, index, 0, &batch);
            for (int b = 0; b < B; b++) {
                int english[GRAMMAR_LONGEST];
                const int n = english_of(&batch, b, english);

                assert_int_equal(translation_is_held_out(english, n), purpose != RANDOM_TRAIN);
            }
        }
    batch_free(&batch);
}

static void about_a_tenth_is_held_out(void **state)
{
    int held_out = 0, all = 0;

    (void)state;
    for (uint32_t row = 0; row < 10000; row++, all++) {
        struct random random = random_stream(1, RANDOM_TRAIN, 0, row);
        int english[GRAMMAR_LONGEST];

        grammar_draw(&random, 7, english);
        held_out += translation_is_held_out(english, 7);
    }
    assert_close(held_out, 1000, 5 * 30, 0);
}

static void the_three_sentences_of_the_article_are_held_out(void **state)
{
    static const char *const sentences[3] = { "The cat is on the mat.",
                                              "The dog is in the garden.",
                                              "The bird is on the tree." };
    static const char *const rendered[3] = {
        "the cat is on the mat \xE2\x86\x92 le chat est sur le tapis",
        "the dog is in the garden \xE2\x86\x92 le chien est dans le jardin",
        "the bird is on the tree \xE2\x86\x92 l' oiseau est sur l' arbre"
    };
    struct task task;
    struct batch batch;

    (void)state;
    open_translation(&task, &batch, 0, 0, 1);
    for (int i = 0; i < 3; i++) {
        int english[GRAMMAR_LONGEST];
        char *text;

        assert_int_equal(task_parse(&task, sentences[i], &batch, NULL), STATUS_OK);
        assert_int_equal(english_of(&batch, 0, english), 6);
        assert_true(translation_is_held_out(english, 6));
        text = task_render(&task, &batch, 0);
        assert_string_equal(text, rendered[i]);
        free(text);
    }
    batch_free(&batch);
}

/*
 * -ln P of many drawn sentences, each worked out from the number of orders by hand for 3 and 4
 * words.
 */
static void the_baseline_is_the_entropy_of_the_answers(void **state)
{
    const double three = log(128), four = log(3) + (log(1024) + 2 * log(256)) / 3;
    struct task task;
    struct batch batch;

    (void)state;
    open_translation(&task, &batch, 3, 3, 1);
    assert_close(task_baseline(&task), three / 4, 0, 1e-12);
    batch_free(&batch);
    open_translation(&task, &batch, 3, 4, 1);
    assert_close(task_baseline(&task), (log(2) + (three + four) / 2) / 4.5, 0, 1e-12);
    batch_free(&batch);
}

static void longer_sentences_have_the_same_symbols(void **state)
{
    struct task task, longer;
    struct batch batch, other;

    (void)state;
    open_translation(&task, &batch, 0, 6, B);
    open_translation(&longer, &other, 10, 14, B);
    assert_int_equal(task.shape.inputs, longer.shape.inputs);
    assert_int_equal(task.shape.outputs, longer.shape.outputs);
    task_fill(&longer, 1, RANDOM_TEST, 0, 0, &other);
    for (int b = 0; b < B; b++)
        assert_in_range(other.sources[b], 10, 14);
    batch_free(&batch);
    batch_free(&other);
}

static void what_is_rendered_can_be_read(void **state)
{
    struct task task;
    struct batch batch, again;

    (void)state;
    open_translation(&task, &batch, 0, 9, B);
    open_translation(&task, &again, 0, 9, 1);
    task_fill(&task, 8, RANDOM_TEST, 0, 0, &batch);
    for (int b = 0; b < B; b++) {
        char *rendered = task_render(&task, &batch, b);

        assert_int_equal(task_parse(&task, rendered, &again, NULL), STATUS_OK);
        assert_int_equal(again.lengths[0], batch.lengths[b]);
        for (int t = 0; t < task.shape.steps; t++) {
            assert_int_equal(again.tokens[t], batch.tokens[t * B + b]);
            assert_int_equal(again.classes[t], batch.classes[t * B + b]);
        }
        free(rendered);
    }
    batch_free(&batch);
    batch_free(&again);
}

static void words_that_are_no_sentence_have_no_target(void **state)
{
    struct task task;
    struct batch batch;

    (void)state;
    open_translation(&task, &batch, 0, 9, 1);
    assert_int_equal(task_parse(&task, "cat cat the", &batch, NULL), STATUS_OK);
    assert_int_equal(batch.lengths[0], 4);
    assert_int_equal(batch.sources[0], 3);
    for (int t = 0; t < task.shape.steps; t++)
        assert_false(task_is_scored(&task, &batch, 0, t));
    batch_free(&batch);
}

struct refused {
    const char *input;
    const char *said[4];
};

static void an_impossible_input_is_refused(void **state)
{
    const struct refused *row = *state;
    struct task task;
    struct batch batch;
    struct error error = { STATUS_OK, "" };

    open_translation(&task, &batch, 0, 9, 1);
    assert_int_equal(task_parse(&task, row->input, &batch, &error), STATUS_USAGE);
    for (int i = 0; row->said[i] != NULL; i++)
        if (strstr(error.message, row->said[i]) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", error.message, row->said[i]);
    batch_free(&batch);
}

static void an_impossible_shortest_is_refused(void **state)
{
    struct task_options options = { .name = "translation", .length = 8, .shortest = 9 };
    struct task task;

    (void)state;
    assert_int_equal(task_open(&task, &options, NULL), STATUS_USAGE);
    options.shortest = 2;
    assert_int_equal(task_open(&task, &options, NULL), STATUS_USAGE);
    options.shortest = 8;
    assert_int_equal(task_open(&task, &options, NULL), STATUS_OK);
}

/* clang-format off */
#define REFUSED(label, ...)                                                                    \
    { .name = label "_is_refused", .test_func = an_impossible_input_is_refused,                \
      .initial_state = &(struct refused){ __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_target_is_the_sources_translation),
        cmocka_unit_test(training_and_testing_share_no_sentence),
        cmocka_unit_test(about_a_tenth_is_held_out),
        cmocka_unit_test(the_three_sentences_of_the_article_are_held_out),
        cmocka_unit_test(the_baseline_is_the_entropy_of_the_answers),
        cmocka_unit_test(longer_sentences_have_the_same_symbols),
        cmocka_unit_test(what_is_rendered_can_be_read),
        cmocka_unit_test(words_that_are_no_sentence_have_no_target),
        REFUSED("an_unknown_word", "the elephant sleeps",
                { "\"elephant\" is no English word", "there are: the, a,", ", and" }),
        REFUSED("a_french_word_in_the_source", "le chat dort", { "\"le\" is no English word" }),
        REFUSED("an_english_word_in_the_target", "the cat sleeps\tthe", { "\"the\" is no French word", "le, la, l'" }),
        REFUSED("nothing", " . ", { "no word; try" }),
        REFUSED("a_long_sentence", "the cat sleeps and the dog sleeps and the cat sleeps",
                { "more than 9 words", "up to 20" }),
        cmocka_unit_test(an_impossible_shortest_is_refused),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

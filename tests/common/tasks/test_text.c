/* Tests of common/tasks/text.c. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/tasks/text.h"
#include "tests/close.h"
#include "tests/common/files/scratch.h"

enum { B = 16, T = 8, WRITTEN = 1000, TRAINED = 900 };

/*
 * Numbers in a row, "0 1 2 3 ..", 1000 characters: nearly every place has a context of its own.
 */
static void write_numbers(const struct scratch *scratch, char text[WRITTEN + 16])
{
    size_t used = 0;

    for (int i = 100; used < WRITTEN; i++)
        used += (size_t)sprintf(text + used, "%d\n", i);
    text[WRITTEN] = '\0';
    scratch_write(scratch->path, text, WRITTEN);
}

static struct task_options options_of(const struct scratch *scratch, int length)
{
    struct task_options options = { .name = "text", .length = length };

    assert_true(strlen(scratch->path) < sizeof options.file);
    strcpy(options.file, scratch->path);
    return options;
}

static struct task open_text(const struct scratch *scratch, int length)
{
    const struct task_options options = options_of(scratch, length);
    struct task task;

    assert_int_equal(task_open(&task, &options, NULL), STATUS_OK);
    return task;
}

static struct batch make_batch(const struct task *task, int size)
{
    struct batch batch;

    assert_int_equal(batch_create(&batch, &task->shape, size, NULL), STATUS_OK);
    return batch;
}

/* The block of sequence b with the symbol behind it, as the file has it. */
static void block_of(const struct task *task, const struct batch *batch, int b, char *block)
{
    const struct text_file *text = task->data; /* its first member */
    const int steps = task->shape.steps, size = batch->extent.batch;

    for (int t = 0; t < steps; t++)
        block[t] = (char)text->set.points[batch->tokens[t * size + b]];
    block[steps] = (char)text->set.points[batch->classes[(steps - 1) * size + b]];
    block[steps + 1] = '\0';
}

static void blocks_come_from_their_part_of_the_text(void **state)
{
    char text[WRITTEN + 16], block[T + 2];
    bool first = false, last = false;
    struct batch batch;
    struct task task;

    write_numbers(*state, text);
    task = open_text(*state, T);
    assert_int_equal(task.shape.inputs, 11);
    assert_int_equal(task.end_symbol, -1);
    batch = make_batch(&task, B);
    for (uint64_t index = 0; index < 500; index++)
        for (int purpose = RANDOM_TRAIN; purpose <= RANDOM_PROBE; purpose++) {
            const char *begin = text + (purpose == RANDOM_TRAIN ? 0 : TRAINED);
            const int length = purpose == RANDOM_TRAIN ? TRAINED : WRITTEN - TRAINED;

            task_fill(&task, 2, (enum random_purpose)purpose, index, 0, &batch);
            for (int b = 0; b < B; b++) {
                char part[WRITTEN + 16];
                const char *found;

                for (int t = 0; t < T - 1; t++) /* every output is the next input */
                    assert_int_equal(batch.classes[t * B + b], batch.tokens[(t + 1) * B + b]);
                block_of(&task, &batch, b, block);
                snprintf(part, sizeof part, "%.*s", length, begin);
                found = strstr(part, block);
                assert_non_null(found);
                first = first || (purpose == RANDOM_TRAIN && found == part);
                last = last || (purpose == RANDOM_TRAIN && found == part + length - T - 1);
                assert_int_equal(batch.lengths[b], T);
                assert_int_equal(batch.sources[b], 0);
            }
        }
    assert_true(first && last); /* both ends are drawn, too */
    batch_free(&batch);
    task_close(&task);
}

static void a_sequence_is_the_same_in_any_shard(void **state)
{
    char text[WRITTEN + 16];
    struct batch batch, one;
    struct task task;

    write_numbers(*state, text);
    task = open_text(*state, T);
    batch = make_batch(&task, B);
    one = make_batch(&task, 1);
    task_fill(&task, 2, RANDOM_TRAIN, 7, 0, &batch);
    for (int b = 0; b < B; b++) {
        task_fill(&task, 2, RANDOM_TRAIN, 7, (uint32_t)b, &one);
        for (int t = 0; t < T; t++)
            assert_int_equal(one.tokens[t], batch.tokens[t * B + b]);
    }
    batch_free(&one);
    batch_free(&batch);
    task_close(&task);
}

/* At four times the length: the same symbols and the same held-out part. */
static void a_longer_block_is_of_the_same_data(void **state)
{
    char text[WRITTEN + 16], block[4 * T + 2];
    struct task task, longer;
    struct batch batch;

    write_numbers(*state, text);
    task = open_text(*state, T);
    longer = open_text(*state, 4 * T);
    assert_int_equal(longer.shape.steps, 4 * T);
    assert_int_equal(longer.shape.outputs, task.shape.outputs);
    assert_close(task_baseline(&longer), task_baseline(&task), 0, 0);
    batch = make_batch(&longer, B);
    task_fill(&longer, 2, RANDOM_TEST, 0, 0, &batch);
    for (int b = 0; b < B; b++) {
        block_of(&longer, &batch, b, block);
        assert_non_null(strstr(text + TRAINED, block));
    }
    batch_free(&batch);
    task_close(&longer);
    task_close(&task);
}

/* Probabilities written out by hand. */
static void the_baselines_are_those_of_a_hand_count(void **state)
{
    /* training part (18): ab x 9; held out (2): "bd" */
    static const char text[] = "ababababababababab"
                               "bd";
    const struct scratch *scratch = *state;
    struct text_baselines baselines;
    struct task task;

    scratch_write(scratch->path, text, 20);
    task = open_text(scratch, 1);
    assert_int_equal(text_baselines(&task, &baselines, NULL), STATUS_OK);
    /* V = 3; one symbol is measured, d, behind b */
    assert_close(baselines.uniform, log(3), 0, 1e-12);
    assert_close(baselines.unigram, -log(1.0 / (18 + 3)), 0, 1e-12);
    /* b is followed by a 8 times and by nothing else: k = 1 */
    assert_close(baselines.bigram, -log(1.0 / 21 / (8 + 1)), 0, 1e-12);
    assert_close(task_baseline(&task), baselines.unigram, 0, 0);
    /* 9 a, 10 b, 1 d; a -> b 9, b -> a 8, b -> b 1, b -> d 1 */
    assert_close(baselines.whole_unigram, -(9 * log(.45) + 10 * log(.5) + log(.05)) / 20, 0,
                 1e-12);
    assert_close(baselines.whole_bigram, -(8 * log(.8) + 2 * log(.1)) / 19, 0, 1e-12);
    task_close(&task);
}

/* A symbol that training never showed: what is behind it is as likely as by itself. */
static void behind_an_unseen_symbol_the_bigram_is_the_unigram(void **state)
{
    static const char text[] = "ababababababababab"
                               "db";
    const struct scratch *scratch = *state;
    struct text_baselines baselines;
    struct task task;

    scratch_write(scratch->path, text, 20);
    task = open_text(scratch, 1);
    assert_int_equal(text_baselines(&task, &baselines, NULL), STATUS_OK);
    assert_close(baselines.bigram, -log(10.0 / 21), 0, 1e-12);
    assert_close(baselines.unigram, -log(10.0 / 21), 0, 1e-12);
    task_close(&task);
}

/*
 * Each is a distribution: over all y it sums to one, whatever x, seen or not. Measured through
 * -ln P.
 */
static void bigram_probabilities_sum_to_one(void **state)
{
    static const char begin[] = "abacabadabacabaeabacabadabac"; /* 36 with what follows */
    const struct scratch *scratch = *state;
    const char symbols[] = "abcde";

    for (int x = 0; symbols[x] != '\0'; x++) {
        double sum = 0;

        for (int y = 0; symbols[y] != '\0'; y++) {
            struct text_baselines baselines;
            struct task task;
            char text[64];

            /*
             * 28 characters; the last 2 of them (28 / 10) are x y, so the rest is the same each
             * time
             */
            snprintf(text, sizeof text, "%.26s%c%c", begin, symbols[x], symbols[y]);
            scratch_write(scratch->path, text, 28);
            task = open_text(scratch, 1);
            assert_int_equal(task.shape.outputs, 5);
            assert_int_equal(text_baselines(&task, &baselines, NULL), STATUS_OK);
            sum += exp(-baselines.bigram);
            task_close(&task);
        }
        assert_close(sum, 1, 1e-12, 0);
    }
}

/* Of Debian 12's licences, as they were counted elsewhere: docs of the project quote them. */
static void the_licences_have_the_entropies_that_are_quoted(void **state)
{
    struct text_baselines baselines;
    struct text_file text;
    struct task task;

    (void)state;
    if (text_file_read(&text, TEXT_DEFAULT_FOLDER, false, NULL) != STATUS_OK)
        skip(); /* not a Debian */
    if (text.count != 237320) {
        text_file_free(&text);
        skip(); /* another edition */
    }
    text_file_free(&text);
    assert_int_equal(task_find(&task, "text", 0, NULL), STATUS_OK);
    assert_string_equal(task.options.file, TEXT_DEFAULT_FOLDER);
    assert_int_equal(task.length, 32);
    assert_int_equal(text_baselines(&task, &baselines, NULL), STATUS_OK);
    assert_close(baselines.uniform, 4.454, 5e-4, 0);
    assert_close(baselines.whole_unigram, 3.213, 5e-4, 0);
    assert_close(baselines.whole_bigram, 2.441, 5e-4, 0);
    assert_true(baselines.bigram < baselines.unigram && baselines.unigram < baselines.uniform);
    task_close(&task);
}

static void what_has_no_ink_is_shown(void **state)
{
    static const char text[] = "a b\nc\xC3\xA9"
                               "a b\nc\xC3\xA9"
                               "a b\nc\xC3\xA9"
                               "a b\nc\xC3\xA9";
    const struct scratch *scratch = *state;
    struct task task;
    struct batch batch;
    char *rendered;

    scratch_write(scratch->path, text, sizeof text - 1);
    task = open_text(scratch, 1);
    task.shape.steps = 6; /* room for what follows */
    batch = make_batch(&task, 1);
    assert_int_equal(task_parse(&task, "a b\nc\xC3\xA9", &batch, NULL), STATUS_OK);
    rendered = task_render(&task, &batch, 0);
    assert_string_equal(rendered, "a\xC2\xB7"
                                  "b\xE2\x86\xB5"
                                  "c\xC3\xA9");
    free(rendered);
    batch_free(&batch);
    task_close(&task);
}

static void a_prompt_has_its_own_next_symbols_as_targets(void **state)
{
    char text[WRITTEN + 16];
    struct task task;
    struct batch batch;
    char *rendered;

    write_numbers(*state, text);
    task = open_text(*state, T);
    batch = make_batch(&task, 3);
    assert_int_equal(task_parse(&task, "10\n3", &batch, NULL), STATUS_OK);
    assert_int_equal(batch.lengths[0], 4);
    for (int t = 0; t < 3; t++)
        assert_int_equal(batch.classes[t], batch.tokens[t + 1]);
    for (int t = 3; t < T; t++)
        assert_int_equal(batch.classes[t], TARGET_IGNORED);
    rendered = task_render(&task, &batch, 0);
    assert_string_equal(rendered, "10\xE2\x86\xB5"
                                  "3");
    assert_int_equal(task_parse(&task, rendered, &batch, NULL), STATUS_OK);
    assert_int_equal(batch.lengths[0], 4); /* as it is shown it is read, too */
    free(rendered);
    batch_free(&batch);
    task_close(&task);
}

static void bytes_are_shown_as_numbers_above_ascii(void **state)
{
    static const char bytes[] = "caf\xE9 caf\xE9 caf\xE9 caf\xE9 caf\xE9 ";
    const struct scratch *scratch = *state;
    char note[512], shown[TASK_TEXT_MAX];
    struct task task;
    struct batch batch;

    scratch_write(scratch->path, bytes, 25);
    task = open_text(scratch, 1);
    batch = make_batch(&task, 1);
    assert_int_equal(task_parse(&task, "\xE9", &batch, NULL), STATUS_OK);
    task_input_text(&task, &batch, 0, 0, shown);
    assert_string_equal(shown, "\\xE9");
    task_note(&task, note, sizeof note);
    assert_non_null(strstr(note, "not UTF-8, so read as bytes: 25 bytes, 5 different; the last "
                                 "tenth, 2 bytes, held out"));
    batch_free(&batch);
    task_close(&task);
}

static void bytes_can_be_asked_for(void **state)
{
    struct task_options options = options_of(*state, 1);
    struct error error;
    struct task task;

    scratch_write(options.file,
                  "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
                  "aaaaaaaaaaaaaaaaaaaaaaaa",
                  36);
    assert_int_equal(task_open(&task, &options, NULL), STATUS_OK);
    assert_int_equal(task.shape.inputs, 2);
    task_close(&task);
    options.symbols = 256;
    assert_int_equal(task_open(&task, &options, NULL), STATUS_OK);
    assert_int_equal(task.shape.inputs, 3);
    task_close(&task);
    options.symbols = 100;
    assert_int_equal(task_open(&task, &options, &error), STATUS_USAGE);
    assert_non_null(strstr(error.message, "symbols 100 is impossible"));
}

static void refuse(const struct task *task, struct batch *batch, const char *input,
                   const char *said)
{
    struct error error = { STATUS_OK, "" };

    assert_int_equal(task_parse(task, input, batch, &error), STATUS_USAGE);
    if (strstr(error.message, said) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error.message, said);
}

static void an_impossible_prompt_is_refused(void **state)
{
    char text[WRITTEN + 16];
    struct task task;
    struct batch batch;

    write_numbers(*state, text);
    task = open_text(*state, T);
    batch = make_batch(&task, 1);
    refuse(&task, &batch, "", "empty; 1 to 8 symbols are wanted");
    refuse(&task, &batch, "10x", "\"x\" (U+0078) is none of the 11 symbols");
    refuse(&task, &batch, "123456789", "more than 8 symbols");
    refuse(&task, &batch, "1\xFF", "byte 2 of the input is not UTF-8");
    batch_free(&batch);
    task_close(&task);
}

static void a_text_that_is_too_short_for_the_length_is_refused(void **state)
{
    struct task_options options = options_of(*state, 100);
    char text[WRITTEN + 16];
    struct error error;
    struct task task;

    write_numbers(*state, text);
    assert_int_equal(task_open(&task, &options, &error), STATUS_FILE);
    assert_non_null(strstr(error.message, "too short: 900 characters to train on and 100 held "
                                          "out; length 100 needs 101 of each"));
    options.length = 99;
    assert_int_equal(task_open(&task, &options, NULL), STATUS_OK);
    task_close(&task);
}

/* clang-format off */
#define CASE(test)                                                                             \
    { .name = #test, .test_func = test, .setup_func = scratch_setup,                           \
      .teardown_func = scratch_teardown }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(blocks_come_from_their_part_of_the_text),
        CASE(a_sequence_is_the_same_in_any_shard),
        CASE(a_longer_block_is_of_the_same_data),
        CASE(the_baselines_are_those_of_a_hand_count),
        CASE(behind_an_unseen_symbol_the_bigram_is_the_unigram),
        CASE(bigram_probabilities_sum_to_one),
        cmocka_unit_test(the_licences_have_the_entropies_that_are_quoted),
        CASE(what_has_no_ink_is_shown),
        CASE(a_prompt_has_its_own_next_symbols_as_targets),
        CASE(bytes_are_shown_as_numbers_above_ascii),
        CASE(bytes_can_be_asked_for),
        CASE(an_impossible_prompt_is_refused),
        CASE(a_text_that_is_too_short_for_the_length_is_refused),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

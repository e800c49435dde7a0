/* Tests of common/tasks/pairs.c. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/tasks/pairs.h"
#include "tests/close.h"
#include "tests/common/files/scratch.h"

enum { B = 32, LINES = 60 };

/* Numbers and their doubles, and in lines that happen to be held out letters of their own. */
static void write_lines(const struct scratch *scratch, const char *more)
{
    char text[4096];
    size_t used = 0;

    for (int i = 0; i < LINES; i++)
        used += (size_t)sprintf(text + used, "2 x %d\t%d\n", i, 2 * i);
    used += (size_t)sprintf(text + used, "%s", more);
    scratch_write(scratch->path, text, used);
}

static void open_pairs(struct task *task, const struct scratch *scratch)
{
    struct task_options options = { .name = "pairs" };

    assert_true(strlen(scratch->path) < sizeof options.file);
    strcpy(options.file, scratch->path);
    assert_int_equal(task_open(task, &options, NULL), STATUS_OK);
}

static const struct pairs_data *data_of(const struct task *task)
{
    return task->data;
}

static void fill(const struct task *task, struct batch *batch, enum random_purpose purpose,
                 uint64_t index)
{
    if (batch->extent.batch == 0)
        assert_int_equal(batch_create(batch, &task->shape, B, NULL), STATUS_OK);
    task_fill(task, 4, purpose, index, 0, batch);
}

/* Sequence b as "source TAB target", as the file had it. */
static void line_of(const struct task *task, const struct batch *batch, int b, char *line)
{
    line[0] = '\0';
    for (int t = 0; t < batch->lengths[b]; t++) {
        char step[TASK_TEXT_MAX];

        task_input_text(task, batch, b, t, step);
        strcat(line, t == batch->sources[b]          ? "\t"
                     : strcmp(step, "\xC2\xB7") == 0 ? " "
                                                     : step);
    }
}

static void sequences_are_the_lines_of_their_side(void **state)
{
    struct batch batch = { 0 };
    struct task task;
    bool seen[2][LINES] = { { 0 } };
    int count[2] = { 0 };

    write_lines(*state, "");
    open_pairs(&task, *state);
    for (uint64_t index = 0; index < 40; index++)
        for (int held_out = 0; held_out < 2; held_out++) {
            fill(&task, &batch, held_out ? RANDOM_TEST : RANDOM_TRAIN, index);
            for (int b = 0; b < B; b++) {
                char line[64];
                int i, twice;

                line_of(&task, &batch, b, line);
                assert_int_equal(sscanf(line, "2 x %d\t%d", &i, &twice), 2);
                assert_int_equal(twice, 2 * i);
                count[held_out] += !seen[held_out][i];
                seen[held_out][i] = true;
            }
        }
    for (int i = 0; i < LINES; i++) {
        assert_true(seen[0][i] != seen[1][i]); /* all of them, each on one side */
        assert_int_equal(seen[1][i], data_of(&task)->file.pairs[i].held_out);
    }
    assert_int_equal(count[1], data_of(&task)->file.held_out);
    batch_free(&batch);
    task_close(&task);
}

static void targets_follow_the_separator_and_padding_the_end(void **state)
{
    struct batch batch = { 0 };
    struct task task;

    write_lines(*state, "");
    open_pairs(&task, *state);
    assert_int_equal(task.shape.steps, 6 + 1 + 3); /* "2 x 59" -> "118" */
    assert_int_equal(task.end_symbol, SYMBOL_END);
    fill(&task, &batch, RANDOM_TRAIN, 0);
    for (int b = 0; b < B; b++) {
        char symbol[TASK_TEXT_MAX];

        for (int t = 0; t < task.shape.steps; t++)
            assert_int_equal(task_is_scored(&task, &batch, b, t),
                             t >= batch.sources[b] && t < batch.lengths[b]);
        for (int t = batch.sources[b]; t < batch.lengths[b] - 1; t++)
            assert_int_equal(batch.classes[t * B + b], batch.tokens[(t + 1) * B + b]);
        task_target_text(&task, &batch, b, batch.lengths[b] - 1, symbol);
        assert_string_equal(symbol, "\xE2\x88\x8E");
    }
    batch_free(&batch);
    task_close(&task);
}

/* The same sequences whatever shard asks for them. */
static void a_sequence_is_the_same_in_any_shard(void **state)
{
    struct batch batch = { 0 }, one;
    struct task task;

    write_lines(*state, "");
    open_pairs(&task, *state);
    fill(&task, &batch, RANDOM_TRAIN, 3);
    assert_int_equal(batch_create(&one, &task.shape, 1, NULL), STATUS_OK);
    for (int b = 0; b < B; b++) {
        task_fill(&task, 4, RANDOM_TRAIN, 3, (uint32_t)b, &one);
        assert_int_equal(one.lengths[0], batch.lengths[b]);
        for (int t = 0; t < task.shape.steps; t++)
            assert_int_equal(one.tokens[t], batch.tokens[t * B + b]);
    }
    batch_free(&one);
    batch_free(&batch);
    task_close(&task);
}

/* Add lines with a letter of their own until some are held out: those letters are unknown. */
static void characters_of_held_out_lines_alone_are_unknown_and_reported(void **state)
{
    char more[1024] = "", note[1024], expected[64];
    struct batch batch = { 0 };
    struct task task;
    int unseen = 0;
    bool found = false;

    for (int i = 0; i < 40; i++) /* U+0400 .. */
        sprintf(more + strlen(more), "%c%c\tx\n", 0xD0, 0x80 + i);
    write_lines(*state, more);
    open_pairs(&task, *state);
    for (int i = 0; i < 40; i++) {
        const bool held_out = data_of(&task)->file.pairs[LINES + i].held_out;
        const uint32_t point = 0x400 + (uint32_t)i;

        unseen += held_out;
        assert_int_equal(character_set_find(&data_of(&task)->known, point) >= 0, !held_out);
        assert_int_equal(character_set_find(&data_of(&task)->unseen, point) >= 0, held_out);
    }
    assert_in_range(unseen, 1, 39);
    task_note(&task, note, sizeof note);
    snprintf(expected, sizeof expected, "; %d more in held-out pairs, which training never",
             unseen);
    assert_non_null(strstr(note, expected));
    assert_non_null(strstr(note, "(U+04"));
    for (uint64_t index = 0; index < 10; index++) {
        fill(&task, &batch, RANDOM_TRAIN, index);
        for (int i = 0; i < task.shape.steps * B; i++)
            assert_true(batch.tokens[i] != SYMBOL_UNKNOWN);
        fill(&task, &batch, RANDOM_TEST, index);
        for (int b = 0; b < B; b++)
            if (batch.sources[b] == 1 && batch.tokens[b] == SYMBOL_UNKNOWN) {
                char text[TASK_TEXT_MAX];

                task_input_text(&task, &batch, b, 0, text);
                assert_string_equal(text, "\xEF\xBF\xBD");
                found = true;
            }
    }
    assert_true(found);
    batch_free(&batch);
    task_close(&task);
}

static void the_note_counts_pairs(void **state)
{
    char note[1024], expected[1024];
    struct task task;

    write_lines(*state, "");
    open_pairs(&task, *state);
    task_note(&task, note, sizeof note);
    snprintf(expected, sizeof expected,
             "%s: %d pairs, %d of them held out; 12 different characters", task.options.file,
             LINES, data_of(&task)->file.held_out);
    assert_string_equal(note, expected); /* ten digits, a blank and x */
    task_note(&task, note, 8);
    assert_int_equal(strlen(note), 7); /* cut where there is no room */
    task_close(&task);
}

/* Symbols 0.. are end, separator, unknown; then digits here: the frequencies by hand. */
static void the_baseline_knows_frequencies_alone(void **state)
{
    double counts[256] = { 0 }, all = 0, loss = 0, outputs = 0, symbols;
    struct task task;

    write_lines(*state, "");
    open_pairs(&task, *state);
    symbols = 3 + 12;
    assert_int_equal(task.shape.outputs, 15);
    for (int held_out = 0; held_out < 2; held_out++)
        for (int i = 0; i < LINES; i++) {
            char target[16];

            if (data_of(&task)->file.pairs[i].held_out != held_out)
                continue;
            sprintf(target, "%d$", 2 * i); /* $: the end */
            for (const char *c = target; *c != '\0'; c++) {
                if (held_out) {
                    loss -= log((counts[(unsigned char)*c] + 1) / (all + symbols));
                    outputs++;
                } else {
                    counts[(unsigned char)*c]++;
                    all++;
                }
            }
        }
    assert_close(task_baseline(&task), loss / outputs, 0, 1e-12);
    task_close(&task);
}

static void what_is_rendered_can_be_read(void **state)
{
    struct batch batch = { 0 }, again;
    struct task task;

    write_lines(*state, "");
    open_pairs(&task, *state);
    fill(&task, &batch, RANDOM_TEST, 0);
    assert_int_equal(batch_create(&again, &task.shape, 1, NULL), STATUS_OK);
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
    batch_free(&again);
    batch_free(&batch);
    task_close(&task);
}

struct own {
    const char *input;
    const char *said; /* NULL: it is read */
    int length, source;
};

static void input_of_ones_own_is_read_or_refused(void **state)
{
    const struct scratch *scratch = *state;
    const struct own *row = scratch->row;
    struct error error = { STATUS_OK, "" };
    struct batch batch;
    struct task task;

    write_lines(scratch, "");
    open_pairs(&task, scratch);
    assert_int_equal(batch_create(&batch, &task.shape, 1, NULL), STATUS_OK);
    if (row->said == NULL) {
        assert_int_equal(task_parse(&task, row->input, &batch, NULL), STATUS_OK);
        assert_int_equal(batch.lengths[0], row->length);
        assert_int_equal(batch.sources[0], row->source);
    } else {
        assert_int_equal(task_parse(&task, row->input, &batch, &error), STATUS_USAGE);
        if (strstr(error.message, row->said) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", error.message, row->said);
    }
    batch_free(&batch);
    task_close(&task);
}

static void without_a_file_the_task_says_what_it_needs(void **state)
{
    struct error error;
    struct task task;

    (void)state;
    assert_int_equal(task_find(&task, "pairs", 0, &error), STATUS_USAGE);
    assert_string_equal(error.message,
                        "task pairs: needs your data: --pairs FILE.tsv, lines of "
                        "source TAB target");
}

/* Which lines 80 batches draw. */
static void note_lines(const struct task *task, enum random_purpose purpose, bool seen[LINES])
{
    struct batch batch = { 0 };

    for (uint64_t index = 0; index < 80; index++) {
        fill(task, &batch, purpose, index);
        for (int b = 0; b < B; b++) {
            char line[64];
            int i;

            line_of(task, &batch, b, line);
            assert_int_equal(sscanf(line, "2 x %d\t", &i), 1);
            seen[i] = true;
        }
    }
    batch_free(&batch);
}

/* Lines 50..59 have 9 characters, those before up to 8. */
static void a_test_at_another_length_has_the_longer_lines_and_no_others(void **state)
{
    struct task_options options = { .name = "pairs", .length = 8, .test_length = 9 };
    bool trained[LINES] = { false }, tested[LINES] = { false }, longer[LINES] = { false };
    struct task task, other;
    char note[512];

    write_lines(*state, "2 x 70\t14\xC3\xA9\n");
    strcpy(options.file, ((const struct scratch *)*state)->path);
    assert_int_equal(task_open(&task, &options, NULL), STATUS_OK);
    assert_int_equal(task_open_longer(&other, &task, NULL), STATUS_OK);
    assert_int_equal(task.shape.steps, 9);
    assert_int_equal(other.shape.steps, 10);
    assert_int_equal(other.shape.inputs, task.shape.inputs);
    assert_int_equal(data_of(&other)->tested, 11);
    write_lines(*state, "");
    task_close(&task);
    task_close(&other);
    assert_int_equal(task_open(&task, &options, NULL), STATUS_OK);
    assert_int_equal(task_open_longer(&other, &task, NULL), STATUS_OK);
    note_lines(&task, RANDOM_TRAIN, trained);
    note_lines(&task, RANDOM_VALIDATE, tested);
    note_lines(&other, RANDOM_TEST, longer);
    for (int i = 0; i < LINES; i++) {
        assert_int_equal(trained[i] + tested[i] + longer[i], 1);
        assert_int_equal(longer[i], i >= 50);
    }
    task_note(&task, note, sizeof note);
    assert_non_null(strstr(note, "; 10 pairs of more than 8 characters for the second test"));
    task_note(&other, note, sizeof note);
    assert_null(strstr(note, "second"));
    task_close(&task);
    task_close(&other);
}

static void a_longer_test_without_longer_lines_is_refused(void **state)
{
    struct task_options options = { .name = "pairs", .length = 9, .test_length = 20 };
    struct error error;
    struct task task, other;

    write_lines(*state, "");
    strcpy(options.file, ((const struct scratch *)*state)->path);
    assert_int_equal(task_open(&task, &options, NULL), STATUS_OK);
    assert_int_equal(task_open_longer(&other, &task, &error), STATUS_FILE);
    assert_non_null(strstr(error.message,
                           "of at most 9 characters are left to train on and 0 of "
                           "more to test on"));
    task_close(&task);
    options.length = 6; /* five lines, none of them held out */
    assert_int_equal(task_open(&task, &options, &error), STATUS_FILE);
    assert_non_null(strstr(error.message,
                           "5 of at most 6 characters are left to train on and 0 of "
                           "these to test on"));
}

static void the_length_is_what_a_line_may_have(void **state)
{
    struct task_options options = { .name = "pairs", .length = 8 };
    struct error error;
    struct task task;

    write_lines(*state, "");
    strcpy(options.file, ((const struct scratch *)*state)->path);
    assert_int_equal(task_open(&task, &options, &error), STATUS_FILE);
    assert_non_null(strstr(error.message, "line 51: 9 characters, at most 8"));
    options.length = 9;
    assert_int_equal(task_open(&task, &options, NULL), STATUS_OK);
    task_close(&task);
}

/* clang-format off */
#define CASE(test)                                                                             \
    { .name = #test, .test_func = test, .setup_func = scratch_setup,                           \
      .teardown_func = scratch_teardown }
#define OWN(label, ...)                                                                        \
    { .name = label, .test_func = input_of_ones_own_is_read_or_refused,                        \
      .setup_func = scratch_setup, .teardown_func = scratch_teardown,                          \
      .initial_state = &(struct own){ __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(sequences_are_the_lines_of_their_side),
        CASE(targets_follow_the_separator_and_padding_the_end),
        CASE(a_sequence_is_the_same_in_any_shard),
        CASE(characters_of_held_out_lines_alone_are_unknown_and_reported),
        CASE(the_note_counts_pairs),
        CASE(the_baseline_knows_frequencies_alone),
        CASE(what_is_rendered_can_be_read),
        OWN("a_source_is_read", "2 x 7", NULL, 6, 5),
        OWN("a_source_and_a_target_are_read", "2 x 7\t14", NULL, 8, 5),
        OWN("an_unknown_character_is_refused", "2 x \xC3\xA9",
            "\"\xC3\xA9\" (U+00E9) is none of the 12 characters", 0, 0),
        OWN("an_empty_source_is_refused", "", "empty; a source is wanted", 0, 0),
        OWN("a_target_alone_is_refused", "\t14", "empty; a source is wanted", 0, 0),
        OWN("more_than_the_longest_pair_is_refused", "2 x 2 x 2 x", "more than 9 characters", 0, 0),
        OWN("a_broken_character_is_refused", "2\xFF", "byte 2 of the input is not UTF-8", 0, 0),
        cmocka_unit_test(without_a_file_the_task_says_what_it_needs),
        CASE(a_test_at_another_length_has_the_longer_lines_and_no_others),
        CASE(a_longer_test_without_longer_lines_is_refused),
        CASE(the_length_is_what_a_line_may_have),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

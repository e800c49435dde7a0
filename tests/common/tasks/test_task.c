/* Tests of common/tasks/task.c: what holds for every task. */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "tests/common/tasks/task_fixture.h"

enum { B = 8, SHARD = 3 };

static struct task any_task(const char *name)
{
    struct task task;

    assert_int_equal(task_find(&task, name, 0, NULL), STATUS_OK);
    return task;
}

static struct batch any_batch(const struct task *task, int size)
{
    struct batch batch;

    assert_int_equal(batch_create(&batch, &task->shape, size, NULL), STATUS_OK);
    return batch;
}

static void a_sequence_is_the_same_in_any_shard(void **state)
{
    const struct task task = any_task(*state);
    struct batch whole = any_batch(&task, B), shard = any_batch(&task, B);

    task_fill(&task, 42, RANDOM_TRAIN, 1000, 0, &whole);
    for (int first = 0; first < B; first += SHARD) {
        shard.extent.batch = first + SHARD < B ? SHARD : B - first;
        task_fill(&task, 42, RANDOM_TRAIN, 1000, (uint32_t)first, &shard);
        for (int b = 0; b < shard.extent.batch; b++) {
            assert_true(same_sequence(&whole, first + b, &shard, b));
            assert_false(same_sequence(&whole, (first + b + 1) % B, &shard, b));
        }
    }
    batch_free(&whole);
    batch_free(&shard);
}

static void other_coordinates_give_other_sequences(void **state)
{
    static const struct {
        uint64_t seed;
        enum random_purpose purpose;
        uint64_t index;
        uint32_t row;
    } at[] = { { 42, RANDOM_TRAIN, 7, 0 }, { 43, RANDOM_TRAIN, 7, 0 },
               { 42, RANDOM_TEST, 7, 0 },  { 42, RANDOM_PROBE, 7, 0 },
               { 42, RANDOM_TRAIN, 8, 0 }, { 42, RANDOM_TRAIN, 7, 1 } };
    enum { PLACES = sizeof at / sizeof *at };
    const struct task task = any_task(*state);
    struct batch batches[PLACES];

    for (int i = 0; i < PLACES; i++) {
        batches[i] = any_batch(&task, 1);
        task_fill(&task, at[i].seed, at[i].purpose, at[i].index, at[i].row, &batches[i]);
        for (int j = 0; j < i; j++)
            assert_false(same_sequence(&batches[i], 0, &batches[j], 0));
    }
    for (int i = 0; i < PLACES; i++)
        batch_free(&batches[i]);
}

static void steps_are_scored_where_they_have_a_target(void **state)
{
    const struct task task = any_task(*state);
    struct batch batch = any_batch(&task, B);
    int scored = 0;

    task_fill(&task, 1, RANDOM_TEST, 0, 0, &batch);
    for (int t = 0; t < task.shape.steps; t++) {
        const bool last = t == task.shape.steps - 1;

        if (t >= batch_length(&batch, 5)) {
            assert_false(task_is_scored(&task, &batch, 5, t));
            continue;
        }
        if (task.shape.readout == READOUT_LAST && !last) {
            assert_false(task_is_scored(&task, &batch, 5, t));
            continue;
        }
        assert_int_equal(task_output_row(&task, &batch, 5, t),
                         (task.shape.readout == READOUT_LAST ? 0 : t * B) + 5);
        scored += task_is_scored(&task, &batch, 5, t);
    }
    assert_true(scored > 0);
    assert_true(task_is_scored(&task, &batch, 5, task_last_scored(&task, &batch, 5)));
    assert_int_equal(task_last_scored(&task, &batch, 5), batch_length(&batch, 5) - 1);
    batch_free(&batch);
}

static void the_last_scored_step_is_not_always_the_last(void **state)
{
    const struct task task = any_task("copying");
    struct batch batch = any_batch(&task, B);

    (void)state;
    task_fill(&task, 1, RANDOM_TEST, 0, 0, &batch);
    for (int t = task.shape.steps - 4; t < task.shape.steps; t++)
        batch.classes[t * B + 5] = TARGET_IGNORED;
    assert_int_equal(task_last_scored(&task, &batch, 5), task.shape.steps - 5);
    assert_int_equal(task_last_scored(&task, &batch, 4), task.shape.steps - 1);
    assert_false(task_is_scored(&task, &batch, 5, task.shape.steps - 4));
    batch_free(&batch);
}

static void answers_are_written_as_their_task_writes_them(void **state)
{
    static const real logits[10] = { 0, 1, 2, 3, 4, 9, 8, 7, 6, 5 }, value[1] = { 0.12345F };
    const struct task copying = any_task("copying"), adding = any_task("adding");
    struct batch batch = any_batch(&adding, 2);
    char text[TASK_TEXT_MAX];

    (void)state;
    task_output_text(&copying, logits, text);
    assert_string_equal(text, "5");
    task_output_text(&adding, value, text);
    assert_string_equal(text, "0.123");
    batch.values[1] = 1.9996F;
    task_target_text(&adding, &batch, 1, adding.shape.steps - 1, text);
    assert_string_equal(text, "2.000");
    batch_free(&batch);
}

static void a_file_for_a_task_that_reads_none_is_refused(void **state)
{
    const struct task_options options = { .name = "sort", .file = "x.txt" };
    struct task task = { .length = 77 };
    struct error error;

    (void)state;
    assert_int_equal(task_open(&task, &options, &error), STATUS_USAGE);
    assert_string_equal(error.message, "task sort: reads no file, and was given \"x.txt\"");
    assert_int_equal(task.length, 77);
}

static void a_task_is_found_by_name_with_its_default_length(void **state)
{
    int count;
    const struct task_kind *const *kinds = task_kinds(&count);

    (void)state;
    assert_true(count >= 3);
    for (int i = 0; i < count; i++) {
        struct task task;

        if (kinds[i]->file_is != NULL) /* what these read is another program's business */
            continue;
        task = any_task(kinds[i]->name);
        assert_ptr_equal(task.kind, kinds[i]);
        assert_int_equal(task.length, kinds[i]->default_length);
        assert_in_range(task.length, kinds[i]->shortest, kinds[i]->longest);
        assert_true(task.shape.steps > 0 && task.shape.inputs > 0 && task.shape.outputs > 0);
        assert_true(task_baseline(&task) > 0);
        assert_true(strlen(kinds[i]->title) > 0 && strlen(kinds[i]->about) > 0);
    }
}

/* The shortest and the longest that are allowed can be made. */
static void lengths_at_both_ends_of_the_range_work(void **state)
{
    const struct task usual = any_task(*state);
    const int lengths[2] = { usual.kind->shortest, usual.kind->longest };

    for (int i = 0; i < 2; i++) {
        struct task task;
        struct batch batch;

        assert_int_equal(task_find(&task, usual.kind->name, lengths[i], NULL), STATUS_OK);
        batch = any_batch(&task, 2);
        task_fill(&task, 1, RANDOM_TRAIN, 0, 0, &batch);
        task_fill(&task, 1, RANDOM_TEST, 0, 0, &batch);
        batch_free(&batch);
    }
}

/* Every default is one that is allowed when it is written out. */
static void the_choices_of_a_task_are_those_it_takes(void **state)
{
    int count;
    const struct task_kind *const *kinds = task_kinds(&count);

    (void)state;
    for (int i = 0; i < count; i++)
        for (int j = 0; j < TASK_CHOICES_MAX; j++) {
            const struct task_choice *choice = &kinds[i]->choices[j];

            if (choice->option == OPTION_NONE)
                break;
            assert_true(strlen(task_option_name(choice->option)) > 0);
            assert_true(strlen(choice->is) > 0);
            if (choice->option == OPTION_SCORED)
                assert_in_range(choice->usual, SCORED_EVERY, SCORED_ANSWER);
            else if (choice->usual != 0)
                assert_in_range(choice->usual, choice->least, choice->most);
            assert_true(choice->option == OPTION_SCORED || choice->least <= choice->most);
        }
}

static void a_choice_left_open_becomes_its_default(void **state)
{
    const struct task_options options = { .name = "even-pairs" };
    struct task task;

    (void)state;
    assert_int_equal(task_open(&task, &options, NULL), STATUS_OK);
    assert_int_equal(task.options.length, 20);
    assert_int_equal(task.options.shortest, 2);
    assert_int_equal(task.options.scored, SCORED_EVERY);
    task_close(&task);
}

struct refused {
    const char *name;
    int length;
    const char *said[6]; /* what the message must contain */
};

static void what_does_not_exist_is_refused(void **state)
{
    const struct refused *row = *state;
    struct error error = { STATUS_OK, "" };
    struct task task = { .length = 77 };

    assert_int_equal(task_find(&task, row->name, row->length, &error), STATUS_USAGE);
    assert_int_equal(error.status, STATUS_USAGE);
    for (int i = 0; row->said[i]; i++)
        if (strstr(error.message, row->said[i]) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", error.message, row->said[i]);
    assert_int_equal(task.length, 77); /* untouched */
    assert_null(task.kind);
}

/* The task that a trained model is tested on: longer, and fit for the same model. */
static void a_longer_task_fits_the_same_models(void **state)
{
    struct task trained = any_task(*state), longer;
    struct error error = { 0 };

    trained.options.test_length = trained.length + 9;
    if (trained.options.test_length > trained.kind->longest)
        trained.options.test_length = trained.kind->longest;
    if (task_open_longer(&longer, &trained, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_int_equal(longer.length, trained.options.test_length);
    assert_true(longer.shape.steps > trained.shape.steps);
    assert_int_equal(longer.shape.inputs, trained.shape.inputs);
    assert_int_equal(longer.shape.outputs, trained.shape.outputs);
    task_close(&longer);
    task_close(&trained);
}

static void a_task_no_longer_than_the_trained_one_is_refused(void **state)
{
    struct task trained = any_task(*state), longer = { .length = 77 };
    struct error error = { 0 };

    for (int length = -1; length <= trained.length; length += trained.length / 2) {
        trained.options.test_length = length;
        assert_int_equal(task_open_longer(&longer, &trained, &error), STATUS_USAGE);
        assert_non_null(strstr(error.message, "is not beyond length"));
    }
    trained.options.test_length = trained.kind->longest + 1;
    assert_int_equal(task_open_longer(&longer, &trained, &error), STATUS_USAGE);
    assert_non_null(strstr(error.message, "is impossible"));
    assert_int_equal(longer.length, 77); /* untouched */
}

/* One by one, in any order, they are what they are together. */
static void a_sequence_can_be_filled_alone(void **state)
{
    const struct task task = any_task(*state);
    struct batch whole = any_batch(&task, B), single = any_batch(&task, B);

    task_fill(&task, 42, RANDOM_SAMPLE, 9, 100, &whole);
    for (int b = B - 1; b >= 0; b--)
        task_fill_one(&task, 42, RANDOM_SAMPLE, 9, 100 + (uint32_t)b, &single, B - 1 - b);
    for (int b = 0; b < B; b++)
        assert_true(same_sequence(&whole, b, &single, B - 1 - b));
    batch_free(&whole);
    batch_free(&single);
}

static void note_held_out(const struct task *task, struct random *random, bool held_out,
                          struct batch *batch, int b)
{
    bool *noted = task->data;

    (void)random;
    (void)batch;
    (void)b;
    *noted = held_out;
}

/* As fresh sequences or as a finite set of them. */
static void only_training_draws_what_is_not_held_out(void **state)
{
    const struct task_kind kind = { .fill = note_held_out };
    bool noted;
    struct task task = any_task("sort");
    struct batch batch = any_batch(&task, 1);

    (void)state;
    task.kind = &kind;
    task.data = &noted;
    for (int purpose = RANDOM_TRAIN; purpose <= RANDOM_VALIDATE; purpose++) {
        const bool trains = purpose == RANDOM_TRAIN || purpose == RANDOM_SAMPLE;

        noted = trains;
        task_fill(&task, 1, (enum random_purpose)purpose, 0, 0, &batch);
        assert_int_equal(noted, !trains);
    }
    batch_free(&batch);
}

/* clang-format off */
#define ROW(sentence, test, task)                                                              \
    { .name = sentence "_of_" task, .test_func = test, .initial_state = (char *)task }
#define OF_EACH(sentence, test)                                                                \
    ROW(sentence, test, "adding"), ROW(sentence, test, "copying"), ROW(sentence, test, "sort"),\
    ROW(sentence, test, "line"), ROW(sentence, test, "parity"), ROW(sentence, test, "cycle"),  \
    ROW(sentence, test, "even-pairs"), ROW(sentence, test, "flip-flop"),                       \
    ROW(sentence, test, "induction"), ROW(sentence, test, "needle"),  \
    ROW(sentence, test, "drive")

/* Of these some sequences are shorter or end with steps that are not scored, or there are few
   of them: what holds for them, too, is in test_every_task.c. */
#define OF_OTHERS(sentence, test)                                                              \
    ROW(sentence, test, "temporal-order"), ROW(sentence, test, "reverse"),                     \
    ROW(sentence, test, "recall"), ROW(sentence, test, "order")

/* One sequence into another. */
#define OF_TRANSLATIONS(sentence, test)                                                        \
    ROW(sentence, test, "dates"), ROW(sentence, test, "translation")
#define REFUSED(label, ...)                                                                    \
    { .name = label "_is_refused", .test_func = what_does_not_exist_is_refused,                \
      .initial_state = &(struct refused){ __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        OF_EACH("a_sequence_is_the_same_in_any_shard", a_sequence_is_the_same_in_any_shard),
        OF_EACH("other_coordinates_give_other_sequences",
                other_coordinates_give_other_sequences),
        OF_EACH("steps_are_scored_where_they_have_a_target",
                steps_are_scored_where_they_have_a_target),
        OF_EACH("lengths_at_both_ends_of_the_range_work",
                lengths_at_both_ends_of_the_range_work),
        OF_EACH("a_longer_task_fits_the_same_models", a_longer_task_fits_the_same_models),
        OF_EACH("a_task_no_longer_than_the_trained_one_is_refused",
                a_task_no_longer_than_the_trained_one_is_refused),
        OF_EACH("a_sequence_can_be_filled_alone", a_sequence_can_be_filled_alone),
        cmocka_unit_test(only_training_draws_what_is_not_held_out),
        OF_OTHERS("lengths_at_both_ends_of_the_range_work",
                  lengths_at_both_ends_of_the_range_work),
        OF_TRANSLATIONS("a_sequence_is_the_same_in_any_shard",
                        a_sequence_is_the_same_in_any_shard),
        OF_TRANSLATIONS("steps_are_scored_where_they_have_a_target",
                        steps_are_scored_where_they_have_a_target),
        OF_TRANSLATIONS("lengths_at_both_ends_of_the_range_work",
                        lengths_at_both_ends_of_the_range_work),
        OF_TRANSLATIONS("a_sequence_can_be_filled_alone", a_sequence_can_be_filled_alone),
        cmocka_unit_test(the_last_scored_step_is_not_always_the_last),
        cmocka_unit_test(answers_are_written_as_their_task_writes_them),
        cmocka_unit_test(a_file_for_a_task_that_reads_none_is_refused),
        cmocka_unit_test(a_task_is_found_by_name_with_its_default_length),
        cmocka_unit_test(the_choices_of_a_task_are_those_it_takes),
        cmocka_unit_test(a_choice_left_open_becomes_its_default),
        REFUSED("an_unknown_task", "sorting", 0,
                { "unknown task \"sorting\"", "adding", "copying", "sort" }),
        REFUSED("a_task_without_a_name", "", 6, { "unknown task \"\"", "adding" }),
        REFUSED("one_pair_to_add", "adding", 1,
                { "adding", "length 1 ", "pairs (value, marker)", "2 to 4096" }),
        REFUSED("a_negative_length", "adding", -5, { "length -5", "2 to 4096" }),
        REFUSED("a_length_past_the_range", "copying", 4097, { "length 4097", "1 to 4096" }),
        REFUSED("three_digits_to_sort", "sort", 3, { "length 3", "digits", "4 to 64" }),
        REFUSED("sixty_five_digits_to_sort", "sort", 65, { "length 65", "4 to 64" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

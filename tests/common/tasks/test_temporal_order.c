/* Tests of common/tasks/temporal_order.c. */
#include "tests/common/tasks/task_fixture.h"

#include <math.h>
#include <string.h>

#include "tests/close.h"

enum { B = 64, ROUNDS = 100 };

struct scale_row {
    int scale, longest;      /* lengths scale..longest */
    int first[2], second[2]; /* where the signals may be */
};

static struct task order_of(int scale)
{
    const struct task_options options = { .name = "temporal-order", .length = scale };

    return task_of(&options);
}

static bool is_signal(const struct task *task, const struct batch *batch, int b, int t,
                      char text[TASK_TEXT_MAX])
{
    task_input_text(task, batch, b, t, text);
    return strcmp(text, "X") == 0 || strcmp(text, "Y") == 0;
}

/* The two signals of sequence b: where and, as text, which. Everything else is E, noise, B. */
static void read_sequence(const struct task *task, const struct batch *batch, int b, int at[2],
                          char signals[3])
{
    const int length = batch_length(batch, b);
    char text[TASK_TEXT_MAX];
    int count = 0;

    for (int t = 0; t < length; t++) {
        if (is_signal(task, batch, b, t, text)) {
            assert_in_range(count, 0, 1);
            at[count] = t;
            signals[count++] = text[0];
        } else if (t == 0) {
            assert_string_equal(text, "E");
        } else if (t == length - 1) {
            assert_string_equal(text, "B");
        } else {
            assert_true(strlen(text) == 1 && strchr("abcd", text[0]) != NULL);
        }
    }
    assert_int_equal(count, 2);
    signals[2] = '\0';
}

/* Lengths, places, signals and classes: what is possible, and all alike. */
static void a_scale_has_its_lengths_and_places(void **state)
{
    const struct scale_row *row = *state;
    const struct task task = order_of(row->scale);
    long lengths[64] = { 0 }, first[64] = { 0 }, second[64] = { 0 }, classes[4] = { 0 };

    assert_int_equal(task.shape.steps, row->longest);
    for (uint64_t index = 0; index < ROUNDS; index++) {
        struct batch batch = filled(&task, B, RANDOM_TRAIN, index);

        for (int b = 0; b < B; b++) {
            const int length = batch_length(&batch, b);
            char signals[3], said[TASK_TEXT_MAX];
            int at[2] = { 0 };

            assert_in_range(length, row->scale, row->longest);
            read_sequence(&task, &batch, b, at, signals);
            task_target_text(&task, &batch, b, length - 1, said);
            assert_string_equal(said, signals);
            assert_in_range(at[0], row->first[0], row->first[1]);
            assert_in_range(at[1], row->second[0], row->second[1]);
            lengths[length - row->scale]++;
            first[at[0] - row->first[0]]++;
            second[at[1] - row->second[0]]++;
            classes[batch.classes[b]]++;
        }
        batch_free(&batch);
    }
    assert_uniform(lengths, row->longest - row->scale + 1);
    assert_uniform(first, row->first[1] - row->first[0] + 1);
    assert_uniform(second, row->second[1] - row->second[0] + 1);
    assert_uniform(classes, 4);
}

static void noise_has_four_letters_alike(void **state)
{
    const struct task task = order_of(50);
    long seen[8] = { 0 };

    (void)state;
    for (uint64_t index = 0; index < 20; index++) {
        struct batch batch = filled(&task, B, RANDOM_TRAIN, index);
        char text[TASK_TEXT_MAX];

        for (int b = 0; b < B; b++)
            for (int t = 1; t < batch_length(&batch, b) - 1; t++)
                if (!is_signal(&task, &batch, b, t, text))
                    seen[text[0] - 'a']++;
        batch_free(&batch);
    }
    assert_uniform(seen, 4);
    assert_close(task_baseline(&task), log(4), 0, 1e-15);
}

/* clang-format off */
#define SCALE(s, ...)                                                                          \
    { .name = "scale_" #s "_has_its_lengths_and_places",                                       \
      .test_func = a_scale_has_its_lengths_and_places,                                         \
      .initial_state = &(struct scale_row){ s, __VA_ARGS__ } }
#define TASK { .name = "temporal-order" }

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCALE(100, 110, { 10, 20 }, { 50, 60 }), /* as published */
        SCALE(50, 55, { 5, 10 }, { 25, 30 }),
        SCALE(30, 33, { 3, 6 }, { 15, 18 }),
        SCALE(25, 28, { 2, 5 }, { 12, 15 }),
        SCALE(10, 11, { 1, 2 }, { 5, 6 }),
        cmocka_unit_test(noise_has_four_letters_alike),
        READS("a_sequence_of_ones_own_is_answered", TASK, "E a X b c d Y a B", NULL, "XY",
              "X Y"),
        READS("signals_may_be_anywhere", TASK, "E Y Y B", NULL, "YY", "Y Y"),
        REFUSES("a_sequence_without_its_end", TASK, "E X Y a",
                { "temporal-order", "word 4 is \"a\"", "B as the last" }),
        REFUSES("a_sequence_without_its_beginning", TASK, "X a Y B",
                { "word 1 is \"X\"", "E as the first" }),
        REFUSES("a_second_beginning", TASK, "E X E Y B", { "word 3 is \"E\"" }),
        REFUSES("an_early_end", TASK, "E X B Y B", { "word 3 is \"B\"" }),
        REFUSES("a_third_signal", TASK, "E X Y X B", { "there are 3 of X and Y", "two" }),
        REFUSES("a_sequence_without_signals", TASK, "E a B", { "there are 0 of X and Y" }),
        REFUSES("unknown_noise", TASK, "E X e Y B", { "word 3 is \"e\"", "a, b, c, d, X, Y" }),
        REFUSES("a_scale_of_nine", { .name = "temporal-order", .length = 9 }, NULL,
                { "length 9", "10 to 3600" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

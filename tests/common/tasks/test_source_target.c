/* Tests of common/tasks/source_target.c. */
#include "tests/test.h"

#include "common/tasks/source_target.h"

enum { SYMBOLS = 9, T = 8, B = 2 };

static struct batch small_batch(void)
{
    struct task task = { .end_symbol = -1 };
    struct batch batch;

    source_target_shape(&task, SYMBOLS, T);
    assert_int_equal(task.end_symbol, SYMBOL_END);
    assert_int_equal(task.metric.kind, METRIC_SEQUENCES);
    assert_int_equal(task.shape.inputs, SYMBOLS);
    assert_int_equal(task.shape.outputs, SYMBOLS);
    assert_int_equal(batch_create(&batch, &task.shape, B, NULL), STATUS_OK);
    for (int i = 0; i < T * B; i++) {
        batch.tokens[i] = 77;
        batch.classes[i] = 77;
    }
    return batch;
}

static void assert_column(const int *array, int b, const int expected[T])
{
    for (int t = 0; t < T; t++)
        assert_int_equal(array[t * B + b], expected[t]);
}

static void a_source_and_its_target_are_written_with_padding_behind(void **state)
{
    static const int source[3] = { 5, 6, 7 }, target[2] = { 8, 2 };
    enum { NOT = TARGET_IGNORED };
    struct batch batch = small_batch();

    (void)state;
    source_target_fill(&batch, 1, source, 3, target, 2);
    assert_column(batch.tokens, 1, (const int[T]){ 5, 6, 7, SYMBOL_SEPARATOR, 8, 2, 0, 0 });
    assert_column(batch.classes, 1,
                  (const int[T]){ NOT, NOT, NOT, 8, 2, SYMBOL_END, NOT, NOT });
    assert_int_equal(batch.lengths[1], 6);
    assert_int_equal(batch.sources[1], 3); /* without the separator */
    for (int t = 0; t < T; t++)
        assert_int_equal(batch.tokens[t * B], 77); /* the other sequence is left alone */
    batch_free(&batch);
}

static void the_longest_fills_all_steps(void **state)
{
    static const int source[4] = { 2, 3, 4, 5 }, target[3] = { 6, 7, 8 };
    struct batch batch = small_batch();

    (void)state;
    source_target_fill(&batch, 0, source, 4, target, 3);
    assert_int_equal(batch.lengths[0], T);
    assert_int_equal(batch.classes[(T - 1) * B], SYMBOL_END);
    assert_int_equal(batch.tokens[(T - 1) * B], 8);
    batch_free(&batch);
}

static void a_source_without_a_target_ends_with_the_separator(void **state)
{
    static const int source[2] = { 3, 4 };
    struct batch batch = small_batch();

    (void)state;
    source_target_fill(&batch, 0, source, 2, NULL, 0);
    assert_column(batch.tokens, 0, (const int[T]){ 3, 4, SYMBOL_SEPARATOR });
    for (int t = 0; t < T; t++)
        assert_int_equal(batch.classes[t * B], TARGET_IGNORED);
    assert_int_equal(batch.lengths[0], 3);
    assert_int_equal(batch.sources[0], 2);
    batch_free(&batch);
}

struct split_row {
    const char *text;
    int end;            /* of the source */
    const char *target; /* NULL: none */
};

static void a_text_is_split_at_a_tab_or_an_arrow(void **state)
{
    const struct split_row *row = *state;
    const char *end = row->text;
    const char *target = source_target_split(row->text, &end);

    if (row->target == NULL)
        assert_null(target);
    else
        assert_string_equal(target, row->target);
    assert_int_equal(end - row->text, row->end);
}

static void end_and_separator_are_signs_and_other_symbols_are_the_tasks(void **state)
{
    char text[TASK_TEXT_MAX] = "";

    (void)state;
    assert_true(source_target_text(SYMBOL_END, text));
    assert_string_equal(text, "\xE2\x88\x8E");
    assert_true(source_target_text(SYMBOL_SEPARATOR, text));
    assert_string_equal(text, "\xE2\x86\x92");
    assert_false(source_target_text(SYMBOLS_RESERVED, text));
}

/* clang-format off */
#define SPLIT(label, ...)                                                                      \
    { .name = "a_text_with_" label "_is_split", .test_func = a_text_is_split_at_a_tab_or_an_arrow, \
      .initial_state = &(struct split_row){ __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_and_its_target_are_written_with_padding_behind),
        cmocka_unit_test(the_longest_fills_all_steps),
        cmocka_unit_test(a_source_without_a_target_ends_with_the_separator),
        SPLIT("neither", "abc", 0, NULL),
        SPLIT("a_tab", "ab\tc", 2, "c"),
        SPLIT("an_arrow", "ab\xE2\x86\x92" "c", 2, "c"),
        SPLIT("both_at_the_tab", "a\xE2\x86\x92" "b\tc", 5, "c"),
        SPLIT("an_arrow_at_its_end", "ab\xE2\x86\x92", 2, ""),
        cmocka_unit_test(end_and_separator_are_signs_and_other_symbols_are_the_tasks),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

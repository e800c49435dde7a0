/* Tests of common/layers/trace.c. */
#include "tests/test.h"

#include <string.h>

#include "common/layers/trace.h"

enum { B = 2, T = 3, UNITS = 2, GAP = 5, COUNT = B * T * UNITS };

/* Time-major rows with a gap: the number at (t, b, k) is 100 t + 10 b + k. */
static void fill_rows(real *rows, real first)
{
    for (int i = 0; i < T * B * GAP; i++)
        rows[i] = -1;
    for (int t = 0; t < T; t++)
        for (int b = 0; b < B; b++)
            for (int k = 0; k < UNITS; k++)
                rows[(t * B + b) * GAP + k] = first + (real)(100 * t + 10 * b + k);
}

static void add_rows(struct trace *trace, const char *quantity, int layer, bool state)
{
    real value[T * B * GAP], gradient[T * B * GAP];

    fill_rows(value, 0);
    fill_rows(gradient, 1000);
    trace_add_rows(trace, quantity, layer, state, TRACE_SIGNED, T, B, UNITS,
                   (struct trace_rows){ value, GAP }, (struct trace_rows){ gradient, GAP });
}

static void rows_are_copied_batch_first(void **state)
{
    (void)state;
    struct trace trace = { 0 };
    const struct trace_entry *entry;

    add_rows(&trace, "hidden", 1, true);
    assert_int_equal(trace.count, 1);
    entry = &trace.entries[0];
    assert_string_equal(entry->name, "layers.1.hidden");
    assert_int_equal(entry->count, COUNT);
    assert_true(entry->has_gradient);
    for (int b = 0; b < B; b++)
        for (int t = 0; t < T; t++)
            for (int k = 0; k < UNITS; k++) {
                const int at = (b * T + t) * UNITS + k;

                assert_int_equal(entry->value[at], 100 * t + 10 * b + k);
                assert_int_equal(entry->gradient[at], 1000 + 100 * t + 10 * b + k);
            }
    trace_free(&trace);
}

static void rows_without_gradient_say_so(void **state)
{
    (void)state;
    struct trace trace = { 0 };
    real value[T * B * GAP];

    fill_rows(value, 0);
    trace_add_rows(&trace, "logits", -1, false, TRACE_SIGNED, T, B, UNITS,
                   (struct trace_rows){ value, GAP }, (struct trace_rows){ NULL, GAP });
    assert_int_equal(trace.count, 1);
    assert_false(trace.entries[0].has_gradient);
    assert_string_equal(trace.entries[0].name, "logits");
    trace_free(&trace);
}

static void entries_are_found_by_quantity_and_layer(void **state)
{
    (void)state;
    struct trace trace = { 0 };

    assert_int_equal(trace_layers(&trace), 0);
    for (int layer = 0; layer < 20; layer++) { /* more than the first capacity */
        add_rows(&trace, "hidden", layer, true);
        add_rows(&trace, "cell", layer, true);
    }
    assert_int_equal(trace_layers(&trace), 20);
    assert_ptr_equal(trace_find(&trace, "cell", 17), &trace.entries[35]);
    assert_null(trace_find(&trace, "cell", 20));
    assert_null(trace_find(&trace, "gate.i", 3));
    assert_false(trace.failed);
    trace_free(&trace);
    assert_int_equal(trace.count, 0);
}

static void an_entry_under_another_name_is_found_by_that(void **state)
{
    (void)state;
    struct trace trace = { 0 };

    add_rows(&trace, "hidden", 1, true);
    add_rows(&trace, "logits", -1, false);
    trace_rename(&trace.entries[0], "hidden.reverse");
    trace_rename(&trace.entries[1], "loss");
    assert_null(trace_find(&trace, "hidden", 1));
    assert_string_equal(trace_find(&trace, "hidden.reverse", 1)->name,
                        "layers.1.hidden.reverse");
    assert_string_equal(trace_find(&trace, "loss", -1)->name, "loss");
    trace_free(&trace);
}

static void only_states_are_kept_when_only_states_are_wanted(void **state)
{
    (void)state;
    struct trace trace = { .states_only = true };

    add_rows(&trace, "hidden", 0, true);
    add_rows(&trace, "gate.i", 0, false);
    assert_int_equal(trace.count, 1);
    assert_non_null(trace_find(&trace, "hidden", 0));
    assert_false(trace.failed);
    trace_free(&trace);
}

static void a_trace_is_filled_again_in_the_same_memory(void **state)
{
    (void)state;
    struct trace trace = { 0 };
    const real *memory;

    add_rows(&trace, "hidden", 0, true);
    memory = trace.entries[0].value;
    trace.failed = true;
    trace_reset(&trace);
    assert_int_equal(trace.count, 0);
    assert_false(trace.failed);
    add_rows(&trace, "cell", 0, true);
    assert_ptr_equal(trace.entries[0].value, memory);
    assert_null(trace_find(&trace, "hidden", 0));
    trace_free(&trace);
}

static void a_copy_is_equal_and_does_not_share_memory(void **state)
{
    (void)state;
    struct trace from = { 0 }, to = { 0 };

    add_rows(&to, "old", 4, false);
    add_rows(&from, "hidden", 0, true);
    add_rows(&from, "gate.i", 0, false);
    trace_copy(&to, &from);
    assert_int_equal(to.count, 2);
    assert_int_equal(trace_layers(&to), 1);
    for (int i = 0; i < 2; i++) {
        const struct trace_entry *a = &from.entries[i], *b = &to.entries[i];

        assert_string_equal(a->name, b->name);
        assert_int_equal(a->state, b->state);
        assert_int_equal(a->count, b->count);
        assert_ptr_not_equal(a->value, b->value);
        assert_memory_equal(a->axes, b->axes, sizeof a->axes);
        assert_memory_equal(a->extent, b->extent, sizeof a->extent);
        assert_memory_equal(a->value, b->value, a->count * sizeof *a->value);
        assert_memory_equal(a->gradient, b->gradient, a->count * sizeof *a->gradient);
    }
    trace_free(&from);
    trace_free(&to);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(rows_are_copied_batch_first),
    cmocka_unit_test(rows_without_gradient_say_so),
    cmocka_unit_test(entries_are_found_by_quantity_and_layer),
    cmocka_unit_test(an_entry_under_another_name_is_found_by_that),
    cmocka_unit_test(only_states_are_kept_when_only_states_are_wanted),
    cmocka_unit_test(a_trace_is_filled_again_in_the_same_memory),
    cmocka_unit_test(a_copy_is_equal_and_does_not_share_memory),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of common/model/batch.c. */
#include "tests/test.h"

#include "common/model/batch.h"
#include "tests/close.h"

enum { SIZE = 5, T = 7 };

/* Every element is zero and can be written; the address sanitizer knows where they end. */
#define assert_room(array, count)                  \
    for (int i = 0; (array) && i < (count); i++) { \
        assert_true((array)[i] == 0);              \
        (array)[i] = 1;                            \
    }

static void a_batch_has_the_arrays_of_its_shape(void **state)
{
    const struct batch_shape *shape = *state;
    const int T_out = output_steps(shape);
    struct batch batch;

    assert_int_equal(batch_create(&batch, shape, SIZE, NULL), STATUS_OK);
    assert_int_equal(batch.extent.batch, SIZE);
    assert_int_equal(batch.extent.steps, T);
    assert_memory_equal(&batch.shape, shape, sizeof *shape);
    assert_int_equal(T_out, shape->readout == READOUT_EVERY ? T : 1);
    assert_int_equal(batch.tokens != NULL, shape->input == INPUT_TOKENS);
    assert_int_equal(batch.features != NULL, shape->input == INPUT_FEATURES);
    assert_int_equal(batch.classes != NULL, shape->target == TARGET_CLASSES);
    assert_int_equal(batch.values != NULL, shape->target == TARGET_VALUES);
    assert_room(batch.tokens, T * SIZE);
    assert_room(batch.features, T * SIZE * shape->inputs);
    assert_room(batch.classes, T_out * SIZE);
    assert_room(batch.values, T_out * SIZE * shape->outputs);
    batch_free(&batch);
    assert_null(batch.tokens);
    assert_null(batch.features);
    batch_free(&batch);
}

/* Fill every element with 1, cut sequence 2 to 3 steps, and look what is left of it. */
static void what_is_behind_the_length_is_padding(void **state)
{
    const struct batch_shape *shape = *state;
    const bool every = shape->readout == READOUT_EVERY;
    const int T_out = output_steps(shape), I = shape->inputs, V = shape->outputs;
    struct batch batch;

    assert_int_equal(batch_create(&batch, shape, SIZE, NULL), STATUS_OK);
    assert_room(batch.tokens, T * SIZE);
    assert_room(batch.features, T * SIZE * I);
    assert_room(batch.classes, T_out * SIZE);
    assert_room(batch.values, T_out * SIZE * V);
    batch_set_length(&batch, 2, 3);
    for (int b = 0; b < SIZE; b++)
        assert_int_equal(batch_length(&batch, b), b == 2 ? 3 : T);
    for (int row = 0; row < T * SIZE; row++) {
        const bool padding = row % SIZE == 2 && row / SIZE >= 3;

        if (batch.tokens != NULL)
            assert_int_equal(batch.tokens[row], padding ? 0 : 1);
        for (int k = 0; batch.features != NULL && k < I; k++)
            assert_true(batch.features[row * I + k] == (padding ? 0 : 1));
        if (row >= T_out * SIZE)
            continue;
        if (batch.classes != NULL)
            assert_int_equal(batch.classes[row], padding && every ? TARGET_IGNORED : 1);
        for (int k = 0; batch.values != NULL && k < V; k++)
            assert_true(batch.values[row * V + k] == (padding && every ? 0 : 1));
    }
    batch_free(&batch);
}

static struct batch batch_of_lengths(int steps, int count, const int *lengths)
{
    const struct batch_shape shape = { .steps = steps, .inputs = 2, .outputs = 2 };
    struct batch batch;

    assert_int_equal(batch_create(&batch, &shape, count, NULL), STATUS_OK);
    for (int b = 0; b < count; b++)
        batch.lengths[b] = lengths[b];
    return batch;
}

static void lengths_3_5_and_9_waste_ten_of_27_cells(void **state)
{
    struct batch batch = batch_of_lengths(9, 3, (const int[]){ 3, 5, 9 });

    (void)state;
    assert_close(batch_padding_share(&batch), 10.0 / 27, 0, 1e-15);
    batch_free(&batch);
}

/* Sequences that the memory has room for but the batch does not hold are not counted. */
static void sequences_of_full_length_waste_nothing(void **state)
{
    struct batch batch = batch_of_lengths(4, 3, (const int[]){ 4, 4, 1 });

    (void)state;
    assert_close(batch_padding_share(&batch), 3.0 / 12, 0, 1e-15);
    batch.extent.batch = 2;
    assert_close(batch_padding_share(&batch), 0, 0, 0);
    batch_free(&batch);
}

/* clang-format off */
#define PADDED(label, ...)                                                                     \
    { .name = "behind_the_length_of_" label "_is_padding",                                     \
      .test_func = what_is_behind_the_length_is_padding,                                       \
      .initial_state = &(struct batch_shape){ __VA_ARGS__ } }
#define SHAPE(label, ...)                                                                      \
    { .name = "a_batch_of_" label "_has_the_arrays_of_its_shape",                              \
      .test_func = a_batch_has_the_arrays_of_its_shape,                                        \
      .initial_state = &(struct batch_shape){ __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHAPE("tokens_and_classes", T, INPUT_TOKENS, 3, TARGET_CLASSES, 4, READOUT_EVERY),
        SHAPE("tokens_and_one_class", T, INPUT_TOKENS, 3, TARGET_CLASSES, 4, READOUT_LAST),
        SHAPE("features_and_values", T, INPUT_FEATURES, 3, TARGET_VALUES, 4, READOUT_EVERY),
        SHAPE("features_and_one_value", T, INPUT_FEATURES, 3, TARGET_VALUES, 1, READOUT_LAST),
        PADDED("tokens_and_classes", T, INPUT_TOKENS, 3, TARGET_CLASSES, 4, READOUT_EVERY),
        PADDED("tokens_and_one_class", T, INPUT_TOKENS, 3, TARGET_CLASSES, 4, READOUT_LAST),
        PADDED("features_and_values", T, INPUT_FEATURES, 3, TARGET_VALUES, 4, READOUT_EVERY),
        PADDED("features_and_one_value", T, INPUT_FEATURES, 3, TARGET_VALUES, 1, READOUT_MEAN),
        cmocka_unit_test(lengths_3_5_and_9_waste_ten_of_27_cells),
        cmocka_unit_test(sequences_of_full_length_waste_nothing),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of common/model/loss.c. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "common/model/loss.h"
#include "common/model/metric.h"
#include "tests/close.h"

enum { MOST_CLASSES = 5 };

/* One row of logits; the loss and its gradient worked out by hand. */
struct classes_row {
    int V, class;
    real z[MOST_CLASSES];
    double loss;
    double dz[MOST_CLASSES];
};

static struct batch batch_of_classes(int T, int B, int V, int *classes)
{
    return (struct batch){ .shape = { .steps = T,
                                      .target = TARGET_CLASSES,
                                      .outputs = V,
                                      .readout = READOUT_EVERY },
                           .extent = { .batch = B, .steps = T },
                           .classes = classes };
}

static void cross_entropy_is_what_one_computes_by_hand(void **state)
{
    const struct classes_row *row = *state;
    int class = row->class;
    const struct batch batch = batch_of_classes(1, 1, row->V, &class);
    real dz[MOST_CLASSES];
    const struct loss loss = loss_evaluate(&batch, row->z, dz);

    assert_int_equal(loss.elements, 1);
    assert_close(loss.sum, row->loss, 1e-7, 3e-7);
    for (int v = 0; v < row->V; v++)
        assert_close((double)dz[v], row->dz[v], 1e-7, 3e-7);
    assert_close(loss_evaluate(&batch, row->z, NULL).sum, loss.sum, 0, 0);
}

/* 2 steps, 3 sequences, 4 classes; rows 1, 3 and 4 are not scored. */
static int some_ignored[6] = { 2, TARGET_IGNORED, 0, TARGET_IGNORED, TARGET_IGNORED, 3 };
static const real outputs[24] = { 0.5F,  -1, 2,     0.25F, 9,  -9,   3, 1,  -2, 0.125F, 1, 4,
                                  -3.5F, 2,  0.75F, 0,     -8, 0.5F, 1, 20, 1,  1,      1, 1 };

/* The softmax of row `row` in double. */
static void softmax_of(int row, double p[4])
{
    double sum = 0;

    for (int v = 0; v < 4; v++)
        sum += exp((double)outputs[row * 4 + v]);
    for (int v = 0; v < 4; v++)
        p[v] = exp((double)outputs[row * 4 + v]) / sum;
}

static void ignored_targets_count_nothing_and_get_no_gradient(void **state)
{
    const struct batch batch = batch_of_classes(2, 3, 4, some_ignored);
    real d[24];
    double expected = 0;
    struct loss loss;

    (void)state;
    for (int k = 0; k < 24; k++)
        d[k] = (real)NAN;
    loss = loss_evaluate(&batch, outputs, d);
    for (int row = 0; row < 6; row++) {
        double p[4];

        softmax_of(row, p);
        if (some_ignored[row] != TARGET_IGNORED)
            expected -= log(p[some_ignored[row]]);
        for (int v = 0; v < 4; v++)
            if (some_ignored[row] == TARGET_IGNORED)
                assert_true(d[row * 4 + v] == 0);
            else
                assert_close((double)d[row * 4 + v], p[v] - (v == some_ignored[row]), 1e-7,
                             1e-6);
    }
    assert_int_equal(loss.elements, 3);
    assert_close(loss.sum, expected, 0, 1e-6);
}

static void a_batch_without_targets_has_no_loss(void **state)
{
    int none[6];
    const struct batch batch = batch_of_classes(2, 3, 4, none);
    real d[24];
    struct loss loss;

    (void)state;
    for (int row = 0; row < 6; row++)
        none[row] = TARGET_IGNORED;
    loss = loss_evaluate(&batch, outputs, d);
    assert_true(loss.sum == 0 && loss.elements == 0);
    for (int k = 0; k < 24; k++)
        assert_true(d[k] == 0);
}

static void a_row_counts_for_an_element_where_it_is_scored(void **state)
{
    const struct batch batch = batch_of_classes(2, 3, 4, some_ignored);

    (void)state;
    for (int row = 0; row < 6; row++)
        assert_int_equal(loss_elements(&batch, row), some_ignored[row] != TARGET_IGNORED);
}

/* 2 sequences, 3 numbers each, one output at the end. */
static void squared_error_is_what_one_computes_by_hand(void **state)
{
    real values[6] = { 1, 0, -2, 0.5F, 4, 0 };
    const real y[6] = { 1, 0.5F, 1, -0.5F, 3, 0.25F };
    static const double d_expected[6] = { 0, 1, 6, -2, -2, 0.5 };
    const struct batch batch = {
        .shape = { .steps = 7, .target = TARGET_VALUES, .outputs = 3, .readout = READOUT_LAST },
        .extent = { .batch = 2, .steps = 7 },
        .values = values
    };
    real d[6];
    const struct loss loss = loss_evaluate(&batch, y, d);

    (void)state;
    assert_int_equal(loss.elements, 6);
    assert_int_equal(loss_elements(&batch, 1), 3);
    assert_close(loss.sum, 11.3125, 0, 0);
    for (int k = 0; k < 6; k++)
        assert_close((double)d[k], d_expected[k], 0, 0);
}

/*
 * Steps from lengths[b] on, whatever their targets hold: 4 steps, sequences of 4, 1 and 2. What
 * is left must be what a batch without the padding has.
 */
enum { PT = 4, PB = 3, PV = 3 };
static const int padded_lengths[PB] = { PT, 1, 2 };

static void padded_outputs(real z[PT * PB * PV])
{
    for (int k = 0; k < PT * PB * PV; k++)
        z[k] = (real)(k * k % 11) / 4 - 1;
}

static bool is_padding(int row)
{
    return row / PB >= padded_lengths[row % PB];
}

static void classes_in_the_padding_count_for_nothing(void **state)
{
    int lengths[PB], classes[PT * PB], scored[PT * PB];
    real z[PT * PB * PV], dz[PT * PB * PV], expected[PT * PB * PV];
    struct batch padded = batch_of_classes(PT, PB, PV, classes);
    const struct batch whole = batch_of_classes(PT, PB, PV, scored);
    const struct metric metric = { .kind = METRIC_TOKENS };
    struct loss loss, same;
    struct score score;
    long elements = 0;

    (void)state;
    padded_outputs(z);
    memcpy(lengths, padded_lengths, sizeof lengths);
    padded.lengths = lengths;
    for (int row = 0; row < PT * PB; row++) {
        scored[row] = is_padding(row) || row == 3 ? TARGET_IGNORED : row % PV;
        classes[row] = is_padding(row) ? 999 - row : scored[row];
        elements += loss_elements(&padded, row);
        assert_int_equal(loss_elements(&padded, row), loss_elements(&whole, row));
    }
    loss = loss_evaluate(&padded, z, dz);
    same = loss_evaluate(&whole, z, expected);
    score = metric_evaluate(&metric, &padded, z);
    assert_int_equal(loss.elements, 6);
    assert_int_equal(elements, 6);
    assert_int_equal(score.counted, 6); /* loss and metric mean the same steps */
    assert_close(loss.sum, same.sum, 0, 0);
    assert_memory_equal(dz, expected, sizeof dz);
    for (int k = 0; k < PT * PB * PV; k++)
        if (is_padding(k / PV) || k / PV == 3)
            assert_true(dz[k] == 0);
}

static void values_in_the_padding_count_for_nothing(void **state)
{
    int lengths[PB];
    real y[PT * PB * PV], values[PT * PB * PV], dy[PT * PB * PV];
    const struct batch batch = { .shape = { .steps = PT,
                                            .target = TARGET_VALUES,
                                            .outputs = PV,
                                            .readout = READOUT_EVERY },
                                 .extent = { .batch = PB, .steps = PT },
                                 .lengths = lengths,
                                 .values = values };
    const struct metric metric = { .kind = METRIC_WITHIN, .tolerance = 1 };
    struct loss loss;
    double sum = 0;

    (void)state;
    padded_outputs(y);
    memcpy(lengths, padded_lengths, sizeof lengths);
    for (int k = 0; k < PT * PB * PV; k++) {
        values[k] = is_padding(k / PV) ? (real)NAN : y[k] + (real)0.5;
        sum += is_padding(k / PV) ? 0 : 0.25;
    }
    loss = loss_evaluate(&batch, y, dy);
    assert_int_equal(loss.elements, 7 * PV);
    assert_close(loss.sum, sum, 0, 1e-12);
    assert_int_equal(metric_evaluate(&metric, &batch, y).counted, 7);
    assert_int_equal(metric_evaluate(&metric, &batch, y).right, 7);
    for (int k = 0; k < PT * PB * PV; k++)
        assert_true(dy[k] == (is_padding(k / PV) ? 0 : -1));
}

/*
 * One output for each sequence is that of its last real step: it counts, however short it is.
 */
static void one_output_for_a_sequence_is_never_padding(void **state)
{
    int lengths[2] = { 1, 3 }, classes[2] = { 0, 1 };
    const real z[4] = { 1, 0, 0, 2 };
    struct batch batch = batch_of_classes(3, 2, 2, classes);
    const struct metric metric = { .kind = METRIC_TOKENS };

    (void)state;
    batch.lengths = lengths;
    batch.shape.readout = READOUT_LAST;
    assert_int_equal(loss_evaluate(&batch, z, NULL).elements, 2);
    assert_int_equal(metric_evaluate(&metric, &batch, z).counted, 2);
    assert_int_equal(metric_evaluate(&metric, &batch, z).right, 2);
}

/* clang-format off */
#define BY_HAND(label, ...)                                                                    \
    { .name = "cross_entropy_of_" label "_is_what_one_computes_by_hand",                       \
      .test_func = cross_entropy_is_what_one_computes_by_hand,                                 \
      .initial_state = &(struct classes_row){ __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        BY_HAND("equal_logits", 4, 2, { 3, 3, 3, 3 }, 1.3862943611198906,
                { 0.25, 0.25, -0.75, 0.25 }),
        BY_HAND("two_classes", 2, 0, { 1, 0 }, 0.31326168751822286,
                { -0.2689414213699951, 0.2689414213699951 }),
        BY_HAND("logarithms", 3, 1, { 0, 0.6931471806F, 1.609437912F }, 1.3862943611198906,
                { 0.125, -0.75, 0.625 }),
        BY_HAND("one_class", 1, 0, { -17 }, 0, { 0 }),
        BY_HAND("large_logits_that_are_right", 3, 0, { 1e30F, -1e30F, 0 }, 0, { 0, 0, 0 }),
        BY_HAND("large_logits_that_are_wrong", 3, 1, { 1000, 0, -1000 }, 1000, { 1, -1, 0 }),
        BY_HAND("large_equal_logits", 2, 1, { 3e38F, 3e38F }, 0.69314718055994531,
                { 0.5, -0.5 }),
        BY_HAND("very_negative_logits", 3, 2, { -1e5F, -1e5F, -1e5F }, 1.0986122886681098,
                { 1 / 3.0, 1 / 3.0, -2 / 3.0 }),
        cmocka_unit_test(ignored_targets_count_nothing_and_get_no_gradient),
        cmocka_unit_test(a_batch_without_targets_has_no_loss),
        cmocka_unit_test(a_row_counts_for_an_element_where_it_is_scored),
        cmocka_unit_test(squared_error_is_what_one_computes_by_hand),
        cmocka_unit_test(classes_in_the_padding_count_for_nothing),
        cmocka_unit_test(values_in_the_padding_count_for_nothing),
        cmocka_unit_test(one_output_for_a_sequence_is_never_padding),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

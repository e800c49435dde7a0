/* Tests of common/model/metric.c. */
#include "tests/test.h"

#include <math.h>

#include "common/model/metric.h"

enum { T = 3, B = 2, V = 3 };

/* The largest logit of each row, in the order (t, b): 1 0 2 2 0 1. */
static const real logits[T * B * V] = {
    -1, 5,  2,           /* t = 0, b = 0 */
    3,  1,  2,           /*        b = 1 */
    0,  1,  2,           /* t = 1, b = 0 */
    -3, -2, -1, 7, 7, 6, /* t = 2, b = 0: the first of two */
    0,  9,  8,
};

struct metric_row {
    struct metric metric;
    int classes[T * B];
    struct score score;
};

static void answers_are_counted(void **state)
{
    const struct metric_row *row = *state;
    int classes[T * B];
    const struct batch batch = { .shape = { .steps = T,
                                            .target = TARGET_CLASSES,
                                            .outputs = V,
                                            .readout = READOUT_EVERY },
                                 .extent = { .batch = B, .steps = T },
                                 .classes = classes };
    struct score score;

    for (int i = 0; i < T * B; i++)
        classes[i] = row->classes[i];
    score = metric_evaluate(&row->metric, &batch, logits);
    assert_int_equal(score.right, row->score.right);
    assert_int_equal(score.counted, row->score.counted);
}

static void a_value_is_right_within_the_tolerance(void **state)
{
    static real values[10] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
    static const real y[10] = {
        1, 1.25F, 0.75F, 1.2500001F, 0.7F, 1, 1, (real)NAN, INFINITY, 1
    };
    const struct metric metric = { .kind = METRIC_WITHIN, .tolerance = 0.25 };
    struct batch batch = {
        .shape = { .steps = 9, .target = TARGET_VALUES, .outputs = 1, .readout = READOUT_LAST },
        .extent = { .batch = 10, .steps = 9 },
        .values = values
    };
    struct score score = metric_evaluate(&metric, &batch, y);

    (void)state;
    assert_int_equal(score.right, 6);
    assert_int_equal(score.counted, 10);

    batch.shape.outputs = 2; /* two numbers for each of five sequences: both must be right */
    batch.extent.batch = 5;
    score = metric_evaluate(&metric, &batch, y);
    assert_int_equal(score.right, 1 /* 1 1.25 */);
    assert_int_equal(score.counted, 5);
}

/* A logit that is no number makes every answer wrong. */
static void nothing_is_right_beside_what_is_not_a_number(void **state)
{
    static int classes[] = { 2, 2, 2, 0 };
    static const real z[] = { 0, 1, 2, (real)NAN, 1, 2, 0, 1, (real)NAN, (real)NAN, 1, 2 };
    const struct metric metric = { .kind = METRIC_TOKENS };
    const struct batch batch = { .shape = { .steps = 1,
                                            .target = TARGET_CLASSES,
                                            .outputs = 3,
                                            .readout = READOUT_LAST },
                                 .extent = { .batch = 4, .steps = 1 },
                                 .classes = classes };
    const struct score score = metric_evaluate(&metric, &batch, z);

    (void)state;
    assert_int_equal(score.right, 1);
    assert_int_equal(score.counted, 4);
}

static void the_largest_logit_is_the_first_of_several(void **state)
{
    static const real z[] = { -5, 3, 3, 2 };

    (void)state;
    assert_int_equal(largest_logit(z, 4), 1);
    assert_int_equal(largest_logit(z, 1), 0);
}

/* clang-format off */
#define COUNTS(label, ...)                                                                     \
    { .name = label, .test_func = answers_are_counted,                                         \
      .initial_state = &(struct metric_row){ __VA_ARGS__ } }
#define X TARGET_IGNORED

int main(void)
{
    const struct CMUnitTest tests[] = {
        COUNTS("all_right_tokens_count", { .kind = METRIC_TOKENS },
               { 1, 0, 2, 2, 0, 1 }, { 6, 6 }),
        COUNTS("no_right_token_counts", { .kind = METRIC_TOKENS },
               { 0, 1, 1, 0, 2, 0 }, { 0, 6 }),
        COUNTS("ignored_tokens_are_not_counted", { .kind = METRIC_TOKENS },
               { X, 0, X, 1, 0, X }, { 2, 3 }),
        COUNTS("tokens_count_from_a_step", { .kind = METRIC_TOKENS, .from_step = 2 },
               { 1, 0, 2, 2, 1, 1 }, { 1, 2 }),
        COUNTS("a_sequence_is_right_when_all_of_it_is", { .kind = METRIC_SEQUENCES },
               { 1, 0, 2, 2, 0, 0 }, { 1, 2 }),
        COUNTS("ignored_tokens_do_not_spoil_a_sequence", { .kind = METRIC_SEQUENCES },
               { X, 0, X, X, 0, 1 }, { 2, 2 }),
        COUNTS("sequences_count_from_a_step", { .kind = METRIC_SEQUENCES, .from_step = 1 },
               { 0, 1, 2, 2, 0, 0 }, { 1, 2 }),
        cmocka_unit_test(a_value_is_right_within_the_tolerance),
        cmocka_unit_test(nothing_is_right_beside_what_is_not_a_number),
        cmocka_unit_test(the_largest_logit_is_the_first_of_several),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

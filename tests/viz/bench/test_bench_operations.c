/*
 * Tests of viz/bench/bench_operations.c: the closed form against a count of what a training
 * step asks the products for. The test is linked so that those calls come here first.
 */
#include "tests/test.h"

#include "common/numeric/product.h"
#include "viz/bench/bench_operations.h"
#include "viz/bench/bench_training.h"

static double counted;

void __wrap_product(real *c, ptrdiff_t ldc, struct strided a, struct strided b, int M, int N,
                    int K, enum product_mode mode);
void __real_product(real *c, ptrdiff_t ldc, struct strided a, struct strided b, int M, int N,
                    int K, enum product_mode mode);
void __wrap_product_packed(real *c, ptrdiff_t ldc, struct strided a, const real *packed, int M,
                           int N, int K, enum product_mode mode);
void __real_product_packed(real *c, ptrdiff_t ldc, struct strided a, const real *packed, int M,
                           int N, int K, enum product_mode mode);

void __wrap_product_packed_from(real *c, ptrdiff_t ldc, struct product_start start,
                                struct strided a, const real *packed, int M, int N, int K);
void __real_product_packed_from(real *c, ptrdiff_t ldc, struct product_start start,
                                struct strided a, const real *packed, int M, int N, int K);

void __wrap_product(real *c, ptrdiff_t ldc, struct strided a, struct strided b, int M, int N,
                    int K, enum product_mode mode)
{
    counted += 2.0 * M * N * K;
    __real_product(c, ldc, a, b, M, N, K, mode);
}

void __wrap_product_packed(real *c, ptrdiff_t ldc, struct strided a, const real *packed, int M,
                           int N, int K, enum product_mode mode)
{
    counted += 2.0 * M * N * K;
    __real_product_packed(c, ldc, a, packed, M, N, K, mode);
}

void __wrap_product_packed_from(real *c, ptrdiff_t ldc, struct product_start start,
                                struct strided a, const real *packed, int M, int N, int K)
{
    counted += 2.0 * M * N * K;
    __real_product_packed_from(c, ldc, start, a, packed, M, N, K);
}

/* On one thread, so that the count needs no lock: the work does not depend on their number. */
static void a_step_does_what_is_said(void **state)
{
    const struct bench_shape *shape = *state;
    struct bench_training training;
    struct report report;
    double said;

    assert_int_equal(bench_training_create(&training, shape, 1, NULL), STATUS_OK);
    said = bench_executed_flops(shape, &training.trainer.shards);
    for (int step = 0; step < 2; step++) {
        counted = 0;
        assert_int_equal(trainer_step(&training.trainer, &report, NULL), STATUS_OK);
        assert_true(counted > 0);
        assert_true(counted == said);
    }
    bench_training_free(&training);
}

static void recurrent_layers_save_work(void **state)
{
    struct bench_shape shape;
    struct bench_training training;

    (void)state;
    assert_int_equal(bench_shape_find(&shape, "lstm-1-64-100-32", NULL), STATUS_OK);
    assert_int_equal(bench_training_create(&training, &shape, 1, NULL), STATUS_OK);
    assert_true(bench_executed_flops(&shape, &training.trainer.shards) <
                0.6 * bench_shape_flops(&shape)); /* V products of the input, not T B */
    bench_training_free(&training);
}

/* clang-format off */
#define SHAPE(sentence, ...)                                                                   \
    { .name = "the_step_of_" sentence "_does_what_is_said",                                    \
      .test_func = a_step_does_what_is_said,                                                   \
      .initial_state = &(struct bench_shape){ __VA_ARGS__ } }
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHAPE("an_elman", .model = "elman", .gates = 1, .layers = 1, .width = 32, .steps = 20,
              .batch = 16),
        SHAPE("two_layers_of_gru", .model = "gru", .gates = 3, .layers = 2, .width = 16,
              .steps = 12, .batch = 16),
        SHAPE("an_lstm_whose_last_shard_is_small", .model = "lstm", .gates = 4, .layers = 1,
              .width = 24, .steps = 9, .batch = 13),
        SHAPE("an_lstm_of_fewer_rows_than_symbols", .model = "lstm", .gates = 4, .layers = 2,
              .width = 8, .steps = 3, .batch = 3),
        SHAPE("an_lstm_of_few_more_rows_than_symbols", .model = "lstm", .gates = 4, .layers = 1,
              .width = 8, .steps = 3, .batch = 8),
        SHAPE("an_lstm_of_one_step", .model = "lstm", .gates = 4, .layers = 1, .width = 8,
              .steps = 1, .batch = 64),
        SHAPE("a_long_gru", .model = "gru", .gates = 3, .layers = 1, .width = 8, .steps = 700,
              .batch = 5),
        SHAPE("a_transformer", .model = "transformer", .layers = 1, .width = 32, .heads = 2,
              .steps = 20, .batch = 16),
        SHAPE("a_transformer_of_odd_sizes", .model = "transformer", .layers = 2, .width = 21,
              .heads = 3, .steps = 77, .batch = 5),
        SHAPE("a_transformer_with_a_window", .model = "transformer", .layers = 1, .width = 16,
              .heads = 2, .steps = 90, .batch = 3, .window = 16),
        cmocka_unit_test(recurrent_layers_save_work),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

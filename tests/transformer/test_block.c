/*
 * Tests of a Transformer's layers: what every layer owes, PyTorch's forms, and attention's
 * rows.
 */
#include "tests/test.h"

#include <math.h>

#include "tests/close.h"
#include "tests/layer_properties.h"
#include "transformer/attention.h"
#include "tests/transformer/causal_block.h"
#include "transformer/feed_forward.h"
#include "transformer/layer_norm.h"
#include "transformer/positions.h"

static struct layer *create_attention(const struct layer_case *sizes)
{
    return attention_create(
        &(struct attention_options){ .width = sizes->in, .heads = sizes->heads });
}

static struct layer *create_block(const struct layer_case *sizes)
{
    return causal_block_create(sizes->in, sizes->heads, 0);
}

static struct layer *create_feed_forward(const struct layer_case *sizes)
{
    return feed_forward_create(sizes->in, ATTENTION_DEFAULT, 1);
}

static struct layer *create_layer_norm(const struct layer_case *sizes)
{
    return layer_norm_create(sizes->in);
}

static struct layer *create_positions(const struct layer_case *sizes)
{
    return positions_create(sizes->in, sizes->rows);
}

static void attention_rows_sum_to_one_and_never_see_the_future(void **state)
{
    const struct layer_case *sizes = *state;
    const int T = sizes->steps;
    struct layer_fixture fx;
    struct trace trace = { 0 };
    const struct trace_entry *entry;

    layer_fixture_create(&fx, sizes);
    fill_normal(fx.x, fx.inputs, 3, 3); /* some rows nearly one-hot */
    layer_fixture_forward(&fx);
    layer_fixture_backward(&fx);
    fx.layer->kind->trace(fx.layer, &fx.pass, &trace);
    entry = trace_find(&trace, "attention", 0);
    assert_non_null(entry);
    assert_int_equal(entry->count, sizes->batch * sizes->heads * T * T);
    for (size_t row = 0; row < entry->count / (size_t)T; row++) {
        const int query = (int)row % T;
        double sum = 0;

        for (int key = 0; key < T; key++) {
            const double p = (double)entry->value[row * (size_t)T + (size_t)key];

            assert_true(p >= 0 && (key <= query || !(p > 0)));
            assert_true(key <= query ||
                        !(fabs((double)entry->gradient[row * (size_t)T + (size_t)key]) > 0));
            sum += p;
        }
        assert_close(sum, 1, 1e-6, 0);
    }
    trace_free(&trace);
    layer_fixture_free(&fx);
}

static void positions_past_the_table_use_its_last_row(void **state)
{
    const struct layer_case *sizes = *state;
    const int width = sizes->in;
    struct layer_fixture fx;

    layer_fixture_create(&fx, sizes);
    layer_fixture_forward(&fx);
    for (int t = 0; t < sizes->steps; t++)
        for (int i = t * sizes->batch * width; i < (t + 1) * sizes->batch * width; i++) {
            const int row = t < sizes->rows ? t : sizes->rows - 1;
            const real expected = fx.x[i] + fx.parameters[row * width + i % width];

            assert_close((double)fx.y[i], (double)expected, 0, 0);
        }
    layer_fixture_free(&fx);
}

#define SIZES .batch = 5, .steps = 7, .in = 15, .out = 15, .heads = 3, .rows = 9

/* More steps than attention's group of queries. */
#define LONG .batch = 3, .steps = 53, .in = 20, .out = 20, .heads = 2, .rows = 60

enum { D = 32, N = 9 };

/* 1 / sqrt 32, 1 / sqrt 128 and, Xavier, sqrt(6 / (32 + 96)) */
#define NARROW 0.17677669529663687
#define FOUR_WIDE 0.088388347648318447
#define XAVIER 0.21650635094610965

static const struct layer_form block_form = {
    .sizes = { create_block, .batch = 1, .steps = N, .in = D, .heads = 2 },
    .tensors = { { "norm1.weight", D, 0, .value = 1 },
                 { "norm1.bias", D, 0, .value = 0 },
                 { "self_attn.in_proj_weight", 3 * D, D, .bound = XAVIER },
                 { "self_attn.in_proj_bias", 3 * D, 0, .value = 0 },
                 { "self_attn.out_proj.weight", D, D, .bound = NARROW },
                 { "self_attn.out_proj.bias", D, 0, .value = 0 },
                 { "norm2.weight", D, 0, .value = 1 },
                 { "norm2.bias", D, 0, .value = 0 },
                 { "linear1.weight", 4 * D, D, .bound = NARROW },
                 { "linear1.bias", 4 * D, 0, .bound = NARROW },
                 { "linear2.weight", D, 4 * D, .bound = FOUR_WIDE },
                 { "linear2.bias", D, 0, .bound = FOUR_WIDE } },
    .parameters = 12 * D * D + 13 * D,
    .flops = 24.0 * N * D * D + 4.0 * D * N * (N + 1) / 2,
};

static const struct layer_form positions_form = {
    .sizes = { create_positions, .batch = 1, .steps = N, .in = D, .rows = 11 },
    .tensors = { { "weight", 11, D, .bound = (double)INFINITY } },
    .parameters = 11 * D,
    .flops = 0,
};

/* clang-format off */
#define ROWS(label, ...)                                                              \
    { .name = "attention_rows_of_" label "_sum_to_one_and_never_see_the_future",      \
      .test_func = attention_rows_sum_to_one_and_never_see_the_future,                \
      .initial_state = &(struct layer_case){ __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    LAYER_PROPERTIES("layer_norm", create_layer_norm, SIZES),
    LAYER_PROPERTIES("positions", create_positions, SIZES),
    LAYER_PROPERTIES("feed_forward", create_feed_forward, SIZES),
    LAYER_PROPERTIES("attention", create_attention, SIZES),
    LAYER_PROPERTIES("attention_over_many_steps", create_attention, LONG),
    LAYER_PROPERTIES("block", create_block, SIZES),
    LAYER_PROPERTIES("block_over_many_steps", create_block, LONG),
    ROWS("one_step", create_attention, .batch = 2, .steps = 1, .in = 4, .heads = 2),
    ROWS("a_few_steps", create_attention, SIZES),
    ROWS("many_steps", create_attention, LONG),
    ROWS("a_block", create_block, SIZES),
    { .name = "positions_past_the_table_use_its_last_row",
      .test_func = positions_past_the_table_use_its_last_row,
      .initial_state = &(struct layer_case){ create_positions, .batch = 2, .steps = 7, .in = 3,
                                             .rows = 4 } },
    LAYER_FORM("block", block_form),
    LAYER_FORM("positions", positions_form),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

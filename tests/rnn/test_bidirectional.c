/* Tests of rnn/bidirectional.c: two ordinary layers, and padding that nobody notices. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rnn/bidirectional.h"
#include "rnn/elman.h"
#include "rnn/gru.h"
#include "rnn/lstm.h"
#include "tests/close.h"
#include "tests/layer_properties.h"

enum { B = 3, T = 7, D = 5, H = 4 };
static const int lengths[B] = { T, 1, 4 };

static struct recurrent_options options_of(const struct layer_case *sizes)
{
    return (struct recurrent_options){
        .inputs = sizes->in, .hidden = sizes->out, .depth = 1, .learned_state = true
    };
}

/* clang-format off */
#define CREATE(name, cell)                                             \
    static struct layer *name(const struct layer_case *sizes)          \
    {                                                                  \
        const struct recurrent_options options = options_of(sizes);    \
        return bidirectional_create(cell, &options);                   \
    }                                                                  \
    static struct layer *single_##name(const struct layer_case *sizes) \
    {                                                                  \
        const struct recurrent_options options = options_of(sizes);    \
        return cell(&options);                                         \
    }
CREATE(elman, elman_create)
CREATE(lstm, lstm_create)
CREATE(gru, gru_create)
/* clang-format on */

static void copy_rows(real *to, int to_row, const real *from, int from_row, int width)
{
    memcpy(to + to_row * width, from + from_row * width, (size_t)width * sizeof *to);
}

static void assert_rows(const real *actual, int actual_row, const real *expected,
                        int expected_row, int width)
{
    assert_memory_equal(actual + actual_row * width, expected + expected_row * width,
                        (size_t)width * sizeof *actual);
}

/* One sequence of the padded fixture, in a fixture of its own length. */
static void run_alone(struct layer_fixture *one, const struct layer_fixture *all, int b)
{
    for (int t = 0; t < lengths[b]; t++) {
        copy_rows(one->x, t, all->x, t * B + b, D);
        copy_rows(one->dy, t, all->dy, t * B + b, 2 * H);
    }
    layer_fixture_forward(one);
    layer_fixture_backward(one);
}

static void assert_padding_is_zero(const struct layer_fixture *all)
{
    for (int row = 0; row < T * B; row++) {
        if (row / B < lengths[row % B])
            continue;
        for (int k = 0; k < 2 * H; k++)
            assert_close((double)all->y[row * 2 * H + k], 0, 0, 0);
        for (int k = 0; k < D; k++)
            assert_close((double)all->dx[row * D + k], 0, 0, 0);
    }
}

/* x and dy are normal numbers at padding, too: nobody looks at them. */
static void a_padded_sequence_gives_the_bits_that_it_gives_alone(void **state)
{
    struct layer_case sizes = *(const struct layer_case *)*state;
    struct layer_fixture all;
    real *sum;

    layer_fixture_create(&all, &sizes);
    all.pass.lengths = lengths;
    layer_fixture_forward(&all);
    layer_fixture_backward(&all);
    assert_padding_is_zero(&all);
    sum = calloc(all.list.total, sizeof *sum);
    assert_non_null(sum);
    for (int b = 0; b < B; b++) {
        struct layer_fixture one;

        sizes.batch = 1;
        sizes.steps = lengths[b];
        layer_fixture_create(&one, &sizes);
        run_alone(&one, &all, b);
        for (int t = 0; t < lengths[b]; t++) {
            assert_rows(all.y, t * B + b, one.y, t, 2 * H);
            assert_rows(all.dx, t * B + b, one.dx, t, D);
        }
        for (size_t i = 0; i < all.list.total; i++)
            sum[i] += one.gradients[i];
        layer_fixture_free(&one);
    }
    for (size_t i = 0; i < all.list.total; i++)
        assert_close((double)all.gradients[i], (double)sum[i], 1e-5, 1e-5);
    free(sum);
    layer_fixture_free(&all);
}

/* An ordinary layer ------------------------------------------------------------------------ */

struct pair {
    struct layer_case both;
    struct layer *(*single)(const struct layer_case *sizes);
};

/* An ordinary layer with the weights of half d, which meets x in the order of that half. */
static void single_create(struct layer_fixture *one, const struct pair *pair,
                          const struct layer_fixture *all, int d)
{
    struct layer_case sizes = pair->both;
    const int last = T - 1;

    sizes.create = pair->single;
    layer_fixture_create(one, &sizes);
    assert_int_equal(2 * one->list.total, all->list.total);
    memcpy(one->parameters, all->parameters + (size_t)d * one->list.total,
           one->list.total * sizeof(real));
    for (int row = 0; row < T * B; row++) {
        const int met = d == 0 ? row : (last - row / B) * B + row % B;

        copy_rows(one->x, met, all->x, row, D);
        for (int k = 0; k < H; k++)
            one->dy[met * H + k] = all->dy[row * 2 * H + d * H + k];
    }
    layer_fixture_forward(one);
    layer_fixture_backward(one);
}

/* What half d traces is what the ordinary layer traces, in the order of time. */
static void assert_traced(const struct trace *both, struct layer_fixture *one, int d)
{
    struct trace trace = { 0 };

    one->layer->kind->trace(one->layer, &one->pass, &trace);
    assert_int_equal(both->count, 2 * trace.count);
    for (int i = 0; i < trace.count; i++) {
        const struct trace_entry *expected = &trace.entries[i];
        const int units = expected->extent[2];
        const struct trace_entry *entry;
        char name[TRACE_NAME_MAX];

        snprintf(name, sizeof name, "%s%s", expected->quantity, d == 0 ? "" : ".reverse");
        entry = trace_find(both, name, 1);
        assert_non_null(entry);
        assert_int_equal(entry->state, expected->state);
        assert_true(strstr(entry->name, name) != NULL);
        for (int b = 0; b < B; b++)
            for (int t = 0; t < T; t++) {
                const int met = b * T + (d == 0 ? t : T - 1 - t);

                assert_rows(entry->value, b * T + t, expected->value, met, units);
                assert_rows(entry->gradient, b * T + t, expected->gradient, met, units);
            }
    }
    trace_free(&trace);
}

static void each_half_is_the_ordinary_layer_in_its_own_order(void **state)
{
    const struct pair *pair = *state;
    struct layer_fixture all, one;
    struct trace trace = { 0 };
    real *sum;

    layer_fixture_create(&all, &pair->both);
    layer_fixture_forward(&all);
    layer_fixture_backward(&all);
    all.layer->kind->trace(all.layer, &all.pass, &trace);
    sum = calloc(all.inputs, sizeof *sum);
    assert_non_null(sum);
    for (int d = 0; d < 2; d++) {
        single_create(&one, pair, &all, d);
        for (int row = 0; row < T * B; row++) {
            const int met = d == 0 ? row : (T - 1 - row / B) * B + row % B;

            assert_memory_equal(all.y + row * 2 * H + d * H, one.y + met * H, H * sizeof(real));
            for (int k = 0; k < D; k++)
                sum[row * D + k] += one.dx[met * D + k];
        }
        assert_memory_equal(all.gradients + (size_t)d * one.list.total, one.gradients,
                            one.list.total * sizeof(real));
        assert_traced(&trace, &one, d);
        layer_fixture_free(&one);
    }
    assert_memory_equal(all.dx, sum, all.inputs * sizeof(real));
    free(sum);
    trace_free(&trace);
    layer_fixture_free(&all);
}

static void padding_is_zero_in_a_trace(void **state)
{
    struct layer_fixture fx;
    struct trace trace = { 0 };

    layer_fixture_create(&fx, *state);
    fx.pass.lengths = lengths;
    layer_fixture_forward(&fx);
    layer_fixture_backward(&fx);
    fx.layer->kind->trace(fx.layer, &fx.pass, &trace);
    assert_true(trace.count > 0);
    for (int i = 0; i < trace.count; i++)
        for (int b = 0; b < B; b++)
            for (int t = 0; t < T; t++) {
                const real *value = trace.entries[i].value + (b * T + t) * H;

                for (int k = 0; k < H; k++)
                    assert_int_equal(t >= lengths[b], value[k] == 0);
            }
    trace_free(&trace);
    layer_fixture_free(&fx);
}

static void the_last_input_reaches_the_first_output(void **state)
{
    struct layer_fixture fx;
    double squares;

    layer_fixture_create(&fx, *state);
    memset(fx.dy + B * 2 * H, 0, (T - 1) * B * 2 * H * sizeof(real));
    layer_fixture_forward(&fx);
    layer_fixture_backward(&fx);
    squares = sum_of_products(fx.dx + (T - 1) * B * D, fx.dx + (T - 1) * B * D, B * D);
    assert_true(squares > 1e-12);
    layer_fixture_free(&fx);
}

static void it_cannot_generate(void **state)
{
    const struct layer_case *sizes = *state;
    struct layer *layer = sizes->create(sizes);

    assert_non_null(layer);
    assert_null(layer->kind->step);
    assert_null(layer->kind->step_sizes);
    layer_destroy(layer);
}

static struct layer *plain_gru(const struct layer_case *sizes)
{
    return bidirectional_create(
        gru_create, &(struct recurrent_options){ .inputs = sizes->in, .hidden = sizes->out });
}

/* 1 / sqrt 50 */
#define BOUND 0.14142135623730950
static const struct layer_form gru_form = {
    .sizes = { plain_gru, .batch = 1, .steps = 9, .in = 6, .out = 50 },
    .tensors = { { "weight_ih_l0", 150, 6, .bound = BOUND },
                 { "bias_ih_l0", 150, 0, .bound = BOUND },
                 { "weight_hh_l0", 150, 50, .bound = BOUND },
                 { "bias_hh_l0", 150, 0, .bound = BOUND },
                 { "weight_ih_l0_reverse", 150, 6, .bound = BOUND },
                 { "bias_ih_l0_reverse", 150, 0, .bound = BOUND },
                 { "weight_hh_l0_reverse", 150, 50, .bound = BOUND },
                 { "bias_hh_l0_reverse", 150, 0, .bound = BOUND } },
    .parameters = 2 * 150 * (6 + 50 + 2),
    .flops = 2 * 2.0 * 9 * 150 * (6 + 50)
};

/* clang-format off */
#define SIZES .batch = B, .steps = T, .in = D, .out = H
#define ROW(label, test, create)                                                               \
    { .name = label, .test_func = test,                                                        \
      .initial_state = &(struct layer_case){ create, SIZES } }
#define BOTH(cell, create)                                                                     \
    LAYER_PROPERTY(forward_twice_gives_the_same_bits, "bidirectional_" cell, create, SIZES),   \
    LAYER_PROPERTY(backward_overwrites_dx_and_adds_to_the_gradients, "bidirectional_" cell,    \
                   create, SIZES),                                                             \
    LAYER_PROPERTY(parameter_gradients_are_the_same_without_dx, "bidirectional_" cell, create, \
                   SIZES),                                                                     \
    LAYER_PROPERTY(a_batch_gives_the_bits_of_its_sequences, "bidirectional_" cell, create,     \
                   SIZES),                                                                     \
    ROW("a_padded_sequence_of_" cell "_gives_the_bits_that_it_gives_alone",                    \
        a_padded_sequence_gives_the_bits_that_it_gives_alone, create),                         \
    ROW("padding_of_" cell "_is_zero_in_a_trace", padding_is_zero_in_a_trace, create),         \
    ROW("the_last_input_reaches_the_first_output_of_" cell,                                    \
        the_last_input_reaches_the_first_output, create),                                      \
    ROW("bidirectional_" cell "_cannot_generate", it_cannot_generate, create),                 \
    { .name = "each_half_is_" cell "_in_its_own_order",                                        \
      .test_func = each_half_is_the_ordinary_layer_in_its_own_order,                           \
      .initial_state = &(struct pair){ { create, SIZES }, single_##create } }

static const struct CMUnitTest tests[] = {
    BOTH("elman", elman),
    BOTH("lstm", lstm),
    BOTH("gru", gru),
    LAYER_FORM("bidirectional_gru", gru_form),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of transformer/attention.c: every mask with every position code, as shipped. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/close.h"
#include "tests/layer_properties.h"
#include "tests/transformer/attention_cases.h"
#include "tests/transformer/dense_attention.h"

/* Row (t, b) of an array (T, B, E) of a fixture. */
static real *row_of(const struct layer_fixture *fx, real *values, int t, int b)
{
    return values +
           ((size_t)t * (size_t)fx->pass.extent.batch + (size_t)b) * (size_t)fx->layer->in;
}

static void assert_all_close(const real *actual, const real *expected, size_t count,
                             double tolerance)
{
    for (size_t i = 0; i < count; i++)
        assert_close((double)actual[i], (double)expected[i], tolerance, tolerance);
}

static void gives_the_numbers_of_the_dense_definition(void **state)
{
    const struct layer_case *sizes = *state;
    const size_t weights = (size_t)(sizes->batch * sizes->heads * sizes->steps * sizes->steps);
    struct layer_fixture fx;
    struct scalar_block scalar;
    real *y;

    layer_fixture_create(&fx, sizes);
    layer_fixture_forward(&fx);
    y = calloc(fx.outputs, sizeof *y);
    scalar = (struct scalar_block){ .list = &fx.list,
                                    .parameters = fx.parameters,
                                    .prefix = "",
                                    .T = sizes->steps,
                                    .B = sizes->batch,
                                    .E = sizes->in,
                                    .heads = sizes->heads,
                                    .options = sizes->attention,
                                    .lengths = sizes->lengths,
                                    .sources = sizes->sources,
                                    .p = calloc(weights, sizeof(real)),
                                    .nudge = calloc(weights, sizeof(real)) };
    assert_true(y != NULL && scalar.p != NULL && scalar.nudge != NULL);
    scalar_attention(&scalar, y, fx.x);
    assert_all_close(fx.y, y, fx.outputs, 1e-5);
    free(y);
    free(scalar.p);
    free(scalar.nudge);
    layer_fixture_free(&fx);
}

static void assert_row(const struct trace_entry *entry, size_t at, const struct mask *mask,
                       int query, int T)
{
    double sum = 0;

    for (int key = 0; key < T; key++) {
        const double p = (double)entry->value[at + (size_t)key];

        assert_true(p >= 0);
        if (!dense_shows(mask, query, key)) {
            assert_close(p, 0, 0, 0);
            assert_close((double)entry->gradient[at + (size_t)key], 0, 0, 0);
        }
        sum += p;
    }
    assert_close(sum, query < mask->steps ? 1 : 0, 1e-6, 0);
}

static void shows_rows_that_sum_to_one_and_nothing_else(void **state)
{
    const struct layer_case *sizes = *state;
    const int T = sizes->steps;
    struct layer_fixture fx;
    struct trace trace = { 0 };
    const struct trace_entry *entry;
    size_t at = 0;

    layer_fixture_create(&fx, sizes);
    fill_normal(fx.x, fx.inputs, 3, 3); /* some rows nearly one-hot */
    layer_fixture_forward(&fx);
    layer_fixture_backward(&fx);
    fx.layer->kind->trace(fx.layer, &fx.pass, &trace);
    entry = trace_find(&trace, "attention", TRACED_DEPTH);
    assert_non_null(entry);
    assert_int_equal(entry->count, sizes->batch * sizes->heads * T * T);
    for (int b = 0; b < sizes->batch; b++) {
        const struct mask mask =
            dense_mask(sizes->attention, T, sizes->lengths, sizes->sources, b);

        for (int i = 0; i < sizes->heads * T; i++, at += (size_t)T)
            assert_row(entry, at, &mask, i % T, T);
    }
    trace_free(&trace);
    layer_fixture_free(&fx);
}

/* Sequence b of `all` alone, without its padding. */
static void create_alone(struct layer_fixture *alone, struct layer_fixture *all,
                         const struct layer_case *sizes, int b)
{
    struct layer_case single = *sizes;

    single.batch = 1;
    single.steps = sizes->lengths[b];
    single.lengths = NULL;
    single.sources = sizes->sources + b;
    layer_fixture_create(alone, &single);
    for (int t = 0; t < single.steps; t++) {
        const size_t size = (size_t)sizes->in * sizeof(real);

        memcpy(row_of(alone, alone->x, t, 0), row_of(all, all->x, t, b), size);
        memcpy(row_of(alone, alone->dy, t, 0), row_of(all, all->dy, t, b), size);
    }
    layer_fixture_forward(alone);
    layer_fixture_backward(alone);
}

static void of_a_padded_batch_is_that_of_its_sequences_alone(void **state)
{
    const struct layer_case *sizes = *state;
    const size_t E = (size_t)sizes->in;
    struct layer_fixture all, alone;
    real *gradients;

    layer_fixture_create(&all, sizes);
    for (int b = 0; b < sizes->batch; b++) /* no loss is taken at padding */
        for (int t = sizes->lengths[b]; t < sizes->steps; t++)
            memset(row_of(&all, all.dy, t, b), 0, E * sizeof(real));
    layer_fixture_forward(&all);
    layer_fixture_backward(&all);
    gradients = calloc(all.list.total, sizeof *gradients);
    assert_non_null(gradients);
    for (int b = 0; b < sizes->batch; b++) {
        create_alone(&alone, &all, sizes, b);
        for (int t = 0; t < sizes->steps; t++) {
            const bool padding = t >= sizes->lengths[b];
            const real *y = row_of(&all, all.y, t, b), *dx = row_of(&all, all.dx, t, b);

            assert_all_close(y,
                             padding ? all.parameters +
                                           parameter_find(&all.list, "out_proj.bias")->offset
                                     : row_of(&alone, alone.y, t, 0),
                             E, padding ? 0 : 1e-5);
            if (padding)
                assert_close(largest_of(dx, E), 0, 0, 0);
            else
                assert_all_close(dx, row_of(&alone, alone.dx, t, 0), E, 1e-5);
        }
        for (size_t i = 0; i < all.list.total; i++)
            gradients[i] += alone.gradients[i];
        layer_fixture_free(&alone);
    }
    for (int i = 0; i < all.list.count; i++) {
        const struct parameter *p = &all.list.items[i];
        const double scale = largest_of(gradients + p->offset, p->count);

        for (size_t k = p->offset; k < p->offset + p->count; k++)
            assert_close((double)all.gradients[k], (double)gradients[k], 1e-5 * scale, 1e-5);
    }
    free(gradients);
    layer_fixture_free(&all);
}

static real *reals(size_t count)
{
    real *values = malloc((count > 0 ? count : 1) * sizeof *values);

    assert_non_null(values);
    for (size_t i = 0; i < count; i++)
        values[i] = (real)NAN;
    return values;
}

/* The same bits; rope's angles may differ in the last digit. */
static void step_by_step_gives_the_numbers_of_all_at_once(void **state)
{
    const struct layer_case *sizes = *state;
    const size_t row = (size_t)(sizes->batch * sizes->in);
    const int capacity = sizes->steps + 2;
    struct layer_step_sizes need;
    struct layer_step step;
    struct layer_fixture fx;

    layer_fixture_create(&fx, sizes);
    layer_fixture_forward(&fx);
    need = fx.layer->kind->step_sizes(fx.layer, sizes->batch, capacity);
    step = (struct layer_step){ .batch = sizes->batch,
                                .capacity = capacity,
                                .parameters = fx.parameters,
                                .prepared = fx.prepared,
                                .y = reals(row),
                                .state = reals(need.state),
                                .scratch = reals(need.scratch),
                                .sources = sizes->sources };
    for (; step.t < sizes->steps; step.t++) {
        step.x = fx.x + (size_t)step.t * row;
        fx.layer->kind->step(fx.layer, &step);
        assert_all_close(step.y, fx.y + (size_t)step.t * row, row,
                         sizes->attention->position == ATTENTION_ROPE ? 1e-6 : 0);
    }
    free(step.y);
    free(step.state);
    free(step.scratch);
    layer_fixture_free(&fx);
}

static void full_attention_cannot_make_steps(void **state)
{
    (void)state;
    struct layer *layer = attention_create(
        &(struct attention_options){ .width = 4, .heads = 2, .mask = ATTENTION_FULL });

    assert_non_null(layer);
    assert_true(layer->kind->step == NULL && layer->kind->step_sizes == NULL);
    layer_destroy(layer);
}

/*
 * y of a shuffled sequence is the shuffled y, and so is dx: only the mask could tell steps
 * apart.
 */
static void without_positions_does_not_know_the_order(void **state)
{
    const struct layer_case *sizes = *state;
    const int T = sizes->steps, stride = 7; /* T and 7 have no common factor */
    struct layer_fixture plain, shuffled;

    layer_fixture_create(&plain, sizes);
    layer_fixture_create(&shuffled, sizes);
    assert_int_equal(parameters_initialise(&plain.list, plain.parameters, 5), STATUS_OK);
    memcpy(shuffled.parameters, plain.parameters, plain.list.total * sizeof(real));
    for (int t = 0; t < T; t++) {
        const size_t row = (size_t)(sizes->batch * sizes->in);
        const size_t to = (size_t)(t * stride % T) * row, from = (size_t)t * row;

        memcpy(shuffled.x + to, plain.x + from, row * sizeof(real));
        memcpy(shuffled.dy + to, plain.dy + from, row * sizeof(real));
    }
    layer_fixture_forward(&plain);
    layer_fixture_backward(&plain);
    layer_fixture_forward(&shuffled);
    layer_fixture_backward(&shuffled);
    for (int t = 0; t < T; t++) {
        const size_t row = (size_t)(sizes->batch * sizes->in);
        const size_t to = (size_t)(t * stride % T) * row, from = (size_t)t * row;

        assert_all_close(shuffled.y + to, plain.y + from, row, 1e-5);
        assert_all_close(shuffled.dx + to, plain.dx + from, row, 1e-5);
    }
    layer_fixture_free(&plain);
    layer_fixture_free(&shuffled);
}

/*
 * The same blocks again behind five others: each sees nothing but itself, and itself elsewhere.
 */
static void depends_on_distances_only(void **state)
{
    const struct layer_case *sizes = *state;
    const size_t row = (size_t)(sizes->batch * sizes->in);
    const size_t shift = (size_t)(5 * sizes->attention->span) * row;
    struct layer_case longer = *sizes;
    struct layer_fixture here, there;

    longer.steps += 5 * sizes->attention->span;
    layer_fixture_create(&here, sizes);
    layer_fixture_create(&there, &longer);
    memcpy(there.x + shift, here.x, here.inputs * sizeof(real));
    memcpy(there.dy + shift, here.dy, here.outputs * sizeof(real));
    layer_fixture_forward(&here);
    layer_fixture_backward(&here);
    layer_fixture_forward(&there);
    layer_fixture_backward(&there);
    assert_all_close(there.y + shift, here.y, here.outputs, 1e-5);
    assert_all_close(there.dx + shift, here.dx, here.inputs, 1e-5);
    layer_fixture_free(&here);
    layer_fixture_free(&there);
}

/*
 * A position code must say something: with the order of two earlier steps the last output
 * changes.
 */
static void knows_the_order(void **state)
{
    const struct layer_case *sizes = *state;
    const size_t row = (size_t)(sizes->batch * sizes->in);
    struct layer_fixture plain, swapped;

    layer_fixture_create(&plain, sizes);
    layer_fixture_create(&swapped, sizes);
    memcpy(swapped.x, plain.x + row, row * sizeof(real));
    memcpy(swapped.x + row, plain.x, row * sizeof(real));
    layer_fixture_forward(&plain);
    layer_fixture_forward(&swapped);
    for (size_t i = plain.outputs - row; i < plain.outputs; i++)
        swapped.y[i] -= plain.y[i];
    assert_true(largest_of(swapped.y + plain.outputs - row, row) > 1e-3);
    layer_fixture_free(&plain);
    layer_fixture_free(&swapped);
}

enum { STACKED = 3 };

static void a_stack_of_windows_reaches_back_exactly_layers_times_window_minus_one(void **state)
{
    const struct layer_case *sizes = *state;
    const int reach = STACKED * (sizes->attention->span - 1), tau = sizes->steps - 4;
    const size_t row = (size_t)(sizes->batch * sizes->in);
    struct layer_fixture fx[STACKED];

    for (int i = 0; i < STACKED; i++) {
        layer_fixture_create(&fx[i], sizes);
        fill_normal(fx[i].parameters, fx[i].list.total, 100 + i, 0.5);
        if (i > 0)
            memcpy(fx[i].x, fx[i - 1].y, fx[i].inputs * sizeof(real));
        layer_fixture_forward(&fx[i]);
    }
    memset(fx[STACKED - 1].dy, 0, fx[0].outputs * sizeof(real));
    fill_normal(fx[STACKED - 1].dy + (size_t)tau * row, row, 9, 1);
    for (int i = STACKED - 1; i >= 0; i--) {
        if (i < STACKED - 1)
            memcpy(fx[i].dy, fx[i + 1].dx, fx[i].outputs * sizeof(real));
        layer_fixture_backward(&fx[i]);
    }
    assert_true(tau > reach);
    for (int t = 0; t < sizes->steps; t++) {
        const bool inside = tau - reach <= t && t <= tau;

        assert_true((largest_of(fx[0].dx + (size_t)t * row, row) > 0) == inside);
    }
    for (int i = 0; i < STACKED; i++)
        layer_fixture_free(&fx[i]);
}

static void the_work_is_that_of_the_pairs(void **state)
{
    (void)state;
    enum { E = 8, T = 37, SPAN = 5 };

    for (int mask = ATTENTION_CAUSAL; mask <= ATTENTION_TWO_LEVEL; mask++) {
        struct layer *layer = attention_create(&(struct attention_options){
            .width = E, .heads = 2, .mask = (enum attention_mask)mask, .span = SPAN });

        assert_non_null(layer);
        assert_close(layer->kind->flops(layer, T),
                     8.0 * T * E * E +
                         4.0 * (double)mask_pairs((enum attention_mask)mask, SPAN, T) * E,
                     0, 0);
        layer_destroy(layer);
    }
}

static double deviation(const struct layer_fixture *fx, const char *name)
{
    const struct parameter *p = parameter_find(&fx->list, name);

    assert_non_null(p);
    return sqrt(
        sum_of_products(fx->parameters + p->offset, fx->parameters + p->offset, p->count) /
        (double)p->count);
}

static void the_first_values_of_gpt2_are_small(void **state)
{
    struct layer_fixture fx;

    layer_fixture_create(&fx, *state);
    assert_int_equal(parameters_initialise(&fx.list, fx.parameters, 5), STATUS_OK);
    assert_close(deviation(&fx, "in_proj_weight"), 0.02, 0, 0.03);
    assert_close(deviation(&fx, "out_proj.weight"), 0.02 / sqrt(2 * 6), 0, 0.03);
    assert_close(deviation(&fx, "in_proj_bias"), 0, 0, 0);
    assert_close(deviation(&fx, "out_proj.bias"), 0, 0, 0);
    layer_fixture_free(&fx);
}

/* clang-format off */

/* Of each batch: a whole sequence, one with padding, one with padding and a source. */
#define PADDED .batch = 3, .steps = 53, .in = 20, .heads = 2, LENGTHS(53, 30, 50),             \
               SOURCES(0, 0, 27)
#define WHOLE .batch = 3, .steps = 53, .in = 20, .heads = 2, SOURCES(0, 0, 27)
#define PLAIN .batch = 2, .steps = 29, .in = 20, .heads = 4

#define PROPERTY(property) EVERY_ATTENTION(#property, property, PADDED)

static const struct CMUnitTest tests[] = {
    PROPERTY(gives_the_numbers_of_the_dense_definition),
    PROPERTY(shows_rows_that_sum_to_one_and_nothing_else),
    PROPERTY(of_a_padded_batch_is_that_of_its_sequences_alone),
    PROPERTY(forward_twice_gives_the_same_bits),
    PROPERTY(a_batch_gives_the_bits_of_its_sequences),
    PROPERTY(parameter_gradients_are_the_same_without_dx),
    EVERY_CAUSAL_ATTENTION("an_input_changes_no_earlier_output",
                           an_input_changes_no_earlier_output, WHOLE),
    EVERY_CAUSAL_ATTENTION("an_output_gives_later_inputs_no_gradient",
                           an_output_gives_later_inputs_no_gradient, WHOLE),
    EVERY_CAUSAL_ATTENTION("step_by_step_gives_the_numbers_of_all_at_once",
                           step_by_step_gives_the_numbers_of_all_at_once, WHOLE),
    cmocka_unit_test(full_attention_cannot_make_steps),
    ATTENTION_CASE("full_attention_without_positions_does_not_know_the_order",
                   without_positions_does_not_know_the_order, ATTENTION_FULL, 0,
                   ATTENTION_NO_POSITION, PLAIN),
    ATTENTION_CASE("full_attention_with_rope_knows_the_order", knows_the_order, ATTENTION_FULL,
                   0, ATTENTION_ROPE, PLAIN),
    ATTENTION_CASE("full_attention_with_alibi_knows_the_order", knows_the_order,
                   ATTENTION_FULL, 0, ATTENTION_ALIBI, PLAIN),
    ATTENTION_CASE("block_attention_with_rope_depends_on_distances_only",
                   depends_on_distances_only, ATTENTION_BLOCK, 7, ATTENTION_ROPE, PLAIN),
    ATTENTION_CASE("block_attention_with_alibi_depends_on_distances_only",
                   depends_on_distances_only, ATTENTION_BLOCK, 7, ATTENTION_ALIBI, PLAIN),
    ATTENTION_CASE(
        "a_stack_of_windows_reaches_back_exactly_layers_times_window_minus_one",
        a_stack_of_windows_reaches_back_exactly_layers_times_window_minus_one,
        ATTENTION_WINDOW, 5, ATTENTION_NO_POSITION, PLAIN),
    ATTENTION_CASE(
        "a_stack_of_windows_with_rope_reaches_back_exactly_layers_times_window_minus_one",
        a_stack_of_windows_reaches_back_exactly_layers_times_window_minus_one,
        ATTENTION_WINDOW, 7, ATTENTION_ROPE, PLAIN),
    cmocka_unit_test(the_work_is_that_of_the_pairs),
    { .name = "the_first_values_of_gpt2_are_small",
      .test_func = the_first_values_of_gpt2_are_small,
      .initial_state = &(struct layer_case){
          create_attention_case, .batch = 1, .steps = 1, .in = 64, .heads = 2,
          .attention = &(const struct attention_options){ .initial = ATTENTION_GPT2,
                                                          .layers = 6 } } },
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

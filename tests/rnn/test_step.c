/* Generation by one step after another gives what forward gives for all steps at once. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rnn/elman.h"
#include "rnn/gru.h"
#include "rnn/lstm.h"
#include "tests/close.h"
#include "tests/layer_fixture.h"

enum { B = 5, T = 9, D = 7, H = 19 };

struct step_case {
    recurrent_creator *create;
    int states; /* of H numbers that are carried: h, or h and c */
    struct recurrent_options options;
};

static struct layer *layer_of(const struct step_case *row)
{
    struct recurrent_options options = row->options;
    struct layer *layer;

    options.inputs = D;
    options.hidden = H;
    layer = row->create(&options);
    assert_non_null(layer);
    return layer;
}

static real *reals(size_t count)
{
    real *values = calloc(count ? count : 1, sizeof *values);

    assert_non_null(values);
    for (size_t i = 0; i < count; i++)
        values[i] = (real)NAN;
    return values;
}

/* Forward over T steps, into y (T, B, H). */
static void run_forward(const struct layer *layer, const real *parameters, const real *prepared,
                        const real *x, real *y)
{
    const struct extent extent = { .batch = B, .steps = T };
    const struct layer_sizes sizes = layer->kind->sizes(layer, extent);
    real *saved = reals(sizes.saved), *scratch = reals(sizes.scratch);

    layer->kind->forward(layer, &(struct layer_pass){ .extent = extent,
                                                      .parameters = parameters,
                                                      .prepared = prepared,
                                                      .x = x,
                                                      .y = y,
                                                      .saved = saved,
                                                      .scratch = scratch });
    free(saved);
    free(scratch);
}

static void run_steps(const struct layer *layer, const real *parameters, const real *prepared,
                      const real *x, real *y)
{
    const struct layer_step_sizes sizes = layer->kind->step_sizes(layer, B, T);
    real *state = reals(sizes.state), *scratch = reals(sizes.scratch);

    for (int t = 0; t < T; t++) {
        for (size_t i = 0; i < sizes.scratch; i++)
            scratch[i] = (real)NAN;
        layer->kind->step(layer, &(struct layer_step){ .batch = B,
                                                       .t = t,
                                                       .capacity = T,
                                                       .parameters = parameters,
                                                       .prepared = prepared,
                                                       .x = x + t * B * D,
                                                       .y = y + t * B * H,
                                                       .state = state,
                                                       .scratch = scratch });
    }
    free(state);
    free(scratch);
}

static void steps_give_the_bits_of_forward(void **state)
{
    const struct step_case *row = *state;
    struct layer *layer = layer_of(row);
    struct parameter_list list = { 0 };
    real *parameters, *prepared, *x = reals(T * B * D);
    real *forward = reals(T * B * H), *steps = reals(T * B * H);

    layer->kind->declare(layer, &list, "core.");
    parameters = reals(list.total);
    prepared = reals(layer_prepared_count(layer));
    fill_normal(parameters, list.total, 1, 0.5);
    fill_normal(x, T * B * D, 2, 1);
    layer_prepare(layer, parameters, prepared);
    run_forward(layer, parameters, prepared, x, forward);
    run_steps(layer, parameters, prepared, x, steps);
    for (int i = 0; i < T * B * H; i++)
        assert_false(isnan(forward[i]));
    assert_memory_equal(steps, forward, T * B * H * sizeof *steps);
    free(parameters);
    free(prepared);
    free(x);
    free(forward);
    free(steps);
    parameter_list_free(&list);
    layer_destroy(layer);
}

static void the_state_does_not_grow_with_the_steps(void **state)
{
    const struct step_case *row = *state;
    struct layer *layer = layer_of(row);

    for (int capacity = 1; capacity <= 1000; capacity *= 10)
        assert_int_equal(layer->kind->step_sizes(layer, B, capacity).state,
                         B * H * row->states);
    layer_destroy(layer);
}

/* clang-format off */
#define STEPS(label, ...)                                                              \
    { .name = "steps_of_" label "_give_the_bits_of_forward",                           \
      .test_func = steps_give_the_bits_of_forward,                                     \
      .initial_state = &(struct step_case){ __VA_ARGS__ } }
#define CELL(label, create, states)                                                    \
    STEPS(label, create, states, { 0 }),                                               \
    STEPS(label "_with_a_learned_state", create, states, { .learned_state = true }),   \
    { .name = "the_state_of_" label "_does_not_grow_with_the_steps",                   \
      .test_func = the_state_does_not_grow_with_the_steps,                             \
      .initial_state = &(struct step_case){ create, states, { 0 } } }

static const struct CMUnitTest tests[] = {
    CELL("elman", elman_create, 1),
    CELL("lstm", lstm_create, 2),
    CELL("gru", gru_create, 1),
    STEPS("elman_with_relu", elman_create, 1, { .squash = RECURRENT_RELU }),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

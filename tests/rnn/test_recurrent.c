/* Tests of the three recurrent layers: what every layer owes, PyTorch's forms, and the law. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rnn/elman.h"
#include "rnn/gru.h"
#include "rnn/lstm.h"
#include "tests/close.h"
#include "tests/layer_properties.h"

static struct layer *create_elman(const struct layer_case *sizes)
{
    return elman_create(
        &(struct recurrent_options){ .inputs = sizes->in, .hidden = sizes->out });
}

static struct layer *create_lstm(const struct layer_case *sizes)
{
    return lstm_create(
        &(struct recurrent_options){ .inputs = sizes->in, .hidden = sizes->out });
}

static struct layer *create_gru(const struct layer_case *sizes)
{
    return gru_create(&(struct recurrent_options){ .inputs = sizes->in, .hidden = sizes->out });
}

/* With every option that changes the walk. */
static struct recurrent_options options_of(const struct layer_case *sizes)
{
    return (struct recurrent_options){
        .inputs = sizes->in, .hidden = sizes->out, .truncate = 3, .learned_state = true
    };
}

static struct layer *create_relu_with_options(const struct layer_case *sizes)
{
    struct recurrent_options options = options_of(sizes);

    options.squash = RECURRENT_RELU;
    return elman_create(&options);
}

static struct layer *create_lstm_with_options(const struct layer_case *sizes)
{
    const struct recurrent_options options = options_of(sizes);

    return lstm_create(&options);
}

static struct layer *create_gru_with_options(const struct layer_case *sizes)
{
    const struct recurrent_options options = options_of(sizes);

    return gru_create(&options);
}

/* Orthogonal first values: one matrix for each gate ---------------------------------------- */

enum { WIDE = 24 };

struct orthogonal {
    struct layer *(*create)(const struct recurrent_options *options);
    int gates;
    double gain;
};

/* W W' = gain^2 I, for the WIDE rows of one gate. */
static void assert_orthogonal(const real *w, double gain)
{
    for (int i = 0; i < WIDE; i++)
        for (int j = 0; j < WIDE; j++)
            assert_close(sum_of_products(w + i * WIDE, w + j * WIDE, WIDE),
                         i == j ? gain * gain : 0, 1e-5, 0);
}

static void each_gate_starts_with_an_orthogonal_matrix(void **state)
{
    const struct orthogonal *row = *state;
    const struct recurrent_options options = {
        .inputs = 3, .hidden = WIDE, .initial = RECURRENT_ORTHOGONAL, .gain = row->gain
    };
    struct layer *layer = row->create(&options);
    struct parameter_list list = { 0 };
    real *values;
    const real *w;

    assert_non_null(layer);
    layer->kind->declare(layer, &list, "core.");
    values = calloc(list.total, sizeof *values);
    assert_non_null(values);
    assert_int_equal(parameters_initialise(&list, values, 4), STATUS_OK);
    w = values + parameter_find(&list, "core.weight_hh_l0")->offset;
    for (int gate = 0; gate < row->gates; gate++) {
        assert_orthogonal(w + gate * WIDE * WIDE, row->gain);
        if (gate > 0)
            assert_memory_not_equal(w, w + gate * WIDE * WIDE, WIDE * WIDE * sizeof *w);
    }
    free(values);
    parameter_list_free(&list);
    layer_destroy(layer);
}

/* A stack draws its layers apart ----------------------------------------------------------- */

static real *first_values(struct parameter_list *list, int from, int to, uint64_t seed)
{
    real *values;

    for (int i = from; i < to; i++) {
        const struct recurrent_options options = { .inputs = 6, .hidden = 6, .number = i };
        struct layer *layer = lstm_create(&options);

        assert_non_null(layer);
        layer->kind->declare(layer, list, "core.");
        layer_destroy(layer);
    }
    values = calloc(list->total, sizeof *values);
    assert_non_null(values);
    assert_int_equal(parameters_initialise(list, values, seed), STATUS_OK);
    return values;
}

static void two_layers_start_apart_and_one_name_starts_alike_anywhere(void **state)
{
    (void)state;
    struct parameter_list both = { 0 }, second = { 0 }, other = { 0 };
    real *a = first_values(&both, 0, 2, 1), *b = first_values(&second, 1, 2, 1);
    real *c = first_values(&other, 1, 2, 2);

    for (int i = 0; i < second.count; i++) {
        const struct parameter *p = &second.items[i];
        const size_t size = p->count * sizeof *b;
        const struct parameter *in_both = parameter_find(&both, p->name);

        assert_non_null(in_both);
        assert_true(in_both->offset != p->offset);
        assert_memory_equal(a + in_both->offset, b + p->offset, size);
        assert_memory_not_equal(a + both.items[i].offset, b + p->offset, size); /* layer 0 */
        assert_memory_not_equal(c + p->offset, b + p->offset, size); /* another seed */
    }
    free(a);
    free(b);
    free(c);
    parameter_list_free(&both);
    parameter_list_free(&second);
    parameter_list_free(&other);
}

/* The law of vanishing gradients ----------------------------------------------------------- */

enum { LAW_STEPS = 60 };

static struct layer *create_orthogonal_elman(const struct layer_case *sizes)
{
    return elman_create(&(struct recurrent_options){ .inputs = sizes->in,
                                                     .hidden = sizes->out,
                                                     .initial = RECURRENT_ORTHOGONAL,
                                                     .gain = sizes->rows / 100.0 });
}

/* An elman at rest, h = 0 for all t, with `gain` percent times an orthogonal matrix. */
static void layer_at_rest(struct layer_fixture *fx, const struct layer_case *sizes)
{
    const size_t state = fx->outputs / LAW_STEPS;

    assert_int_equal(sizes->steps, LAW_STEPS);
    assert_int_equal(parameters_initialise(&fx->list, fx->parameters, 3), STATUS_OK);
    memset(fx->parameters + parameter_find(&fx->list, "bias_ih_l0")->offset, 0,
           (size_t)sizes->out * sizeof(real));
    memset(fx->parameters + parameter_find(&fx->list, "bias_hh_l0")->offset, 0,
           (size_t)sizes->out * sizeof(real));
    memset(fx->x, 0, fx->inputs * sizeof *fx->x);
    memset(fx->dy, 0, fx->outputs * sizeof *fx->dy);
    fill_normal(fx->dy + fx->outputs - state, state, 9, 1);
}

/* Backwards a step multiplies by W' diag(1 - h^2): at rest by the gain, exactly. */
static void the_gradient_shrinks_by_the_gain_at_every_step(void **state)
{
    const struct layer_case *sizes = *state;
    struct layer_fixture fx;
    double later = 0;

    layer_fixture_create(&fx, sizes);
    layer_at_rest(&fx, sizes);
    layer_fixture_forward(&fx);
    layer_fixture_backward(&fx);
    for (int t = LAW_STEPS - 1; t >= 0; t--) {
        const size_t count = fx.outputs / LAW_STEPS;
        const real *dh_t = fx.recorded + (size_t)t * count;
        const double norm = sqrt(sum_of_products(dh_t, dh_t, count));

        if (t < LAW_STEPS - 1)
            assert_close(log(norm / later), log(sizes->rows / 100.0), 1e-5, 0);
        later = norm;
    }
    layer_fixture_free(&fx);
}

#define SIZES .batch = 5, .steps = 7, .in = 13, .out = 19

/* U(-1/sqrt H, 1/sqrt H) with H = 50 */
#define BOUND 0.14142135623730950
#define RECURRENT_FORM(gates)                                        \
    .tensors = { { "weight_ih_l0", gates * 50, 6, .bound = BOUND },  \
                 { "bias_ih_l0", gates * 50, 0, .bound = BOUND },    \
                 { "weight_hh_l0", gates * 50, 50, .bound = BOUND }, \
                 { "bias_hh_l0", gates * 50, 0, .bound = BOUND } },  \
    .parameters = gates * 50 * (6 + 50 + 2), .flops = 2.0 * 9 * gates * 50 * (6 + 50)

static const struct layer_form elman_form = {
    .sizes = { create_elman, .batch = 1, .steps = 9, .in = 6, .out = 50 }, RECURRENT_FORM(1)
};
static const struct layer_form gru_form = {
    .sizes = { create_gru, .batch = 1, .steps = 9, .in = 6, .out = 50 }, RECURRENT_FORM(3)
};
static const struct layer_form lstm_form = {
    .sizes = { create_lstm, .batch = 1, .steps = 9, .in = 6, .out = 50 }, RECURRENT_FORM(4)
};

/* clang-format off */
#define ORTHOGONAL(label, ...)                                                 \
    { .name = "each_gate_of_" label "_starts_with_an_orthogonal_matrix",       \
      .test_func = each_gate_starts_with_an_orthogonal_matrix,                 \
      .initial_state = &(struct orthogonal){ __VA_ARGS__ } }
#define LAW(percent)                                                           \
    { .name = "at_rest_a_gain_of_" #percent "_percent_is_the_factor_of_every_step", \
      .test_func = the_gradient_shrinks_by_the_gain_at_every_step,             \
      .initial_state = &(struct layer_case){ create_orthogonal_elman, .batch = 2, \
                                             .steps = LAW_STEPS, .in = 3, .out = 48, \
                                             .rows = percent } }

static const struct CMUnitTest tests[] = {
    LAYER_PROPERTIES("elman", create_elman, SIZES),
    LAYER_PROPERTIES("lstm", create_lstm, SIZES),
    LAYER_PROPERTIES("gru", create_gru, SIZES),
    LAYER_PROPERTIES("elman_with_options", create_relu_with_options, SIZES),
    LAYER_PROPERTIES("lstm_with_options", create_lstm_with_options, SIZES),
    LAYER_PROPERTIES("gru_with_options", create_gru_with_options, SIZES),
    LAYER_FORM("elman", elman_form),
    LAYER_FORM("lstm", lstm_form),
    LAYER_FORM("gru", gru_form),
    ORTHOGONAL("elman", elman_create, 1, 1),
    ORTHOGONAL("lstm", lstm_create, 4, 1.25),
    ORTHOGONAL("gru", gru_create, 3, 0.5),
    cmocka_unit_test(two_layers_start_apart_and_one_name_starts_alike_anywhere),
    LAW(60),
    LAW(95),
    LAW(100),
    LAW(120),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

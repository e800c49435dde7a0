/* First values of the recurrent layers: a matrix for each gate, biases that mean something. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rnn/bidirectional.h"
#include "rnn/elman.h"
#include "rnn/gru.h"
#include "rnn/lstm.h"
#include "tests/close.h"

enum { D = 3, H = 400, LONGEST = 100 };

struct values {
    struct layer *layer;
    struct parameter_list list;
    real *block;
};

static void values_create(struct values *v, recurrent_creator *create,
                          struct recurrent_options options)
{
    options.inputs = D;
    options.hidden = H;
    *v = (struct values){ .layer = create(&options) };
    assert_non_null(v->layer);
    v->layer->kind->declare(v->layer, &v->list, "core.");
    v->block = calloc(v->list.total, sizeof *v->block);
    assert_non_null(v->block);
    assert_int_equal(parameters_initialise(&v->list, v->block, 3), STATUS_OK);
}

static void values_free(struct values *v)
{
    free(v->block);
    parameter_list_free(&v->list);
    layer_destroy(v->layer);
}

static const real *tensor(const struct values *v, const char *name)
{
    const struct parameter *p = parameter_find(&v->list, name);

    if (p == NULL)
        fail_msg("no tensor %s", name);
    return v->block + p->offset;
}

struct cell {
    recurrent_creator *create;
    int gates;
};

static void identity_is_the_gain_on_each_gate_s_diagonal_and_no_bias(void **state)
{
    const struct cell *cell = *state;
    struct values v;
    const real *w;

    values_create(&v, cell->create,
                  (struct recurrent_options){ .initial = RECURRENT_IDENTITY, .gain = 0.75 });
    w = tensor(&v, "core.weight_hh_l0");
    for (int r = 0; r < cell->gates * H; r++) {
        assert_close((double)tensor(&v, "core.bias_ih_l0")[r], 0, 0, 0);
        assert_close((double)tensor(&v, "core.bias_hh_l0")[r], 0, 0, 0);
        for (int k = 0; k < H; k++)
            assert_close((double)w[r * H + k], r % H == k ? 0.75 : 0, 0, 0);
    }
    values_free(&v);
}

/* e^b is uniform on 1 .. LONGEST - 1: mean LONGEST / 2, deviation (LONGEST - 2) / sqrt 12. */
static void assert_keeps_up_to_longest(const real *bias)
{
    const double most = LONGEST - 1;
    double sum = 0;

    for (int k = 0; k < H; k++) {
        assert_true(bias[k] >= 0 && (double)bias[k] <= log(most) * (1 + 1e-6));
        sum += exp((double)bias[k]);
    }
    assert_close(sum / H, (1 + most) / 2, 4 * (most - 1) / sqrt(12.0 * H), 0);
}

static void assert_zero(const real *values)
{
    for (int k = 0; k < H; k++)
        assert_close((double)values[k], 0, 0, 0);
}

/* Rows of other gates are what they are without: the same draws. */
static void assert_same(const struct values *a, const struct values *b, const char *name,
                        int gate)
{
    assert_memory_equal(tensor(a, name) + gate * H, tensor(b, name) + gate * H,
                        H * sizeof(real));
}

static const struct recurrent_options chrono = { .initial = RECURRENT_CHRONO,
                                                 .longest = LONGEST };

static void chrono_opens_the_forget_gate_and_closes_the_input_gate(void **state)
{
    enum { GATE_I, GATE_F, GATE_G, GATE_O };
    struct values v, plain;
    const real *in, *hidden;

    (void)state;
    values_create(&v, lstm_create, chrono);
    values_create(&plain, lstm_create, (struct recurrent_options){ 0 });
    in = tensor(&v, "core.bias_ih_l0");
    hidden = tensor(&v, "core.bias_hh_l0");
    assert_keeps_up_to_longest(in + GATE_F * H);
    for (int k = 0; k < H; k++)
        assert_close((double)in[GATE_I * H + k], -(double)in[GATE_F * H + k], 0, 0);
    assert_zero(hidden + GATE_I * H);
    assert_zero(hidden + GATE_F * H);
    for (int gate = GATE_G; gate <= GATE_O; gate++) {
        assert_same(&v, &plain, "core.bias_ih_l0", gate);
        assert_same(&v, &plain, "core.bias_hh_l0", gate);
    }
    values_free(&plain);
    values_free(&v);
}

static void chrono_lets_the_update_gate_of_a_gru_keep(void **state)
{
    enum { GATE_R, GATE_Z, GATE_N };
    struct values v, plain;

    (void)state;
    values_create(&v, gru_create, chrono);
    values_create(&plain, gru_create, (struct recurrent_options){ 0 });
    assert_keeps_up_to_longest(tensor(&v, "core.bias_ih_l0") + GATE_Z * H);
    assert_zero(tensor(&v, "core.bias_hh_l0") + GATE_Z * H);
    assert_same(&v, &plain, "core.bias_ih_l0", GATE_R);
    assert_same(&v, &plain, "core.bias_hh_l0", GATE_N);
    values_free(&plain);
    values_free(&v);
}

/* log U(1, 1) at most: a gate for tasks of one step starts half open. */
static void chrono_of_the_shortest_tasks_is_a_bias_of_zero(void **state)
{
    (void)state;
    for (int longest = 1; longest <= 2; longest++) {
        struct values v;

        values_create(
            &v, gru_create,
            (struct recurrent_options){ .initial = RECURRENT_CHRONO, .longest = longest });
        assert_zero(tensor(&v, "core.bias_ih_l0") + H);
        values_free(&v);
    }
}

static void a_forget_bias_is_that_of_the_forget_gate_alone(void **state)
{
    struct values v, plain;

    (void)state;
    values_create(&v, lstm_create, (struct recurrent_options){ .forget_bias = 1.5 });
    values_create(&plain, lstm_create, (struct recurrent_options){ 0 });
    for (int k = H; k < 2 * H; k++)
        assert_close((double)tensor(&v, "core.bias_ih_l0")[k], 1.5, 0, 0);
    assert_zero(tensor(&v, "core.bias_hh_l0") + H);
    for (int gate = 0; gate < 4; gate++)
        if (gate != 1) {
            assert_same(&v, &plain, "core.bias_ih_l0", gate);
            assert_same(&v, &plain, "core.bias_hh_l0", gate);
        }
    assert_memory_equal(tensor(&v, "core.weight_hh_l0"), tensor(&plain, "core.weight_hh_l0"),
                        4 * H * H * sizeof(real));
    values_free(&plain);
    values_free(&v);
}

static void a_learned_state_is_zero_and_outside_the_core(void **state)
{
    const struct cell *cell = *state;
    struct values v, plain;

    values_create(&v, cell->create, (struct recurrent_options){ .learned_state = true });
    values_create(&plain, cell->create, (struct recurrent_options){ 0 });
    assert_zero(tensor(&v, "initial.hidden_l0"));
    if (cell->gates == 4)
        assert_zero(tensor(&v, "initial.cell_l0"));
    assert_int_equal(v.list.count, plain.list.count + (cell->gates == 4 ? 2 : 1));
    for (int i = 0; i < plain.list.count; i++) {
        const struct parameter *p = &plain.list.items[i];

        assert_memory_equal(plain.block + p->offset, tensor(&v, p->name),
                            p->count * sizeof(real));
    }
    values_free(&plain);
    values_free(&v);
}

static struct layer *both_lstm(const struct recurrent_options *options)
{
    return bidirectional_create(lstm_create, options);
}

static void the_reverse_half_draws_values_of_its_own(void **state)
{
    static const char *const names[] = { "weight_ih", "weight_hh", "bias_ih", "bias_hh" };
    struct values v;

    (void)state;
    values_create(&v, both_lstm, (struct recurrent_options){ .learned_state = true });
    for (int i = 0; i < 4; i++) {
        char one[64], other[64];

        snprintf(one, sizeof one, "core.%s_l0", names[i]);
        snprintf(other, sizeof other, "core.%s_l0_reverse", names[i]);
        assert_memory_not_equal(tensor(&v, one), tensor(&v, other), H * sizeof(real));
    }
    assert_zero(tensor(&v, "initial.hidden_l0_reverse"));
    assert_zero(tensor(&v, "initial.cell_l0_reverse"));
    values_free(&v);
}

/* clang-format off */
#define CELL(sentence, test, create, gates)                                            \
    { .name = sentence, .test_func = test, .initial_state = &(struct cell){ create, gates } }
#define CELLS(sentence, test)                                                          \
    CELL("elman_" sentence, test, elman_create, 1),                                    \
    CELL("gru_" sentence, test, gru_create, 3),                                        \
    CELL("lstm_" sentence, test, lstm_create, 4)

static const struct CMUnitTest tests[] = {
    CELLS("identity_is_the_gain_on_each_gate_s_diagonal_and_no_bias",
          identity_is_the_gain_on_each_gate_s_diagonal_and_no_bias),
    CELLS("a_learned_state_is_zero_and_outside_the_core",
          a_learned_state_is_zero_and_outside_the_core),
    cmocka_unit_test(chrono_opens_the_forget_gate_and_closes_the_input_gate),
    cmocka_unit_test(chrono_lets_the_update_gate_of_a_gru_keep),
    cmocka_unit_test(chrono_of_the_shortest_tasks_is_a_bias_of_zero),
    cmocka_unit_test(a_forget_bias_is_that_of_the_forget_gate_alone),
    cmocka_unit_test(the_reverse_half_draws_values_of_its_own),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

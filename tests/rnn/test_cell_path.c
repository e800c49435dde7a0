/* The direct path along an LSTM's cell: its gradient is the product of the forget gates. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rnn/lstm.h"
#include "tests/close.h"
#include "tests/layer_fixture.h"

enum { B = 3, T = 12, D = 4, H = 9 };

static struct layer *create(const struct layer_case *sizes)
{
    return lstm_create(&(struct recurrent_options){
        .inputs = sizes->in, .hidden = sizes->out, .learned_state = true });
}

struct path {
    struct layer_fixture fx;
    struct trace trace;
    const struct trace_entry *cell, *forget; /* (B, T, H) */
};

/* The loss looks at the last output only. With fixed gates h has no way into them: W_hh = 0. */
static void path_create(struct path *path, bool fixed_gates)
{
    static const struct layer_case sizes = { create, .batch = B, .steps = T, .in = D,
                                             .out = H };
    struct layer_fixture *fx = &path->fx;

    *path = (struct path){ 0 };
    layer_fixture_create(fx, &sizes);
    if (fixed_gates)
        memset(fx->parameters + parameter_find(&fx->list, "weight_hh_l0")->offset, 0,
               4 * H * H * sizeof(real));
    memset(fx->dy, 0, (T - 1) * B * H * sizeof(real));
    layer_fixture_forward(fx);
    layer_fixture_backward(fx);
    fx->layer->kind->trace(fx->layer, &fx->pass, &path->trace);
    path->cell = trace_find(&path->trace, "cell", 0);
    path->forget = trace_find(&path->trace, "gate.f", 0);
    assert_true(path->cell != NULL && path->forget != NULL);
}

static void path_free(struct path *path)
{
    trace_free(&path->trace);
    layer_fixture_free(&path->fx);
}

/* dL/dc_t = dL/dc_T f_T f_{T-1} .. f_{t+1} of unit k, sequence b; t = -1: before the start. */
static real along_the_cell(const struct path *path, int b, int t, int k)
{
    const int last = (b * T + T - 1) * H + k;
    real product = path->cell->gradient[last];

    for (int s = T - 1; s > t; s--)
        product *= path->forget->value[(b * T + s) * H + k];
    return product;
}

static void with_fixed_gates_it_is_the_whole_gradient_to_the_bit(void **state)
{
    struct path path;
    const real *learned;

    (void)state;
    path_create(&path, true);
    learned = path.fx.gradients + parameter_find(&path.fx.list, "initial.cell_l0")->offset;
    for (int k = 0; k < H; k++) {
        double sum = 0;

        for (int b = 0; b < B; b++) {
            for (int t = 0; t < T; t++) {
                const real expected = along_the_cell(&path, b, t, k);

                assert_true(expected != 0);
                assert_memory_equal(&path.cell->gradient[(b * T + t) * H + k], &expected,
                                    sizeof expected);
            }
            sum += (double)along_the_cell(&path, b, -1, k);
        }
        assert_close((double)learned[k], sum, 0, 1e-5); /* and c_0, the same for all */
    }
    path_free(&path);
}

/* Gates that listen to h give the gradient other ways: the product is not the total. */
static void with_gates_that_listen_it_is_one_path_of_many(void **state)
{
    double difference = 0, size = 0;
    struct path path;

    (void)state;
    path_create(&path, false);
    for (int b = 0; b < B; b++)
        for (int k = 0; k < H; k++) {
            const double total = (double)path.cell->gradient[b * T * H + k];

            difference += fabs(total - (double)along_the_cell(&path, b, 0, k));
            size += fabs(total);
        }
    assert_true(difference > 0.1 * size);
    path_free(&path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_fixed_gates_it_is_the_whole_gradient_to_the_bit),
        cmocka_unit_test(with_gates_that_listen_it_is_one_path_of_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Truncated backpropagation through time: what it changes, and what it leaves alone. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "rnn/elman.h"
#include "rnn/gru.h"
#include "rnn/lstm.h"
#include "tests/close.h"
#include "tests/layer_fixture.h"

enum { B = 3, T = 8, D = 5, H = 11 };

static struct recurrent_options options_of(const struct layer_case *sizes)
{
    return (struct recurrent_options){
        .inputs = sizes->in, .hidden = sizes->out, .truncate = sizes->cut, .learned_state = true
    };
}

/* clang-format off */
#define CREATE(name)                                                \
    static struct layer *name(const struct layer_case *sizes)       \
    {                                                               \
        const struct recurrent_options options = options_of(sizes); \
        return name##_create(&options);                             \
    }
CREATE(elman)
CREATE(lstm)
CREATE(gru)
/* clang-format on */

/* The layer of that case with gradients cut every `cut` steps, after forward and backward. */
static void run(struct layer_fixture *fx, const struct layer_case *sizes, int cut)
{
    struct layer_case own = *sizes;

    own.cut = cut;
    layer_fixture_create(fx, &own);
    layer_fixture_forward(fx);
    layer_fixture_backward(fx);
}

static void windows_as_long_as_the_sequence_change_no_bit(void **state)
{
    for (int cut = T; cut <= T + 1; cut++) {
        struct layer_fixture full, cut_at;

        run(&full, *state, 0);
        run(&cut_at, *state, cut);
        assert_memory_equal(cut_at.gradients, full.gradients, full.list.total * sizeof(real));
        assert_memory_equal(cut_at.dx, full.dx, full.inputs * sizeof(real));
        assert_memory_equal(cut_at.recorded, full.recorded, full.sizes.recorded * sizeof(real));
        layer_fixture_free(&full);
        layer_fixture_free(&cut_at);
    }
}

static void windows_change_gradients_but_no_value(void **state)
{
    for (int cut = 1; cut < T; cut++) {
        struct layer_fixture full, cut_at;

        run(&full, *state, 0);
        run(&cut_at, *state, cut);
        assert_memory_equal(cut_at.y, full.y, full.outputs * sizeof(real));
        assert_memory_not_equal(cut_at.dx, full.dx, full.inputs * sizeof(real));
        layer_fixture_free(&full);
        layer_fixture_free(&cut_at);
    }
}

static double size_of(const real *values, int t, int width)
{
    const real *step = values + t * B * width;

    return sqrt(sum_of_products(step, step, (size_t)(B * width)));
}

/* The loss is the last output alone, in the window of steps 6 and 7. */
static void no_gradient_passes_a_cut(void **state)
{
    struct layer_case sizes = *(const struct layer_case *)*state;
    struct layer_fixture fx;

    sizes.cut = 3;
    layer_fixture_create(&fx, &sizes);
    memset(fx.dy, 0, (T - 1) * B * H * sizeof(real));
    layer_fixture_forward(&fx);
    layer_fixture_backward(&fx);
    for (int t = 0; t < T; t++) {
        assert_int_equal(size_of(fx.dx, t, D) > 0, t >= 6);
        assert_int_equal(size_of(fx.recorded, t, H) > 0, t >= 6);
    }
    for (int k = 0; k < H; k++)
        assert_close(
            (double)
                fx.gradients[parameter_find(&fx.list, "initial.hidden_l0")->offset + (size_t)k],
            0, 0, 0);
    layer_fixture_free(&fx);
}

/*
 * W_hh was used in step 6, on a state that counts as a constant: cut at every step it still
 * learns.
 */
static void the_hidden_weights_learn_from_every_step(void **state)
{
    struct layer_fixture fx;
    const struct parameter *p;

    run(&fx, *state, 1);
    p = parameter_find(&fx.list, "weight_hh_l0");
    assert_true(sum_of_products(fx.gradients + p->offset, fx.gradients + p->offset, p->count) >
                1e-3);
    layer_fixture_free(&fx);
}

/* clang-format off */
#define ROW(label, test, create)                                                               \
    { .name = label, .test_func = test,                                                        \
      .initial_state = &(struct layer_case){ create, .batch = B, .steps = T, .in = D, .out = H } }
#define CELL(cell)                                                                             \
    ROW("windows_of_" #cell "_as_long_as_the_sequence_change_no_bit",                          \
        windows_as_long_as_the_sequence_change_no_bit, cell),                                  \
    ROW("windows_of_" #cell "_change_gradients_but_no_value",                                  \
        windows_change_gradients_but_no_value, cell),                                          \
    ROW("no_gradient_of_" #cell "_passes_a_cut", no_gradient_passes_a_cut, cell),              \
    ROW("the_hidden_weights_of_" #cell "_learn_from_every_step",                               \
        the_hidden_weights_learn_from_every_step, cell)

static const struct CMUnitTest tests[] = { CELL(elman), CELL(lstm), CELL(gru) };
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

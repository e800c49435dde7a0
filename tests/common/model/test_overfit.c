/* Every family learns one batch by heart: forward, backward and update belong together. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/training/optimizer.h"
#include "tests/model_fixture.h"

enum { B = 4, T = 8, V = 5, UPDATES = 400 };

/* The first token names the sequence, so that every prefix of it has one right answer. */
static void set_batch(struct batch *batch)
{
    for (int b = 0; b < B; b++)
        batch->tokens[b] = b;
    for (int i = 0; i < T * B; i++)
        batch->classes[i] = (i * i + i / 3) % V;
}

static double mean_loss(struct model_fixture *fx)
{
    model_fixture_forward(fx);
    assert_int_equal(fx->loss.elements, T * B);
    return fx->loss.sum / (double)fx->loss.elements;
}

static void one_batch_is_learnt_by_heart(void **state)
{
    const struct optimizer adam = { .kind = OPTIMIZER_ADAM, .learning_rate = 5e-3 };
    struct model_fixture fx;
    size_t n;
    real *m, *v;

    model_fixture_create(&fx, *state);
    n = fx.model.parameters.total;
    m = calloc(n, sizeof *m);
    v = calloc(n, sizeof *v);
    assert_true(m != NULL && v != NULL);
    set_batch(&fx.batch);
    assert_true(mean_loss(&fx) > 1); /* ln 5 = 1.6, and nothing is known yet */
    for (long update = 1; update <= UPDATES; update++) {
        const struct optimizer_step step = optimizer_begin(&adam, update, 1.0 / (T * B));

        memset(fx.gradients, 0, n * sizeof *fx.gradients);
        model_fixture_forward(&fx);
        model_fixture_backward(&fx);
        optimizer_update(&step, fx.parameters, fx.gradients, m, v, n, false);
    }
    assert_true(mean_loss(&fx) < 0.05);
    free(m);
    free(v);
    model_fixture_free(&fx);
}

/* clang-format off */
#define CASE(name_, which, layers_)                                                    \
    { .name = name_ "_learns_one_batch_by_heart",                                      \
      .test_func = one_batch_is_learnt_by_heart,                                       \
      .initial_state = &(struct model_case){                                           \
          .family = which, .batch = B, .width = 16, .layers = layers_, .hidden = 24,   \
          .heads = 2, .shape = { .steps = T, .input = INPUT_TOKENS, .inputs = V,       \
                                 .target = TARGET_CLASSES, .outputs = V,               \
                                 .readout = READOUT_EVERY } } }

static const struct CMUnitTest tests[] = {
    CASE("elman", ELMAN, 1),
    CASE("elman_of_two_layers", ELMAN, 2),
    CASE("lstm", LSTM, 1),
    CASE("gru", GRU, 1),
    CASE("transformer", TRANSFORMER, 1),
    CASE("transformer_of_two_layers", TRANSFORMER, 2),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

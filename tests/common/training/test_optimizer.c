/* Tests of common/training/optimizer.c, against torch.optim (tests/golden/optimizers.py). */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/files/safetensors.h"
#include "common/training/optimizer.h"
#include "tests/close.h"

enum { UPDATES = 20, MATRIX = 35, VECTOR = 11, CLIPS = 7 };

static struct safetensors golden; /* opened once, for all tests */

static int open_golden(void **state)
{
    struct error error = { 0 };

    (void)state;
    if (safetensors_open(&golden, "tests/golden/optimizers.safetensors", &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return 0;
}

static int close_golden(void **state)
{
    (void)state;
    safetensors_free(&golden);
    return 0;
}

static const float *stored(const char *prefix, const char *name, size_t count)
{
    char full[64];
    const struct safetensors_tensor *tensor;

    snprintf(full, sizeof full, "%s.%s", prefix, name);
    tensor = safetensors_find(&golden, full);
    if (tensor == NULL)
        fail_msg("there is no tensor %s", full);
    assert_int_equal(tensor->dtype, SAFETENSORS_F32);
    assert_int_equal(safetensors_elements(tensor), count);
    return tensor->data;
}

/* Twenty updates as torch made them. */
struct history {
    const char *name;
    struct optimizer optimizer;
};

static void follow(const struct history *history, const char *tensor, size_t n, bool decay)
{
    const float *gradients = stored("gradient", tensor, UPDATES * n);
    const float *expected = stored(history->name, tensor, UPDATES * n);
    float parameters[MATRIX], m[MATRIX] = { 0 }, v[MATRIX] = { 0 };
    const int states = optimizer_states(history->optimizer.kind);

    assert_true(n <= MATRIX);
    memcpy(parameters, stored("first", tensor, n), n * sizeof *parameters);
    for (int update = 0; update < UPDATES; update++) {
        const struct optimizer_step step = optimizer_begin(&history->optimizer, update + 1, 1);

        optimizer_update(&step, parameters, gradients + (size_t)update * n,
                         states > 0 ? m : NULL, states > 1 ? v : NULL, n, decay);
        for (size_t k = 0; k < n; k++)
            assert_close((double)parameters[k], (double)expected[(size_t)update * n + k], 2e-7,
                         5e-7);
    }
}

static void twenty_updates_are_those_of_torch(void **state)
{
    follow(*state, "matrix", MATRIX, true);
    follow(*state, "vector", VECTOR, false);
}

static void clip_factors_are_those_of_torch(void **state)
{
    const float *largest = stored("clip", "largest", CLIPS);
    const float *norm = stored("clip", "norm", CLIPS),
                *factor = stored("clip", "factor", CLIPS);

    (void)state;
    for (int i = 0; i < CLIPS; i++)
        assert_close(clip_factor((double)norm[i], (double)largest[i]), (double)factor[i], 0,
                     1e-6);
}

static void a_clipped_norm_is_at_most_the_largest(void **state)
{
    static const double norms[] = { 0, 1e-9, 0.5, 0.999999, 1, 1.000001, 3, 1e6, 1e30 };

    (void)state;
    for (size_t i = 0; i < sizeof norms / sizeof *norms; i++) {
        const double factor = clip_factor(norms[i], 1);

        assert_true(factor > 0 && factor <= 1);
        assert_true(norms[i] * factor <= 1);
        if (norms[i] <= 0.999999)
            assert_true(factor == 1);
        if (norms[i] >= 1)
            assert_close(norms[i] * factor, 1, 0, 1.1e-6);
    }
}

/* Whatever the sizes are; a product of two doubles is rounded once. */
static void no_norm_is_left_longer_than_the_largest(void **state)
{
    (void)state;
    for (double largest = 1e-6; largest < 1e7; largest *= 3.7)
        for (double norm = 1e-12; norm < 1e30; norm *= 1.9) {
            const double factor = clip_factor(norm, largest);

            assert_true(factor > 0 && factor <= 1);
            assert_true(norm * factor <= largest * (1 + 2.3e-16));
        }
}

static void zero_means_no_clipping(void **state)
{
    (void)state;
    assert_true(clip_factor(0, 0) == 1);
    assert_true(clip_factor(1e30, 0) == 1);
}

/* With one gradient alone both moments cancel: lr g / (|g| + eps). */
static void the_first_step_of_adam_is_the_learning_rate(void **state)
{
    static const float gradients[] = { 1, -1, 1e-3F, -1e4F, 1e-5F, 1e-8F, -1e-9F, 0 };
    enum { N = sizeof gradients / sizeof *gradients };
    const enum optimizer_kind kinds[] = { OPTIMIZER_ADAM, OPTIMIZER_ADAMW };

    (void)state;
    for (int i = 0; i < 2; i++) {
        const struct optimizer adam = { .kind = kinds[i], .learning_rate = 0.25 };
        const struct optimizer_step step = optimizer_begin(&adam, 1, 1);
        float p[N] = { 0 }, m[N] = { 0 }, v[N] = { 0 };

        optimizer_update(&step, p, gradients, m, v, N, true);
        for (int k = 0; k < N; k++) {
            const double g = (double)gradients[k];

            assert_close((double)p[k], -0.25 * g / (fabs(g) + 1e-8), 0, 1e-5);
        }
    }
}

/* With v = (1 - a) g^2: lr g / (sqrt(.01) |g| + eps), ten times the rate. */
static void the_first_step_of_rmsprop_is_ten_times_the_learning_rate(void **state)
{
    static const float gradients[] = { 1, -1, 1e-3F, -1e4F, 1e-5F, 1e-8F, 0 };
    enum { N = sizeof gradients / sizeof *gradients };
    const struct optimizer optimizer = { .kind = OPTIMIZER_RMSPROP, .learning_rate = 0.25 };
    const struct optimizer_step step = optimizer_begin(&optimizer, 1, 1);
    float p[N] = { 0 }, v[N] = { 0 };

    (void)state;
    assert_int_equal(optimizer_states(OPTIMIZER_RMSPROP), 1);
    optimizer_update(&step, p, gradients, v, NULL, N, true);
    for (int k = 0; k < N; k++) {
        const double g = (double)gradients[k];

        assert_close((double)p[k], -0.25 * g / (0.1 * fabs(g) + 1e-8), 0, 1e-5);
    }
}

static void decay_alone_shrinks_matrices_and_spares_vectors(void **state)
{
    const struct optimizer *optimizer = *state;
    const struct optimizer_step step = optimizer_begin(optimizer, 1, 1);
    const float zeros[2] = { 0 };
    float matrix[2] = { 2, -3 }, vector[2] = { 2, -3 }, m[2] = { 0 }, v[2] = { 0 };

    optimizer_update(&step, matrix, zeros, m, v, 2, true);
    memset(m, 0, sizeof m);
    memset(v, 0, sizeof v);
    optimizer_update(&step, vector, zeros, m, v, 2, false);
    assert_true(matrix[0] < 2 && matrix[1] > -3);
    assert_true(vector[0] == 2 && vector[1] == -3);
}

static void sgd_with_decay_is_what_its_equation_says(void **state)
{
    const struct optimizer sgd = { OPTIMIZER_SGD, .learning_rate = 0.5, .weight_decay = 0.25 };
    const struct optimizer_step step = optimizer_begin(&sgd, 7, 0.5);
    const float gradients[2] = { 4, -2 };
    float p[2] = { 8, -1 };

    (void)state;
    optimizer_update(&step, p, gradients, NULL, NULL, 2, true);
    assert_true(p[0] == 8 - 0.5F * (4 * 0.5F + 0.25F * 8));
    assert_true(p[1] == -1 - 0.5F * (-2 * 0.5F + 0.25F * -1));
}

/* Ten updates, gradients times size; cut: each in two calls, the last elements first. */
static void run_updates(const struct optimizer *optimizer, float p[MATRIX], double scale,
                        double size, bool cut)
{
    const float *gradients = stored("gradient", "matrix", UPDATES * MATRIX);
    const int states = optimizer_states(optimizer->kind);
    float m[MATRIX] = { 0 }, v[MATRIX] = { 0 }, g[MATRIX];
    const size_t pieces[2][2] = { { cut ? 13 : 0, MATRIX }, { 0, cut ? 13 : 0 } };

    memcpy(p, stored("first", "matrix", MATRIX), MATRIX * sizeof *p);
    for (int update = 0; update < 10; update++) {
        const struct optimizer_step step = optimizer_begin(optimizer, update + 1, scale);

        for (int k = 0; k < MATRIX; k++)
            g[k] = (float)size * gradients[update * MATRIX + k];
        for (int i = 0; i < 2; i++) {
            const size_t at = pieces[i][0], n = pieces[i][1] - at;

            optimizer_update(&step, p + at, g + at, states > 0 ? m + at : NULL,
                             states > 1 ? v + at : NULL, n, true);
        }
    }
}

static void pieces_may_be_updated_in_any_order(void **state)
{
    float whole[MATRIX], cut[MATRIX];

    run_updates(*state, whole, 1, 1, false);
    run_updates(*state, cut, 1, 1, true);
    assert_memory_equal(whole, cut, sizeof whole);
}

static void a_scale_is_as_good_as_smaller_gradients(void **state)
{
    float scaled[MATRIX], smaller[MATRIX];

    run_updates(*state, scaled, 0.25, 1, false);
    run_updates(*state, smaller, 1, 0.25, false);
    assert_memory_equal(scaled, smaller, sizeof scaled);
}

static const struct optimizer sgd = { OPTIMIZER_SGD, .learning_rate = 0.1,
                                      .weight_decay = 0.1 };
static const struct optimizer momentum = { OPTIMIZER_MOMENTUM, .learning_rate = 0.02,
                                           .momentum = 0.9, .weight_decay = 0.1 };
static const struct optimizer adam = { OPTIMIZER_ADAM, .learning_rate = 0.003,
                                       .weight_decay = 0.1 };
static const struct optimizer adamw = { OPTIMIZER_ADAMW, .learning_rate = 0.003,
                                        .weight_decay = 0.1 };
static const struct optimizer rmsprop = { OPTIMIZER_RMSPROP, .learning_rate = 0.003,
                                          .weight_decay = 0.1 };

/* clang-format off */
#define FOLLOWS(label, ...)                                                                    \
    { .name = label "_follows_torch_for_twenty_updates",                                       \
      .test_func = twenty_updates_are_those_of_torch,                                          \
      .initial_state = &(struct history){ label, { __VA_ARGS__ } } }
#define IN(sentence, test, optimizer)                                                          \
    { .name = sentence "_in_" #optimizer, .test_func = test,                                   \
      .initial_state = (void *)&(optimizer) }
#define EACH(sentence, test)                                                                   \
    IN(sentence, test, sgd), IN(sentence, test, momentum), IN(sentence, test, adam),           \
    IN(sentence, test, adamw), IN(sentence, test, rmsprop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLLOWS("sgd", OPTIMIZER_SGD, .learning_rate = 0.1),
        FOLLOWS("sgd_decay", OPTIMIZER_SGD, .learning_rate = 0.1, .weight_decay = 0.1),
        FOLLOWS("momentum", OPTIMIZER_MOMENTUM, .learning_rate = 0.02, .momentum = 0.9),
        FOLLOWS("momentum_decay", OPTIMIZER_MOMENTUM, .learning_rate = 0.02, .momentum = 0.9,
                .weight_decay = 0.1),
        FOLLOWS("adam", OPTIMIZER_ADAM, .learning_rate = 0.003),
        FOLLOWS("adam_decay", OPTIMIZER_ADAM, .learning_rate = 0.003, .weight_decay = 0.1),
        FOLLOWS("adamw", OPTIMIZER_ADAMW, .learning_rate = 0.003),
        FOLLOWS("adamw_decay", OPTIMIZER_ADAMW, .learning_rate = 0.003, .weight_decay = 0.1),
        FOLLOWS("rmsprop", OPTIMIZER_RMSPROP, .learning_rate = 0.003),
        FOLLOWS("rmsprop_decay", OPTIMIZER_RMSPROP, .learning_rate = 0.003,
                .weight_decay = 0.1),
        cmocka_unit_test(clip_factors_are_those_of_torch),
        cmocka_unit_test(a_clipped_norm_is_at_most_the_largest),
        cmocka_unit_test(no_norm_is_left_longer_than_the_largest),
        cmocka_unit_test(zero_means_no_clipping),
        cmocka_unit_test(the_first_step_of_adam_is_the_learning_rate),
        cmocka_unit_test(the_first_step_of_rmsprop_is_ten_times_the_learning_rate),
        cmocka_unit_test(sgd_with_decay_is_what_its_equation_says),
        EACH("decay_alone_shrinks_matrices_and_spares_vectors",
             decay_alone_shrinks_matrices_and_spares_vectors),
        EACH("pieces_may_be_updated_in_any_order", pieces_may_be_updated_in_any_order),
        EACH("a_scale_is_as_good_as_smaller_gradients",
             a_scale_is_as_good_as_smaller_gradients),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, open_golden, close_golden);
}

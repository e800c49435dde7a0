/*
 * The law of vanishing gradients, seen through a probe: where theory has a number, and for
 * first weights of the usual size, whose slopes were measured elsewhere.
 */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>

#include "common/training/probe.h"
#include "tests/close.h"
#include "tests/common/training/small_models.h"

struct lab {
    struct sequence_model model;
    struct task task;
    real *parameters, *prepared;
    struct probe probe;
};

static void lab_create(struct lab *lab, const struct small_case *small, uint64_t seed)
{
    small_model_create(&lab->model, &lab->task, small);
    lab->parameters = reals_zero(lab->model.parameters.total);
    lab->prepared = reals_zero(lab->model.prepared_count);
    assert_int_equal(parameters_initialise(&lab->model.parameters, lab->parameters, seed),
                     STATUS_OK);
    assert_int_equal(probe_create(&lab->probe, &lab->model, &lab->task, seed, NULL), STATUS_OK);
}

static void lab_free(struct lab *lab)
{
    probe_free(&lab->probe);
    model_free(&lab->model);
    free(lab->parameters);
    free(lab->prepared);
}

static void run_probe(struct lab *lab)
{
    const struct weights weights = { lab->parameters, lab->prepared };

    model_prepare(&lab->model, lab->parameters, lab->prepared);
    assert_int_equal(probe_run(&lab->probe, weights, NULL), STATUS_OK);
    assert_int_equal(probe_run_many(&lab->probe, weights, NULL), STATUS_OK);
}

static real *tensor(struct lab *lab, const char *name, size_t *count)
{
    const struct parameter *p = parameter_find(&lab->model.parameters, name);

    assert_non_null(p);
    *count = p->count;
    return lab->parameters + p->offset;
}

static void clear(struct lab *lab, const char *name)
{
    size_t count;
    real *values = tensor(lab, name, &count);

    for (size_t i = 0; i < count; i++)
        values[i] = 0;
}

/* g times the matrix that moves each unit to its neighbour: orthogonal, and exactly so. */
static void make_cyclic(struct lab *lab, int H, real g)
{
    size_t count;
    real *w_hh;

    clear(lab, "core.weight_hh_l0");
    w_hh = tensor(lab, "core.weight_hh_l0", &count);
    for (int k = 0; k < H; k++)
        w_hh[k * H + (k + 1) % H] = g;
}

/* No input, no bias: h stays 0, tanh' is 1 and each step back multiplies by W_hh alone. */
static void without_state_each_step_multiplies_by_the_gain(void **state)
{
    const double g = *(const double *)*state;
    const struct small_case small = { "elman", "adding", .length = 50, .hidden = 24,
                                      .layers = 1 };
    const struct profile_row *hidden;
    struct lab lab;

    lab_create(&lab, &small, 1);
    clear(&lab, "core.weight_ih_l0");
    clear(&lab, "core.bias_ih_l0");
    clear(&lab, "core.bias_hh_l0");
    make_cyclic(&lab, 24, (real)g);
    run_probe(&lab);
    hidden = &lab.probe.profile.state[0];
    assert_close(hidden->slope, log(g), 1e-7, 1e-6);
    for (int t = 0; t < 49; t++)
        assert_close(hidden->one[t] / hidden->one[t + 1], g, 0, 1e-6);
    lab_free(&lab);
}

/* tanh' <= 1, so no step multiplies by more than the largest singular value, which is g. */
static void no_step_multiplies_by_more_than_the_gain(void **state)
{
    const double g = *(const double *)*state;
    const struct small_case small = { "elman", "adding", .length = 50, .hidden = 24,
                                      .layers = 1 };
    const struct profile_row *hidden;
    struct lab lab;

    lab_create(&lab, &small, 1);
    make_cyclic(&lab, 24, (real)g);
    run_probe(&lab);
    hidden = &lab.probe.profile.state[0];
    for (int t = 0; t < 49; t++)
        assert_true(hidden->one[t] <= g * hidden->one[t + 1] * (1 + 1e-6));
    assert_true(hidden->slope < log(g) - 0.01);
    lab_free(&lab);
}

struct measured {
    struct small_case small;
    double lowest, highest; /* slope of the input view */
};

static void first_weights_give_the_measured_slope(void **state)
{
    const struct measured *row = *state;

    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct lab lab;
        double slope;

        lab_create(&lab, &row->small, seed);
        run_probe(&lab);
        slope = lab.probe.profile.input.slope;
        if (!(slope >= row->lowest && slope <= row->highest))
            fail_msg("seed %d: slope %g is not within %g to %g", (int)seed, slope, row->lowest,
                     row->highest);
        lab_free(&lab);
    }
}

/* clang-format off */
#define GAIN(sentence, test, g)                                                                \
    { .name = sentence "_of_" #g, .test_func = test, .initial_state = &(double){ g } }
#define MULTIPLIES(g)                                                                          \
    GAIN("without_state_each_step_multiplies_by_the_gain",                                     \
         without_state_each_step_multiplies_by_the_gain, g)
#define BOUNDED(g)                                                                             \
    GAIN("no_step_multiplies_by_more_than_the_gain",                                           \
         no_step_multiplies_by_more_than_the_gain, g)
#define MEASURED(on, lowest, highest, ...)                                                     \
    { .name = "first_weights_give_the_measured_slope_of_" on,                                  \
      .test_func = first_weights_give_the_measured_slope,                                      \
      .initial_state = &(struct measured){ { on, "adding", 50, 32, __VA_ARGS__ },              \
                                           lowest, highest } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        MULTIPLIES(0.5), MULTIPLIES(0.8), MULTIPLIES(0.9), MULTIPLIES(1.0), MULTIPLIES(1.25),
        BOUNDED(0.8), BOUNDED(1.0), BOUNDED(1.25),
        MEASURED("elman", -0.72, -0.48, 64, 1),
        MEASURED("gru", -0.52, -0.35, 64, 1),
        MEASURED("lstm", -0.50, -0.36, 64, 1),
        MEASURED("transformer", -0.025, 0.025, 0, 2),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}

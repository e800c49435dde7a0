/* Gradients of whole models, in double: every parameter, and the task's own input. */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "tests/close.h"
#include "tests/gradcheck.h"
#include "tests/layer_fixture.h"
#include "tests/model_fixture.h"

/* Forward and backward. What the memory held before must not matter, so it is used twice. */
static void run(struct model_fixture *fx)
{
    const size_t outputs = (size_t)(output_steps(&fx->batch.shape) * fx->batch.extent.batch *
                                    fx->batch.shape.outputs);

    model_fixture_forward(fx);
    fill_normal(fx->workspace.doutput, outputs, 20, 100);
    model_fixture_backward(fx);
    memset(fx->gradients, 0, fx->model.parameters.total * sizeof *fx->gradients);
    model_fixture_forward(fx);
    model_fixture_backward(fx);
}

static void assert_parameters(struct model_fixture *fx, const struct model_case *sizes)
{
    const struct zero_rows none[] = { { 0 } };
    const struct zero_rows keys[] = {
        { "core.layers.0.self_attn.in_proj_bias", sizes->width, sizes->width },
        { "core.layers.1.self_attn.in_proj_bias", sizes->width, sizes->width },
        { 0 },
    };

    assert_all_gradients(&fx->model.parameters, sizes->family == TRANSFORMER ? keys : none,
                         fx->parameters, fx->gradients, model_fixture_loss, fx);
}

static real *tensor(struct model_fixture *fx, const char *name)
{
    const struct parameter *p = parameter_find(&fx->model.parameters, name);

    return p ? fx->parameters + p->offset : NULL;
}

/*
 * A model of tokens is one of features fed with one-hot vectors, whose input matrix is the
 * transposed table. So that one has the loss as a function of the one-hot input.
 */
static void twin_create(struct model_fixture *twin, struct model_fixture *fx,
                        const struct model_case *sizes)
{
    const int V = sizes->shape.inputs, D = sizes->width;
    struct model_case other = *sizes;

    other.shape.input = INPUT_FEATURES;
    model_fixture_create(twin, &other);
    for (int i = 0; i < twin->model.parameters.count; i++) {
        const struct parameter *p = &twin->model.parameters.items[i];
        const real *same = tensor(fx, p->name);

        if (same != NULL)
            memcpy(twin->parameters + p->offset, same, p->count * sizeof *same);
    }
    for (int v = 0; v < V; v++)
        for (int k = 0; k < D; k++)
            tensor(twin, "input.weight")[k * V + v] = tensor(fx, "embedding.weight")[v * D + k];
    memset(tensor(twin, "input.bias"), 0, (size_t)D * sizeof(real));
    for (size_t row = 0; row < extent_rows(twin->batch.extent); row++)
        for (int v = 0; v < V; v++)
            twin->batch.features[row * (size_t)V + (size_t)v] = fx->batch.tokens[row] == v;
    if (fx->batch.classes != NULL) /* another sequence of draws; values are the same already */
        memcpy(twin->batch.classes, fx->batch.classes,
               (size_t)(output_steps(&sizes->shape) * sizes->batch) * sizeof(int));
}

static void assert_input(struct model_fixture *fx, const struct model_case *sizes)
{
    struct gradient input = { "the task's input",
                              NULL,
                              fx->workspace.dinput,
                              extent_rows(fx->batch.extent) * (size_t)sizes->shape.inputs,
                              0,
                              0 };
    struct model_fixture twin;

    if (sizes->shape.input == INPUT_FEATURES) {
        input.value = fx->batch.features;
        assert_gradient(&input, model_fixture_loss, fx);
        return;
    }
    twin_create(&twin, fx, sizes);
    assert_close((double)model_fixture_loss(&twin), (double)model_fixture_loss(fx), 0, 1e-12);
    input.value = twin.batch.features;
    assert_gradient(&input, model_fixture_loss, &twin);
    model_fixture_free(&twin);
}

/* Training may work on the different rows of its input alone; a probe sees every step. */
static void assert_training_agrees(struct model_fixture *fx)
{
    const size_t total = fx->model.parameters.total;
    struct workspace probing = fx->workspace;
    real *probed = calloc(total, sizeof *probed);

    assert_non_null(probed);
    run(fx);
    memcpy(probed, fx->gradients, total * sizeof *probed);
    assert_int_equal(
        workspace_create(&fx->workspace, &fx->model, probing.capacity, false, NULL), STATUS_OK);
    run(fx);
    for (size_t i = 0; i < total; i++)
        assert_close((double)fx->gradients[i], (double)probed[i], 1e-13, 1e-11);
    workspace_free(&fx->workspace);
    fx->workspace = probing;
    free(probed);
}

static void gradients_match_finite_differences(void **state)
{
    const struct model_case *sizes = *state;
    struct model_fixture fx;

    model_fixture_create(&fx, sizes);
    fill_normal(fx.parameters, fx.model.parameters.total, 21, 0.5); /* no bias is zero */
    run(&fx);
    assert_parameters(&fx, sizes);
    assert_training_agrees(&fx);
    run(&fx);
    if (sizes->layers > 0 || sizes->shape.input == INPUT_FEATURES) /* else there is no twin */
        assert_input(&fx, sizes);
    model_fixture_free(&fx);
}

/* clang-format off */
#define CASE(label, which, in, target_, out, where)                                        \
    { .name = label "_match_finite_differences",                                           \
      .test_func = gradients_match_finite_differences,                                     \
      .initial_state = &(struct model_case){                                               \
          .family = which, .batch = 3, .width = 4, .layers = 2, .hidden = 5, .heads = 2,   \
          .shape = { .steps = 6, .input = in, .inputs = 3, .target = target_,              \
                     .outputs = out, .readout = where } } }

#define FAMILY(name, which)                                                                \
    CASE(name "_gradients_of_tokens_to_classes", which,                                    \
         INPUT_TOKENS, TARGET_CLASSES, 7, READOUT_EVERY),                                  \
    CASE(name "_gradients_of_tokens_to_a_last_class", which,                               \
         INPUT_TOKENS, TARGET_CLASSES, 7, READOUT_LAST),                                   \
    CASE(name "_gradients_of_tokens_to_values", which,                                     \
         INPUT_TOKENS, TARGET_VALUES, 2, READOUT_EVERY),                                   \
    CASE(name "_gradients_of_tokens_to_a_last_value", which,                               \
         INPUT_TOKENS, TARGET_VALUES, 2, READOUT_LAST),                                    \
    CASE(name "_gradients_of_features_to_classes", which,                                  \
         INPUT_FEATURES, TARGET_CLASSES, 7, READOUT_EVERY),                                \
    CASE(name "_gradients_of_features_to_a_last_class", which,                             \
         INPUT_FEATURES, TARGET_CLASSES, 7, READOUT_LAST),                                 \
    CASE(name "_gradients_of_features_to_values", which,                                   \
         INPUT_FEATURES, TARGET_VALUES, 2, READOUT_EVERY),                                 \
    CASE(name "_gradients_of_features_to_a_last_value", which,                             \
         INPUT_FEATURES, TARGET_VALUES, 2, READOUT_LAST)

#define LINEAR(label, in, target_, out, where)                                             \
    { .name = "linear_gradients_of_" label "_match_finite_differences",                    \
      .test_func = gradients_match_finite_differences,                                     \
      .initial_state = &(struct model_case){                                               \
          .batch = 3, .width = 4, .shape = { .steps = 6, .input = in, .inputs = 3,         \
          .target = target_, .outputs = out, .readout = where } } }

static const struct CMUnitTest tests[] = {
    LINEAR("features_to_values", INPUT_FEATURES, TARGET_VALUES, 2, READOUT_EVERY),
    LINEAR("features_to_a_last_value", INPUT_FEATURES, TARGET_VALUES, 2, READOUT_LAST),
    LINEAR("features_to_a_class_of_their_mean",
           INPUT_FEATURES, TARGET_CLASSES, 7, READOUT_MEAN),
    LINEAR("tokens_to_classes", INPUT_TOKENS, TARGET_CLASSES, 7, READOUT_EVERY),
    LINEAR("tokens_to_a_class_of_their_mean", INPUT_TOKENS, TARGET_CLASSES, 7, READOUT_MEAN),
    FAMILY("elman", ELMAN),
    FAMILY("lstm", LSTM),
    FAMILY("gru", GRU),
    FAMILY("transformer", TRANSFORMER),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}

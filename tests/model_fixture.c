#include "tests/model_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/numeric/random.h"
#include "rnn/elman.h"
#include "rnn/gru.h"
#include "rnn/lstm.h"
#include "tests/layer_fixture.h"
#include "tests/test.h"
#include "tests/transformer/causal_block.h"
#include "transformer/layer_norm.h"
#include "transformer/positions.h"

enum { FEATURES = 10, VALUES = 11, WHOLE = 12 }; /* streams of random numbers */

static void build_recurrent(struct stack *core, const struct model_case *sizes)
{
    static struct layer *(*const create[])(const struct recurrent_options *) = {
        [ELMAN] = elman_create, [LSTM] = lstm_create, [GRU] = gru_create
    };

    for (int i = 0; i < sizes->layers; i++) {
        const struct recurrent_options options = { .inputs = i ? sizes->hidden : sizes->width,
                                                   .hidden = sizes->hidden,
                                                   .number = i,
                                                   .depth = i };

        stack_add(core, create[sizes->family](&options), "core.");
    }
}

static void build_transformer(struct stack *core, const struct model_case *sizes)
{
    stack_add(core, positions_create(sizes->width, sizes->shape.steps), "positions.");
    for (int i = 0; i < sizes->layers; i++) {
        char prefix[PARAMETER_NAME_MAX];

        snprintf(prefix, sizeof prefix, "core.layers.%d.", i);
        stack_add(core, causal_block_create(sizes->width, sizes->heads, i), prefix);
    }
    stack_add(core, layer_norm_create(sizes->width), "core.norm.");
}

static void fill_batch(struct batch *batch)
{
    struct random random = random_stream(3, RANDOM_PROBE, WHOLE, 0);
    const size_t rows = extent_rows(batch->extent);
    const size_t scored = (size_t)output_steps(&batch->shape) * (size_t)batch->extent.batch;

    for (size_t i = 0; i < rows && batch->tokens != NULL; i++)
        batch->tokens[i] = (int)random_below(&random, (uint32_t)batch->shape.inputs);
    for (size_t i = 0; i < scored && batch->classes != NULL; i++)
        batch->classes[i] = i % 4 == 1
                                ? TARGET_IGNORED
                                : (int)random_below(&random, (uint32_t)batch->shape.outputs);
    if (batch->features != NULL)
        fill_normal(batch->features, rows * (size_t)batch->shape.inputs, FEATURES, 1);
    if (batch->values != NULL)
        fill_normal(batch->values, scored * (size_t)batch->shape.outputs, VALUES, 1);
}

void model_fixture_create(struct model_fixture *fx, const struct model_case *sizes)
{
    const struct extent capacity = { .batch = sizes->batch + 2,
                                     .steps = sizes->shape.steps + 1 };
    struct stack core = { 0 };

    *fx = (struct model_fixture){ 0 };
    if (sizes->family == TRANSFORMER)
        build_transformer(&core, sizes);
    else
        build_recurrent(&core, sizes);
    assert_int_equal(model_create(&fx->model, &sizes->shape, sizes->width, &core, NULL),
                     STATUS_OK);
    assert_int_equal(batch_create(&fx->batch, &sizes->shape, sizes->batch, NULL), STATUS_OK);
    assert_int_equal(workspace_create(&fx->workspace, &fx->model, capacity, true, NULL),
                     STATUS_OK);
    fill_batch(&fx->batch);
    fx->parameters = calloc(fx->model.parameters.total, sizeof *fx->parameters);
    fx->gradients = calloc(fx->model.parameters.total, sizeof *fx->gradients);
    fx->prepared = calloc(fx->model.prepared_count, sizeof *fx->prepared);
    assert_true(fx->parameters != NULL && fx->gradients != NULL && fx->prepared != NULL);
    assert_int_equal(parameters_initialise(&fx->model.parameters, fx->parameters, 1),
                     STATUS_OK);
}

void model_fixture_free(struct model_fixture *fx)
{
    workspace_free(&fx->workspace);
    batch_free(&fx->batch);
    model_free(&fx->model);
    free(fx->parameters);
    free(fx->gradients);
    free(fx->prepared);
    *fx = (struct model_fixture){ 0 };
}

void model_fixture_forward(struct model_fixture *fx)
{
    const struct weights weights = { fx->parameters, fx->prepared };

    model_prepare(&fx->model, fx->parameters, fx->prepared);
    model_forward(&fx->model, weights, &fx->workspace, &fx->batch);
    fx->loss = loss_evaluate(&fx->batch, fx->workspace.output, fx->workspace.doutput);
}

real model_fixture_loss(void *fixture)
{
    struct model_fixture *fx = fixture;

    model_fixture_forward(fx);
    return (real)fx->loss.sum;
}

void model_fixture_backward(struct model_fixture *fx)
{
    model_backward(&fx->model, &fx->workspace, fx->gradients);
}

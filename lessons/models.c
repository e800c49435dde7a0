#include "lessons/models.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "lessons/recurrent_arm.h"
#include "rnn/elman.h"
#include "rnn/gru.h"
#include "rnn/lstm.h"
#include "transformer/block.h"
#include "transformer/layer_norm.h"
#include "transformer/positions.h"

static void build_elman(struct stack *core, const struct arm_config *arm, int layers, int steps)
{
    recurrent_arm_build(core, arm, layers, steps, elman_create, "core.");
}

static void build_lstm(struct stack *core, const struct arm_config *arm, int layers, int steps)
{
    recurrent_arm_build(core, arm, layers, steps, lstm_create, "core.");
}

static void build_gru(struct stack *core, const struct arm_config *arm, int layers, int steps)
{
    recurrent_arm_build(core, arm, layers, steps, gru_create, "core.");
}

/*
 * Learned positions, pre-norm blocks, final norm: torch.nn.TransformerEncoder(norm_first=True).
 */
static void build_transformer(struct stack *core, const struct arm_config *arm, int layers,
                              int steps)
{
    stack_add(core, positions_create(arm->width, steps), "positions.");
    for (int i = 0; i < layers; i++) {
        char prefix[PARAMETER_NAME_MAX];

        snprintf(prefix, sizeof prefix, "core.layers.%d.", i);
        stack_add(core, block_create(arm->width, arm->heads, i), prefix);
    }
    stack_add(core, layer_norm_create(arm->width), "core.norm.");
}

/* No core: the readout alone. */
static void build_linear(struct stack *core, const struct arm_config *arm, int layers,
                         int steps)
{
    (void)core;
    (void)arm;
    (void)layers;
    (void)steps;
}

static const struct model_kind linear_model = {
    .name = "linear",
    .about =
        "y = W x + b at every step by itself, of an embedding if x is a symbol (nn.Linear)",
    .default_learning_rate = 1e-2,
    .build = build_linear,
};
static const struct model_kind elman_model = {
    .name = "elman",
    .about = "plain recurrent network, h = tanh(W x + U h + b) (PyTorch's nn.RNN)",
    .default_layers = 1,
    .default_learning_rate = 3e-3,
    .recurrent = true,
    .build = build_elman,
};
static const struct model_kind lstm_model = {
    .name = "lstm",
    .about = "long short-term memory: a cell behind three gates (nn.LSTM)",
    .default_layers = 1,
    .default_learning_rate = 3e-3,
    .recurrent = true,
    .build = build_lstm,
};
static const struct model_kind gru_model = {
    .name = "gru",
    .about = "gated recurrent unit: two gates, no separate cell (nn.GRU)",
    .default_layers = 1,
    .default_learning_rate = 3e-3,
    .recurrent = true,
    .build = build_gru,
};
static const struct model_kind transformer_model = {
    .name = "transformer",
    .about = "decoder-only, pre-norm, causal, learned positions, GELU (nn.TransformerEncoder)",
    .default_layers = 2,
    .default_learning_rate = 1e-3,
    .uses_heads = true,
    .build = build_transformer,
};

static const struct model_kind *const kinds[] = { &elman_model, &lstm_model, &gru_model,
                                                  &transformer_model, &linear_model };
enum { KINDS = sizeof kinds / sizeof kinds[0] };

const struct model_kind *const *model_kinds(int *count)
{
    *count = KINDS;
    return kinds;
}

enum status model_kind_find(const struct model_kind **kind, const char *name,
                            struct error *error)
{
    char names[256] = "";

    for (int i = 0; i < KINDS; i++) {
        if (strcmp(kinds[i]->name, name) == 0) {
            *kind = kinds[i];
            return STATUS_OK;
        }
        error_list_word(names, sizeof names, kinds[i]->name);
    }
    return error_set(error, STATUS_USAGE, "unknown model \"%s\"; there are: %s", name, names);
}

enum status arm_check(const struct arm_config *arm, const char *name, struct error *error)
{
    const struct model_kind *kind = NULL;
    struct error reason;

    if (model_kind_find(&kind, arm->model, &reason) != STATUS_OK)
        return error_set(error, STATUS_USAGE, "%s: %s", name, reason.message);
    if (kind->uses_heads && arm->width % arm->heads != 0)
        return error_set(
            error, STATUS_USAGE,
            "%s: %d heads do not divide width %d; each head takes an equal part of it", name,
            arm->heads, arm->width);
    return kind->recurrent ? recurrent_arm_check(arm, name, error) : STATUS_OK;
}

static const struct model_kind *kind_of(const struct arm_config *arm)
{
    const struct model_kind *kind = NULL;
    const enum status status = model_kind_find(&kind, arm->model, NULL);

    assert(status == STATUS_OK); /* arm_check has accepted it */
    return kind;
}

enum status arm_model(struct sequence_model *model, const struct arm_config *arm,
                      const struct batch_shape *shape, struct error *error)
{
    const struct model_kind *kind = kind_of(arm);
    struct stack core = { 0 };
    enum status status;

    kind->build(&core, arm, arm_layers(arm), shape->steps);
    status = model_create(model, shape, arm->width, &core, error);
    if (status == STATUS_OK && kind->recurrent && arm->drive > 0)
        recurrent_arm_drive(&model->parameters, arm->drive);
    return status;
}

int arm_layers(const struct arm_config *arm)
{
    return arm->layers ? arm->layers : kind_of(arm)->default_layers;
}

double arm_learning_rate(const struct lab_config *config, int arm)
{
    if (config->arm[arm].learning_rate > 0)
        return config->arm[arm].learning_rate;
    if (config->training.learning_rate > 0)
        return config->training.learning_rate;
    return kind_of(&config->arm[arm])->default_learning_rate;
}

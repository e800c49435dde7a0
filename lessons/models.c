#include "lessons/models.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "lessons/recurrent_arm.h"
#include "rnn/elman.h"
#include "rnn/gru.h"
#include "rnn/lstm.h"
#include "transformer/attend.h"
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

static struct attention_options attend_options(const struct arm_config *arm, int layers)
{
    return (struct attention_options){ .heads = arm->heads, .depth = layers, .sources = true };
}

/*
 * An attention layer over the states of recurrent ones. It looks at the source's states where a
 * sequence has a source, else at all past ones.
 */
static void build_attended(struct stack *core, const struct arm_config *arm, int layers,
                           int steps, recurrent_creator *create)
{
    struct attention_options options = attend_options(arm, layers);

    recurrent_arm_build(core, arm, layers, steps, create, "core.0.");
    if (core->failed)
        return;
    options.width = core->items[core->count - 1].layer->out;
    stack_add(core, attend_create(&options), "core.1.");
}

static void build_attended_elman(struct stack *core, const struct arm_config *arm, int layers,
                                 int steps)
{
    build_attended(core, arm, layers, steps, elman_create);
}

static void build_attended_lstm(struct stack *core, const struct arm_config *arm, int layers,
                                int steps)
{
    build_attended(core, arm, layers, steps, lstm_create);
}

static void build_attended_gru(struct stack *core, const struct arm_config *arm, int layers,
                               int steps)
{
    build_attended(core, arm, layers, steps, gru_create);
}

static struct block_options block_options(const struct arm_config *arm, int layers, int i)
{
    static const enum attention_mask masks[] = {
        [MASK_CAUSAL] = ATTENTION_CAUSAL,   [MASK_FULL] = ATTENTION_FULL,
        [MASK_WINDOW] = ATTENTION_WINDOW,   [MASK_BLOCK] = ATTENTION_BLOCK,
        [MASK_STRIDED] = ATTENTION_STRIDED, [MASK_TWO_LEVEL] = ATTENTION_TWO_LEVEL
    };
    static const enum block_norm norms[] = { [NORM_BEFORE] = BLOCK_NORM_BEFORE,
                                             [NORM_AFTER] = BLOCK_NORM_AFTER,
                                             [NORM_NONE] = BLOCK_NORM_NONE };

    return (struct block_options){
        .attention = { .width = arm->width,
                       .heads = arm->heads,
                       .depth = i,
                       .mask = masks[arm->mask],
                       .span = arm->span,
                       .position = arm->positions == POSITIONS_ROPE    ? ATTENTION_ROPE
                                   : arm->positions == POSITIONS_ALIBI ? ATTENTION_ALIBI
                                                                       : ATTENTION_NO_POSITION,
                       .initial =
                           arm->initial == WEIGHTS_GPT2 ? ATTENTION_GPT2 : ATTENTION_DEFAULT,
                       .layers = layers },
        .norm = norms[arm->norm],
        .feed_forward = arm->feed_forward,
        .residual = arm->residual,
    };
}

/*
 * Positions, blocks, and with norm before a final norm:
 * torch.nn.TransformerEncoder(norm_first=True, norm=nn.LayerNorm). With norm after every block
 * ends in one already (norm_first=False, norm=None).
 */
static void build_transformer(struct stack *core, const struct arm_config *arm, int layers,
                              int steps)
{
    if (arm->positions == POSITIONS_LEARNED)
        stack_add(core, positions_create(arm->width, steps), "positions.");
    if (arm->positions == POSITIONS_SINUSOIDAL)
        stack_add(core, sinusoidal_create(arm->width), "positions.");
    for (int i = 0; i < layers; i++) {
        const struct block_options options = block_options(arm, layers, i);
        char prefix[PARAMETER_NAME_MAX];

        snprintf(prefix, sizeof prefix, "core.layers.%d.", i);
        stack_add(core, block_create(&options), prefix);
    }
    if (arm->norm == NORM_BEFORE)
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

static const char *const elman_traces[] = { "hidden", NULL };
static const char *const lstm_traces[] = { "hidden", "cell",   "gate.i", "gate.f",
                                           "gate.g", "gate.o", NULL };
static const char *const gru_traces[] = { "hidden", "gate.r", "gate.z", "gate.n", NULL };

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
    .traces = elman_traces,
    .build = build_elman,
};
static const struct model_kind lstm_model = {
    .name = "lstm",
    .about = "long short-term memory: a cell behind three gates (nn.LSTM)",
    .default_layers = 1,
    .default_learning_rate = 3e-3,
    .recurrent = true,
    .traces = lstm_traces,
    .build = build_lstm,
};
static const struct model_kind gru_model = {
    .name = "gru",
    .about = "gated recurrent unit: two gates, no separate cell (nn.GRU)",
    .default_layers = 1,
    .default_learning_rate = 3e-3,
    .recurrent = true,
    .traces = gru_traces,
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

static const struct model_kind attended_elman_model = {
    .name = "elman+attention",
    .about = "elman, and one attention layer over its past states (or the source's)",
    .default_layers = 1,
    .default_learning_rate = 3e-3,
    .recurrent = true,
    .uses_heads = true,
    .traces = elman_traces,
    .build = build_attended_elman,
};
static const struct model_kind attended_lstm_model = {
    .name = "lstm+attention",
    .about = "lstm, and one attention layer over its past states (or the source's)",
    .default_layers = 1,
    .default_learning_rate = 3e-3,
    .recurrent = true,
    .uses_heads = true,
    .traces = lstm_traces,
    .build = build_attended_lstm,
};
static const struct model_kind attended_gru_model = {
    .name = "gru+attention",
    .about = "gru, and one attention layer over its past states (Bahdanau 2015)",
    .default_layers = 1,
    .default_learning_rate = 3e-3,
    .recurrent = true,
    .uses_heads = true,
    .traces = gru_traces,
    .build = build_attended_gru,
};

static const struct model_kind *const kinds[] = {
    &elman_model,          &lstm_model,          &gru_model,          &transformer_model,
    &attended_elman_model, &attended_lstm_model, &attended_gru_model, &linear_model,
};
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

bool model_kind_has_core(const struct model_kind *kind)
{
    return kind->default_layers > 0;
}

int arm_attention_width(const struct arm_config *arm, const struct model_kind *kind)
{
    if (!kind->recurrent)
        return arm->width;
    return arm->direction == DIRECTION_BOTH ? 2 * arm->hidden : arm->hidden;
}

/* Of the one attention layer over recurrent ones, or of every block. */
static struct attention_options attention_options_of(const struct arm_config *arm)
{
    const int layers = arm_layers(arm);

    return arm_kind(arm)->recurrent ? attend_options(arm, layers)
                                    : block_options(arm, layers, 0).attention;
}

bool arm_mask(const struct arm_config *arm, int steps, struct mask *mask)
{
    const struct attention_options options = attention_options_of(arm);

    if (!arm_kind(arm)->uses_heads)
        return false;
    *mask = (struct mask){ .kind = options.mask, .span = options.span, .steps = steps };
    return true;
}

size_t arm_attention_stored(const struct arm_config *arm, int steps)
{
    const struct attention_options options = attention_options_of(arm);
    const struct model_kind *kind = arm_kind(arm);

    if (!kind->uses_heads)
        return 0;
    return (size_t)(kind->recurrent ? 1 : arm_layers(arm)) *
           attention_stored_count(&options, steps);
}

/* Heads that take equal parts of the width, even ones where pairs of numbers are turned. */
static enum status check_heads(const struct arm_config *arm, const struct model_kind *kind,
                               const char *name, struct error *error)
{
    const int width = arm_attention_width(arm, kind);

    if (width % arm->heads != 0)
        return error_set(
            error, STATUS_USAGE,
            "%s: %d heads do not divide %s %d; each head takes an equal part of it", name,
            arm->heads, kind->recurrent ? "the hidden width" : "width", width);
    if (!kind->recurrent && arm->positions == POSITIONS_ROPE && width / arm->heads % 2 != 0)
        return error_set(error, STATUS_USAGE,
                         "%s: rope turns pairs of numbers, and %d heads of width %d have %d "
                         "each; it must be even",
                         name, arm->heads, width, width / arm->heads);
    return STATUS_OK;
}

static enum status check_transformer(const struct arm_config *arm, const char *name,
                                     struct error *error)
{
    if (arm->initial != WEIGHTS_DEFAULT && arm->initial != WEIGHTS_GPT2)
        return error_set(error, STATUS_USAGE,
                         "%s: a transformer's initial can be default or gpt2; the others are "
                         "for recurrent layers",
                         name);
    return STATUS_OK;
}

/* What only one of the families has would be without effect in the other. */
static enum status check_family(const struct arm_config *arm, const struct model_kind *kind,
                                const char *name, struct error *error)
{
    const struct arm_config plain = config_default().arm[0];
    const struct {
        const char *key;
        bool recurrent, chosen;
    } choices[] = {
        { "squash", true, arm->squash != plain.squash },
        { "direction", true, arm->direction != plain.direction },
        { "state", true, arm->state != plain.state },
        { "truncate", true, arm->truncate > 0 },
        { "forget_bias", true, arm->forget_bias > 0 },
        { "drive", true, arm->drive > 0 },
        { "positions", false, arm->positions != plain.positions },
        { "mask", false, arm->mask != plain.mask },
        { "norm", false, arm->norm != plain.norm },
        { "feed_forward", false, arm->feed_forward != plain.feed_forward },
        { "residual", false, arm->residual != plain.residual },
    };

    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
        if (choices[i].chosen && choices[i].recurrent != kind->recurrent)
            return error_set(
                error, STATUS_USAGE, "%s: %s is for %s; %s has no such choice, leave it out",
                name, choices[i].key, choices[i].recurrent ? "recurrent layers" : "transformer",
                arm->model);
    return STATUS_OK;
}

enum status arm_check(const struct arm_config *arm, const char *name, struct error *error)
{
    const struct model_kind *kind = NULL;
    struct error reason;
    enum status status;

    if (model_kind_find(&kind, arm->model, &reason) != STATUS_OK)
        return error_set(error, STATUS_USAGE, "%s: %s", name, reason.message);
    if (!model_kind_has_core(kind))
        return STATUS_OK;
    status = check_family(arm, kind, name, error);
    if (status == STATUS_OK)
        status = kind->recurrent ? recurrent_arm_check(arm, name, error)
                                 : check_transformer(arm, name, error);
    if (status == STATUS_OK && kind->uses_heads)
        status = check_heads(arm, kind, name, error);
    return status;
}

const struct model_kind *arm_kind(const struct arm_config *arm)
{
    const struct model_kind *kind = NULL;
    const enum status status = model_kind_find(&kind, arm->model, NULL);

    assert(status == STATUS_OK); /* arm_check has accepted it */
    return kind;
}

/*
 * What stands around the core starts as GPT-2's does, too: embedding, learned positions and
 * readout N(0, .02^2), biases 0 (Radford and others 2019; nanoGPT).
 */
static void gpt2_ends(struct parameter_list *list)
{
    for (int i = 0; i < list->count; i++) {
        const struct parameter *p = &list->items[i];

        if (strncmp(p->name, "core.", strlen("core.")) != 0)
            parameter_start(list, p->offset,
                            p->rank == 2 ? (struct initial){ INITIAL_NORMAL, 0.02 }
                                         : (struct initial){ INITIAL_CONSTANT, 0 });
    }
}

enum status arm_model(struct sequence_model *model, const struct arm_config *arm,
                      const struct batch_shape *shape, struct error *error)
{
    const struct model_kind *kind = arm_kind(arm);
    struct stack core = { 0 };
    enum status status;

    kind->build(&core, arm, arm_layers(arm), shape->steps);
    status = model_create(model, shape, arm->width, &core, error);
    if (status == STATUS_OK && arm->initial == WEIGHTS_GPT2)
        gpt2_ends(&model->parameters);
    if (status == STATUS_OK && kind->recurrent && arm->drive > 0)
        recurrent_arm_drive(&model->parameters, arm->drive);
    return status;
}

int arm_layers(const struct arm_config *arm)
{
    return arm->layers ? arm->layers : arm_kind(arm)->default_layers;
}

double arm_learning_rate(const struct lab_config *config, int arm)
{
    if (config->arm[arm].learning_rate > 0)
        return config->arm[arm].learning_rate;
    if (config->training.learning_rate > 0)
        return config->training.learning_rate;
    return arm_kind(&config->arm[arm])->default_learning_rate;
}

struct trainer_options arm_trainer_options(const struct lab_config *config, int arm)
{
    const struct training_config *t = &config->training;

    return (struct trainer_options){
        .batch = t->batch,
        .threads = t->threads,
        .seed = t->seed,
        .optimizer = { .kind = t->optimizer,
                       .learning_rate = arm_learning_rate(config, arm),
                       .momentum = t->momentum,
                       .weight_decay = t->weight_decay },
        .schedule = { .kind = t->schedule,
                      .warmup = t->warmup,
                      .steps = t->steps,
                      .decay_from = t->decay_from,
                      .decay_to = t->decay_to,
                      .decay_every = t->decay_every,
                      .decay_by = t->decay_by },
        .clip = t->clip,
        .samples = t->samples,
    };
}

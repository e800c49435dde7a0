#include "lessons/recurrent_arm.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "rnn/bidirectional.h"

static const enum recurrent_initial initials[] = {
    [WEIGHTS_DEFAULT] = RECURRENT_DEFAULT,   [WEIGHTS_ORTHOGONAL] = RECURRENT_ORTHOGONAL,
    [WEIGHTS_IDENTITY] = RECURRENT_IDENTITY, [WEIGHTS_CHRONO] = RECURRENT_CHRONO,
    [WEIGHTS_GPT2] = RECURRENT_DEFAULT, /* recurrent_arm_check refuses it */
};

void recurrent_arm_build(struct stack *core, const struct arm_config *arm, int layers,
                         int steps, recurrent_creator *create, const char *prefix)
{
    const bool both = arm->direction == DIRECTION_BOTH;
    int inputs = arm->width;

    for (int i = 0; i < layers; i++) {
        const struct recurrent_options options = {
            .inputs = inputs,
            .hidden = arm->hidden,
            .number = i,
            .depth = i,
            .initial = initials[arm->initial],
            .gain = arm->gain,
            .forget_bias = arm->forget_bias,
            .longest = steps,
            .squash = arm->squash == SQUASH_RELU ? RECURRENT_RELU : RECURRENT_TANH,
            .truncate = arm->truncate,
            .learned_state = arm->state == STATE_LEARNED,
        };

        stack_add(core, both ? bidirectional_create(create, &options) : create(&options),
                  prefix);
        inputs = both ? 2 * arm->hidden : arm->hidden;
    }
}

/* Is the cell of the arm's model, what stands before a "+", that one? */
static bool has_cell(const struct arm_config *arm, const char *cell)
{
    const size_t length = strcspn(arm->model, "+");

    return strlen(cell) == length && strncmp(arm->model, cell, length) == 0;
}

static enum status check_drive(const struct arm_config *arm, const char *name,
                               struct error *error)
{
    if (arm->drive <= 0)
        return STATUS_OK;
    if (strcmp(arm->model, "elman") != 0 || arm->layers > 1 || arm->direction == DIRECTION_BOTH)
        return error_set(error, STATUS_USAGE,
                         "%s: drive is for one layer of elman with direction = forward", name);
    if (arm->hidden != arm->width)
        return error_set(error, STATUS_USAGE,
                         "%s: drive hands each number to one unit: hidden is %d, width %d, and "
                         "they must be equal",
                         name, arm->hidden, arm->width);
    return STATUS_OK;
}

enum status recurrent_arm_check(const struct arm_config *arm, const char *name,
                                struct error *error)
{
    const bool chrono = arm->initial == WEIGHTS_CHRONO;

    if (arm->initial == WEIGHTS_GPT2)
        return error_set(error, STATUS_USAGE,
                         "%s: initial = gpt2 is for transformer; for %s there are: default, "
                         "orthogonal, identity%s",
                         name, arm->model, has_cell(arm, "elman") ? "" : ", chrono");
    if (chrono && has_cell(arm, "elman"))
        return error_set(error, STATUS_USAGE,
                         "%s: initial = chrono is for the gates of lstm and gru; for %s there "
                         "are: default, orthogonal, identity",
                         name, arm->model);
    if (arm->forget_bias > 0 && !has_cell(arm, "lstm"))
        return error_set(error, STATUS_USAGE,
                         "%s: forget_bias is for lstm; %s has no forget gate, leave it 0", name,
                         arm->model);
    if (arm->forget_bias > 0 && chrono)
        return error_set(
            error, STATUS_USAGE,
            "%s: initial = chrono sets the forget gate's bias; leave forget_bias 0", name);
    if (arm->squash == SQUASH_RELU && !has_cell(arm, "elman"))
        return error_set(error, STATUS_USAGE, "%s: squash = relu is for elman; %s has tanh",
                         name, arm->model);
    if (arm->truncate > 0 && arm->direction == DIRECTION_BOTH)
        return error_set(error, STATUS_USAGE,
                         "%s: truncate needs direction = forward: windows of %d steps would "
                         "not see what both reads from the end",
                         name, arm->truncate);
    return check_drive(arm, name, error);
}

enum status recurrent_arm_fits(const struct arm_config *arm, const struct batch_shape *shape,
                               const char *name, struct error *error)
{
    if (arm->drive <= 0 || !has_cell(arm, "elman") ||
        (shape->input == INPUT_FEATURES && shape->inputs == arm->width))
        return STATUS_OK;
    return error_set(error, STATUS_USAGE,
                     "%s: drive hands each number of the task's input to one unit: the task "
                     "has %d %s in each step, width is %d",
                     name, shape->input == INPUT_FEATURES ? shape->inputs : 1,
                     shape->input == INPUT_FEATURES ? "numbers" : "symbol", arm->width);
}

static void start(struct parameter_list *list, const char *name, struct initial initial)
{
    const struct parameter *p = parameter_find(list, name);

    assert(p != NULL); /* check_drive */
    parameter_start(list, p->offset, initial);
}

void recurrent_arm_drive(struct parameter_list *list, double variance)
{
    const struct initial zero = { INITIAL_CONSTANT, 0 };

    start(list, "input.weight", (struct initial){ INITIAL_IDENTITY, 1 });
    start(list, "core.weight_ih_l0", (struct initial){ INITIAL_IDENTITY, sqrt(variance) });
    start(list, "input.bias", zero);
    start(list, "core.bias_ih_l0", zero);
    start(list, "core.bias_hh_l0", zero);
}

static bool is_recurrent(const struct parameter *p)
{
    return strstr(p->name, ".weight_hh_l") != NULL;
}

bool recurrent_arm_scale(const struct parameter_list *list, real *parameters, double factor)
{
    for (int write = 0; write < 2; write++)
        for (int i = 0; i < list->count; i++) {
            const struct parameter *p = &list->items[i];
            real *matrix = parameters + p->offset;

            for (size_t k = 0; k < p->count && is_recurrent(p); k++) {
                const real product = (real)(factor * (double)matrix[k]);

                if (write)
                    matrix[k] = product;
                else if (!isfinite(product))
                    return false;
            }
        }
    return true;
}

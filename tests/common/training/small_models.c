#include "tests/common/training/small_models.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rnn/elman.h"
#include "rnn/gru.h"
#include "rnn/lstm.h"
#include "tests/test.h"
#include "tests/transformer/causal_block.h"
#include "transformer/layer_norm.h"
#include "transformer/positions.h"

static int or_default(int number, int otherwise)
{
    return number ? number : otherwise;
}

static void add_recurrent(struct stack *core, const char *model, int width, int H, int layers)
{
    for (int i = 0; i < layers; i++) {
        const struct recurrent_options options = {
            .inputs = i ? H : width, .hidden = H, .number = i, .depth = i
        };

        stack_add(core,
                  strcmp(model, "elman") == 0  ? elman_create(&options)
                  : strcmp(model, "lstm") == 0 ? lstm_create(&options)
                                               : gru_create(&options),
                  "core.");
    }
}

static void add_transformer(struct stack *core, int width, int layers, int steps)
{
    stack_add(core, positions_create(width, steps), "positions.");
    for (int i = 0; i < layers; i++) {
        char prefix[32];

        snprintf(prefix, sizeof prefix, "core.layers.%d.", i);
        stack_add(core, causal_block_create(width, 2, i), prefix);
    }
    stack_add(core, layer_norm_create(width), "core.norm.");
}

void small_model_around(struct sequence_model *model, const struct task *task,
                        const struct small_case *small)
{
    const int width = or_default(small->width, 6), layers = or_default(small->layers, 2);
    struct stack core = { 0 };

    if (strcmp(small->model, "transformer") == 0)
        add_transformer(&core, width, layers, task->shape.steps);
    else
        add_recurrent(&core, small->model, width, or_default(small->hidden, 11), layers);
    assert_int_equal(model_create(model, &task->shape, width, &core, NULL), STATUS_OK);
}

void small_model_create(struct sequence_model *model, struct task *task,
                        const struct small_case *small)
{
    assert_int_equal(task_find(task, small->task, small->length, NULL), STATUS_OK);
    small_model_around(model, task, small);
}

real *reals_zero(size_t count)
{
    real *made = calloc(count, sizeof *made);

    assert_non_null(made);
    return made;
}

real *reals_copy(const real *from, size_t count)
{
    real *copy = reals_zero(count);

    memcpy(copy, from, count * sizeof *copy);
    return copy;
}

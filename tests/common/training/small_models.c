#include "tests/common/training/small_models.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rnn/elman.h"
#include "rnn/gru.h"
#include "rnn/lstm.h"
#include "tests/test.h"
#include "transformer/block.h"
#include "transformer/layer_norm.h"
#include "transformer/positions.h"

enum { WIDTH = 6, LAYERS = 2, HEADS = 2 };

static void add_recurrent(struct stack *core, const char *model, int H)
{
    for (int i = 0; i < LAYERS; i++) {
        const struct recurrent_options options = {
            .inputs = i ? H : WIDTH, .hidden = H, .number = i, .depth = i
        };

        stack_add(core,
                  strcmp(model, "elman") == 0  ? elman_create(&options)
                  : strcmp(model, "lstm") == 0 ? lstm_create(&options)
                                               : gru_create(&options),
                  "core.");
    }
}

static void add_transformer(struct stack *core, int steps)
{
    stack_add(core, positions_create(WIDTH, steps), "positions.");
    for (int i = 0; i < LAYERS; i++) {
        char prefix[32];

        snprintf(prefix, sizeof prefix, "core.layers.%d.", i);
        stack_add(core, block_create(WIDTH, HEADS, i), prefix);
    }
    stack_add(core, layer_norm_create(WIDTH), "core.norm.");
}

void small_model_create(struct sequence_model *model, struct task *task,
                        const struct small_case *small)
{
    struct stack core = { 0 };

    assert_int_equal(task_find(task, small->task, small->length, NULL), STATUS_OK);
    if (strcmp(small->model, "transformer") == 0)
        add_transformer(&core, task->shape.steps);
    else
        add_recurrent(&core, small->model, small->hidden ? small->hidden : 11);
    assert_int_equal(model_create(model, &task->shape, WIDTH, &core, NULL), STATUS_OK);
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

/*
 * mirror.c - does an arm hear the order of what it reads?
 *
 *     max over s, v of | y_v(x_1 .. x_n) - y_v(x_n .. x_1) |
 *
 * over the fixed sequences s of probe.h and the outputs v. It is 0, up to the rounding of sums
 * whose terms come in another order, where y is a symmetric function of the steps: attention
 * that sees all of them without positions is equivariant to every permutation (Lee and others
 * 2019, Set Transformer, property 1), and a mean over the steps forgets it.
 */
#include <math.h>

#include "lessons/measure.h"
#include "lessons/quantities/quantities.h"

enum { AS_IT_IS, BACKWARDS, PAIR };

/* Sequence BACKWARDS becomes the other one from its last step to its first; padding stays. */
static void mirror(struct batch *batch)
{
    const int length = batch_length(batch, AS_IT_IS), inputs = batch->shape.inputs;

    if (batch->lengths != NULL)
        batch->lengths[BACKWARDS] = batch->lengths[AS_IT_IS];
    for (int t = 0; t < batch->extent.steps; t++) {
        const int from = PAIR * (t < length ? length - 1 - t : t) + AS_IT_IS;
        const int to = PAIR * t + BACKWARDS;

        if (batch->tokens != NULL)
            batch->tokens[to] = batch->tokens[from];
        for (int k = 0; batch->features != NULL && k < inputs; k++)
            batch->features[to * inputs + k] = batch->features[from * inputs + k];
    }
}

double quantity_mirror_difference(const struct measured *m, double argument)
{
    const struct lab_arm *arm = m->arm;
    const struct task *task = &m->lab->task;
    const int outputs = task->shape.outputs;
    struct extent both = { .batch = PAIR, .steps = task->shape.steps, .forward_only = true };
    struct workspace workspace = { 0 };
    struct batch batch = { 0 };
    double most = 0;
    bool whole = false;

    (void)argument;
    if (task->shape.readout == READOUT_EVERY ||
        workspace_create(&workspace, &arm->model, both, false, NULL) != STATUS_OK ||
        batch_create(&batch, &task->shape, PAIR, NULL) != STATUS_OK)
        goto out;
    for (uint32_t s = 0; s < PROBE_SEQUENCES; s++) {
        task_fill_one(task, arm->probe.seed, RANDOM_PROBE, 0, s, &batch, AS_IT_IS);
        mirror(&batch);
        model_forward(&arm->model, trainer_weights(&arm->trainer), &workspace, &batch);
        for (int v = 0; v < outputs; v++)
            most =
                quantity_larger(most, fabs((double)workspace.output[AS_IT_IS * outputs + v] -
                                           (double)workspace.output[BACKWARDS * outputs + v]));
    }
    whole = true;
out:
    workspace_free(&workspace);
    batch_free(&batch);
    return whole ? most : (double)NAN;
}

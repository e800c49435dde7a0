/*
 * forced.c - does an answer follow the look that a hand forces?
 *
 * When the output is made, every head of every layer puts the weight 1 on one step and none on
 * the others (EDIT_WEIGHT, edit.h). Where attention is a look-up and nothing else, the answer
 * is what stands at that step, right or wrong.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/measure.h"
#include "lessons/quantities/quantities.h"

struct forced {
    struct probe probe;
    struct weights weights;
    struct edit *edits; /* (heads) of all layers together */
    int heads;
    long looks, followed; /* that were forced; after which the answer was what stands there */
};

/* One edit for every head that there is; false: there is none, or no memory. */
static bool find_heads(struct forced *f)
{
    const struct trace *trace = &f->probe.trace;
    int found = 0;

    if (probe_run(&f->probe, f->weights, NULL) != STATUS_OK)
        return false;
    f->heads = quantity_heads(trace);
    f->edits = calloc((size_t)f->heads + 1, sizeof *f->edits);
    if (f->heads == 0 || f->edits == NULL)
        return false;
    for (int i = 0; i < trace->count; i++)
        for (int h = 0;
             trace_is_attention(&trace->entries[i]) && h < trace->entries[i].extent[1]; h++)
            f->edits[found++] = (struct edit){
                .kind = EDIT_WEIGHT, .depth = trace->entries[i].layer, .head = h, .weight = 1
            };
    return true;
}

/* Force step t to look at step `key`, which reads so. False: no memory. */
static bool look(struct forced *f, int t, int key, const char *reads)
{
    const struct task *task = &f->probe.task;
    const int row = task_output_row(task, &f->probe.one, 0, t);
    char says[TASK_TEXT_MAX];

    for (int i = 0; i < f->heads; i++) {
        f->edits[i].step = t;
        f->edits[i].key = key;
    }
    f->probe.edits = (struct edits){ f->edits, f->heads };
    if (probe_run(&f->probe, f->weights, NULL) != STATUS_OK)
        return false;
    task_output_text(task, f->probe.workspace.output + (ptrdiff_t)row * task->shape.outputs,
                     says);
    f->looks++;
    f->followed += strcmp(says, reads) == 0;
    return true;
}

/* Every outlined step that the output can look back at, one after the other. */
static bool look_everywhere(struct forced *f, int t)
{
    for (int key = 0; key <= t; key++) {
        char reads[TASK_TEXT_MAX];

        if (task_input_text(&f->probe.task, &f->probe.one, 0, key, reads) &&
            !look(f, t, key, reads))
            return false;
    }
    return true;
}

double quantity_forced_answer(const struct measured *m, double output)
{
    struct forced f = { .weights = trainer_weights(&m->arm->trainer) };
    bool done =
        output >= 0 && output <= output_steps(&m->lab->task.shape) && output == floor(output) &&
        probe_create(&f.probe, &m->arm->model, &m->lab->task, m->arm->probe.seed, NULL) ==
            STATUS_OK &&
        find_heads(&f);

    for (long s = 0; s < PROBE_SEQUENCES && done; s++) {
        int t;

        probe_pin(&f.probe, s);
        t = quantity_output_step(&f.probe, (int)output);
        done = t >= 0 && look_everywhere(&f, t);
    }
    probe_free(&f.probe);
    free(f.edits);
    return done && f.looks > 0 ? (double)f.followed / (double)f.looks : (double)NAN;
}

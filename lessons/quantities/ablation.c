/*
 * ablation.c - what becomes of an answer whose step may not look where it looked.
 *
 * A weight is forbidden as a hand forbids it, EDIT_WEIGHT with weight 0: the others of its row
 * share what it held, as if its score before the softmax were minus infinity. That is one
 * ablation of several: the state of the step itself stays, with what it knows (edit.h).
 */
#include "lessons/quantities/quantities.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/measure.h"

/* One output, of one sequence after the other. */
struct ablation {
    struct probe probe;
    struct weights weights;
    int output;         /* its number; 0: the last */
    bool marked;        /* the marked steps are forbidden, or else as many others */
    double *looked;     /* (T) attention on each step, over all heads of all layers */
    bool *outlined;     /* (T) */
    struct edit *edits; /* (most) */
    int most;
};

static void ablation_free(struct ablation *a)
{
    probe_free(&a->probe);
    free(a->looked);
    free(a->outlined);
    free(a->edits);
    *a = (struct ablation){ 0 };
}

/* Room for the edits that forbid every step in every head. The probe has been run. */
static bool make_room(struct ablation *a)
{
    const int T = a->probe.task.shape.steps;

    a->most = quantity_heads(&a->probe.trace) * T;
    if (a->most == 0)
        return false;
    a->looked = calloc((size_t)T, sizeof *a->looked);
    a->outlined = calloc((size_t)T, sizeof *a->outlined);
    a->edits = calloc((size_t)a->most, sizeof *a->edits);
    return a->looked != NULL && a->outlined != NULL && a->edits != NULL;
}

/* Steps that the output can look back at: of the source, if there is one. */
static int steps_before(const struct ablation *a, int t)
{
    const int source = a->probe.one.sources[0];

    return source > 0 && source < t + 1 ? source : t + 1;
}

/* looked, of the trace's attention in the row of step t; and which steps are outlined. */
static void see(struct ablation *a, int t, int steps)
{
    const struct trace *trace = &a->probe.trace;
    char text[TASK_TEXT_MAX];

    memset(a->looked, 0, (size_t)steps * sizeof *a->looked);
    for (int i = 0; i < trace->count; i++) {
        const struct trace_entry *entry = &trace->entries[i];
        const size_t Q = (size_t)entry->extent[2], K = (size_t)entry->extent[3];

        if (!trace_is_attention(entry))
            continue;
        for (size_t h = 0; h < (size_t)entry->extent[1]; h++)
            for (int j = 0; j < steps; j++)
                a->looked[j] += (double)entry->value[(h * Q + (size_t)t) * K + (size_t)j];
    }
    for (int j = 0; j < steps; j++)
        a->outlined[j] = task_input_text(&a->probe.task, &a->probe.one, 0, j, text);
}

/* Forbid step t to look at step j, in every head; returns how many edits there are then. */
static int forbid(struct ablation *a, int count, int t, int j)
{
    const struct trace *trace = &a->probe.trace;

    for (int i = 0; i < trace->count; i++)
        for (int h = 0;
             trace_is_attention(&trace->entries[i]) && h < trace->entries[i].extent[1]; h++)
            a->edits[count++] = (struct edit){ .kind = EDIT_WEIGHT,
                                               .depth = trace->entries[i].layer,
                                               .head = h,
                                               .step = t,
                                               .key = j };
    return count;
}

/* Of the steps that are not outlined the one it looks at most, the earliest of several; -1. */
static int most_looked_at(const struct ablation *a, int steps)
{
    int most = -1;

    for (int j = 0; j < steps; j++)
        if (!a->outlined[j] && (most < 0 || a->looked[j] > a->looked[most]))
            most = j;
    return most;
}

/* The edits of the ablation; returns how many. The probe has been run without any. */
static int forbid_steps(struct ablation *a, int t, int steps)
{
    int count = 0, marked = 0;

    see(a, t, steps);
    for (int j = 0; j < steps; j++)
        marked += a->outlined[j];
    if (a->marked) {
        for (int j = 0; j < steps; j++)
            if (a->outlined[j])
                count = forbid(a, count, t, j);
        return count;
    }
    for (; marked > 0; marked--) {
        const int j = most_looked_at(a, steps);

        if (j < 0)
            break;
        a->outlined[j] = true; /* taken */
        count = forbid(a, count, t, j);
    }
    return count;
}

static bool run(struct ablation *a, int edits)
{
    a->probe.edits = (struct edits){ a->edits, edits };
    return probe_run(&a->probe, a->weights, NULL) == STATUS_OK;
}

/* Of that sequence: 1, the output is right; 0, wrong; NaN, see quantities.h. */
static double right_in(struct ablation *a, long sample)
{
    int t, edits;
    const struct task *task = &a->probe.task;

    probe_pin(&a->probe, sample);
    t = quantity_output_step(&a->probe, a->output);
    if (t < 0 || ((a->edits == NULL || !a->marked) && !run(a, 0)))
        return (double)NAN; /* where the marks are is known without a look at the weights */
    if (a->edits == NULL && !make_room(a))
        return (double)NAN;
    edits = forbid_steps(a, t, steps_before(a, t));
    if (edits == 0 || !run(a, edits))
        return (double)NAN;
    return metric_row_is_right(&task->metric, &a->probe.one, a->probe.workspace.output,
                               task_output_row(task, &a->probe.one, 0, t));
}

static double share_right(const struct measured *m, double output, bool marked)
{
    struct ablation a = { .weights = trainer_weights(&m->arm->trainer), .marked = marked };
    double right = (double)NAN;

    if (output >= 0 && output <= output_steps(&m->lab->task.shape) && output == floor(output) &&
        probe_create(&a.probe, &m->arm->model, &m->lab->task, m->lab->config.training.seed,
                     NULL) == STATUS_OK) {
        a.output = (int)output;
        right = 0;
        for (long i = 0; i < PROBE_SEQUENCES && !isnan(right); i++)
            right += right_in(&a, i) / PROBE_SEQUENCES;
    }
    ablation_free(&a);
    return right;
}

double quantity_right_when_blind(const struct measured *measured, double output)
{
    return share_right(measured, output, true);
}

double quantity_right_when_blind_elsewhere(const struct measured *measured, double output)
{
    return share_right(measured, output, false);
}

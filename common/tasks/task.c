#include "common/tasks/task.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "common/tasks/adding.h"
#include "common/tasks/copying.h"
#include "common/tasks/sort.h"

static const struct task_kind *const kinds[] = { &adding_task, &copying_task, &sort_task };
enum { KINDS = sizeof kinds / sizeof kinds[0] };

const struct task_kind *const *task_kinds(int *count)
{
    *count = KINDS;
    return kinds;
}

static enum status unknown_task(const char *name, struct error *error)
{
    char names[256] = "";

    for (int i = 0; i < KINDS; i++)
        error_list_word(names, sizeof names, kinds[i]->name);
    return error_set(error, STATUS_USAGE, "unknown task \"%s\"; there are: %s", name, names);
}

enum status task_find(struct task *task, const char *name, int length, struct error *error)
{
    const struct task_kind *kind = NULL;

    for (int i = 0; i < KINDS; i++)
        if (strcmp(kinds[i]->name, name) == 0)
            kind = kinds[i];
    if (kind == NULL)
        return unknown_task(name, error);
    if (length == 0)
        length = kind->default_length;
    if (length < kind->shortest || length > kind->longest)
        return error_set(error, STATUS_USAGE,
                         "task %s: length %d is impossible; length counts %s, %d to %d", name,
                         length, kind->length_is, kind->shortest, kind->longest);
    *task = (struct task){ .kind = kind, .length = length };
    kind->shape(task);
    return STATUS_OK;
}

void task_fill(const struct task *task, uint64_t seed, enum random_purpose purpose,
               uint64_t index, uint32_t first_row, struct batch *batch)
{
    for (int b = 0; b < batch->extent.batch; b++) {
        struct random random = random_stream(seed, purpose, index, first_row + (uint32_t)b);

        task->kind->fill(task, &random, purpose != RANDOM_TRAIN, batch, b);
    }
}

const char *task_loss_name(const struct task *task)
{
    return task->shape.target == TARGET_CLASSES ? "cross-entropy (nats)" : "mean squared error";
}

const char *task_metric_name(const struct task *task)
{
    return task->metric.name;
}

double task_baseline(const struct task *task)
{
    return task->kind->baseline(task);
}

bool task_input_text(const struct task *task, const struct batch *batch, int b, int t,
                     char text[TASK_TEXT_MAX])
{
    return task->kind->input_text(task, batch, b, t, text);
}

static bool has_output(const struct task *task, int t)
{
    return task->shape.readout == READOUT_EVERY || t == task->shape.steps - 1;
}

int task_output_row(const struct task *task, const struct batch *batch, int b, int t)
{
    assert(has_output(task, t));
    return (task->shape.readout == READOUT_EVERY ? t : 0) * batch->extent.batch + b;
}

bool task_is_scored(const struct task *task, const struct batch *batch, int b, int t)
{
    if (!has_output(task, t))
        return false;
    return task->shape.target == TARGET_VALUES ||
           batch->classes[task_output_row(task, batch, b, t)] != TARGET_IGNORED;
}

int task_last_scored(const struct task *task, const struct batch *batch, int b)
{
    int t = task->shape.steps - 1;

    while (t > 0 && !task_is_scored(task, batch, b, t))
        t--;
    return t;
}

void task_target_text(const struct task *task, const struct batch *batch, int b, int t,
                      char text[TASK_TEXT_MAX])
{
    const int row = task_output_row(task, batch, b, t);

    if (task->shape.target == TARGET_CLASSES)
        snprintf(text, TASK_TEXT_MAX, "%d", batch->classes[row]);
    else
        snprintf(text, TASK_TEXT_MAX, "%.3f",
                 (double)batch->values[(size_t)row * (size_t)task->shape.outputs]);
}

void task_output_text(const struct task *task, const real *output, char text[TASK_TEXT_MAX])
{
    if (task->shape.target == TARGET_CLASSES)
        snprintf(text, TASK_TEXT_MAX, "%d", largest_logit(output, task->shape.outputs));
    else
        snprintf(text, TASK_TEXT_MAX, "%.3f", (double)output[0]);
}

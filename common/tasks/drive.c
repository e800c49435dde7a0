#include "common/tasks/drive.h"

#include <stdio.h>

static void drive_shape(struct task *task)
{
    task->shape = (struct batch_shape){ .steps = task->length,
                                        .input = INPUT_FEATURES,
                                        .inputs = task->options.items,
                                        .target = TARGET_VALUES,
                                        .outputs = 1,
                                        .readout = READOUT_LAST };
    task->metric = (struct metric){ .kind = METRIC_WITHIN,
                                    .tolerance = 0.04,
                                    .name = "answers within .04" };
}

static void drive_fill(const struct task *task, struct random *random, bool held_out,
                       struct batch *batch, int b)
{
    const int T = task->length, B = batch->extent.batch, n = task->options.items;

    (void)held_out; /* fresh numbers every time: nothing to hold out */
    for (int t = 0; t < T; t++)
        for (int k = 0; k < n; k++)
            batch->features[((size_t)t * (size_t)B + (size_t)b) * (size_t)n + (size_t)k] =
                (real)random_normal(random);
    batch->values[b] = (real)random_normal(random);
}

static double drive_baseline(const struct task *task)
{
    (void)task;
    return 1; /* the variance of the answer */
}

/* The first of the numbers stands for all of them. */
static bool drive_input_text(const struct task *task, const struct batch *batch, int b, int t,
                             char text[TASK_TEXT_MAX])
{
    const size_t row = (size_t)t * (size_t)batch->extent.batch + (size_t)b;

    snprintf(text, TASK_TEXT_MAX, "%.1f",
             (double)batch->features[row * (size_t)task->options.items]);
    return false;
}

const struct task_kind drive_task = {
    .name = "drive",
    .title = "noise, to look at gradients",
    .about = "T steps of normal numbers (as many as items), answer a number that they do not "
             "tell; mean squared error, 1 for always saying 0",
    .default_length = 120,
    .shortest = 1,
    .longest = 4096,
    .length_is = "steps",
    .choices = { { OPTION_ITEMS, "numbers in each step", 1, 1024, 64 } },
    .shape = drive_shape,
    .fill = drive_fill,
    .baseline = drive_baseline,
    .input_text = drive_input_text,
};

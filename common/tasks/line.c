#include "common/tasks/line.h"

#include <math.h>
#include <stdio.h>

#include "common/tasks/words.h"

const struct line line_drawn = { .slope = 0.8, .intercept = 0.3, .noise = 0.1 };

static void line_shape(struct task *task)
{
    task->shape = (struct batch_shape){ .steps = task->length,
                                        .input = INPUT_FEATURES,
                                        .inputs = 1,
                                        .target = TARGET_VALUES,
                                        .outputs = 1,
                                        .readout = READOUT_EVERY };
    task->metric =
        (struct metric){ .kind = METRIC_WITHIN, .tolerance = 0.2, .name = "answers within .2" };
}

static double height_at(double x)
{
    return line_drawn.slope * x + line_drawn.intercept;
}

static void line_fill(const struct task *task, struct random *random, bool held_out,
                      struct batch *batch, int b)
{
    const int B = batch->extent.batch;

    (void)held_out; /* fresh points every time */
    for (int t = 0; t < task->length; t++) {
        const double x = 2 * random_uniform(random) - 1;

        batch->features[t * B + b] = (real)x;
        batch->values[t * B + b] =
            (real)(height_at(x) + line_drawn.noise * random_normal(random));
    }
}

struct line line_least_squares(const struct batch *batch)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
    struct line line;

    for (int row = 0; row < batch->extent.steps * batch->extent.batch; row++) {
        const double x_row = (double)batch->features[row], y_row = (double)batch->values[row];

        if (!batch_row_is_real(batch, row))
            continue;
        n++;
        x += x_row;
        y += y_row;
        xx += x_row * x_row;
        xy += x_row * y_row;
        yy += y_row * y_row;
    }
    line.slope = (xy - x * y / n) / (xx - x * x / n);
    line.intercept = (y - line.slope * x) / n;
    line.noise = sqrt((yy - line.intercept * y - line.slope * xy) / n);
    return line;
}

static double line_baseline(const struct task *task)
{
    (void)task;
    return line_drawn.noise * line_drawn.noise;
}

static bool line_input_text(const struct task *task, const struct batch *batch, int b, int t,
                            char text[TASK_TEXT_MAX])
{
    (void)task;
    snprintf(text, TASK_TEXT_MAX, "%.3f", (double)batch->features[t * batch->extent.batch + b]);
    return false;
}

/* Numbers in [-1, 1]. The targets are on the line, without noise. */
static enum status line_parse(const struct task *task, const char *text, struct batch *batch,
                              struct error *error)
{
    struct words words = { .rest = text };
    double x;

    while (words_next(&words)) {
        if (!words_number(&words, &x) || fabs(x) > 1)
            return words_refuse(&words, task, "a number in [-1, 1], like -0.25", error);
        if (words.count > task->length)
            return error_set(error, STATUS_USAGE,
                             "task line: word %d is \"%s\"; allowed are at most %d numbers",
                             words.count, words.word, task->length);
        batch->features[words.count - 1] = (real)x;
        batch->values[words.count - 1] = (real)height_at(x);
    }
    if (words.count == 0)
        return error_set(error, STATUS_USAGE,
                         "task line: no words; allowed are numbers in [-1, 1], like -0.25");
    batch_set_length(batch, 0, words.count);
    return STATUS_OK;
}

const struct task_kind line_task = {
    .name = "line",
    .title = "a straight line through noisy points",
    .about =
        "T numbers x, after each y = .8 x + .3 + noise; mean squared error, .01 for the true "
        "line, .2233 for always saying .3",
    .default_length = 8,
    .shortest = 1,
    .longest = 4096,
    .length_is = "points",
    .shape = line_shape,
    .fill = line_fill,
    .baseline = line_baseline,
    .baseline_is = "the true line",
    .input_text = line_input_text,
    .parse = line_parse,
};

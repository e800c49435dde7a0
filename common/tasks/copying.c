#include "common/tasks/copying.h"

#include <math.h>
#include <stdio.h>

enum { SYMBOLS = 10 /* to remember */, ALPHABET = 8 /* 1..8 */, BLANK = 0, RECALL = 9 };

static void copying_shape(struct task *task)
{
    task->shape = (struct batch_shape){ .steps = task->length + 2 * SYMBOLS,
                                        .input = INPUT_TOKENS,
                                        .inputs = RECALL + 1,
                                        .target = TARGET_CLASSES,
                                        .outputs = RECALL + 1,
                                        .readout = READOUT_EVERY };
    task->metric = (struct metric){ .kind = METRIC_TOKENS,
                                    .from_step = task->length + SYMBOLS,
                                    .name = "right answers" };
}

static void copying_fill(const struct task *task, struct random *random, bool held_out,
                         struct batch *batch, int b)
{
    const int steps = task->shape.steps, B = batch->extent.batch;

    (void)held_out; /* 8^10 sequences: a repeat is not to be expected */
    for (int t = 0; t < steps; t++) {
        batch->tokens[t * B + b] = t < task->length + SYMBOLS - 1 ? BLANK : RECALL;
        batch->classes[t * B + b] = BLANK;
    }
    for (int i = 0; i < SYMBOLS; i++) {
        const int symbol = 1 + (int)random_below(random, ALPHABET);

        batch->tokens[i * B + b] = symbol;
        batch->classes[(steps - SYMBOLS + i) * B + b] = symbol;
    }
}

static double copying_baseline(const struct task *task)
{
    return SYMBOLS * log(ALPHABET) / task->shape.steps;
}

static bool copying_input_text(const struct task *task, const struct batch *batch, int b, int t,
                               char text[TASK_TEXT_MAX])
{
    (void)task;
    snprintf(text, TASK_TEXT_MAX, "%d", batch->tokens[t * batch->extent.batch + b]);
    return t < SYMBOLS;
}

const struct task_kind copying_task = {
    .name = "copying",
    .title = "say ten symbols again after a long silence",
    .about =
        "10 symbols, T blanks, then the 10 symbols again; cross-entropy over all positions, "
        "10 ln 8 / (T + 20) for guessing",
    .default_length = 50,
    .shortest = 1,
    .longest = 4096,
    .length_is = "blanks between hearing and saying",
    .shape = copying_shape,
    .fill = copying_fill,
    .baseline = copying_baseline,
    .input_text = copying_input_text,
};

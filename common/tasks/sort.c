#include "common/tasks/sort.h"

#include <math.h>
#include <stdio.h>

enum { DIGITS = 3, LONGEST = 64, HELD_OUT_SHARE = 4 /* one in four */ };

static void sort_shape(struct task *task)
{
    task->shape = (struct batch_shape){ .steps = 2 * task->length - 1,
                                        .input = INPUT_TOKENS,
                                        .inputs = DIGITS,
                                        .target = TARGET_CLASSES,
                                        .outputs = DIGITS,
                                        .readout = READOUT_EVERY };
    task->metric = (struct metric){ .kind = METRIC_SEQUENCES, .name = "right sequences" };
}

bool sort_is_held_out(const int *digits, int n)
{
    uint32_t hash = 2166136261u; /* FNV-1a, then mixed: its low bits alone see only low bits */

    for (int i = 0; i < n; i++)
        hash = (hash ^ (uint32_t)digits[i]) * 16777619u;
    hash ^= hash >> 15;
    hash *= 0x2c1b3c6du;
    hash ^= hash >> 12;
    return hash % HELD_OUT_SHARE == 0;
}

static void sort_fill(const struct task *task, struct random *random, bool held_out,
                      struct batch *batch, int b)
{
    const int n = task->length, B = batch->extent.batch;
    int digits[LONGEST], t = 0;

    do {
        for (int i = 0; i < n; i++)
            digits[i] = (int)random_below(random, DIGITS);
    } while (sort_is_held_out(digits, n) != held_out);

    for (int i = 0; i < n; i++)
        batch->tokens[i * B + b] = digits[i];
    for (int i = 0; i < n - 1; i++)
        batch->classes[i * B + b] = TARGET_IGNORED;
    for (int digit = 0; digit < DIGITS; digit++) /* counting sort */
        for (int i = 0; i < n; i++)
            if (digits[i] == digit) {
                batch->classes[(n - 1 + t) * B + b] = digit;
                if (t < n - 1)
                    batch->tokens[(n + t) * B + b] = digit;
                t++;
            }
}

static double sort_baseline(const struct task *task)
{
    (void)task;
    return log(DIGITS);
}

static bool sort_input_text(const struct task *task, const struct batch *batch, int b, int t,
                            char text[TASK_TEXT_MAX])
{
    snprintf(text, TASK_TEXT_MAX, "%d", batch->tokens[t * batch->extent.batch + b]);
    return t < task->length;
}

const struct task_kind sort_task = {
    .name = "sort",
    .title = "put digits in order",
    .about =
        "n digits of 0..2, then the same digits sorted, one at a time; cross-entropy of the "
        "sorted half, ln 3 for guessing; a quarter of all inputs is held out",
    .default_length = 6,
    .shortest = 4,
    .longest = LONGEST,
    .length_is = "digits",
    .shape = sort_shape,
    .fill = sort_fill,
    .baseline = sort_baseline,
    .input_text = sort_input_text,
};

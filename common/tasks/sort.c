#include "common/tasks/sort.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/tasks/held_out.h"
#include "common/tasks/words.h"

enum { DIGITS = 3, LONGEST = 64, HELD_OUT_SHARE = 4 };

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
    return held_out_by_hash(digits, n, HELD_OUT_SHARE);
}

/* Sequence b of these n digits: what is read, and what should be said. */
static void set_sequence(const int *digits, int n, struct batch *batch, int b)
{
    const int B = batch->extent.batch;
    int t = 0;

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

static void sort_fill(const struct task *task, struct random *random, bool held_out,
                      struct batch *batch, int b)
{
    const int n = task->length;
    int digits[LONGEST];

    do {
        for (int i = 0; i < n; i++)
            digits[i] = (int)random_below(random, DIGITS);
    } while (sort_is_held_out(digits, n) != held_out);
    set_sequence(digits, n, batch, b);
}

static double sort_baseline(const struct task *task)
{
    (void)task;
    return log(DIGITS);
}

static void token_text(const struct task *task, int token, char text[TASK_TEXT_MAX])
{
    (void)task;
    snprintf(text, TASK_TEXT_MAX, "%d", token);
}

static bool sort_input_text(const struct task *task, const struct batch *batch, int b, int t,
                            char text[TASK_TEXT_MAX])
{
    token_text(task, batch->tokens[t * batch->extent.batch + b], text);
    return t < task->length;
}

/* n digits, or all that is read: those and the sorted ones but the last. */
static enum status sort_parse(const struct task *task, const char *text, struct batch *batch,
                              struct error *error)
{
    const int n = task->length;
    int read[2 * LONGEST], count = 0;
    const enum status status =
        words_tokens(task, text, token_text, task->shape.steps, batch, &count, error);

    if (status != STATUS_OK)
        return status;
    if (count != n && count != task->shape.steps)
        return error_set(
            error, STATUS_USAGE,
            "task sort: %d digits; allowed are %d, or %d with the sorted ones that are "
            "read again",
            count, n, task->shape.steps);
    memcpy(read, batch->tokens, (size_t)count * sizeof *read);
    set_sequence(read, n, batch, 0);
    for (int t = n; t < count; t++)
        if (read[t] != batch->tokens[t])
            return error_set(
                error, STATUS_USAGE,
                "task sort: word %d is \"%d\"; allowed is %d, because the sorted digits "
                "are read again",
                t + 1, read[t], batch->tokens[t]);
    return STATUS_OK;
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
    .parse = sort_parse,
};

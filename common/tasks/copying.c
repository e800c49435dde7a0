#include "common/tasks/copying.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/tasks/words.h"

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

/* Sequence b of these symbols. */
static void set_sequence(const struct task *task, const int symbols[SYMBOLS],
                         struct batch *batch, int b)
{
    const int steps = task->shape.steps, B = batch->extent.batch;

    for (int t = 0; t < steps; t++) {
        batch->tokens[t * B + b] = t < task->length + SYMBOLS - 1 ? BLANK : RECALL;
        batch->classes[t * B + b] = BLANK;
    }
    for (int i = 0; i < SYMBOLS; i++) {
        batch->tokens[i * B + b] = symbols[i];
        batch->classes[(steps - SYMBOLS + i) * B + b] = symbols[i];
    }
}

static void copying_fill(const struct task *task, struct random *random, bool held_out,
                         struct batch *batch, int b)
{
    int symbols[SYMBOLS];

    (void)held_out; /* 8^10 sequences: a repeat is not to be expected */
    for (int i = 0; i < SYMBOLS; i++)
        symbols[i] = 1 + (int)random_below(random, ALPHABET);
    set_sequence(task, symbols, batch, b);
}

static double copying_baseline(const struct task *task)
{
    return SYMBOLS * log(ALPHABET) / task->shape.steps;
}

static void token_text(const struct task *task, int token, char text[TASK_TEXT_MAX])
{
    (void)task;
    snprintf(text, TASK_TEXT_MAX, "%d", token);
}

static bool copying_input_text(const struct task *task, const struct batch *batch, int b, int t,
                               char text[TASK_TEXT_MAX])
{
    token_text(task, batch->tokens[t * batch->extent.batch + b], text);
    return t < SYMBOLS;
}

/* Ten symbols, or all that is read: those, the blanks and the nines. */
static enum status copying_parse(const struct task *task, const char *text, struct batch *batch,
                                 struct error *error)
{
    const int steps = task->shape.steps, blanks = task->length - 1;
    int symbols[SYMBOLS], count = 0;
    const enum status status =
        words_tokens(task, text, token_text, steps, batch, &count, error);

    if (status != STATUS_OK)
        return status;
    if (count != SYMBOLS && count != steps)
        return error_set(
            error, STATUS_USAGE,
            "task copying: %d words; allowed are %d symbols of 1 to %d, or %d words "
            "with the %d blanks 0 and the %d of 9",
            count, SYMBOLS, ALPHABET, steps, blanks, SYMBOLS + 1);
    for (int t = 0; t < count; t++) {
        const int least = t < SYMBOLS ? 1 : t < SYMBOLS + blanks ? BLANK : RECALL;
        const int most = t < SYMBOLS ? ALPHABET : least;

        if (batch->tokens[t] < least || batch->tokens[t] > most)
            return error_set(error, STATUS_USAGE,
                             "task copying: word %d is \"%d\"; allowed is %d%s%d there", t + 1,
                             batch->tokens[t], least, least < most ? " to " : ", only ", most);
    }
    memcpy(symbols, batch->tokens, sizeof symbols);
    set_sequence(task, symbols, batch, 0);
    return STATUS_OK;
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
    .parse = copying_parse,
};

#include "common/tasks/induction.h"

#include <math.h>
#include <stdio.h>

#include "common/tasks/words.h"

enum { LETTERS = 26 };

/* The special token stands behind the letters. */
static int special_of(const struct task *task)
{
    return task->options.symbols;
}

static void induction_shape(struct task *task)
{
    task->shape = (struct batch_shape){ .steps = task->length,
                                        .input = INPUT_TOKENS,
                                        .inputs = task->options.symbols + 1,
                                        .target = TARGET_CLASSES,
                                        .outputs = task->options.symbols,
                                        .readout = READOUT_LAST };
    task->metric = (struct metric){ .kind = METRIC_TOKENS, .name = "right answers" };
}

static void induction_fill(const struct task *task, struct random *random, bool held_out,
                           struct batch *batch, int b)
{
    const int T = task->length, B = batch->extent.batch;
    const int first = (int)random_below(random, (uint32_t)T - 2);

    (void)held_out; /* fresh sequences every time */
    for (int t = 0; t < T; t++)
        batch->tokens[t * B + b] = (int)random_below(random, (uint32_t)task->options.symbols);
    batch->tokens[first * B + b] = batch->tokens[(T - 1) * B + b] = special_of(task);
    batch->classes[b] = batch->tokens[(first + 1) * B + b];
}

static double induction_baseline(const struct task *task)
{
    return log(task->options.symbols);
}

static void token_text(const struct task *task, int token, char text[TASK_TEXT_MAX])
{
    snprintf(text, TASK_TEXT_MAX, "%c", token == special_of(task) ? '*' : 'a' + token);
}

/* Outlined: the special tokens, and the letter after the first. */
static bool induction_input_text(const struct task *task, const struct batch *batch, int b,
                                 int t, char text[TASK_TEXT_MAX])
{
    const int B = batch->extent.batch, special = special_of(task);

    token_text(task, batch->tokens[t * B + b], text);
    return batch->tokens[t * B + b] == special ||
           (t > 0 && batch->tokens[(t - 1) * B + b] == special);
}

static void induction_output_symbol(const struct task *task, int symbol,
                                    char text[TASK_TEXT_MAX])
{
    token_text(task, symbol, text);
}

static enum status induction_parse(const struct task *task, const char *text,
                                   struct batch *batch, struct error *error)
{
    int length = 0, count = 0, first = 0;
    const enum status status =
        words_tokens(task, text, token_text, task->length, batch, &length, error);

    if (status != STATUS_OK)
        return status;
    for (int t = 0; t < length; t++)
        if (batch->tokens[t] == special_of(task) && count++ == 0)
            first = t;
    if (count != 2 || batch->tokens[length - 1] != special_of(task) || first == length - 2)
        return error_set(
            error, STATUS_USAGE,
            "task induction: %d of the %d words are *; allowed are two, the second as "
            "the last word and a letter or more between them",
            count, length);
    batch->classes[0] = batch->tokens[first + 1];
    batch_set_length(batch, 0, length);
    return STATUS_OK;
}

const struct task_kind induction_task = {
    .name = "induction",
    .title = "what came after that the last time?",
    .about =
        "random letters with * twice, the second time last, then the letter that followed the "
        "first; cross-entropy, ln V for guessing",
    .default_length = 64,
    .shortest = 3,
    .longest = 4096,
    .length_is = "tokens",
    .choices = { { OPTION_SYMBOLS, "letters", 2, LETTERS, 16 } },
    .shape = induction_shape,
    .fill = induction_fill,
    .baseline = induction_baseline,
    .input_text = induction_input_text,
    .output_symbol = induction_output_symbol,
    .parse = induction_parse,
};

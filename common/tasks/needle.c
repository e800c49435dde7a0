#include "common/tasks/needle.h"

#include <math.h>
#include <stdio.h>

#include "common/tasks/words.h"

enum { VALUES = 8, NOISES = 8, MARKER = VALUES + NOISES, QUERY, TOKENS, USUAL_DISTANCE = 16 };

/* Before the value there is room for the marker, behind it for the query. */
static enum status needle_open(struct task *task, struct error *error)
{
    const int farthest = task->length - 2;
    int *distance = &task->options.distance;

    if (*distance == 0)
        *distance = farthest < USUAL_DISTANCE ? farthest : USUAL_DISTANCE;
    if (*distance > farthest)
        return error_set(
            error, STATUS_USAGE,
            "task needle: distance %d is impossible with length %d; it is steps from the "
            "value to the query, 1 to %d",
            *distance, task->length, farthest);
    return STATUS_OK;
}

static void needle_shape(struct task *task)
{
    task->shape = (struct batch_shape){ .steps = task->length,
                                        .input = INPUT_TOKENS,
                                        .inputs = TOKENS,
                                        .target = TARGET_CLASSES,
                                        .outputs = VALUES,
                                        .readout = READOUT_LAST };
    task->metric = (struct metric){ .kind = METRIC_TOKENS, .name = "right answers" };
}

static void needle_fill(const struct task *task, struct random *random, bool held_out,
                        struct batch *batch, int b)
{
    const int T = task->length, B = batch->extent.batch, k = task->options.distance;
    const int value = (int)random_below(random, VALUES);

    (void)held_out; /* fresh noise every time */
    for (int t = 0; t < T; t++)
        batch->tokens[t * B + b] = VALUES + (int)random_below(random, NOISES);
    batch->tokens[(T - 2 - k) * B + b] = MARKER;
    batch->tokens[(T - 1 - k) * B + b] = value;
    batch->tokens[(T - 1) * B + b] = QUERY;
    batch->classes[b] = value;
}

static double needle_baseline(const struct task *task)
{
    (void)task;
    return log(VALUES);
}

static void token_text(const struct task *task, int token, char text[TASK_TEXT_MAX])
{
    (void)task;
    snprintf(text, TASK_TEXT_MAX, "%c",
             token < VALUES    ? '1' + token
             : token == MARKER ? '!'
             : token == QUERY  ? '?'
                               : 'a' + token - VALUES);
}

/* Outlined: marker, value and query. */
static bool needle_input_text(const struct task *task, const struct batch *batch, int b, int t,
                              char text[TASK_TEXT_MAX])
{
    const int token = batch->tokens[t * batch->extent.batch + b];

    token_text(task, token, text);
    return token < VALUES || token >= MARKER;
}

static void needle_output_symbol(const struct task *task, int symbol, char text[TASK_TEXT_MAX])
{
    token_text(task, symbol, text);
}

/* Noise, one ! with a value behind it, noise, ?: at any distance. */
static enum status needle_parse(const struct task *task, const char *text, struct batch *batch,
                                struct error *error)
{
    int length = 0, markers = 0, values = 0, queries = 0, at = 0;
    const enum status status =
        words_tokens(task, text, token_text, task->length, batch, &length, error);

    if (status != STATUS_OK)
        return status;
    for (int t = 0; t < length; t++) {
        const int token = batch->tokens[t];

        markers += token == MARKER;
        queries += token == QUERY;
        values += token < VALUES;
        at = token < VALUES ? t : at;
    }
    if (markers != 1 || values != 1 || queries != 1 || at == 0 ||
        batch->tokens[at - 1] != MARKER || batch->tokens[length - 1] != QUERY)
        return error_set(
            error, STATUS_USAGE,
            "task needle: %d words with %d of !, %d of 1 to 8 and %d of ?; allowed is "
            "one ! with a value right behind it, ? as the last word, and a to h",
            length, markers, values, queries);
    batch->classes[0] = batch->tokens[at];
    batch_set_length(batch, 0, length);
    return STATUS_OK;
}

const struct task_kind needle_task = {
    .name = "needle",
    .title = "find one value k steps back",
    .about =
        "noise with a marked value k steps before the query at the end; cross-entropy, ln 8 "
        "for guessing",
    .default_length = 64,
    .shortest = 3,
    .longest = 4096,
    .length_is = "tokens",
    .choices = { { OPTION_DISTANCE,
                   "steps from the value to the query, by default 16 if there is room",
                   .least = 1, .most = 4094 } },
    .open = needle_open,
    .shape = needle_shape,
    .fill = needle_fill,
    .baseline = needle_baseline,
    .input_text = needle_input_text,
    .output_symbol = needle_output_symbol,
    .parse = needle_parse,
};

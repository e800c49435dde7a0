#include "common/tasks/reverse.h"

#include <math.h>
#include <stdio.h>

#include "common/tasks/held_out.h"
#include "common/tasks/words.h"

enum { LETTERS = 26, LONGEST = 1024, FEWEST_STRINGS = 64, HELD_OUT_SHARE = 4 };

/* The token between the two halves stands behind the letters. */
static int turn_of(const struct task *task)
{
    return task->options.symbols;
}

/* Some strings must be held out and some not. */
static enum status reverse_open(struct task *task, struct error *error)
{
    const int V = task->options.symbols;

    if (pow(V, task->length) < FEWEST_STRINGS)
        return error_set(
            error, STATUS_USAGE,
            "task reverse: there are only %.0f strings of length %d from %d symbols; "
            "allowed is what makes %d or more",
            pow(V, task->length), task->length, V, FEWEST_STRINGS);
    return STATUS_OK;
}

static void reverse_shape(struct task *task)
{
    task->shape = (struct batch_shape){ .steps = 2 * task->length,
                                        .input = INPUT_TOKENS,
                                        .inputs = task->options.symbols + 1,
                                        .target = TARGET_CLASSES,
                                        .outputs = task->options.symbols,
                                        .readout = READOUT_EVERY };
    task->metric = (struct metric){ .kind = METRIC_TOKENS, .name = "right answers" };
}

/* Sequence b of n letters: what is read, and what should be said. */
static void set_sequence(const struct task *task, const int *letters, int n,
                         struct batch *batch, int b)
{
    const int B = batch->extent.batch;

    for (int i = 0; i < n; i++) {
        const int said = letters[n - 1 - i];

        batch->tokens[i * B + b] = letters[i];
        batch->classes[i * B + b] = TARGET_IGNORED;
        batch->classes[(n + i) * B + b] = said;
        if (i < n - 1)
            batch->tokens[(n + 1 + i) * B + b] = said;
    }
    batch->tokens[n * B + b] = turn_of(task);
    batch_set_length(batch, b, 2 * n);
}

static void reverse_fill(const struct task *task, struct random *random, bool held_out,
                         struct batch *batch, int b)
{
    const int shortest = task->options.shortest, spread = task->length - shortest;
    int letters[LONGEST], n;

    do {
        n = shortest + (int)random_below(random, (uint32_t)spread + 1);
        for (int i = 0; i < n; i++)
            letters[i] = (int)random_below(random, (uint32_t)task->options.symbols);
    } while (held_out_by_hash(letters, n, HELD_OUT_SHARE) != held_out);
    set_sequence(task, letters, n, batch, b);
}

static double reverse_baseline(const struct task *task)
{
    return log(task->options.symbols);
}

static void token_text(const struct task *task, int token, char text[TASK_TEXT_MAX])
{
    snprintf(text, TASK_TEXT_MAX, "%c", token == turn_of(task) ? '=' : 'a' + token);
}

/* Outlined: the string, not what is read again. */
static bool reverse_input_text(const struct task *task, const struct batch *batch, int b, int t,
                               char text[TASK_TEXT_MAX])
{
    token_text(task, batch->tokens[t * batch->extent.batch + b], text);
    return t < batch_length(batch, b) / 2;
}

static void reverse_output_symbol(const struct task *task, int symbol, char text[TASK_TEXT_MAX])
{
    token_text(task, symbol, text);
}

/* "c a f b", or all that is read: "c a f b = b f a". */
static enum status reverse_parse(const struct task *task, const char *text, struct batch *batch,
                                 struct error *error)
{
    int letters[LONGEST], count = 0, n = 0;
    const enum status status =
        words_tokens(task, text, token_text, task->shape.steps, batch, &count, error);

    if (status != STATUS_OK)
        return status;
    while (n < count && batch->tokens[n] != turn_of(task) && n < task->length) {
        letters[n] = batch->tokens[n];
        n++;
    }
    if (n == 0 || (n < count && batch->tokens[n] != turn_of(task)))
        return error_set(error, STATUS_USAGE,
                         "task reverse: %s letters stand before =; allowed are 1 to %d",
                         n == 0 ? "no" : "too many", task->length);
    for (int i = n + 1; i < count; i++) {
        char found[TASK_TEXT_MAX], right[TASK_TEXT_MAX] = "nothing";

        if (i < 2 * n && batch->tokens[i] == letters[2 * n - i])
            continue;
        token_text(task, batch->tokens[i], found);
        if (i < 2 * n)
            token_text(task, letters[2 * n - i], right);
        return error_set(
            error, STATUS_USAGE,
            "task reverse: word %d is \"%s\"; allowed is %s, because the string is read "
            "again backwards up to the letter before its last",
            i + 1, found, right);
    }
    set_sequence(task, letters, n, batch, 0);
    return STATUS_OK;
}

const struct task_kind reverse_task = {
    .name = "reverse",
    .title = "say a string backwards",
    .about =
        "a string, then its letters from the last to the first; cross-entropy of the reversed "
        "half, ln V for guessing; a quarter of all strings is held out",
    .default_length = 8,
    .shortest = 2,
    .longest = LONGEST,
    .length_is = "letters of the longest string",
    .choices = { { OPTION_SHORTEST, "letters of the shortest string", 1, LONGEST, 1 },
                 { OPTION_SYMBOLS, "letters of the alphabet", 2, LETTERS, 8 } },
    .open = reverse_open,
    .shape = reverse_shape,
    .fill = reverse_fill,
    .baseline = reverse_baseline,
    .input_text = reverse_input_text,
    .output_symbol = reverse_output_symbol,
    .parse = reverse_parse,
};

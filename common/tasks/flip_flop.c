#include "common/tasks/flip_flop.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/tasks/words.h"

enum { BIT_0, BIT_1, WRITE, READ, IGNORE, TOKENS, BITS = 2 };
enum { TENTHS = 10, IGNORED_TENTHS = 8 }; /* then one tenth write, one tenth read */

static void flip_flop_shape(struct task *task)
{
    task->shape = (struct batch_shape){ .steps = 2 * task->length - 1,
                                        .input = INPUT_TOKENS,
                                        .inputs = TOKENS,
                                        .target = TARGET_CLASSES,
                                        .outputs = BITS,
                                        .readout = READOUT_EVERY };
    task->metric = (struct metric){ .kind = METRIC_TOKENS, .name = "right answers" };
}

static int draw_instruction(struct random *random)
{
    const int tenth = (int)random_below(random, TENTHS);

    return tenth < IGNORED_TENTHS ? IGNORE : tenth == IGNORED_TENTHS ? WRITE : READ;
}

static void flip_flop_fill(const struct task *task, struct random *random, bool held_out,
                           struct batch *batch, int b)
{
    const int n = task->length, B = batch->extent.batch;
    int memory = BIT_0;

    (void)held_out; /* fresh sequences every time */
    for (int i = 0; i < n; i++) {
        const int instruction = i == 0 ? WRITE : i == n - 1 ? READ : draw_instruction(random);
        int *token = &batch->tokens[2 * i * B + b], *class = &batch->classes[2 * i * B + b];
        int bit = (int)random_below(random, BITS);

        if (instruction == WRITE)
            memory = bit;
        else if (instruction == READ)
            bit = memory;
        token[0] = instruction;
        class[0] = instruction == READ ? memory : TARGET_IGNORED;
        if (i < n - 1) {
            token[B] = bit;
            class[B] = TARGET_IGNORED;
        }
    }
}

static double flip_flop_baseline(const struct task *task)
{
    (void)task;
    return log(BITS);
}

static void token_text(const struct task *task, int token, char text[TASK_TEXT_MAX])
{
    static const char *const names[TOKENS] = { "0", "1", "write", "read", "ignore" };

    (void)task;
    snprintf(text, TASK_TEXT_MAX, "%s", names[token]);
}

/* Outlined: what the last read asks for, that is the last write and its bit, and itself. */
static bool flip_flop_input_text(const struct task *task, const struct batch *batch, int b,
                                 int t, char text[TASK_TEXT_MAX])
{
    const int B = batch->extent.batch, last = batch_length(batch, b) - 1;
    int write = last;

    while (write > 0 && batch->tokens[write * B + b] != WRITE)
        write--;
    token_text(task, batch->tokens[t * B + b], text);
    if (t == last)
        strcat(text, " ?");
    return t == write || t == write + 1 || t == last;
}

static enum status refuse(const struct words *words, const struct task *task, bool first,
                          bool instruction, struct error *error)
{
    return words_refuse(words, task,
                        first         ? "write, which comes first"
                        : instruction ? "write, read or ignore"
                                      : "0 or 1, or ? after a read",
                        error);
}

/*
 * Pairs like "write 1 ignore 0 read 1", ending with "read ?" or "read". A ? stands for the
 * right bit, and ends the sequence if it comes last.
 */
static enum status flip_flop_parse(const struct task *task, const char *text,
                                   struct batch *batch, struct error *error)
{
    struct words words = { .rest = text };
    int memory = BIT_0, before = BIT_0, steps = 0;

    for (; words_next(&words); steps++) {
        const bool instruction = words.count % 2 == 1, asked = strcmp(words.word, "?") == 0;
        const int token =
            asked ? (before == READ ? memory : -1) : words_token(task, token_text, words.word);

        if (token < 0 || instruction == (asked || token < BITS) ||
            (words.count == 1 && token != WRITE))
            return refuse(&words, task, words.count == 1, instruction, error);
        if (words.count > task->shape.steps + asked)
            return error_set(error, STATUS_USAGE,
                             "task flip-flop: word %d is \"%s\"; allowed are at most %d pairs",
                             words.count, words.word, task->length);
        if (before == WRITE)
            memory = token;
        if (words.count <= task->shape.steps) {
            batch->tokens[steps] = token;
            batch->classes[steps] = token == READ ? memory : TARGET_IGNORED;
        }
        before = token;
        if (asked && words.rest[strspn(words.rest, " \t\r\n")] == '\0')
            break; /* the bit that is asked for is no input */
    }
    if (steps < 3 || batch->tokens[steps - 1] != READ)
        return error_set(
            error, STATUS_USAGE,
            "task flip-flop: the last word is \"%s\"; allowed is read or ?, which ends "
            "a sequence like \"write 1 ignore 0 read ?\"",
            words.word);
    batch_set_length(batch, 0, steps);
    return STATUS_OK;
}

const struct task_kind flip_flop_task = {
    .name = "flip-flop",
    .title = "remember the bit that was written last",
    .about = "pairs (write, read or ignore; bit), after read comes the bit last written; "
             "cross-entropy of the bits after a read, ln 2 for guessing",
    .default_length = 50,
    .shortest = 2,
    .longest = 2048,
    .length_is = "pairs (instruction, bit)",
    .shape = flip_flop_shape,
    .fill = flip_flop_fill,
    .baseline = flip_flop_baseline,
    .input_text = flip_flop_input_text,
    .parse = flip_flop_parse,
};

#include "common/tasks/order.h"

#include <math.h>
#include <stdio.h>

#include "common/tasks/held_out.h"
#include "common/tasks/words.h"

enum { NOUNS = 8, VERBS = 4, TOKENS = NOUNS + VERBS, WORDS = 3, MIRRORS = 2 };
enum { HELD_OUT_SHARE = 4 };
enum { SECOND, FIRST, CLASSES };

static void order_shape(struct task *task)
{
    task->shape = (struct batch_shape){ .steps = WORDS,
                                        .input = INPUT_TOKENS,
                                        .inputs = TOKENS,
                                        .target = TARGET_CLASSES,
                                        .outputs = CLASSES,
                                        .readout = READOUT_MEAN };
    task->metric = (struct metric){ .kind = METRIC_TOKENS, .name = "right answers" };
    task->group = MIRRORS;
}

/* Two nouns in order and a verb, the same for a sentence and its mirror. */
static bool is_held_out(int noun, int verb, int other)
{
    const int words[WORDS] = { noun < other ? noun : other, verb, noun < other ? other : noun };

    return held_out_by_hash(words, WORDS, HELD_OUT_SHARE);
}

static void order_fill(const struct task *task, struct random *random, bool held_out,
                       struct batch *batch, int b)
{
    const int B = batch->extent.batch;
    const bool mirrored = random->counter[1] & 1; /* the row */
    struct random pair = *random;
    int noun, verb, other;

    (void)task;
    pair.counter[1] &= ~(uint32_t)1; /* both rows of a pair draw from the even one's stream */
    do {
        noun = (int)random_below(&pair, NOUNS);
        other = (noun + 1 + (int)random_below(&pair, NOUNS - 1)) % NOUNS;
        verb = NOUNS + (int)random_below(&pair, VERBS);
    } while (is_held_out(noun, verb, other) != held_out);
    batch->tokens[b] = mirrored ? other : noun;
    batch->tokens[B + b] = verb;
    batch->tokens[2 * B + b] = mirrored ? noun : other;
    batch->classes[b] = batch->tokens[b] > batch->tokens[2 * B + b] ? FIRST : SECOND;
}

static double order_baseline(const struct task *task)
{
    (void)task;
    return log(CLASSES);
}

static void token_text(const struct task *task, int token, char text[TASK_TEXT_MAX])
{
    static const char *const names[TOKENS] = { "ant",   "mouse", "cat",   "dog",
                                               "man",   "bear",  "horse", "whale",
                                               "bites", "sees",  "hears", "likes" };

    (void)task;
    snprintf(text, TASK_TEXT_MAX, "%s", names[token]);
}

/* Outlined: the two nouns. */
static bool order_input_text(const struct task *task, const struct batch *batch, int b, int t,
                             char text[TASK_TEXT_MAX])
{
    token_text(task, batch->tokens[t * batch->extent.batch + b], text);
    return t != 1;
}

static void order_output_symbol(const struct task *task, int symbol, char text[TASK_TEXT_MAX])
{
    (void)task;
    snprintf(text, TASK_TEXT_MAX, "%s", symbol == FIRST ? "first" : "second");
}

static enum status order_parse(const struct task *task, const char *text, struct batch *batch,
                               struct error *error)
{
    int length = 0;
    const enum status status =
        words_tokens(task, text, token_text, WORDS, batch, &length, error);
    const int *words = batch->tokens;

    if (status != STATUS_OK)
        return status;
    if (length != WORDS)
        return error_set(
            error, STATUS_USAGE,
            "task order: %d words; allowed are a noun, a verb and another noun, like "
            "\"dog bites man\"",
            length);
    for (int t = 0; t < WORDS; t++) {
        char name[TASK_TEXT_MAX];

        token_text(task, words[t], name);
        if ((words[t] < NOUNS) != (t != 1) || (t == 2 && words[t] == words[0]))
            return error_set(
                error, STATUS_USAGE,
                "task order: word %d is \"%s\"; allowed is %s there, as in \"dog bites "
                "man\"",
                t + 1, name,
                t == 0   ? "a noun"
                : t == 1 ? "a verb"
                         : "another noun");
    }
    batch->classes[0] = words[0] > words[2] ? FIRST : SECOND;
    return STATUS_OK;
}

const struct task_kind order_task = {
    .name = "order",
    .title = "dog bites man, or man bites dog?",
    .about =
        "noun, verb, noun: is the first or the second one larger; a sentence and its mirror "
        "are in the same batch; cross-entropy, ln 2 for guessing; a quarter is held out",
    .default_length = WORDS,
    .shortest = WORDS,
    .longest = WORDS,
    .length_is = "words",
    .shape = order_shape,
    .fill = order_fill,
    .baseline = order_baseline,
    .input_text = order_input_text,
    .output_symbol = order_output_symbol,
    .parse = order_parse,
};

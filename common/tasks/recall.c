#include "common/tasks/recall.h"

#include <math.h>
#include <stdio.h>

#include "common/numeric/functions.h"
#include "common/numeric/portable.h"
#include "common/tasks/words.h"

enum {
    BLANK = 0,
    FIRST_KEY = 1,
    SYMBOLS_MAX = 4096,
    LENGTH_MAX = 4096,
    ITEMS_MAX = LENGTH_MAX / 4,
    USUAL_ITEMS = 8,
    BLOCK_ROWS = 64
};
static const double POWER = 0.1 - 1, WEIGHT_ONE = 1 << 20;

static int first_value(const struct task *task)
{
    return task->options.symbols / 2;
}

/* Slots of two steps behind D pairs. */
static int slots_of(int length, int items)
{
    return (length - 2 * items) / 2;
}

static enum status recall_open(struct task *task, struct error *error)
{
    struct task_options *o = &task->options;
    const int keys = o->symbols / 2 - FIRST_KEY, room = task->length / 4;

    if (o->items == 0)
        o->items = room < USUAL_ITEMS ? room : USUAL_ITEMS;
    if (o->fewest == 0)
        o->fewest = o->items;
    if (o->items > room)
        return error_set(
            error, STATUS_USAGE,
            "task recall: items %d do not fit into length %d; a pair and its question "
            "take 4 tokens, at most %d are allowed",
            o->items, task->length, room);
    if (o->items > keys)
        return error_set(
            error, STATUS_USAGE,
            "task recall: items %d need as many keys, and symbols %d have %d; at least "
            "%d symbols are allowed",
            o->items, o->symbols, keys, 2 * (o->items + FIRST_KEY));
    if (o->fewest > o->items)
        return error_set(error, STATUS_USAGE,
                         "task recall: fewest %d is above items %d; allowed are 1 to %d",
                         o->fewest, o->items, o->items);
    return STATUS_OK;
}

static void recall_shape(struct task *task)
{
    task->shape = (struct batch_shape){ .steps = task->length,
                                        .input = INPUT_TOKENS,
                                        .inputs = task->options.symbols,
                                        .target = TARGET_CLASSES,
                                        .outputs = task->options.symbols,
                                        .readout = READOUT_EVERY };
    task->metric = (struct metric){ .kind = METRIC_TOKENS, .name = "right answers" };
    task->group = task->options.fewest < task->options.items ? BLOCK_ROWS : 1;
}

/*
 * How many pairs: one of fewest, 2 fewest, .. <= items, the same for a block of rows, which
 * have a stream of their own: the rows of batches do not come that far.
 */
static int draw_items(const struct task *task, const struct random *random)
{
    const int fewest = task->options.fewest;
    struct random block = *random;
    uint32_t choices = 1;

    while (fewest << choices <= task->options.items)
        choices++;
    block.counter[1] = UINT32_MAX - random->counter[1] / BLOCK_ROWS;
    return fewest << random_below(&block, choices);
}

/* `count` different numbers of first..first + range - 1, in random order: half a shuffle. */
static void draw_distinct(struct random *random, int first, int range, int count, int *drawn)
{
    int all[SYMBOLS_MAX / 2 + 1];

    for (int i = 0; i < range; i++)
        all[i] = first + i;
    for (int i = 0; i < count; i++) {
        const int other = i + (int)random_below(random, (uint32_t)(range - i));

        drawn[i] = all[other];
        all[other] = all[i];
    }
}

/* (g + 1)^(a - 1) in whole numbers: sums of these do not round. */
static uint32_t slot_weight(int g)
{
    return (uint32_t)(WEIGHT_ONE * (double)real_exp((real)(POWER * portable_log(g + 1))));
}

/* `count` different slots, one after the other from those left, by their weights. */
static void draw_slots(struct random *random, int slots, int count, int *drawn)
{
    uint32_t weights[LENGTH_MAX / 2], left = 0;

    for (int g = 0; g < slots; g++) {
        weights[g] = slot_weight(g);
        left += weights[g];
    }
    for (int i = 0; i < count; i++) {
        uint32_t at = random_below(random, left);
        int g = 0;

        while (at >= weights[g])
            at -= weights[g++];
        left -= weights[g];
        weights[g] = 0; /* taken */
        drawn[i] = g;
    }
}

static void recall_fill(const struct task *task, struct random *random, bool held_out,
                        struct batch *batch, int b)
{
    const int V = task->options.symbols, N = task->length, B = batch->extent.batch;
    const int D = held_out ? task->options.items : draw_items(task, random);
    int keys[ITEMS_MAX], values[ITEMS_MAX], slots[ITEMS_MAX];

    draw_distinct(random, FIRST_KEY, first_value(task) - FIRST_KEY, D, keys);
    draw_distinct(random, first_value(task), V - first_value(task), D, values);
    draw_slots(random, slots_of(N, D), D, slots);
    for (int t = 0; t < N; t++) {
        batch->tokens[t * B + b] = BLANK;
        batch->classes[t * B + b] = TARGET_IGNORED;
    }
    for (int i = 0; i < D; i++) {
        const int asked = 2 * (D + slots[i]);

        batch->tokens[2 * i * B + b] = keys[i];
        batch->tokens[(2 * i + 1) * B + b] = values[i];
        batch->tokens[asked * B + b] = keys[i];
        batch->classes[asked * B + b] = values[i];
    }
}

static double recall_baseline(const struct task *task)
{
    return log(task->options.symbols - first_value(task));
}

static void token_text(const struct task *task, int token, char text[TASK_TEXT_MAX])
{
    const int first = first_value(task);

    if (token == BLANK)
        snprintf(text, TASK_TEXT_MAX, ".");
    else if (token < first)
        snprintf(text, TASK_TEXT_MAX, "k%d", token);
    else
        snprintf(text, TASK_TEXT_MAX, "v%d", token - first);
}

/* Outlined: the last question, and the pair that it asks for. */
static bool recall_input_text(const struct task *task, const struct batch *batch, int b, int t,
                              char text[TASK_TEXT_MAX])
{
    const int B = batch->extent.batch, asked = task_last_scored(task, batch, b);
    const int *key = &batch->tokens[asked * B + b];
    int pair = asked - 1;

    while (pair > 0 && !(batch->tokens[pair * B + b] == *key &&
                         batch->classes[pair * B + b] == TARGET_IGNORED))
        pair--;
    token_text(task, batch->tokens[t * B + b], text);
    return t == asked || t == pair || t == pair + 1;
}

static void recall_output_symbol(const struct task *task, int symbol, char text[TASK_TEXT_MAX])
{
    token_text(task, symbol, text);
}

/*
 * Pairs, questions and blanks in any order: a key with a value behind it is a pair, the last of
 * its key counts; a key without is a question.
 */
static enum status recall_parse(const struct task *task, const char *text, struct batch *batch,
                                struct error *error)
{
    const int first = first_value(task);
    int length = 0, questions = 0, value_of[SYMBOLS_MAX / 2] = { 0 };
    const enum status status =
        words_tokens(task, text, token_text, task->length, batch, &length, error);

    if (status != STATUS_OK)
        return status;
    for (int t = 0; t < length; t++) {
        const int token = batch->tokens[t],
                  next = t + 1 < length ? batch->tokens[t + 1] : BLANK;
        const bool key = token >= FIRST_KEY && token < first;
        char name[TASK_TEXT_MAX];

        batch->classes[t] = TARGET_IGNORED;
        token_text(task, token, name);
        if (token >= first &&
            (t == 0 || batch->tokens[t - 1] < FIRST_KEY || batch->tokens[t - 1] >= first))
            return error_set(
                error, STATUS_USAGE,
                "task recall: word %d is \"%s\"; allowed is a value only behind a key", t + 1,
                name);
        if (key && next >= first) {
            value_of[token] = next;
        } else if (key && value_of[token] == 0) {
            return error_set(
                error, STATUS_USAGE,
                "task recall: word %d asks for \"%s\"; allowed are keys that a value "
                "stood behind before",
                t + 1, name);
        } else if (key) {
            batch->classes[t] = value_of[token];
            questions++;
        }
    }
    if (questions == 0)
        return error_set(error, STATUS_USAGE,
                         "task recall: no question; allowed are pairs, then one of their keys "
                         "again, like \"k1 v2 k3 v4 k1\"");
    batch_set_length(batch, 0, length);
    return STATUS_OK;
}

const struct task_kind recall_task = {
    .name = "recall",
    .title = "which value stood beside this key?",
    .about =
        "D pairs (key, value), then each key again at a power-law distance; cross-entropy at "
        "the repeated keys, ln V/2 for guessing",
    .default_length = 32,
    .shortest = 4,
    .longest = LENGTH_MAX,
    .length_is = "tokens",
    .choices = { { OPTION_ITEMS, "pairs to remember, by default 8 if there is room", .least = 1,
                   .most = ITEMS_MAX },
                 { OPTION_FEWEST,
                   "pairs of the easiest batches in training, by default as many as items",
                   .least = 1, .most = ITEMS_MAX },
                 { OPTION_SYMBOLS, "tokens, one half keys, one half values", 4, SYMBOLS_MAX,
                   64 } },
    .open = recall_open,
    .shape = recall_shape,
    .fill = recall_fill,
    .baseline = recall_baseline,
    .input_text = recall_input_text,
    .output_symbol = recall_output_symbol,
    .parse = recall_parse,
};

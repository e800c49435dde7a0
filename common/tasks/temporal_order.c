#include "common/tasks/temporal_order.h"

#include <math.h>
#include <stdio.h>

#include "common/tasks/words.h"

enum { BEGIN, NOISE_A, NOISE_D = NOISE_A + 3, SIGNAL_X, SIGNAL_Y, END, TOKENS, NOISES = 4 };
enum { SIGNALS = 2, CLASSES = SIGNALS * SIGNALS };

static int longest_of(int scale)
{
    return scale + (scale + 9) / 10;
}

static void temporal_order_shape(struct task *task)
{
    task->shape = (struct batch_shape){ .steps = longest_of(task->length),
                                        .input = INPUT_TOKENS,
                                        .inputs = TOKENS,
                                        .target = TARGET_CLASSES,
                                        .outputs = CLASSES,
                                        .readout = READOUT_LAST };
    task->metric = (struct metric){ .kind = METRIC_TOKENS, .name = "right answers" };
}

/* Uniform on from..to. */
static int draw_between(struct random *random, int from, int to)
{
    return from + (int)random_below(random, (uint32_t)(to - from) + 1);
}

static int class_of(int first, int second)
{
    return (first - SIGNAL_X) * SIGNALS + second - SIGNAL_X;
}

static void temporal_order_fill(const struct task *task, struct random *random, bool held_out,
                                struct batch *batch, int b)
{
    const int L = task->length, B = batch->extent.batch;
    const int length = draw_between(random, L, longest_of(L));
    const int at_first = draw_between(random, L / 10, L / 5);
    const int at_second = draw_between(random, L / 2, 3 * L / 5);
    const int first = draw_between(random, SIGNAL_X, SIGNAL_Y);
    const int second = draw_between(random, SIGNAL_X, SIGNAL_Y);

    (void)held_out; /* fresh sequences every time */
    for (int t = 0; t < length; t++)
        batch->tokens[t * B + b] = draw_between(random, NOISE_A, NOISE_D);
    batch->tokens[b] = BEGIN;
    batch->tokens[at_first * B + b] = first;
    batch->tokens[at_second * B + b] = second;
    batch->tokens[(length - 1) * B + b] = END;
    batch->classes[b] = class_of(first, second);
    batch_set_length(batch, b, length);
}

static double temporal_order_baseline(const struct task *task)
{
    (void)task;
    return log(CLASSES);
}

static void token_text(const struct task *task, int token, char text[TASK_TEXT_MAX])
{
    static const char *const names[TOKENS] = { "E", "a", "b", "c", "d", "X", "Y", "B" };

    (void)task;
    snprintf(text, TASK_TEXT_MAX, "%s", names[token]);
}

static bool is_signal(int token)
{
    return token == SIGNAL_X || token == SIGNAL_Y;
}

static bool temporal_order_input_text(const struct task *task, const struct batch *batch, int b,
                                      int t, char text[TASK_TEXT_MAX])
{
    const int token = batch->tokens[t * batch->extent.batch + b];

    token_text(task, token, text);
    return is_signal(token);
}

static void temporal_order_output_symbol(const struct task *task, int symbol,
                                         char text[TASK_TEXT_MAX])
{
    (void)task;
    snprintf(text, TASK_TEXT_MAX, "%c%c", symbol / SIGNALS ? 'Y' : 'X',
             symbol % SIGNALS ? 'Y' : 'X');
}

/* E, noise with two signals anywhere in it, B. */
static enum status temporal_order_parse(const struct task *task, const char *text,
                                        struct batch *batch, struct error *error)
{
    int length = 0, signals[SIGNALS] = { 0 }, count = 0;
    const enum status status =
        words_tokens(task, text, token_text, task->shape.steps, batch, &length, error);

    if (status != STATUS_OK)
        return status;
    for (int t = 0; t < length; t++) {
        const int token = batch->tokens[t];

        if ((token == BEGIN) != (t == 0) || (token == END) != (t == length - 1)) {
            char name[TASK_TEXT_MAX];

            token_text(task, token, name);
            return error_set(
                error, STATUS_USAGE,
                "task temporal-order: word %d is \"%s\"; allowed is E as the first "
                "word, B as the last, and a b c d X Y between",
                t + 1, name);
        }
        if (is_signal(token)) {
            if (count < SIGNALS)
                signals[count] = token;
            count++;
        }
    }
    if (count != SIGNALS)
        return error_set(error, STATUS_USAGE,
                         "task temporal-order: there are %d of X and Y; allowed are two",
                         count);
    batch->classes[0] = class_of(signals[0], signals[1]);
    batch_set_length(batch, 0, length);
    return STATUS_OK;
}

const struct task_kind temporal_order_task = {
    .name = "temporal-order",
    .title = "in which order did two signals come?",
    .about = "two signals X or Y in noise, at the end the class XX, XY, YX or YY; "
             "cross-entropy, ln 4 for guessing",
    .default_length = 50,
    .shortest = 10,
    .longest = 3600,
    .length_is = "steps of the shortest sequence, the longest having a tenth more",
    .shape = temporal_order_shape,
    .fill = temporal_order_fill,
    .baseline = temporal_order_baseline,
    .input_text = temporal_order_input_text,
    .output_symbol = temporal_order_output_symbol,
    .parse = temporal_order_parse,
};

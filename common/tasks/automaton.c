#include "common/tasks/automaton.h"

#include <math.h>
#include <stdio.h>

#include "common/tasks/words.h"

static const struct automaton *automaton_of(const struct task *task)
{
    return &((const struct automaton_task *)task->kind)->automaton;
}

void automaton_shape(struct task *task)
{
    const struct automaton *a = automaton_of(task);

    task->shape = (struct batch_shape){ .steps = task->length,
                                        .input = INPUT_TOKENS,
                                        .inputs = a->symbols,
                                        .target = TARGET_CLASSES,
                                        .outputs = a->answers,
                                        .readout = task->options.scored == SCORED_ANSWER
                                                       ? READOUT_LAST
                                                       : READOUT_EVERY };
    task->metric = (struct metric){ .kind = METRIC_TOKENS, .name = "right answers" };
}

/* The targets of sequence b, whose `length` symbols are written; prefixes from `first` on. */
static void set_answers(const struct task *task, struct batch *batch, int b, int length,
                        int first)
{
    const struct automaton *a = automaton_of(task);
    const int B = batch->extent.batch;
    int state = 0;

    for (int t = 0; t < length; t++) {
        state = a->next[state][batch->tokens[t * B + b]];
        if (task->shape.readout == READOUT_EVERY)
            batch->classes[t * B + b] = t + 1 >= first ? a->answer[state] : TARGET_IGNORED;
    }
    if (task->shape.readout == READOUT_LAST)
        batch->classes[b] = a->answer[state];
    batch_set_length(batch, b, length);
}

void automaton_fill(const struct task *task, struct random *random, bool held_out,
                    struct batch *batch, int b)
{
    const int shortest = task->options.shortest, spread = task->length - shortest;
    const int length = task->options.scored == SCORED_ANSWER
                           ? shortest + (int)random_below(random, (uint32_t)spread + 1)
                           : task->length;

    (void)held_out; /* what is tested is other lengths */
    for (int t = 0; t < length; t++)
        batch->tokens[t * batch->extent.batch + b] =
            (int)random_below(random, (uint32_t)automaton_of(task)->symbols);
    set_answers(task, batch, b, length, shortest);
}

double automaton_baseline(const struct task *task)
{
    const struct automaton *a = automaton_of(task);
    const int lengths = task->length - task->options.shortest + 1;
    double in[AUTOMATON_STATES_MAX] = { 1 }, right[AUTOMATON_STATES_MAX] = { 0 }, entropy = 0;

    for (int n = 1; n <= task->length; n++) {
        double moved[AUTOMATON_STATES_MAX] = { 0 };

        for (int state = 0; state < a->states; state++)
            for (int symbol = 0; symbol < a->symbols; symbol++)
                moved[a->next[state][symbol]] += in[state] / a->symbols;
        for (int state = 0; state < a->states; state++) {
            in[state] = moved[state];
            if (n >= task->options.shortest)
                right[a->answer[state]] += in[state] / lengths;
        }
    }
    for (int answer = 0; answer < a->answers; answer++)
        if (right[answer] > 0)
            entropy -= right[answer] * log(right[answer]);
    return entropy;
}

static void symbol_text(const struct task *task, int token, char text[TASK_TEXT_MAX])
{
    snprintf(text, TASK_TEXT_MAX, "%s", automaton_of(task)->symbol_names[token]);
}

bool automaton_input_text(const struct task *task, const struct batch *batch, int b, int t,
                          char text[TASK_TEXT_MAX])
{
    const struct automaton *a = automaton_of(task);
    const int token = batch->tokens[t * batch->extent.batch + b];

    symbol_text(task, token, text);
    if (a->ends_matter)
        return t == 0 || t == batch_length(batch, b) - 1;
    return a->next[0][token] != 0;
}

void automaton_output_symbol(const struct task *task, int symbol, char text[TASK_TEXT_MAX])
{
    snprintf(text, TASK_TEXT_MAX, "%s", automaton_of(task)->answer_names[symbol]);
}

enum status automaton_parse(const struct task *task, const char *text, struct batch *batch,
                            struct error *error)
{
    int length = 0;
    const enum status status =
        words_tokens(task, text, symbol_text, task->length, batch, &length, error);

    if (status == STATUS_OK) /* something is always asked */
        set_answers(task, batch, 0, length,
                    task->options.shortest < length ? task->options.shortest : length);
    return status;
}

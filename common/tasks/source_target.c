#include "common/tasks/source_target.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define SEPARATOR_TEXT "\u2192" /* an arrow to the right */
#define END_TEXT "\u220E"       /* the mathematicians' end of proof */

void source_target_shape(struct task *task, int symbols, int steps)
{
    task->shape = (struct batch_shape){ .steps = steps,
                                        .input = INPUT_TOKENS,
                                        .inputs = symbols,
                                        .target = TARGET_CLASSES,
                                        .outputs = symbols,
                                        .readout = READOUT_EVERY };
    task->metric = (struct metric){ .kind = METRIC_SEQUENCES, .name = "exact matches" };
    task->end_symbol = SYMBOL_END;
}

void source_target_fill(struct batch *batch, int b, const int *source, int n, const int *target,
                        int m)
{
    const int T = batch->extent.steps, B = batch->extent.batch;
    const int length = target != NULL ? source_target_steps(n, m) : n + 1;

    assert(n >= 1 && length <= T);
    for (int t = 0; t < T; t++) {
        int token = SYMBOL_END, class = TARGET_IGNORED;

        if (t < n)
            token = source[t];
        else if (t == n)
            token = SYMBOL_SEPARATOR;
        else if (t < length)
            token = target[t - n - 1];
        if (target != NULL && t >= n && t < length)
            class = t < length - 1 ? target[t - n] : SYMBOL_END;
        batch->tokens[t * B + b] = token;
        batch->classes[t * B + b] = class;
    }
    batch->lengths[b] = length;
    batch->sources[b] = n;
}

const char *source_target_split(const char *text, const char **end)
{
    const char *tab = strchr(text, '\t'), *arrow = strstr(text, SEPARATOR_TEXT);

    if (tab == NULL && arrow == NULL)
        return NULL;
    *end = tab != NULL ? tab : arrow;
    return tab != NULL ? tab + 1 : arrow + strlen(SEPARATOR_TEXT);
}

bool source_target_text(int symbol, char text[TASK_TEXT_MAX])
{
    if (symbol >= SYMBOLS_RESERVED)
        return false;
    snprintf(text, TASK_TEXT_MAX, "%s", symbol == SYMBOL_END ? END_TEXT : SEPARATOR_TEXT);
    return true;
}

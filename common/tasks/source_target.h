/*
 * source_target.h - one sequence into another, as a language model does it in one pass.
 *
 *     input    s_1 .. s_n  SEPARATOR  y_1 .. y_m
 *     target   -      ..   y_1  ..    y_m  END
 *
 * n + 1 + m steps. The separator asks for the first symbol of the answer, each symbol of the
 * answer for the next, and the last for the end. The loss is taken at these m + 1 outputs
 * alone. Inputs and outputs share one vocabulary, so what a model says can be read again: that
 * is generating.
 *
 * batch->sources[b] is n: the source without the separator, which is where attention over the
 * source looks. Shorter sequences are padded on the right with token 0 to the task's longest;
 * batch->lengths[b] is n + 1 + m. Symbol 0 is the end: it is never read by a model, so as a
 * token it is padding and nothing else.
 */
#ifndef COMMON_TASKS_SOURCE_TARGET_H
#define COMMON_TASKS_SOURCE_TARGET_H

#include "common/tasks/task.h"

/* The first symbols of the vocabulary of every such task. */
enum { SYMBOL_END, SYMBOL_SEPARATOR, SYMBOLS_RESERVED };

/* The task's shape, metric and end symbol: `symbols` symbols, `steps` the longest n + 1 + m. */
void source_target_shape(struct task *task, int symbols, int steps);

/* Steps of a source of n symbols and a target of m. */
static inline int source_target_steps(int n, int m)
{
    return n + 1 + m;
}

/*
 * Write sequence b: all T steps, targets, lengths[b] and sources[b]. source (n), target (m);
 * target NULL: its answer is not known, the sequence ends with the separator and nothing is
 * scored.
 */
void source_target_fill(struct batch *batch, int b, const int *source, int n, const int *target,
                        int m);

/*
 * Where a user's own text has a tab or the separator's arrow: *end is set to the end of the
 * source in it, and what follows, the target, is returned; NULL, *end untouched: there is none.
 */
const char *source_target_split(const char *text, const char **end);

/* The text of the end and of the separator; false: it is neither. */
bool source_target_text(int symbol, char text[TASK_TEXT_MAX]);

#endif

/*
 * automaton.h - tasks whose answer is the state of a finite automaton: parity, cycle,
 * even-pairs.
 *
 *     state_0 = 0        state_{t+1} = next[state_t][symbol_t]        answer = answer[state_n]
 *
 * Symbols are drawn uniformly. options.scored says what is in the loss:
 *
 *     every     sequences of n = length symbols, an answer after each prefix of shortest..n
 *     answer    sequences of shortest..n symbols, all lengths alike, one answer at the end
 *
 * So a model is trained with length N and tested beyond with length 5 N and shortest N + 1:
 * whatever is scored then is longer than anything it has seen.
 *
 * A model that learned the answers' distribution alone knows how often each answer is right
 * over all scored prefixes; its loss is the entropy of that, computed here step by step.
 */
#ifndef COMMON_TASKS_AUTOMATON_H
#define COMMON_TASKS_AUTOMATON_H

#include "common/tasks/task.h"

enum { AUTOMATON_STATES_MAX = 8, AUTOMATON_SYMBOLS_MAX = 4 };

struct automaton {
    int states, symbols, answers;
    int next[AUTOMATON_STATES_MAX][AUTOMATON_SYMBOLS_MAX];
    int answer[AUTOMATON_STATES_MAX];
    const char *symbol_names[AUTOMATON_SYMBOLS_MAX];
    const char *answer_names[AUTOMATON_STATES_MAX];
    bool ends_matter; /* outlined: the first and the last symbol, else those that change it */
};

/* A kind whose functions are the ones below; they find the automaton behind it. */
struct automaton_task {
    struct task_kind kind; /* first */
    struct automaton automaton;
};

void automaton_shape(struct task *task);
void automaton_fill(const struct task *task, struct random *random, bool held_out,
                    struct batch *batch, int b);
double automaton_baseline(const struct task *task);
bool automaton_input_text(const struct task *task, const struct batch *batch, int b, int t,
                          char text[TASK_TEXT_MAX]);
void automaton_output_symbol(const struct task *task, int symbol, char text[TASK_TEXT_MAX]);
enum status automaton_parse(const struct task *task, const char *text, struct batch *batch,
                            struct error *error);

#endif

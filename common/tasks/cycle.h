/*
 * cycle.h - cycle navigation: where on a ring of five places does a walk end? (Deletang et al.
 * 2023)
 *
 *     input    moves 0, +1, -1, all alike           +1 +1 0 -1 -1 -1
 *     target   their sum modulo 5, after each       1 2 2 1 0 4
 *
 * Cross-entropy. After few moves the start is more likely than the far side, so knowing the
 * answers' distribution alone costs a little less than ln 5: 1.6059 for prefixes of 1..20.
 * Trained with lengths 1..N, tested with N + 1..5 N (task.test_length); which outputs are
 * scored: automaton.h.
 *
 *     published accuracy beyond the trained lengths (Deletang 2023)
 *         RNN 100   LSTM 100   Transformer 61.9
 */
#ifndef COMMON_TASKS_CYCLE_H
#define COMMON_TASKS_CYCLE_H

#include "common/tasks/automaton.h"

extern const struct automaton_task cycle_task;

#endif

/*
 * parity.h - is the number of ones even? (Deletang et al. 2023, "Neural Networks and the
 * Chomsky hierarchy": a regular language that one bit of state solves.)
 *
 *     input    bits, 0 and 1 alike                  0 1 1 0 1
 *     target   even or odd, after each prefix       even odd even even odd
 *
 * Cross-entropy; the answers are even and odd alike, ln 2. Trained with lengths 1..N, tested
 * with N + 1..5 N (task.test_length); which outputs are scored: automaton.h.
 *
 *     published accuracy beyond the trained lengths (Deletang 2023)
 *         RNN 100   LSTM 100   Transformer 52.0
 */
#ifndef COMMON_TASKS_PARITY_H
#define COMMON_TASKS_PARITY_H

#include "common/tasks/automaton.h"

extern const struct automaton_task parity_task;

#endif

/*
 * even_pairs.h - are the first and the last bit equal? (Deletang et al. 2023; their question is
 * whether the pairs 01 and 10 together are even in number, which is the same one.)
 *
 *     input    bits, 0 and 1 alike                     0 1 1 0 1
 *     target   equal or different, after 2 bits and    - different different equal different
 *              each one more
 *
 * Cross-entropy, ln 2. Trained with lengths 2..N, tested with N + 1..5 N (task.test_length);
 * which outputs are scored: automaton.h.
 *
 *     published accuracy beyond the trained lengths (Deletang 2023)    all near 100
 */
#ifndef COMMON_TASKS_EVEN_PAIRS_H
#define COMMON_TASKS_EVEN_PAIRS_H

#include "common/tasks/automaton.h"

extern const struct automaton_task even_pairs_task;

#endif

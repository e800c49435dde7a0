/*
 * temporal_order.h - in which order did two signals come? (Hochreiter and Schmidhuber 1997,
 * task 6a.)
 *
 *     input    E a c X d b b Y a ... c B       target at the end   XY, one of XX XY YX YY
 *
 * With scale L a sequence has L..L + L/10 steps (rounded up), all lengths alike: E first, B
 * last, noise a b c d between, and two signals, X or Y each, one at a step in [L/10, L/5], one
 * in [L/2, 3L/5], counted from 0. L = 100 is the published form: lengths 100..110, signals at
 * 10..20 and 50..60.
 *
 * Cross-entropy, ln 4 for guessing. A model is tested at another scale with task.test_length;
 * what is asked then is longer throughout if that is above 11/10 of the first.
 *
 *     published    LSTM (1997)                         1 wrong of 2,560 after 31,390 sequences
 *                  tanh RNN, clipped and regularised   solves length 5000 (Pascanu 2013)
 */
#ifndef COMMON_TASKS_TEMPORAL_ORDER_H
#define COMMON_TASKS_TEMPORAL_ORDER_H

#include "common/tasks/task.h"

extern const struct task_kind temporal_order_task;

#endif

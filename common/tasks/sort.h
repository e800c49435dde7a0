/*
 * sort.h - put digits in order (the demonstration of Karpathy's minGPT).
 *
 *     input    n digits of 0..2, then their sorted form without its last digit: 2 n - 1 steps
 *     target   nothing for n - 1 steps, then the n sorted digits
 *
 * As a language model does it: each sorted digit is read again as input of the next step. The
 * loss is the mean cross-entropy of the n outputs, ln 3 for guessing; a sequence is right when
 * all n are. About a quarter of all 3^n inputs, chosen by a hash, is held out: training never
 * shows them.
 */
#ifndef COMMON_TASKS_SORT_H
#define COMMON_TASKS_SORT_H

#include "common/tasks/task.h"

extern const struct task_kind sort_task;

/* Are these n digits kept for testing? */
bool sort_is_held_out(const int *digits, int n);

#endif

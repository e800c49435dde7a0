/*
 * copying.h - the copy memory task (Arjovsky, Shah and Bengio 2016; Bai, Kolter and Koltun
 * 2018).
 *
 *     input    10 symbols of 1..8, T - 1 zeros, 11 nines      length T + 20
 *     target   T + 10 zeros, then the 10 symbols again
 *
 * Mean cross-entropy over all positions. A model that only learned the pattern says zero, then
 * one of the eight symbols at random: 10 ln 8 / (T + 20). Accuracy is of the last ten alone,
 * 12.5 % by chance.
 */
#ifndef COMMON_TASKS_COPYING_H
#define COMMON_TASKS_COPYING_H

#include "common/tasks/task.h"

extern const struct task_kind copying_task;

#endif

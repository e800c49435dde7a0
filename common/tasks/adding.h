/*
 * adding.h - the adding problem (Hochreiter and Schmidhuber 1997, in the form of Le, Jaitly and
 * Hinton 2015 and Bai, Kolter and Koltun 2018).
 *
 * T pairs (value, marker): values U[0, 1), markers 0 but for one 1 in each half of the
 * sequence. The answer at the end is the sum of the two marked values.
 *
 * Mean squared error. Always answering 1 costs the variance of a sum of two uniform numbers,
 * 1/6; papers print .1767, the mathematics says .1667. A run counts as right within .04, the
 * bound of the paper of 1997.
 */
#ifndef COMMON_TASKS_ADDING_H
#define COMMON_TASKS_ADDING_H

#include "common/tasks/task.h"

extern const struct task_kind adding_task;

#endif

/*
 * induction.h - what came after that the last time? (Olsson et al. 2022, "In-context Learning
 * and Induction Heads"; as a task: Dao et al. 2023, Gu and Dao 2023.)
 *
 *     input    c a * f b b a d *       target at the end    f
 *
 * T tokens: V letters, all alike, and the special token * twice, the second time last, the
 * first time anywhere with one letter at least between the two. The answer is the letter after
 * the first.
 *
 * Cross-entropy, ln V for guessing. Tested at twice, four and eight times the trained length
 * with task.test_length.
 *
 *     published (Gu and Dao 2023, V = 16)    2 layers of attention: 100 at the trained length,
 *                                            58.6, 26.6, 18.8 at 2, 4, 8 times; 1 layer cannot
 */
#ifndef COMMON_TASKS_INDUCTION_H
#define COMMON_TASKS_INDUCTION_H

#include "common/tasks/task.h"

extern const struct task_kind induction_task;

#endif

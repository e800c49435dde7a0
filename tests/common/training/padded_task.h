/*
 * padded_task.h - a task whose sequences have drawn lengths: the answer at every step is the
 * symbol before it.
 */
#ifndef TESTS_COMMON_TRAINING_PADDED_TASK_H
#define TESTS_COMMON_TRAINING_PADDED_TASK_H

#include "common/tasks/task.h"

enum { PADDED_SYMBOLS = 5 };

/*
 * Lengths 1..steps; the first step of each is not scored. garbage: what the padding's classes
 * hold are no classes, where otherwise they are TARGET_IGNORED.
 */
struct task padded_task(int steps, bool garbage);

#endif

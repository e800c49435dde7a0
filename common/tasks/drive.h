/*
 * drive.h - noise in, nothing to learn: the stage of the law of vanishing gradients.
 *
 * T steps of `items` numbers each, all of them independent N(0, 1). The answer at the end is
 * one more such number, which no input tells: the best is to answer 0 always, at a mean squared
 * error of 1. What one looks at is the gradient through time before training, where an elman
 * with orthogonal weights and identity input has a slope that mean-field theory gives in closed
 * form (Schoenholz, Gilmer, Ganguli and Sohl-Dickstein 2017; Chen, Pennington and Schoenholz
 * 2018).
 */
#ifndef COMMON_TASKS_DRIVE_H
#define COMMON_TASKS_DRIVE_H

#include "common/tasks/task.h"

extern const struct task_kind drive_task;

#endif

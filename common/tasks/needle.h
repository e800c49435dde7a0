/*
 * needle.h - a needle in a haystack: one value, k steps before it is asked for.
 *
 *     input    a d b b ! 7 c a d b ?       target at the end    7         (k = 5, T = 11)
 *
 * Of T tokens the last is the query ?, the one at T - 1 - k is one of 8 values, the one before
 * it, at T - 2 - k, the marker !; all others are noise, one of 8 letters. k is
 * options.distance: how far back a model has to see. An attention window of w steps in each of
 * L layers reaches back L (w - 1).
 *
 * Cross-entropy, ln 8 for guessing.
 */
#ifndef COMMON_TASKS_NEEDLE_H
#define COMMON_TASKS_NEEDLE_H

#include "common/tasks/task.h"

extern const struct task_kind needle_task;

#endif

/*
 * line.h - a straight line through noisy points: the smallest thing that can be learned.
 *
 *     input    x, uniform on [-1, 1)         target    y = a x + b + noise,  noise N(0, s^2)
 *
 * with a = .8, b = .3, s = .1, the same for ever; a sequence is T points, which know nothing of
 * each other, with an answer at each. Two numbers are enough: the model `linear` has just them,
 * and the squared error makes them walk to the least-squares line of the points they see.
 *
 * Mean squared error. Here the dashed line is not where one starts but where one arrives: the
 * variance of the noise, s^2 = .01, which no model can go below. (Always saying the mean b
 * costs a^2 / 3 + s^2 = .2233.) An answer counts as right within .2, two standard deviations of
 * the noise: 95.4 % for the true line.
 */
#ifndef COMMON_TASKS_LINE_H
#define COMMON_TASKS_LINE_H

#include "common/tasks/task.h"

/* The line that the points are drawn around. */
struct line {
    double slope, intercept, noise; /* a, b, s */
};
extern const struct line line_drawn;

extern const struct task_kind line_task;

/*
 * The line with the least squared error over all points of the batch, in closed form (Gauss,
 * Legendre): a = cov(x, y) / var(x), b = mean(y) - a mean(x); noise is the root of the mean
 * squared error that is left. The batch has two different x at least.
 */
struct line line_least_squares(const struct batch *batch);

#endif

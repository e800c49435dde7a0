/*
 * recurrent_arm.h - what the keys of a recurrent arm mean: layers, first values, and which of
 * them fit together.
 */
#ifndef LESSONS_RECURRENT_ARM_H
#define LESSONS_RECURRENT_ARM_H

#include "common/model/sequence_model.h"
#include "lessons/config.h"
#include "rnn/recurrent.h"

/*
 * Put that many layers of the cell on the stack, whose tensors' names begin with prefix, for
 * sequences of `steps` steps. A direction of both makes each of them bidirectional, 2 hidden
 * wide.
 */
void recurrent_arm_build(struct stack *core, const struct arm_config *arm, int layers,
                         int steps, recurrent_creator *create, const char *prefix);

/*
 * STATUS_USAGE, beginning with the arm's name, for a choice that its cell does not have or that
 * contradicts another. What follows a "+" in arm->model does not matter.
 */
enum status recurrent_arm_check(const struct arm_config *arm, const char *name,
                                struct error *error);

/* The same for a choice that does not fit what the task's sequences look like. */
enum status recurrent_arm_fits(const struct arm_config *arm, const struct batch_shape *shape,
                               const char *name, struct error *error);

/*
 * The stage of the law of vanishing gradients: let input.weight be the identity and
 * core.weight_ih_l0 sqrt(variance) times it, and all biases before the state 0, so that unit k
 * is driven by number k of the task's input, with that variance if the numbers are N(0, 1).
 */
void recurrent_arm_drive(struct parameter_list *list, double variance);

/*
 * Multiply the recurrent matrix W_hh of every layer, in every direction, by that factor;
 * parameters: (list->total). False: an element would be too large for a real; nothing is
 * written then.
 */
bool recurrent_arm_scale(const struct parameter_list *list, real *parameters, double factor);

#endif

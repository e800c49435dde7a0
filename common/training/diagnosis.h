/*
 * diagnosis.h - where did it begin? Finds the first tensor that is not finite any more.
 */
#ifndef COMMON_TRAINING_DIAGNOSIS_H
#define COMMON_TRAINING_DIAGNOSIS_H

#include "common/training/trainer.h"

/*
 * After a step, a round, whose loss or gradient norm was not finite: run it forward again, look
 * through parameters, layer outputs and gradients in the order in which a number passes through
 * them, and return STATUS_DIVERGED with a message that names the step and the first tensor that
 * is not finite.
 */
enum status diagnose(struct trainer *trainer, const struct round *round,
                     const struct report *report, struct error *error);

enum { DIAGNOSIS_PLACE_MAX = 128 };

/*
 * Take such a message apart: the step, and the place where it began ("the gradient of ...").
 * False, and nothing is written: it is another message.
 */
bool diagnosis_read(const char *message, long *step, char place[DIAGNOSIS_PLACE_MAX]);

#endif

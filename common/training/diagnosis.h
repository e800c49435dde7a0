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

#endif

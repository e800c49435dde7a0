/*
 * match.h - arms of the same size: the lab picks the widths.
 *
 *     parameters    the core's parameters, final norm included, agree with the reference's
 *     flops         the core's forward FLOPs for one sequence of the task do
 *     width         so does the hidden width of a recurrent arm, the width of a Transformer
 *
 * What is picked is `hidden` of a recurrent arm and `width` of a Transformer, in steps that the
 * arm's heads divide; the embedding of a recurrent arm is as wide as the reference's input to
 * its core. The result depends on nothing that it replaces: matching twice changes nothing.
 */
#ifndef LESSONS_MATCH_H
#define LESSONS_MATCH_H

#include "common/model/batch.h"
#include "lessons/config.h"

#define MATCH_TOLERANCE 0.02 /* parameters and flops agree within that share */

/*
 * Replace the widths of every arm but the reference as training.match says, for sequences of
 * that shape; an arm without a core has none. Every arm must have passed arm_check.
 * STATUS_USAGE: the reference is no arm or has no core, or no width comes within
 * MATCH_TOLERANCE, with the nearest; config is then untouched.
 */
enum status match_apply(struct lab_config *config, const struct batch_shape *shape,
                        struct error *error);

#endif

/*
 * validation.h - looks at sequences held back from training, and the weights that did best
 * there.
 *
 * The sequences are the same at every look. When training ends, the weights of the best look
 * take the place of the last ones; those are kept, so that training can go on from them as if
 * nothing had happened.
 */
#ifndef COMMON_TRAINING_VALIDATION_H
#define COMMON_TRAINING_VALIDATION_H

#include <stdbool.h>

#include "common/training/trainer.h"

/*
 * All of it decides the future of a training: whoever saves one to go on with it saves every
 * member.
 */
struct validation {
    real *weights; /* (parameters) of the best look; while `restored`, those of the last step */
    double best_loss;   /* infinite before the first look */
    long best_step;     /* updates that made the best weights */
    int worse;          /* looks since the best one */
    long looked_at;     /* step of the last look; -1: there was none */
    struct report last; /* what it measured; NaN before the first */
    double end_loss;    /* measured by validation_end; NaN: it was not, or training goes on */
    bool restored;      /* the best weights are in the trainer, the last ones here */
};

/* Bytes that validation_create takes. */
size_t validation_bytes(const struct sequence_model *model);

enum status validation_create(struct validation *validation, const struct sequence_model *model,
                              struct error *error);
void validation_free(struct validation *validation); /* safe on a zeroed one */

/*
 * Measure the trainer's weights on `samples` sequences that training never draws. A smaller
 * loss than ever before keeps them as the best; an equal one does not. Returns whether it was
 * smaller. Not while restored.
 */
bool validation_look(struct validation *validation, struct trainer *trainer, int samples);

/*
 * Put the best weights into the trainer, and the last ones here; nothing before the first look
 * or if they are there already. trainer->step is not touched: it decides what comes next.
 */
void validation_restore(struct validation *validation, struct trainer *trainer);

/*
 * Training ends: whichever are better, the best weights or the last, are in the trainer. Where
 * the last have not been looked at they are measured for that, which is no look: a training
 * that goes on has never seen it. Not while restored.
 */
void validation_end(struct validation *validation, struct trainer *trainer, int samples);

/* Undo either, before training goes on. Nothing if neither was done. */
void validation_go_on(struct validation *validation, struct trainer *trainer);

/*
 * What was measured is of another model from now on: forget it, as before the first look. The
 * trainer has its last weights then, as after validation_go_on.
 */
void validation_forget(struct validation *validation, struct trainer *trainer);

/* Updates that made the weights which are in the trainer now. */
long validation_weights_step(const struct validation *validation,
                             const struct trainer *trainer);

#endif

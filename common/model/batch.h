/*
 * batch.h - the numbers that a task hands to a model: inputs and targets of a few sequences.
 *
 * Time-major like everything inside the engine: element (t, b) stands at t * B + b.
 */
#ifndef COMMON_MODEL_BATCH_H
#define COMMON_MODEL_BATCH_H

#include "common/error.h"
#include "common/layers/layer.h"

enum { TARGET_IGNORED = -100 }; /* a class that is not scored, as in PyTorch */

enum input_kind {
    INPUT_TOKENS,  /* one of `inputs` symbols at each step */
    INPUT_FEATURES /* `inputs` numbers at each step */
};

enum target_kind {
    TARGET_CLASSES, /* one of `outputs` symbols: cross-entropy */
    TARGET_VALUES   /* `outputs` numbers: mean squared error */
};

enum readout {
    READOUT_EVERY, /* an output at every step */
    READOUT_LAST   /* one output, at the last step */
};

/* What a task's sequences look like; with a width it is all a model needs to know. */
struct batch_shape {
    int steps; /* T */
    enum input_kind input;
    int inputs; /* symbols or features */
    enum target_kind target;
    int outputs; /* symbols or values */
    enum readout readout;
};

/* Steps that have an output: T or 1. */
static inline int output_steps(const struct batch_shape *shape)
{
    return shape->readout == READOUT_EVERY ? shape->steps : 1;
}

/* T_out is output_steps(): with READOUT_LAST the one row belongs to step T - 1. */
struct batch {
    struct batch_shape shape;
    struct extent extent; /* B may be less than the memory was made for */
    int *tokens;          /* (T, B), or NULL */
    real *features;       /* (T, B, inputs), or NULL */
    int *classes;         /* (T_out, B), TARGET_IGNORED where not scored, or NULL */
    real *values;         /* (T_out, B, outputs), or NULL */
};

/* Memory for `size` sequences. */
enum status batch_create(struct batch *batch, const struct batch_shape *shape, int size,
                         struct error *error);
void batch_free(struct batch *batch); /* safe on a zeroed batch */

#endif

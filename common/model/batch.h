/*
 * batch.h - the numbers that a task hands to a model: inputs and targets of a few sequences.
 *
 * Time-major like everything inside the engine: element (t, b) stands at t * B + b.
 */
#ifndef COMMON_MODEL_BATCH_H
#define COMMON_MODEL_BATCH_H

#include <stdbool.h>

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
    READOUT_LAST,  /* one output, at the last step that is no padding */
    READOUT_MEAN   /* one output, of the mean over all steps that are no padding */
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

/*
 * T_out is output_steps(): with one output for each sequence, its row belongs to the sequence's
 * last step. Steps from lengths[b] on are padding: they hold token 0 or features 0 and no
 * target.
 */
struct batch {
    struct batch_shape shape;
    struct extent extent; /* B may be less than the memory was made for */
    int *lengths;         /* (B) steps of each sequence that are no padding, 1..T; NULL: T */
    int *sources; /* (B) leading steps that are the source of a translation; NULL or 0: none */
    int *tokens;  /* (T, B), or NULL */
    real *features; /* (T, B, inputs), or NULL */
    int *classes;   /* (T_out, B), TARGET_IGNORED where not scored, or NULL */
    real *values;   /* (T_out, B, outputs), or NULL */
};

/* Bytes of the arrays that batch_create would take. */
size_t batch_bytes(const struct batch_shape *shape, int size);

/* Memory for `size` sequences, each as long as the shape says and without a source. */
enum status batch_create(struct batch *batch, const struct batch_shape *shape, int size,
                         struct error *error);
void batch_free(struct batch *batch); /* safe on a zeroed batch */

static inline int batch_length(const struct batch *batch, int b)
{
    return batch->lengths != NULL ? batch->lengths[b] : batch->extent.steps;
}

/*
 * From now on sequence b has that many steps, 1..T. The rest becomes padding: token 0 or
 * features 0, no target. With one output for each sequence, that one stays.
 */
void batch_set_length(struct batch *batch, int b, int length);

/*
 * The share of the batch's cells (t, b) that hold padding: what batching sequences of different
 * lengths wastes. Of lengths 3, 5 and 9 in 9 steps, 10 of 27 cells: 0.370.
 */
double batch_padding_share(const struct batch *batch);

/* Does output row t * B + b belong to a step of the sequence, not to its padding? */
static inline bool batch_row_is_real(const struct batch *batch, int row)
{
    const int B = batch->extent.batch;

    return batch->shape.readout != READOUT_EVERY || row / B < batch_length(batch, row % B);
}

#endif

#include "common/model/batch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

size_t batch_bytes(const struct batch_shape *shape, int size)
{
    const size_t rows = (size_t)shape->steps * (size_t)size;
    const size_t scored = (size_t)output_steps(shape) * (size_t)size;
    const struct batch *batch = NULL; /* whose members' sizes are asked for */

    return (size_t)size * (sizeof *batch->lengths + sizeof *batch->sources) +
           rows * (shape->input == INPUT_TOKENS
                       ? sizeof *batch->tokens
                       : (size_t)shape->inputs * sizeof *batch->features) +
           scored * (shape->target == TARGET_CLASSES
                         ? sizeof *batch->classes
                         : (size_t)shape->outputs * sizeof *batch->values);
}

enum status batch_create(struct batch *batch, const struct batch_shape *shape, int size,
                         struct error *error)
{
    const struct extent extent = { .batch = size, .steps = shape->steps };
    const size_t rows = extent_rows(extent);
    const size_t scored = (size_t)output_steps(shape) * (size_t)size;
    struct batch made = { .shape = *shape, .extent = extent };

    made.lengths = calloc((size_t)size, sizeof *made.lengths);
    made.sources = calloc((size_t)size, sizeof *made.sources);
    for (int b = 0; made.lengths != NULL && b < size; b++)
        made.lengths[b] = shape->steps;
    if (shape->input == INPUT_TOKENS)
        made.tokens = calloc(rows, sizeof *made.tokens);
    else
        made.features = calloc(rows * (size_t)shape->inputs, sizeof *made.features);
    if (shape->target == TARGET_CLASSES)
        made.classes = calloc(scored, sizeof *made.classes);
    else
        made.values = calloc(scored * (size_t)shape->outputs, sizeof *made.values);
    if (made.lengths == NULL || made.sources == NULL ||
        (made.tokens == NULL && made.features == NULL) ||
        (made.classes == NULL && made.values == NULL)) {
        batch_free(&made);
        return error_set(error, STATUS_NO_MEMORY, "no memory for a batch of %d sequences",
                         size);
    }
    *batch = made;
    return STATUS_OK;
}

void batch_free(struct batch *batch)
{
    free(batch->lengths);
    free(batch->sources);
    free(batch->tokens);
    free(batch->features);
    free(batch->classes);
    free(batch->values);
    *batch = (struct batch){ 0 };
}

void batch_set_length(struct batch *batch, int b, int length)
{
    const int T = batch->extent.steps, B = batch->extent.batch;
    const size_t features = (size_t)batch->shape.inputs, values = (size_t)batch->shape.outputs;

    assert(length >= 1 && length <= T);
    batch->lengths[b] = length;
    for (int t = length; t < T; t++) {
        const size_t row = (size_t)t * (size_t)B + (size_t)b;

        if (batch->tokens != NULL)
            batch->tokens[row] = 0;
        else
            memset(batch->features + row * features, 0, features * sizeof *batch->features);
        if (batch->shape.readout != READOUT_EVERY)
            continue;
        if (batch->classes != NULL)
            batch->classes[row] = TARGET_IGNORED;
        else
            memset(batch->values + row * values, 0, values * sizeof *batch->values);
    }
}

double batch_padding_share(const struct batch *batch)
{
    const double cells = (double)extent_rows(batch->extent);
    double real_cells = 0;

    for (int b = 0; b < batch->extent.batch; b++)
        real_cells += batch_length(batch, b);
    return (cells - real_cells) / cells;
}

/*
 * loss.h - how wrong the outputs are, and the gradient of that on every output.
 *
 *     cross-entropy         L = - ln softmax(z)[class]       dz = softmax(z) - onehot(class)
 *     mean squared error    L = (y - target)^2               dy = 2 (y - target)
 *
 * in nats, as PyTorch's functional.cross_entropy and mse_loss with reduction "sum": a shard
 * does not know how many targets its neighbours have, so the mean is taken where the shards are
 * added. Classes that are TARGET_IGNORED, and padding, count for nothing and get no gradient.
 */
#ifndef COMMON_MODEL_LOSS_H
#define COMMON_MODEL_LOSS_H

#include "common/model/batch.h"

struct loss {
    double sum;    /* over all scored elements */
    long elements; /* scored classes, or numbers: sum / elements is the mean */
};

static inline void loss_add(struct loss *sum, struct loss loss)
{
    sum->sum += loss.sum;
    sum->elements += loss.elements;
}

/*
 * The loss of output (T_out, B, V) against the batch's targets. doutput, same shape, is
 * overwritten with the gradient of the sum; NULL: not wanted.
 */
struct loss loss_evaluate(const struct batch *batch, const real *output, real *doutput);

/*
 * How many elements output row `row` = t * B + b adds to loss_evaluate's: 0 where it is not
 * scored.
 */
long loss_elements(const struct batch *batch, int row);

#endif

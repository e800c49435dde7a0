#include "common/model/loss.h"

#include <assert.h>
#include <string.h>

#include "common/numeric/functions.h"
#include "common/numeric/reduce.h"
#include "common/numeric/softmax.h"

/*
 * -ln softmax(z)[class] = ln(sum over v of exp(z_v - highest)) - (z_class - highest). The sums
 * of some rows wait for each other, so that their logarithms are vector code.
 */
enum { WAITING = 16 };

struct waiting {
    real sum[WAITING]; /* of exponentials */
    real own[WAITING]; /* z_class - highest */
    int count;
};

/* The cross-entropy of the rows that wait; none do afterwards. */
static double waiting_loss(struct waiting *rows)
{
    real logs[WAITING];
    double loss = 0;

    for (int i = rows->count; i < WAITING; i++)
        rows->sum[i] = 1;
    for (int i = 0; i < WAITING; i++)
        logs[i] = real_log(rows->sum[i]);
    for (int i = 0; i < rows->count; i++)
        loss += (double)(logs[i] - rows->own[i]);
    rows->count = 0;
    return loss;
}

/* The sum of exp(z - highest); with e not NULL, e becomes those. */
static real exponentials(const real *z, real *e, size_t V, real highest)
{
    enum { CHUNK = 256 };
    real chunk[CHUNK], sum = 0;

    if (e != NULL) {
        memcpy(e, z, V * sizeof *e);
        return softmax_exponentials(e, V, highest, 1);
    }
    for (size_t begin = 0; begin < V; begin += CHUNK) {
        const size_t count = V - begin < CHUNK ? V - begin : CHUNK;

        memcpy(chunk, z + begin, count * sizeof *chunk);
        sum += softmax_exponentials(chunk, count, highest, 1);
    }
    return sum;
}

/* One more row waits; softmax(z) - onehot(class) in dz, if not NULL. */
static void cross_entropy_row(struct waiting *rows, const real *z, real *dz, int class, int V)
{
    const real highest = reduce_max(z, (size_t)V);
    const real sum = exponentials(z, dz, (size_t)V, highest);

    assert(class >= 0 && class < V);
    rows->sum[rows->count] = sum;
    rows->own[rows->count++] = z[class] - highest;
    if (dz != NULL) {
        softmax_shares(dz, V, 0, V, 1 / sum);
        dz[class] -= 1;
    }
}

static double squared_error_row(const real *y, real *dy, const real *target, int V)
{
    double sum = 0;

    for (int v = 0; v < V; v++) {
        const real error = y[v] - target[v];

        sum += (double)error * (double)error;
        if (dy != NULL)
            dy[v] = 2 * error;
    }
    return sum;
}

long loss_elements(const struct batch *batch, int row)
{
    if (!batch_row_is_real(batch, row))
        return 0;
    if (batch->shape.target == TARGET_VALUES)
        return batch->shape.outputs;
    return batch->classes[row] != TARGET_IGNORED;
}

struct loss loss_evaluate(const struct batch *batch, const real *output, real *doutput)
{
    const int V = batch->shape.outputs;
    const int rows = output_steps(&batch->shape) * batch->extent.batch;
    struct waiting waiting = { .count = 0 };
    struct loss loss = { 0 };

    for (int row = 0; row < rows; row++) {
        const size_t at = (size_t)row * (size_t)V;
        const long elements = loss_elements(batch, row);
        real *dout = doutput ? doutput + at : NULL;

        loss.elements += elements;
        if (elements == 0) {
            if (dout != NULL)
                memset(dout, 0, (size_t)V * sizeof *dout);
        } else if (batch->shape.target == TARGET_VALUES) {
            loss.sum += squared_error_row(output + at, dout, batch->values + at, V);
        } else {
            cross_entropy_row(&waiting, output + at, dout, batch->classes[row], V);
            if (waiting.count == WAITING)
                loss.sum += waiting_loss(&waiting);
        }
    }
    loss.sum += waiting_loss(&waiting);
    return loss;
}

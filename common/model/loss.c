#include "common/model/loss.h"

#include <assert.h>
#include <string.h>

#include "common/numeric/functions.h"
#include "common/numeric/reduce.h"

/* One row: -ln softmax(z)[class], and softmax(z) - onehot(class) in dz. */
static double cross_entropy_row(const real *z, real *dz, int class, int V)
{
    enum { CHUNK = 256 };
    const real highest = reduce_max(z, (size_t)V);
    real sum = 0;

    assert(class >= 0 && class < V);
    for (int begin = 0; begin < V; begin += CHUNK) {
        const int count = V - begin < CHUNK ? V - begin : CHUNK;
        real chunk[CHUNK], *restrict e = dz != NULL ? dz + begin : chunk;

        for (int v = 0; v < count; v++)
            e[v] = real_exp(z[begin + v] - highest);
        sum += reduce_sum(e, (size_t)count);
    }
    if (dz != NULL) {
        for (int v = 0; v < V; v++)
            dz[v] /= sum;
        dz[class] -= 1;
    }
    return (double)(real_log(sum) - (z[class] - highest));
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
    struct loss loss = { 0 };

    if (doutput != NULL)
        memset(doutput, 0, (size_t)rows * (size_t)V * sizeof *doutput);
    for (int row = 0; row < rows; row++) {
        const size_t at = (size_t)row * (size_t)V;
        const long elements = loss_elements(batch, row);
        real *dout = doutput ? doutput + at : NULL;

        if (elements == 0)
            continue;
        loss.elements += elements;
        if (batch->shape.target == TARGET_VALUES)
            loss.sum += squared_error_row(output + at, dout, batch->values + at, V);
        else
            loss.sum += cross_entropy_row(output + at, dout, batch->classes[row], V);
    }
    return loss;
}

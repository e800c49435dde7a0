#include "common/model/loss.h"

#include <assert.h>
#include <string.h>

#include "common/numeric/functions.h"
#include "common/numeric/reduce.h"

/* One row: -ln softmax(z)[class], and softmax(z) - onehot(class) in dz. */
static double cross_entropy_row(const real *z, real *dz, int class, int V)
{
    const real highest = reduce_max(z, (size_t)V);
    real sum = 0;

    for (int v = 0; v < V; v++) {
        const real e = real_exp(z[v] - highest);

        sum += e;
        if (dz != NULL)
            dz[v] = e;
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

static void add_row(struct loss *loss, const struct batch *batch, const real *output,
                    real *doutput, int row)
{
    const int V = batch->shape.outputs;
    const real *out = output + (size_t)row * (size_t)V;
    real *dout = doutput ? doutput + (size_t)row * (size_t)V : NULL;

    if (batch->shape.target == TARGET_VALUES) {
        loss->sum += squared_error_row(out, dout, batch->values + (size_t)row * (size_t)V, V);
        loss->elements += V;
        return;
    }
    if (batch->classes[row] == TARGET_IGNORED)
        return;
    assert(batch->classes[row] >= 0 && batch->classes[row] < V);
    loss->sum += cross_entropy_row(out, dout, batch->classes[row], V);
    loss->elements++;
}

static int rows_of(const struct batch *batch)
{
    return output_steps(&batch->shape) * batch->extent.batch;
}

static void clear(const struct batch *batch, real *doutput)
{
    if (doutput != NULL)
        memset(doutput, 0,
               (size_t)rows_of(batch) * (size_t)batch->shape.outputs * sizeof *doutput);
}

struct loss loss_evaluate(const struct batch *batch, const real *output, real *doutput)
{
    struct loss loss = { 0 };

    clear(batch, doutput);
    for (int row = 0; row < rows_of(batch); row++)
        add_row(&loss, batch, output, doutput, row);
    return loss;
}

struct loss loss_evaluate_row(const struct batch *batch, const real *output, real *doutput,
                              int row)
{
    struct loss loss = { 0 };

    assert(row >= 0 && row < rows_of(batch));
    clear(batch, doutput);
    add_row(&loss, batch, output, doutput, row);
    return loss;
}

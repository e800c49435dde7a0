#include "common/model/metric.h"

#include <math.h>

int largest_logit(const real *logits, int V)
{
    int best = 0;

    for (int v = 1; v < V; v++)
        if (logits[v] > logits[best])
            best = v;
    return best;
}

/*
 * Is that class's logit larger than all before it, and none behind it larger? Counts those that
 * are in its way, which is vector code without a branch that nobody can predict. Among numbers
 * it says whether largest_logit is that class; what is not a number is in the way of all.
 */
static bool is_largest(const real *logits, int V, int class)
{
    const real own = logits[class];
    int in_the_way = own != own;

    for (int v = 0; v < V; v++)
        in_the_way += (v != class) & !(logits[v] < own) & !((logits[v] == own) & (v > class));
    return in_the_way == 0;
}

bool metric_row_is_right(const struct metric *metric, const struct batch *batch,
                         const real *output, int row)
{
    const int V = batch->shape.outputs;
    const real *out = output + (size_t)row * (size_t)V;

    if (metric->kind != METRIC_WITHIN)
        return is_largest(out, V, batch->classes[row]);
    for (int v = 0; v < V; v++)
        if (!(fabs((double)(out[v] - batch->values[(size_t)row * (size_t)V + (size_t)v])) <=
              metric->tolerance))
            return false;
    return true;
}

static bool row_counts(const struct batch *batch, int row)
{
    return batch_row_is_real(batch, row) &&
           (batch->shape.target == TARGET_VALUES || batch->classes[row] != TARGET_IGNORED);
}

/* The outputs of sequence b. */
static struct score sequence_score(const struct metric *metric, const struct batch *batch,
                                   const real *output, int b)
{
    const int T_out = output_steps(&batch->shape);
    struct score score = { 0 };

    for (int t = metric->from_step; t < T_out; t++) {
        const int row = t * batch->extent.batch + b;

        if (!row_counts(batch, row))
            continue;
        score.counted++;
        score.right += metric_row_is_right(metric, batch, output, row);
    }
    if (metric->kind == METRIC_SEQUENCES)
        return (struct score){ .right = score.right == score.counted, .counted = 1 };
    return score;
}

struct score metric_evaluate(const struct metric *metric, const struct batch *batch,
                             const real *output)
{
    struct score total = { 0 };

    for (int b = 0; b < batch->extent.batch; b++) {
        const struct score score = sequence_score(metric, batch, output, b);

        total.right += score.right;
        total.counted += score.counted;
    }
    return total;
}

/*
 * metric.h - how many answers are right: the number that a person wants beside the loss.
 */
#ifndef COMMON_MODEL_METRIC_H
#define COMMON_MODEL_METRIC_H

#include <stdbool.h>

#include "common/model/batch.h"

enum metric_kind {
    METRIC_TOKENS,    /* share of scored outputs whose largest logit is the target */
    METRIC_SEQUENCES, /* share of sequences in which all of them are */
    METRIC_WITHIN     /* share of values at most `tolerance` from the target */
};

struct metric {
    enum metric_kind kind;
    int from_step;    /* outputs of earlier steps do not count */
    double tolerance; /* of METRIC_WITHIN */
    const char *name; /* what is counted, for a person: "right answers", "answers within .04" */
};

struct score {
    long right;
    long counted;
};

static inline void score_add(struct score *sum, struct score score)
{
    sum->right += score.right;
    sum->counted += score.counted;
}

/* Count over output (T_out, B, V). */
struct score metric_evaluate(const struct metric *metric, const struct batch *batch,
                             const real *output);

/* Is the answer of output row `row` = t * B + b right? With classes the row must be scored. */
bool metric_row_is_right(const struct metric *metric, const struct batch *batch,
                         const real *output, int row);

/* The class with the largest logit; the first of several. */
int largest_logit(const real *logits, int V);

#endif

/*
 * synthetic.h - snapshots made up for tests of the window: values known in advance, no
 * training.
 */
#ifndef TESTS_VIZ_WINDOW_SYNTHETIC_H
#define TESTS_VIZ_WINDOW_SYNTHETIC_H

#include "lessons/lesson.h"
#include "lessons/snapshot.h"

struct synthetic {
    const char *left, *right; /* elman, lstm, gru, transformer */
    int steps;                /* T */
    int layers, heads;        /* of a transformer */
    long step;                /* updates made */
    bool both;                /* an lstm reads from both ends */
    bool scores;              /* attention with what its weights come from */
    bool words;               /* every output scored, inputs are digits: like sort */
    bool outputs;             /* logits are there too: of 5 classes, or one value */
    int tensors;              /* how many; 0: none. The first is a recurrent matrix */
    int rows;                 /* of that matrix, for each gate; 0: 64 */
};

/*
 * Adding (or, with `words`, something like sort) of T steps after that many updates. The
 * gradient of elman falls by .58 per step back, of lstm and gru by .66; the transformer's is
 * level at .02. Head h of layer l pays weight synthetic_weight. Owned by the caller:
 * snapshot_free. Aborts without memory.
 */
struct snapshot synthetic_snapshot(const struct synthetic *wish);

/*
 * With `outputs`: the logit of class v at step t is synthetic_logit, and the one of a value is
 * .9 and .5 in the two arms. Tensor 0 of an arm with tensors is core.weight_hh_l0, of G gates,
 * gate k being a turn of every pair of units times synthetic_gain(k); the others have 7 rows and
 * 3 columns of growing values, but the last, which is a vector of 5: -2 -1 0 1 2.
 */
double synthetic_logit(int arm, int t, int v);
double synthetic_gain(int gate);

/* Moments every so many steps, and a way that was left at step `from` and had come to `to`. */
void synthetic_moments(struct snapshot *snapshot, long stride);
void synthetic_branch(struct snapshot *snapshot, long from, long to, double learning_rate,
                      double clip);

/* What query pays to key in the made-up heads: rows sum to 1, nothing to the future. */
double synthetic_weight(int layer, int head, int query, int key, long step);

/* A lesson with the question and prediction of the first minute; path is `folder`. */
struct lesson synthetic_lesson(int number, const char *title, const char *folder);

#endif

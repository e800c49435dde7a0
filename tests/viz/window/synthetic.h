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
};

/*
 * Adding (or, with `words`, something like sort) of T steps after that many updates. The
 * gradient of elman falls by .58 per step back, of lstm and gru by .66; the transformer's is
 * level at .02. Head h of layer l pays weight synthetic_weight. Owned by the caller:
 * snapshot_free. Aborts without memory.
 */
struct snapshot synthetic_snapshot(const struct synthetic *wish);

/* What query pays to key in the made-up heads: rows sum to 1, nothing to the future. */
double synthetic_weight(int layer, int head, int query, int key, long step);

/* A lesson with the question and prediction of the first minute; path is `folder`. */
struct lesson synthetic_lesson(int number, const char *title, const char *folder);

#endif

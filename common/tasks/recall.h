/*
 * recall.h - multi-query associative recall (Arora et al. 2023, "Zoology"): D pairs, then each
 * key again.
 *
 *     input     k3 v5 k1 v2 . . k1 . k3 .
 *     target    v2 at the repeated k1, v5 at the repeated k3
 *
 * A vocabulary of V tokens (options.symbols): 0 is the blank, 1..V/2 - 1 are keys, V/2..V - 1
 * values. A sequence of N tokens (length) begins with D pairs (options.items): D distinct keys
 * and D distinct values, uniform, in random order. The N - 2 D steps behind them are S = (N - 2
 * D) / 2 slots of two steps. Each key, in the order of the pairs, takes one of the free slots g
 * = 0..S - 1 with probability proportional to (g + 1)^(a - 1), a = .1: most questions come
 * soon, some very late. The key stands at the slot's first step; everything else is blank,
 * where Arora's program has random tokens. So N >= 4 D and V / 2 - 1 >= D are needed.
 *
 * Scored are the D repeated keys; outputs are over the whole vocabulary. Mean cross-entropy, ln
 * of the V/2 values for guessing; guessing among the values of the sequence alone has 1/D
 * right, the plateau of training.
 *
 * With options.fewest = F < D training draws the number of pairs from F, 2 F, 4 F, .. up to D,
 * all alike, once for every 64 rows of a batch; testing always has D. Training with many pairs
 * alone is slow to start. Sequences of few pairs have few scored keys: beside long ones in the
 * same batch they would hardly count, so a batch of 64 has one number; so has each 64 of a
 * finite training set, which stay together in all epochs.
 *
 *     published (Arora 2023)    attention solves every D at width 64; a fixed state needs
 *                               width growing with D. With few pairs or V < 50 recurrent
 *                               networks solve it as well
 */
#ifndef COMMON_TASKS_RECALL_H
#define COMMON_TASKS_RECALL_H

#include "common/tasks/task.h"

extern const struct task_kind recall_task;

#endif

/*
 * data_order.h - in which order a finite set of samples is learned: every one once per epoch, in
 * a new order each time.
 *
 * Position p of the endless row of samples that training takes, batch after batch, belongs to
 * epoch p / samples, and its sample is element p % samples of that epoch's permutation. The
 * permutation is a pure function of (seed, epoch) (Fisher and Yates 1938, Durstenfeld's form), so
 * a run is resumed at any position without its history. No batch is cut short: where an epoch
 * ends inside a batch, the next begins in the same one, and a batch larger than the set goes
 * through several.
 */
#ifndef COMMON_TRAINING_DATA_ORDER_H
#define COMMON_TRAINING_DATA_ORDER_H

#include <stdint.h>

#include "common/error.h"

struct data_order {
    uint32_t samples; /* in the set */
    uint64_t seed;
    uint64_t epoch;  /* that `order` is of: a cache, nothing that decides the future */
    uint32_t *order; /* (samples) a permutation of 0 .. samples - 1 */
};

/* With the order of epoch 0. samples is at least 1. STATUS_NO_MEMORY. */
enum status data_order_create(struct data_order *order, uint32_t samples, uint64_t seed,
                              struct error *error);
void data_order_free(struct data_order *order); /* safe on a zeroed one */

/* Overwrite drawn[0 .. count - 1] with the samples at positions first, first + 1, ... */
void data_order_draw(struct data_order *order, uint64_t first, int count, uint32_t *drawn);

#endif

/*
 * data_order.h - in which order a finite set of samples is learned: every one once per epoch,
 * in a new order each time.
 *
 * Position p of the endless row of samples that training takes, batch after batch, belongs to
 * epoch p / samples, and its sample is element p % samples of that epoch's permutation. The
 * permutation is a pure function of (seed, epoch) (Fisher and Yates 1938, Durstenfeld's form),
 * so a run is resumed at any position without its history. No batch is cut short: where an
 * epoch ends inside a batch, the next begins in the same one, and a batch larger than the set
 * goes through several.
 *
 * Samples may come in groups of g, a sentence and its mirror say: numbers m g .. m g + g - 1.
 * Then whole groups are permuted, and their samples follow each other; what is left behind the
 * last whole group ends every epoch. Where g divides the batch and the number of samples,
 * groups are never torn apart.
 */
#ifndef COMMON_TRAINING_DATA_ORDER_H
#define COMMON_TRAINING_DATA_ORDER_H

#include <stdint.h>

#include "common/error.h"

struct data_order {
    uint32_t samples; /* in the set */
    uint32_t group;   /* that stay together; 1: each goes its own way */
    uint64_t seed;
    uint64_t epoch;  /* that `order` is of: a cache, nothing that decides the future */
    uint32_t *order; /* (samples) a permutation of 0 .. samples - 1 */
};

/* With the order of epoch 0. samples and group are at least 1. STATUS_NO_MEMORY. */
enum status data_order_create(struct data_order *order, uint32_t samples, uint32_t group,
                              uint64_t seed, struct error *error);
void data_order_free(struct data_order *order); /* safe on a zeroed one */

/* Overwrite drawn[0 .. count - 1] with the samples at positions first, first + 1, ... */
void data_order_draw(struct data_order *order, uint64_t first, int count, uint32_t *drawn);

#endif

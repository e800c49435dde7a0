/*
 * random.h - counter-based random numbers: Philox 4x32-10.
 *
 * Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). A draw
 * is a pure function of (seed, purpose, index, row, draw number), so any batch can be made
 * without the ones before it, by any thread, on any machine: both arms see the same data, a run
 * can be resumed, and shards can be filled in parallel.
 *
 * Nothing here calls the C library's log, sin or cos, whose last bits differ between machines.
 */
#ifndef COMMON_NUMERIC_RANDOM_H
#define COMMON_NUMERIC_RANDOM_H

#include <stdint.h>

/* What a stream of numbers is for. Streams of different purposes never meet. */
enum random_purpose {
    RANDOM_WEIGHTS,
    RANDOM_TRAIN, /* fresh sequences, for ever */
    RANDOM_TEST,
    RANDOM_PROBE,
    RANDOM_SAMPLE, /* sequences of a finite training set */
    RANDOM_ORDER,  /* the order of its epochs */
    RANDOM_VALIDATE,
    RANDOM_WRITING /* what a model that generates chooses */
};

/* One stream. Plain data: copying it copies its position. */
struct random {
    uint32_t key[2]; /* the seed */
    uint32_t
        counter[4]; /* block number, row, index (low 32 bits), purpose and index (high bits) */
    uint32_t block[4]; /* the last block of four draws */
    int used;          /* how many of them have been handed out, 4 = none left */
};

/* One block of the generator: ten rounds on (counter, key). Overwrites out. */
void philox4x32_10(uint32_t out[4], const uint32_t counter[4], const uint32_t key[2]);

/*
 * The stream of (seed, purpose, index, row). index is the training step for batches, the number
 * of the tensor's name for weights; it must be below 2^56.
 */
struct random random_stream(uint64_t seed, enum random_purpose purpose, uint64_t index,
                            uint32_t row);

uint32_t random_bits(struct random *r);                  /* 32 uniform bits */
uint32_t random_below(struct random *r, uint32_t limit); /* uniform on 0..limit-1, unbiased */
double random_uniform(struct random *r);                 /* [0, 1), 24 bits: exact in float */
double random_normal(struct random *r); /* N(0, 1), Box-Muller; takes two draws */

#endif

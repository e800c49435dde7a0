/*
 * random.c - Philox 4x32-10 and the distributions on top of it.
 *
 *     one round:  (hi0, lo0) = M0 c0,  (hi1, lo1) = M1 c2          (32 x 32 -> 64 bits)
 *                 c <- (hi1 ^ c1 ^ k0,  lo1,  hi0 ^ c3 ^ k1,  lo0)
 *     between rounds:  k0 += W0,  k1 += W1                         (mod 2^32)
 *
 * The multipliers M and the Weyl constants W (the golden ratio and sqrt(3) - 1) are the
 * paper's.
 */
#include "common/numeric/random.h"

#include <assert.h>
#include <math.h>

#include "common/numeric/portable.h"

enum { ROUNDS = 10, BLOCK = 4 };

static const uint32_t MULTIPLIER_0 = 0xD2511F53, MULTIPLIER_1 = 0xCD9E8D57;
static const uint32_t WEYL_0 = 0x9E3779B9, WEYL_1 = 0xBB67AE85;

void philox4x32_10(uint32_t out[4], const uint32_t counter[4], const uint32_t key[2])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];

    for (int round = 0; round < ROUNDS; round++) {
        uint64_t p0 = (uint64_t)MULTIPLIER_0 * c0;
        uint64_t p1 = (uint64_t)MULTIPLIER_1 * c2;

        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += WEYL_0;
        k1 += WEYL_1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

struct random random_stream(uint64_t seed, enum random_purpose purpose, uint64_t index,
                            uint32_t row)
{
    assert(index >> 56 == 0);
    return (struct random){
        .key = { (uint32_t)seed, (uint32_t)(seed >> 32) },
        .counter = { 0, row, (uint32_t)index,
                     (uint32_t)purpose << 24 | (uint32_t)(index >> 32) },
        .used = BLOCK,
    };
}

uint32_t random_bits(struct random *r)
{
    if (r->used == BLOCK) {
        philox4x32_10(r->block, r->counter, r->key);
        r->counter[0]++;
        assert(r->counter[0] != 0); /* 2^34 draws: the stream would begin again */
        r->used = 0;
    }
    return r->block[r->used++];
}

/*
 * Lemire, "Fast random integer generation in an interval" (2019): the high half of bits *
 * limit, where the 2^32 mod limit smallest low halves are drawn again, because only they occur
 * once too often for some results.
 */
uint32_t random_below(struct random *r, uint32_t limit)
{
    assert(limit > 0);
    uint64_t scaled = (uint64_t)random_bits(r) * limit;

    if ((uint32_t)scaled < limit) { /* seldom: the remainder costs a division */
        const uint32_t surplus = (0u - limit) % limit;

        while ((uint32_t)scaled < surplus)
            scaled = (uint64_t)random_bits(r) * limit;
    }
    return (uint32_t)(scaled >> 32);
}

double random_uniform(struct random *r)
{
    return (double)(random_bits(r) >> 8) * 0x1p-24;
}

/* sqrt is one of IEEE's basic operations, the same everywhere; log and cosine are ours. */
double random_normal(struct random *r)
{
    double u = ((double)random_bits(r) + 1.0) * 0x1p-32; /* (0, 1]: its logarithm is finite */
    double turns = (double)random_bits(r) * 0x1p-32;

    return sqrt(-2.0 * portable_log(u)) * portable_cosine(turns);
}

#include "common/tasks/held_out.h"

uint32_t held_out_add(uint32_t hash, uint32_t number)
{
    return (hash ^ number) * 16777619u;
}

uint32_t held_out_mix(uint32_t hash)
{
    hash ^= hash >> 15;
    hash *= 0x2c1b3c6du;
    return hash ^ hash >> 12;
}

bool held_out_by_hash(const int *symbols, int n, uint32_t share)
{
    uint32_t hash = HELD_OUT_BEGIN;

    for (int i = 0; i < n; i++)
        hash = held_out_add(hash, (uint32_t)symbols[i]);
    return held_out_mix(hash) % share == 0;
}

#include "common/tasks/held_out.h"

#include <stdint.h>

enum { SHARE = 4 /* one in four */ };

bool held_out_by_hash(const int *symbols, int n)
{
    uint32_t hash = 2166136261u; /* FNV-1a, then mixed: its low bits alone see only low bits */

    for (int i = 0; i < n; i++)
        hash = (hash ^ (uint32_t)symbols[i]) * 16777619u;
    hash ^= hash >> 15;
    hash *= 0x2c1b3c6du;
    hash ^= hash >> 12;
    return hash % SHARE == 0;
}

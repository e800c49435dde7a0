/*
 * held_out.h - which data are kept for testing: those whose hash says so. A hash depends on
 * nothing but what it is of, so the same is held out in every run, and more data move nothing.
 *
 *     h = 2166136261        h = (h xor number) x 16777619 for each number
 *     h = mix(h)            its low bits alone see only low bits
 *
 * The first line is FNV-1a of 32 bits (Fowler, Noll, Vo 1991).
 */
#ifndef COMMON_TASKS_HELD_OUT_H
#define COMMON_TASKS_HELD_OUT_H

#include <stdbool.h>
#include <stdint.h>

/* The hash of numbers: begin, add one after the other, mix. */
#define HELD_OUT_BEGIN UINT32_C(2166136261)
uint32_t held_out_add(uint32_t hash, uint32_t number);
uint32_t held_out_mix(uint32_t hash);

/* Are these n symbols kept for testing? About one input in `share` is. */
bool held_out_by_hash(const int *symbols, int n, uint32_t share);

#endif

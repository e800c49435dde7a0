/*
 * flip_flop.h - flip-flop language modelling (Liu, Ash, Goel, Krishnamurthy, Zhang 2023,
 * "Exposing Attention Glitches with Flip-Flop Language Modeling").
 *
 *     input    write 1 ignore 0 ignore 1 read 1 write 0 ignore 1 read
 *     target   .     . .      . .      . 1    . .     . .      . 0
 *
 * n pairs (instruction, bit), the instruction and the bit being a token each: first a write,
 * last a read, between them ignore with p = .8 and write or read with .1 each. Bits are 0 and 1
 * alike, but after a read stands the bit last written: that is the answer, due when the
 * instruction is read, and seen by the model one step later, as in a language model. The last
 * one is only asked: 2 n - 1 steps.
 *
 * Mean cross-entropy over the bits after a read, ln 2 for guessing.
 *
 *     published (Liu 2023)    LSTM exact in 100 of 100 runs, Transformer a long tail of errors
 */
#ifndef COMMON_TASKS_FLIP_FLOP_H
#define COMMON_TASKS_FLIP_FLOP_H

#include "common/tasks/task.h"

extern const struct task_kind flip_flop_task;

#endif

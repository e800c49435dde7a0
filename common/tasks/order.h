/*
 * order.h - mirrored sentences: who does it to whom cannot be seen without a sense of order.
 *
 *     input    dog sees man    man sees dog
 *     target   second          first           which of the two animals is the larger one
 *
 * Three words: noun, verb, noun, of 8 nouns (two different ones, from the smallest to the
 * largest: ant, mouse, cat, dog, man, bear, horse, whale) and 4 verbs, which do not matter.
 * Rows 2 m and 2 m + 1 of a batch are mirrors of each other: the same words, and opposite
 * answers. So are samples 2 m and 2 m + 1 of a finite training set, which come one after the
 * other (data_order.h): a batch of an even number holds both. About a quarter of all 112 pairs
 * of sentences, chosen by a hash, is held out: training never shows them.
 *
 * One output from the mean over all steps. A model with full attention and without positions
 * gives the two mirrors the same output, so it has exactly half of them right; cross-entropy ln
 * 2.
 */
#ifndef COMMON_TASKS_ORDER_H
#define COMMON_TASKS_ORDER_H

#include "common/tasks/task.h"

extern const struct task_kind order_task;

#endif

/*
 * translation.h - English sentences into French.
 *
 *     source   the green house is quiet       words of the grammar in grammar.h
 *     target   la maison verte est tranquille, and the end
 *
 * Sentences have options.shortest (3) to options.length (9) words, each number as likely; there
 * are more than a million of them. About one in ten, chosen by a hash of its words, is held
 * out, and so are always the three that the idea for this program came with: the cat is on the
 * mat, the dog is in the garden, the bird is on the tree. A second test with a larger length
 * takes longer sentences, up to 20 words, with clauses joined by "and".
 *
 * The loss is the mean cross-entropy of the words of the answer and its end. A model that knows
 * how the answers are distributed, but does not read the question, has
 *
 *     mean over the numbers of words n of -ln P(sentence) / mean of n + 1
 *
 * since no two sentences share a translation. (That attention makes the difference for long
 * sentences: Bahdanau, Cho, Bengio 2014, arXiv:1409.0473.)
 */
#ifndef COMMON_TASKS_TRANSLATION_H
#define COMMON_TASKS_TRANSLATION_H

#include "common/tasks/task.h"

extern const struct task_kind translation_task;

/* Is that sentence, english (n) as in grammar.h, kept for testing? */
bool translation_is_held_out(const int *english, int n);

#endif

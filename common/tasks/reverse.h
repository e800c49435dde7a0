/*
 * reverse.h - say a string backwards (Deletang et al. 2023: a deterministic context-free task).
 *
 *     input    c a f b = b f a    n letters, =, then the reversed string but its last letter
 *     target   . . . . b f a c    nothing for n steps, then the letters from the end
 *
 * As a language model does it: each letter is read again as input of the next step, 2 n steps
 * together. V letters, all alike (options.symbols); n is drawn from shortest..length, all
 * lengths alike, and shorter sequences are padded. About a quarter of all strings, chosen by a
 * hash, is held out: training never shows them. Of very short strings there may be none that is
 * held out, so that testing asks for longer ones.
 *
 * Mean cross-entropy over the n outputs, ln V for guessing. Trained with length N, tested
 * beyond with task.test_length, from shortest N + 1.
 *
 *     published accuracy beyond the trained lengths (Deletang 2023, V = 2)    about 62 for all
 */
#ifndef COMMON_TASKS_REVERSE_H
#define COMMON_TASKS_REVERSE_H

#include "common/tasks/task.h"

extern const struct task_kind reverse_task;

#endif

/*
 * text.h - a language model: which symbol comes next in a text.
 *
 *     input    x_1 .. x_T        target   x_2 .. x_(T+1)
 *
 * A sequence is T = task.length symbols from a place of the text that is drawn with equal
 * chances, with the one behind them: from the training part for training, from the held-out
 * part for everything else (text_file.h says which that is). Symbols are characters, or bytes
 * where the file is not UTF-8 or task.symbols is 256. Every output is in the loss. Where no
 * file is given, it is the file or folder that $DUET_TEXT names, else the folder of licences
 * that every Debian has.
 *
 * A second test at a larger length draws from the same held-out part, so its later outputs are
 * at positions that training never reached.
 */
#ifndef COMMON_TASKS_TEXT_H
#define COMMON_TASKS_TEXT_H

#include "common/tasks/task.h"
#include "common/tasks/text_file.h"

extern const struct task_kind text_task;

#define TEXT_DEFAULT_FOLDER "/usr/share/common-licenses"

/*
 * Losses, in nats for each symbol, of models that know little. The first three have seen the
 * training part and are measured on every symbol of the held-out part but its first:
 *
 *     uniform   ln V
 *     unigram   P(y)     = (n(y) + 1) / (n + V)
 *     bigram    P(y | x) = (n(x y) + k(x) P(y)) / (n(x) + k(x))
 *
 * n(.) counts in the training part, k(x) is how many different symbols follow x there (Witten
 * and Bell 1991): a pair that training never showed is as likely as its second symbol makes it,
 * and sums to 1 over y. An x that is never followed has k = n = 0 and takes P(y). The last two
 * are the entropies of the whole text, no model to compare with but figures to quote: of the
 * default folder as Debian 12 has it 3.213 and 2.441 nats.
 */
struct text_baselines {
    double uniform, unigram, bigram;
    double whole_unigram, whole_bigram;
};

/* Of an open text task. STATUS_NO_MEMORY: (V, V) counts are wanted for a moment. */
enum status text_baselines(const struct task *task, struct text_baselines *baselines,
                           struct error *error);

#endif

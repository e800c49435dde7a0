/*
 * pairs.h - the user's own data: lines of source TAB target in a file of UTF-8.
 *
 *     source   the characters before the tab       symbols: end, separator, unknown, then the
 *     target   those behind it, and the end        characters of the training part by code point
 *
 * What the file must be like, and which lines are held out (about one in ten, chosen by a hash
 * of the line): pairs_file.h. Training draws lines with equal chances from those that are not
 * held out, testing from those that are. A character of held-out lines that training never
 * shows is the unknown symbol; as part of an answer it can only be missed, and task_note tells
 * how many there are. task.length is the most characters a line may have, source and target
 * together.
 *
 * With task.test_length lines may have as many as that: those of more than task.length are the
 * second test, and nothing else, so that a model meets longer ones than it was trained on.
 *
 * The loss is the mean cross-entropy of the characters of the answer and its end. The baseline
 * knows how often each symbol is in the answers of training, (count + 1) / (all + symbols), and
 * is measured on the answers that are held out.
 */
#ifndef COMMON_TASKS_PAIRS_H
#define COMMON_TASKS_PAIRS_H

#include "common/tasks/pairs_file.h"
#include "common/tasks/source_target.h"
#include "common/tasks/task.h"

extern const struct task_kind pairs_task;

enum { SYMBOL_UNKNOWN = SYMBOLS_RESERVED, PAIRS_FIRST_CHARACTER };

/* task->data of an open task: for those who want to look. */
struct pairs_data {
    struct pairs_file file;
    struct character_set known;  /* the characters of the training part */
    struct character_set unseen; /* those of held-out pairs alone */
    int short_most;              /* characters that lines have which are trained on */
    bool longer;                 /* what is tested are those of more, else those held out */
    int trained, tested;         /* pairs */
    int longest;                 /* source and target together, of these pairs */
    int *order; /* (trained + tested) their numbers in the file, in this order */
    double baseline;
};

#endif

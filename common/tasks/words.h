/*
 * words.h - how a person writes a sequence: words between blanks, each one step.
 *
 * The names of a task's tokens are in one place, the function that renders them; the same
 * function reads them back, so what is written can always be read.
 */
#ifndef COMMON_TASKS_WORDS_H
#define COMMON_TASKS_WORDS_H

#include "common/tasks/task.h"

enum { WORD_MAX = 2 * TASK_TEXT_MAX /* bytes, with the NUL: more than any token has */ };

/* The words of `rest`, one after the other. Begin with { .rest = text }. */
struct words {
    const char *rest;
    int count; /* words until now: the number of `word` */
    char word[WORD_MAX];
};

/*
 * The `length` bytes at `from`, of a string, as a word. A longer one than has room is cut
 * between two characters, and three points tell: no token and no number ends like that.
 */
void word_copy(char word[WORD_MAX], const char *from, size_t length);

/* The next word; false: there is none left. */
bool words_next(struct words *words);

/* Is the word a decimal number, as in -0.25, .5 or 3? Then *number is overwritten. */
bool words_number(const struct words *words, double *number);

/* STATUS_USAGE: the word, where it stands, and what is allowed there. */
enum status words_refuse(const struct words *words, const struct task *task,
                         const char *allowed, struct error *error);

/* The name of a token, 0..inputs - 1; "" where a token has none. */
typedef void token_name(const struct task *task, int token, char text[TASK_TEXT_MAX]);

/* The token of that name, or -1. */
int words_token(const struct task *task, token_name *name, const char *word);

/*
 * All words of `text` as tokens of sequence 0, at most `most`; *count of them. STATUS_USAGE: an
 * unknown word (with the names there are), more words than that, or none.
 */
enum status words_tokens(const struct task *task, const char *text, token_name *name, int most,
                         struct batch *batch, int *count, struct error *error);

#endif

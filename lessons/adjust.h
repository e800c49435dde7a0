/*
 * adjust.h - what a hand may do to one key of a running lab's configuration: which keys mean
 * something, how far they go, and what follows when one is set.
 *
 * What comes out can always be made into a lab. Keys are named as config_set names them:
 * "left.heads".
 */
#ifndef LESSONS_ADJUST_H
#define LESSONS_ADJUST_H

#include <stdbool.h>

#include "lessons/config.h"
#include "lessons/repair.h"

/* The line of the table of that key; NULL: there is none. */
const struct config_key *adjust_key(const char *name);

/*
 * Does the key decide anything there? A forget bias does for an lstm, heads where there is
 * attention, a gain for orthogonal first values, a vocabulary for a task that leaves it open.
 */
bool adjust_applies(const struct lab_config *config, const char *name);

/* Is it decided by training.match, so that setting it would be without effect? */
bool adjust_is_matched(const struct lab_config *config, const char *name);

/* From where to where a number can go, whatever the other keys are. */
void adjust_range(const struct lab_config *config, const char *name, double *least,
                  double *most);

/*
 * Set the key as config_set would, and move what no longer fits (repairs, from repair.h). A
 * number with which there is no lab, for its memory say, is set to the nearest with which there
 * is one. STATUS_USAGE, or what opening the task ends with: the value cannot be, and config is
 * untouched; repairs is overwritten in every case.
 *
 * quick: leave out what needs the task opened. For a value that is still under the hand.
 */
enum status adjust_set(struct lab_config *config, const char *name, const char *value,
                       bool quick, struct repairs *repairs, struct error *error);

/*
 * Set a key that has few values (a choice, a model, a task, heads) to the next one (by 1) or
 * the one before (-1) that is possible, around the ends; a count of layers or heads stops there.
 * Tasks that need a file are left out. STATUS_USAGE: there is no other.
 */
enum status adjust_turn(struct lab_config *config, const char *name, int by,
                        struct repairs *repairs, struct error *error);

/*
 * All words that the key can be, as config_set takes them, in the order in which adjust_turn
 * goes through them; some may be refused when they are set. Returns how many.
 */
enum { ADJUST_WORDS_MAX = 32 };
int adjust_words(const struct lab_config *config, const char *name,
                 const char *words[ADJUST_WORDS_MAX]);

#endif

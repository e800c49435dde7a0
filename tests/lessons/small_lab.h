/*
 * small_lab.h - a lab of two small arms, and what tests of labs ask again and again.
 */
#ifndef TESTS_LESSONS_SMALL_LAB_H
#define TESTS_LESSONS_SMALL_LAB_H

#include "lessons/lab.h"

enum { SMALL_BATCH = 8, SMALL_WIDTH = 8, SMALL_HIDDEN = 9 };

/*
 * One layer, SMALL_WIDTH, SMALL_HIDDEN, two heads, SMALL_BATCH, one thread; adding of 12 steps,
 * copying of 23, sort of 9. right may be NULL: then there is only the left arm.
 */
struct lab_config small_config(const char *task, const char *left, const char *right);

/* config_set that must succeed. */
void set(struct lab_config *config, const char *name, const char *value);

/* lab_create, lab_step and lab_probe (with the fixed sequences) that must succeed. */
struct lab *lab_make(const struct lab_config *config);
void lab_train(struct lab *lab, int steps);
void lab_look(struct lab *lab);

/* A lab after so many updates; `measured` (ARMS_MAX) is overwritten, about to be measured. */
struct measured;
struct lab *lab_trained(const struct lab_config *config, int steps, struct measured *measured);

/* The error has that status and is one line that says all the words, a list that NULL ends. */
void assert_fault(const struct error *error, enum status status, const char *const *words);
void assert_says(const struct error *error, enum status status, const char *words);

/* Bit for bit. */
void assert_same_weights(const struct lab_arm *a, const struct lab_arm *b);
void assert_same_report(const struct report *a, const struct report *b);
void assert_same_curve(const struct curve *a, const struct curve *b);

#endif

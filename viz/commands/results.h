/*
 * results.h - the small table that ends a training or an evaluation.
 */
#ifndef VIZ_COMMANDS_RESULTS_H
#define VIZ_COMMANDS_RESULTS_H

#include <stdio.h>

#include "lessons/lab.h"

/* What was measured; an arm that was not asked for keeps its zeros. */
struct results {
    struct report tests[ARMS_MAX];
    struct report longer[ARMS_MAX]; /* at task.test_length, if there is one */
};

/* Measure arm `arm` of lab->arm, or all of them with -1. STATUS_NO_MEMORY. */
enum status results_measure(struct results *results, struct lab *lab, int arm,
                            struct error *error);

/* The longer ones, or NULL if the task has no test_length. */
const struct report *results_longer(const struct results *results, const struct lab *lab);

/*
 * One line per arm with its parameters, loss and accuracy on fresh sequences, and on longer
 * ones if the task has a test_length; and the loss of a model that learned nothing. arm as
 * above.
 */
void results_print(FILE *file, const struct lab *lab, const struct results *results, int arm);

#endif

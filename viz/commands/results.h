/*
 * results.h - the small table that ends a training or an evaluation.
 */
#ifndef VIZ_COMMANDS_RESULTS_H
#define VIZ_COMMANDS_RESULTS_H

#include <stdio.h>

#include "lessons/lab.h"

/*
 * One line per arm with its parameters, loss and accuracy on fresh sequences, and the loss of
 * a model that learned nothing. tests is (lab->arms); arm is one of lab->arm, or -1 for all.
 */
void results_print(FILE *file, const struct lab *lab, const struct report *tests, int arm);

#endif

/*
 * pace.h - what the arms spend alike, and so which of them makes the next update.
 *
 *     steps      every arm makes one: lab_step needs no choice
 *     flops      nominal operations: 3 x forward (backward is twice the forward) x batch
 *     seconds    the time its updates took, measured
 *
 * An arm's own training does not depend on it: only how far one is when another gets somewhere.
 * By flops that is the same in every run. By seconds it depends on the machine and its moods,
 * so a run in which arms are compared at such a moment is not repeated bit for bit, though
 * every arm's weights after the same number of updates are.
 */
#ifndef LESSONS_PACE_H
#define LESSONS_PACE_H

#include "lessons/lab.h"

/* What an arm has spent of what training.pace names. */
double pace_spent(const struct lab *lab, const struct lab_arm *arm);

/* Has it made lab->limit updates while another that runs has not? Then it makes none. */
bool pace_waits(const struct lab *lab, const struct lab_arm *arm);

/*
 * The arm that has spent least of those that run; the first of several. Arms that have made
 * lab->limit updates wait until all have. -1: none runs.
 */
int pace_next(const struct lab *lab);

#endif

/*
 * claim_measure.h - what claims need of a lab, and the numbers that they are about.
 */
#ifndef LESSONS_CLAIM_MEASURE_H
#define LESSONS_CLAIM_MEASURE_H

#include "lessons/claim.h"
#include "lessons/measure.h"

/* The place in lab->arm of arm `number` of the configuration, which has a model. */
int claim_place(const struct lab *lab, int number);

/* What all claims together need of each arm of the lab: overwrites `needs`. */
void claims_needs(unsigned needs[ARMS_MAX], const struct claim *claims, int count,
                  const struct lab *lab);

/* The claim's number, of what has been measured; NaN: one of its arms has none. */
double claim_measured(const struct claim *claim, const struct lab *lab,
                      const struct measured measured[ARMS_MAX]);

#endif

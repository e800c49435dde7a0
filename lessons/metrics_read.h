/*
 * metrics_read.h - curves from a run's metrics.csv, for a lab that goes on from its checkpoint.
 */
#ifndef LESSONS_METRICS_READ_H
#define LESSONS_METRICS_READ_H

#include "lessons/lab.h"

/*
 * Overwrite the curves of the lab's arms with what the file has of them up to the steps that
 * they have made. Curves are looked at, and decide nothing: where the file is missing or not
 * understood they end there, without an error.
 */
void metrics_read(struct lab *lab, const char *path);

#endif

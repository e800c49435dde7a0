/*
 * metrics_cut.h - how much of a run's metrics.csv a checkpoint stands behind.
 */
#ifndef LESSONS_METRICS_CUT_H
#define LESSONS_METRICS_CUT_H

#include "common/error.h"
#include "lessons/lab.h"

/*
 * Find the length in bytes to which the metrics.csv at path has to be cut so that the lab can
 * go on with it: its lines up to the lab's step, as a run would have written them that never
 * stopped. The last line of a run that has ended may lie between two reports: it goes when
 * training goes on. Changes nothing. head: the first line, with its "\n". STATUS_FILE, with the
 * line: another head, a line that begins with no number of steps, or with fewer than the one
 * before.
 */
enum status metrics_cut_find(long *length, const char *path, const char *head,
                             const struct lab *lab, struct error *error);

#endif

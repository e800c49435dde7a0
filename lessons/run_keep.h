/*
 * run_keep.h - keep a lab that was trained without a folder: all of its run at once.
 *
 * metrics.csv is what the curves still have: thinned, and without seconds, which they do not
 * know.
 */
#ifndef LESSONS_RUN_KEEP_H
#define LESSONS_RUN_KEEP_H

#include "lessons/run.h"

/*
 * Write the lab's run into a new folder of that name, or NAME-2, NAME-3 ... if there is
 * something of that name; folder becomes the one it is. The files are written into a folder
 * under another name, which takes the final one when all are on the disk: there is never half
 * a run. STATUS_FILE: the disk, or a thousand such folders; STATUS_NO_MEMORY. Nothing is left
 * then.
 */
enum status run_keep(char folder[RUN_PATH_MAX], const char *name, const struct lab *lab,
                     struct error *error);

#endif

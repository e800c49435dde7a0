/*
 * run.h - a run is a folder.
 *
 *     run.ini               the complete configuration: enough to repeat the run bit for bit
 *     metrics.csv           loss, accuracy and gradient norm of every arm over training; with
 *                           validation also the loss there, with another pace than steps also
 *                           the updates that each arm has made
 *     left.safetensors ...  the weights of one arm, in PyTorch's names and layouts
 */
#ifndef LESSONS_RUN_H
#define LESSONS_RUN_H

#include <stdio.h>

#include "common/error.h"
#include "lessons/lab.h"

enum { RUN_PATH_MAX = 4096 };

struct run {
    char folder[RUN_PATH_MAX];
    FILE *metrics;
    int arms;
};

/*
 * Make the folder, prove that it can be written, and begin the run with run.ini and the head of
 * metrics.csv. A folder that already holds a run is refused unless `force`: then its files are
 * replaced. STATUS_FILE, STATUS_USAGE; on success end with run_close.
 */
enum status run_create(struct run *run, const char *folder, const struct lab *lab, bool force,
                       struct error *error);

/* Append one line to metrics.csv. STATUS_FILE: the disk is full, say. */
enum status run_report(struct run *run, const struct lab *lab, struct error *error);

/* Write the weights of every arm, each in one step. */
enum status run_save(struct run *run, const struct lab *lab, struct error *error);

/* Close metrics.csv, flushed to the disk. Safe on a zeroed run. */
enum status run_close(struct run *run, struct error *error);

/* The lab of a run's folder with the weights it saved. The caller frees it with lab_free. */
enum status run_load(struct lab **lab, const char *folder, struct error *error);

#endif

/*
 * run_parts.h - what run.c, which writes a run's folder, and run_read.c, which reads one, share.
 * Nobody else needs it.
 */
#ifndef LESSONS_RUN_PARTS_H
#define LESSONS_RUN_PARTS_H

#include "lessons/run.h"

#define RUN_CHECKPOINT "checkpoint"

enum { RUN_HEAD_MAX = 2048 /* bytes of the first line of metrics.csv */ };

/* FOLDER/NAMEEXTENSION. STATUS_FILE: longer than a path can be. */
enum status run_path(char path[RUN_PATH_MAX], const char *folder, const char *name,
                     const char *extension, struct error *error);

/* Write run.ini, what the lab began with, in one step. */
enum status run_write_ini(const char *folder, const struct lab *lab, struct error *error);

/* The first line of metrics.csv of that lab. */
void run_head(char text[RUN_HEAD_MAX], const struct lab *lab);

/* The lab has just been saved, or is as it was saved. */
void run_note_saved(struct run *run, const struct lab *lab);

#endif

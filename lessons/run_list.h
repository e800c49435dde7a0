/*
 * run_list.h - the runs that lie in a folder: its folders with a run.ini and a checkpoint.
 */
#ifndef LESSONS_RUN_LIST_H
#define LESSONS_RUN_LIST_H

#include <stddef.h>

enum { RUN_LIST_MAX = 32, RUN_NAME_MAX = 256 };

struct run_list {
    char name[RUN_LIST_MAX][RUN_NAME_MAX]; /* newest checkpoint first */
    int count;
};

/* The newest runs in that folder, as many as there is room for; none where it cannot be read. */
void run_list_read(struct run_list *list, const char *folder);

#endif

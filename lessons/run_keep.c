#include "lessons/run_keep.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPIES_MAX = 1000 };

/* The arms' curves side by side: next[i] is the first point of arm i that was not written. */
struct columns {
    const struct lab *lab;
    int next[ARMS_MAX];
};

/* The least step of a point that is still to come; LONG_MAX: there is none. */
static long next_step(const struct columns *c)
{
    long least = LONG_MAX;

    for (int i = 0; i < c->lab->arms; i++) {
        const struct curve *curve = &c->lab->arm[i].curve;

        if (c->next[i] < curve->count && curve->points[c->next[i]].step < least)
            least = curve->points[c->next[i]].step;
    }
    return least;
}

/* One line of metrics.csv; what an arm has no point for stays empty. */
static void write_line(struct columns *c, long step, FILE *file)
{
    const struct lab *lab = c->lab;

    fprintf(file, "%ld,", step + 1); /* updates made, after that one */
    for (int i = 0; i < lab->arms; i++) {
        const struct curve *curve = &lab->arm[i].curve;
        const struct curve_point *point = &curve->points[c->next[i]];
        const bool there = c->next[i] < curve->count && point->step == step;

        if (lab->config.training.pace != PACE_STEPS)
            fprintf(file, there ? ",%ld" : ",", step + 1);
        if (there)
            fprintf(file, ",%.9g,%.6g,%.9g", (double)point->loss, (double)point->accuracy,
                    (double)point->gradient_norm);
        else
            fprintf(file, ",,,");
        if (lab_validates(lab))
            fprintf(file, there ? ",%.9g" : ",", there ? (double)point->validation_loss : 0);
        c->next[i] += there;
    }
    fprintf(file, "\n");
}

static void write_curves(const struct lab *lab, FILE *file)
{
    struct columns columns = { .lab = lab };

    for (long step = next_step(&columns); step < lab->step; step = next_step(&columns))
        write_line(&columns, step, file);
}

/* The whole run, into a folder that nobody knows yet. */
static enum status write_run(const char *folder, const struct lab *lab, struct error *error)
{
    struct run run = { .arms = 0 };
    enum status status = run_create(&run, folder, lab, true, error);

    if (status != STATUS_OK)
        return status;
    write_curves(lab, run.metrics);
    status = run_save(&run, lab, error);
    if (status == STATUS_OK)
        return run_close(&run, error);
    run_close(&run, NULL);
    return status;
}

/* The folder's new name is on the disk, too. Where that cannot be it is a name all the same. */
static void sync_parent(const char *folder)
{
    char parent[RUN_PATH_MAX];
    char *slash;
    int fd;

    snprintf(parent, sizeof parent, "%s", folder);
    slash = strrchr(parent, '/');
    if (slash != NULL)
        slash[1] = '\0';
    fd = open(slash != NULL ? parent : ".", O_RDONLY);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

/* NAME, NAME-2, ... */
static bool free_name(char folder[RUN_PATH_MAX], const char *name)
{
    struct stat found;

    for (int copy = 1; copy <= COPIES_MAX; copy++) {
        const int length = copy == 1 ? snprintf(folder, RUN_PATH_MAX, "%s", name)
                                     : snprintf(folder, RUN_PATH_MAX, "%s-%d", name, copy);

        if (length < RUN_PATH_MAX && lstat(folder, &found) != 0 && errno == ENOENT)
            return true;
    }
    return false;
}

enum status run_keep(char folder[RUN_PATH_MAX], const char *name, const struct lab *lab,
                     struct error *error)
{
    char chosen[RUN_PATH_MAX], temporary[RUN_PATH_MAX];
    enum status status;

    if (!free_name(chosen, name) ||
        snprintf(temporary, sizeof temporary, "%.*s.%lu.tmp", RUN_PATH_MAX - 32, name,
                 (unsigned long)getpid()) < 0)
        return error_set(error, STATUS_FILE, "%.100s: no folder of that name can be made",
                         name);
    status = write_run(temporary, lab, error);
    if (status == STATUS_OK && rename(temporary, chosen) != 0)
        status = error_set(error, STATUS_FILE, "%s: %s", chosen, strerror(errno));
    if (status != STATUS_OK) {
        run_discard(temporary);
        return status;
    }
    sync_parent(chosen);
    strcpy(folder, chosen);
    return STATUS_OK;
}

#include "lessons/run.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/files/atomic_file.h"
#include "common/files/folder.h"
#include "lessons/change.h"
#include "lessons/checkpoint.h"
#include "lessons/run_parts.h"
#include "lessons/weights_file.h"

enum status run_path(char path[RUN_PATH_MAX], const char *folder, const char *name,
                     const char *extension, struct error *error)
{
    const int length = snprintf(path, RUN_PATH_MAX, "%s/%s%s", folder, name, extension);

    if (length < 0 || length >= RUN_PATH_MAX)
        return error_set(error, STATUS_FILE, "%.100s...: the path is too long", folder);
    return STATUS_OK;
}

enum status run_write_ini(const char *folder, const struct lab *lab, struct error *error)
{
    char path[RUN_PATH_MAX];
    const struct lab_config resolved = config_resolved(&lab->origin, &lab->task);
    struct atomic_file file;
    enum status status = run_path(path, folder, "run", ".ini", error);

    if (status == STATUS_OK)
        status = atomic_file_open(&file, path, error);
    if (status != STATUS_OK)
        return status;
    fprintf(file.file, "# a run of Duet %s; `duet train --config FILE` repeats it\n",
            DUET_VERSION);
    status = config_write(&resolved, file.file, error);
    if (status != STATUS_OK) {
        atomic_file_abandon(&file);
        return status;
    }
    return atomic_file_commit(&file, error);
}

/* What a hand has changed since step 0, if it has. */
static enum status write_events(const char *folder, const struct lab *lab, struct error *error)
{
    char path[RUN_PATH_MAX];
    enum status status = STATUS_OK;

    if (lab->events.count == 0)
        return STATUS_OK;
    status = run_path(path, folder, "events", ".csv", error);
    return status == STATUS_OK ? events_write(&lab->events, &lab->config, path, error) : status;
}

/* The first line of metrics.csv. */
void run_head(char text[RUN_HEAD_MAX], const struct lab *lab)
{
    size_t used = (size_t)snprintf(text, RUN_HEAD_MAX, "step,seconds");

    for (int i = 0; i < lab->arms; i++) {
        const char *arm = lab->arm[i].name;

        if (lab->config.training.pace != PACE_STEPS)
            used += (size_t)snprintf(text + used, RUN_HEAD_MAX - used, ",%s.step", arm);
        used += (size_t)snprintf(text + used, RUN_HEAD_MAX - used,
                                 ",%s.loss,%s.accuracy,%s.gradient_norm", arm, arm, arm);
        if (lab_validates(lab))
            used +=
                (size_t)snprintf(text + used, RUN_HEAD_MAX - used, ",%s.validation_loss", arm);
    }
    snprintf(text + used, RUN_HEAD_MAX - used, "\n");
}

static enum status begin_metrics(struct run *run, const struct lab *lab, struct error *error)
{
    char path[RUN_PATH_MAX], head[RUN_HEAD_MAX];
    enum status status = run_path(path, run->folder, "metrics", ".csv", error);

    if (status != STATUS_OK)
        return status;
    run->metrics = fopen(path, "w");
    if (run->metrics == NULL)
        return error_set(error, STATUS_FILE, "%s: %s", path, strerror(errno));
    run_head(head, lab);
    fputs(head, run->metrics);
    return STATUS_OK;
}

static enum status remove_file(const char *folder, const char *name, const char *extension,
                               struct error *error)
{
    char path[RUN_PATH_MAX];
    const enum status status = run_path(path, folder, name, extension, error);

    if (status == STATUS_OK && unlink(path) != 0 && errno != ENOENT)
        return error_set(error, STATUS_FILE, "%s: %s", path, strerror(errno));
    return status;
}

/*
 * Weights and changes of an earlier run must not pass for those of the new one, should that end
 * early.
 */
static enum status remove_earlier(const char *folder, struct error *error)
{
    enum status status = remove_file(folder, RUN_CHECKPOINT, ".safetensors", error);

    for (int i = 0; i < ARMS_MAX && status == STATUS_OK; i++)
        status = remove_file(folder, arm_name(i), ".safetensors", error);
    return status == STATUS_OK ? remove_file(folder, "events", ".csv", error) : status;
}

void run_discard(const char *folder)
{
    remove_earlier(folder, NULL);
    remove_file(folder, "run", ".ini", NULL);
    remove_file(folder, "metrics", ".csv", NULL);
    rmdir(folder);
}

/* What is on disk now stands for this moment. */
void run_note_saved(struct run *run, const struct lab *lab)
{
    run->saved_step = lab->step;
    run->saved_at = clock_seconds();
}

enum status run_create(struct run *run, const char *folder, const struct lab *lab, bool force,
                       struct error *error)
{
    struct run made = { .arms = lab->arms };
    char path[RUN_PATH_MAX];
    enum status status = run_path(path, folder, "run", ".ini", error);

    if (status != STATUS_OK)
        return status;
    if (!force && access(path, F_OK) == 0)
        return error_set(error, STATUS_USAGE,
                         "%s already holds a run; choose another folder or add --force",
                         folder);
    snprintf(made.folder, sizeof made.folder, "%s", folder);
    status = folder_prepare(folder, error);
    if (status == STATUS_OK)
        status = remove_earlier(folder, error);
    if (status == STATUS_OK)
        status = run_write_ini(folder, lab, error);
    if (status == STATUS_OK)
        status = begin_metrics(&made, lab, error);
    if (status != STATUS_OK)
        return status;
    run_note_saved(&made, lab);
    *run = made;
    return STATUS_OK;
}

static enum status metrics_failed(const struct run *run, struct error *error)
{
    return error_set(error, STATUS_FILE, "%s/metrics.csv: cannot be written: %s", run->folder,
                     strerror(errno));
}

enum status run_report(struct run *run, const struct lab *lab, struct error *error)
{
    fprintf(run->metrics, "%ld,%.3f", lab->step, lab->seconds);
    for (int i = 0; i < lab->arms; i++) {
        const struct lab_arm *arm = &lab->arm[i];
        const struct report r = lab_last(arm);

        if (lab->config.training.pace != PACE_STEPS)
            fprintf(run->metrics, ",%ld", arm->trainer.step);
        fprintf(run->metrics, ",%.9g,%.6g,%.9g", r.loss, r.accuracy, r.gradient_norm);
        if (lab_validates(lab))
            fprintf(run->metrics, ",%.9g", lab_last_look(arm));
    }
    fprintf(run->metrics, "\n");
    return ferror(run->metrics) ? metrics_failed(run, error) : STATUS_OK;
}

/* To the disk, so that no checkpoint is ahead of its metrics. */
static enum status flush_metrics(const struct run *run, struct error *error)
{
    if (fflush(run->metrics) != 0 || (fsync(fileno(run->metrics)) != 0 && errno != EINVAL))
        return metrics_failed(run, error); /* EINVAL: not a file of a disk */
    return STATUS_OK;
}

enum status run_save(struct run *run, const struct lab *lab, struct error *error)
{
    char path[RUN_PATH_MAX];
    enum status status = flush_metrics(run, error);

    if (status == STATUS_OK) /* never behind the checkpoint, which says how many it knows */
        status = write_events(run->folder, lab, error);
    if (status == STATUS_OK)
        status = run_path(path, run->folder, RUN_CHECKPOINT, ".safetensors", error);
    if (status == STATUS_OK)
        status = checkpoint_write(lab, path, error);
    for (int i = 0; i < lab->arms && status == STATUS_OK; i++) {
        status = run_path(path, run->folder, lab->arm[i].name, ".safetensors", error);
        if (status == STATUS_OK)
            status = weights_file_write(path, lab, &lab->arm[i], error);
    }
    run_note_saved(run, lab);
    return status;
}

enum status run_save_if_due(struct run *run, const struct lab *lab, struct error *error)
{
    const long every = lab->config.training.checkpoint_every;
    const double seconds = lab->config.training.checkpoint_seconds;
    const bool due = (every > 0 && lab->step / every > run->saved_step / every) ||
                     (seconds > 0 && clock_seconds() - run->saved_at >= seconds);

    return due ? run_save(run, lab, error) : STATUS_OK;
}

enum status run_close(struct run *run, struct error *error)
{
    FILE *metrics = run->metrics;
    bool written;

    if (metrics == NULL)
        return STATUS_OK;
    run->metrics = NULL;
    written = fflush(metrics) == 0 && fsync(fileno(metrics)) == 0;
    written = fclose(metrics) == 0 && written;
    return written ? STATUS_OK : metrics_failed(run, error);
}

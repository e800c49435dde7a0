#include "lessons/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/files/atomic_file.h"
#include "common/files/folder.h"
#include "lessons/checkpoint.h"
#include "lessons/metrics_cut.h"
#include "lessons/weights_file.h"

static const char CHECKPOINT[] = "checkpoint";
enum { HEAD_MAX = 2048 /* bytes of the first line of metrics.csv */ };

static enum status path_of(char path[RUN_PATH_MAX], const char *folder, const char *name,
                           const char *extension, struct error *error)
{
    const int length = snprintf(path, RUN_PATH_MAX, "%s/%s%s", folder, name, extension);

    if (length < 0 || length >= RUN_PATH_MAX)
        return error_set(error, STATUS_FILE, "%.100s...: the path is too long", folder);
    return STATUS_OK;
}

static enum status write_ini(const char *folder, const struct lab *lab, struct error *error)
{
    char path[RUN_PATH_MAX];
    const struct lab_config resolved = config_resolved(&lab->config, &lab->task);
    struct atomic_file file;
    enum status status = path_of(path, folder, "run", ".ini", error);

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

/* The first line of metrics.csv. */
static void head_text(char text[HEAD_MAX], const struct lab *lab)
{
    size_t used = (size_t)snprintf(text, HEAD_MAX, "step,seconds");

    for (int i = 0; i < lab->arms; i++) {
        const char *arm = lab->arm[i].name;

        if (lab->config.training.pace != PACE_STEPS)
            used += (size_t)snprintf(text + used, HEAD_MAX - used, ",%s.step", arm);
        used += (size_t)snprintf(text + used, HEAD_MAX - used,
                                 ",%s.loss,%s.accuracy,%s.gradient_norm", arm, arm, arm);
        if (lab_validates(lab))
            used += (size_t)snprintf(text + used, HEAD_MAX - used, ",%s.validation_loss", arm);
    }
    snprintf(text + used, HEAD_MAX - used, "\n");
}

static enum status begin_metrics(struct run *run, const struct lab *lab, struct error *error)
{
    char path[RUN_PATH_MAX], head[HEAD_MAX];
    enum status status = path_of(path, run->folder, "metrics", ".csv", error);

    if (status != STATUS_OK)
        return status;
    run->metrics = fopen(path, "w");
    if (run->metrics == NULL)
        return error_set(error, STATUS_FILE, "%s: %s", path, strerror(errno));
    head_text(head, lab);
    fputs(head, run->metrics);
    return STATUS_OK;
}

/* Weights of an earlier run must not pass for those of the new one, should that end early. */
static enum status remove_weights(const char *folder, struct error *error)
{
    char path[RUN_PATH_MAX];
    enum status status = STATUS_OK;

    for (int i = -1; i < ARMS_MAX && status == STATUS_OK; i++) {
        status = path_of(path, folder, i < 0 ? CHECKPOINT : arm_name(i), ".safetensors", error);
        if (status == STATUS_OK && unlink(path) != 0 && errno != ENOENT)
            status = error_set(error, STATUS_FILE, "%s: %s", path, strerror(errno));
    }
    return status;
}

/* What is on disk now stands for this moment. */
static void note_saved(struct run *run, const struct lab *lab)
{
    run->saved_step = lab->step;
    run->saved_at = clock_seconds();
}

enum status run_create(struct run *run, const char *folder, const struct lab *lab, bool force,
                       struct error *error)
{
    struct run made = { .arms = lab->arms };
    char path[RUN_PATH_MAX];
    enum status status = path_of(path, folder, "run", ".ini", error);

    if (status != STATUS_OK)
        return status;
    if (!force && access(path, F_OK) == 0)
        return error_set(error, STATUS_USAGE,
                         "%s already holds a run; choose another folder or add --force",
                         folder);
    snprintf(made.folder, sizeof made.folder, "%s", folder);
    status = folder_prepare(folder, error);
    if (status == STATUS_OK)
        status = remove_weights(folder, error);
    if (status == STATUS_OK)
        status = write_ini(folder, lab, error);
    if (status == STATUS_OK)
        status = begin_metrics(&made, lab, error);
    if (status != STATUS_OK)
        return status;
    note_saved(&made, lab);
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

    if (status == STATUS_OK)
        status = path_of(path, run->folder, CHECKPOINT, ".safetensors", error);
    if (status == STATUS_OK)
        status = checkpoint_write(lab, path, error);
    for (int i = 0; i < lab->arms && status == STATUS_OK; i++) {
        status = path_of(path, run->folder, lab->arm[i].name, ".safetensors", error);
        if (status == STATUS_OK)
            status = weights_file_write(path, lab, &lab->arm[i], error);
    }
    note_saved(run, lab);
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

enum status run_config(struct lab_config *config, const char *folder, struct error *error)
{
    char path[RUN_PATH_MAX];
    enum status status = path_of(path, folder, "run", ".ini", error);

    return status == STATUS_OK ? config_read(config, path, error) : status;
}

/* A lab of the configuration that a folder's run.ini holds. */
static enum status make_lab(struct lab **lab, const struct lab_config *config,
                            const char *folder, struct error *error)
{
    struct error reason;
    enum status status = lab_create(lab, config, &reason);

    return status == STATUS_OK
               ? status
               : error_set(error, status, "%s/run.ini: %s", folder, reason.message);
}

enum status run_load(struct lab **lab, const char *folder, struct error *error)
{
    struct lab_config config;
    struct lab *loaded;
    char path[RUN_PATH_MAX];
    enum status status = run_config(&config, folder, error);

    if (status == STATUS_OK)
        status = make_lab(&loaded, &config, folder, error);
    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < loaded->arms && status == STATUS_OK; i++) {
        status = path_of(path, folder, loaded->arm[i].name, ".safetensors", error);
        if (status == STATUS_OK)
            status = weights_file_read(path, loaded, &loaded->arm[i], error);
        if (loaded->arm[i].trainer.step > loaded->step) /* of two, one may have stopped early */
            loaded->step = loaded->arm[i].trainer.step;
    }
    if (status != STATUS_OK) {
        lab_free(loaded);
        return status;
    }
    *lab = loaded;
    return STATUS_OK;
}

/* The lab at its checkpoint, and where metrics.csv has to end. Nothing is written. */
static enum status reach_checkpoint(struct lab *lab, const char *folder, long *metrics_length,
                                    struct error *error)
{
    char path[RUN_PATH_MAX], head[HEAD_MAX];
    enum status status = path_of(path, folder, CHECKPOINT, ".safetensors", error);

    if (status == STATUS_OK)
        status = checkpoint_read(lab, path, error);
    if (status == STATUS_OK && lab->config.training.steps < lab->step)
        status = error_set(error, STATUS_USAGE,
                           "%s: the run has made %ld steps, training.steps is only %ld", path,
                           lab->step, lab->config.training.steps);
    if (status == STATUS_OK)
        status = path_of(path, folder, "metrics", ".csv", error);
    if (status != STATUS_OK)
        return status;
    head_text(head, lab);
    return metrics_cut_find(metrics_length, path, head, lab, error);
}

/* metrics.csv, cut to that length and open behind its last line. */
static enum status continue_metrics(struct run *run, long length, struct error *error)
{
    char path[RUN_PATH_MAX];
    enum status status = path_of(path, run->folder, "metrics", ".csv", error);

    if (status != STATUS_OK)
        return status;
    run->metrics = fopen(path, "a");
    if (run->metrics == NULL)
        return error_set(error, STATUS_FILE, "%s: %s", path, strerror(errno));
    if (ftruncate(fileno(run->metrics), (off_t)length) == 0)
        return STATUS_OK;
    error_set(error, STATUS_FILE, "%s: cannot be cut: %s", path, strerror(errno));
    fclose(run->metrics);
    run->metrics = NULL;
    return STATUS_FILE;
}

enum status run_resume(struct run *run, struct lab **lab, const char *folder,
                       const struct lab_config *config, struct error *error)
{
    struct run resumed = { .saved_step = 0 };
    struct lab_config saved;
    struct lab *made = NULL;
    long metrics_length = 0;
    enum status status = run_config(&saved, folder, error);

    if (status == STATUS_OK)
        status = make_lab(&made, config ? config : &saved, folder, error);
    if (status == STATUS_OK)
        status = reach_checkpoint(made, folder, &metrics_length, error);
    if (status == STATUS_OK) {
        snprintf(resumed.folder, sizeof resumed.folder, "%s", folder);
        resumed.arms = made->arms;
        status = continue_metrics(&resumed, metrics_length, error);
    }
    if (status == STATUS_OK && config != NULL) /* the number of steps may be another */
        status = write_ini(folder, made, error);
    if (status != STATUS_OK) {
        run_close(&resumed, NULL);
        lab_free(made);
        return status;
    }
    note_saved(&resumed, made);
    *run = resumed;
    *lab = made;
    return STATUS_OK;
}

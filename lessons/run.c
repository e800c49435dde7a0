#include "lessons/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/files/atomic_file.h"
#include "common/files/folder.h"
#include "lessons/change.h"
#include "lessons/checkpoint.h"
#include "lessons/metrics_cut.h"
#include "lessons/metrics_read.h"
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
    const struct lab_config resolved = config_resolved(&lab->origin, &lab->task);
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

/* What a hand has changed since step 0, if it has. */
static enum status write_events(const char *folder, const struct lab *lab, struct error *error)
{
    char path[RUN_PATH_MAX];
    enum status status = STATUS_OK;

    if (lab->events.count == 0)
        return STATUS_OK;
    status = path_of(path, folder, "events", ".csv", error);
    return status == STATUS_OK ? events_write(&lab->events, &lab->config, path, error) : status;
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

static enum status remove_file(const char *folder, const char *name, const char *extension,
                               struct error *error)
{
    char path[RUN_PATH_MAX];
    const enum status status = path_of(path, folder, name, extension, error);

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
    enum status status = remove_file(folder, CHECKPOINT, ".safetensors", error);

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
        status = remove_earlier(folder, error);
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

    if (status == STATUS_OK) /* never behind the checkpoint, which says how many it knows */
        status = write_events(run->folder, lab, error);
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

/* How far it was saved: later events than the checkpoint knows were not. */
static enum status read_end(struct run_story *story, const char *folder, struct error *error)
{
    struct checkpoint_moment moment;
    char path[RUN_PATH_MAX];
    enum status status = path_of(path, folder, CHECKPOINT, ".safetensors", error);

    if (status != STATUS_OK || access(path, F_OK) != 0)
        return status; /* it was lost: all that a hand did, then */
    status = checkpoint_moment(&moment, &story->origin, path, error);
    if (status != STATUS_OK)
        return status;
    if (moment.events < story->events.count)
        story->events.count = moment.events;
    memcpy(story->end, moment.step, sizeof story->end);
    story->saved = true;
    return STATUS_OK;
}

/* Where there is no such file nobody has changed anything. */
static enum status read_events(struct run_story *story, const char *folder, struct error *error)
{
    char path[RUN_PATH_MAX];
    enum status status = path_of(path, folder, "events", ".csv", error);

    if (status != STATUS_OK || access(path, F_OK) != 0)
        return status;
    status = events_read(&story->events, &story->origin, path, error);
    return status == STATUS_OK ? read_end(story, folder, error) : status;
}

/* End with event_list_free. */
static enum status read_story(struct run_story *story, const char *folder, struct error *error)
{
    struct run_story read = { .limit = 0 };
    char path[RUN_PATH_MAX];
    enum status status = path_of(path, folder, "run", ".ini", error);

    if (status == STATUS_OK)
        status = config_read(&read.origin, path, error);
    if (status == STATUS_OK)
        status = read_events(&read, folder, error);
    read.config = read.origin;
    read.limit = read.origin.training.steps;
    if (status == STATUS_OK)
        status =
            events_apply(&read.events, 0, read.events.count, &read.config, &read.limit, error);
    if (status == STATUS_OK)
        *story = read;
    else
        event_list_free(&read.events);
    return status;
}

enum status run_config(struct lab_config *config, const char *folder, struct error *error)
{
    struct run_story story;
    const enum status status = read_story(&story, folder, error);

    if (status != STATUS_OK)
        return status;
    *config = story.config;
    event_list_free(&story.events);
    return STATUS_OK;
}

enum status run_story(struct run_story *story, const char *folder, struct error *error)
{
    struct run_story read;
    enum status status = read_story(&read, folder, error);

    if (status != STATUS_OK)
        return status;
    if (!read.saved)
        status = read_end(&read, folder, error);
    if (status == STATUS_OK)
        *story = read;
    else
        event_list_free(&read.events);
    return status;
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

/* Keys of the origin that never decided a bit are as they are now. */
static void tell_origin(struct lab *lab, const struct run_story *story)
{
    const struct training_config *now = &lab->config.training;
    struct lab_config origin = story->origin;

    origin.task = lab->config.task;
    origin.training.threads = now->threads;
    origin.training.checkpoint_every = now->checkpoint_every;
    origin.training.checkpoint_seconds = now->checkpoint_seconds;
    lab->origin = origin;
}

/*
 * A lab at step 0 as the folder's run has become. config: that of the folder but for what may
 * be another (checkpoint.h), or NULL. Where a hand has changed something another number of
 * steps is one more change, to be made when the lab is at its checkpoint.
 */
static enum status begin_again(struct lab **lab, const char *folder,
                               const struct lab_config *config, struct error *error)
{
    struct lab_config begun;
    struct run_story story;
    struct lab *made;
    enum status status = read_story(&story, folder, error);

    if (status != STATUS_OK)
        return status;
    begun = config ? *config : story.config;
    if (story.events.count > 0)
        begun.training.steps = story.config.training.steps;
    status = make_lab(&made, &begun, folder, error);
    if (status != STATUS_OK) {
        event_list_free(&story.events);
        return status;
    }
    if (story.events.count > 0) {
        tell_origin(made, &story);
        made->limit = story.limit;
    }
    made->events = story.events;
    made->events_made = story.events.count;
    *lab = made;
    return STATUS_OK;
}

enum status run_load(struct lab **lab, const char *folder, struct error *error)
{
    struct lab *loaded;
    char path[RUN_PATH_MAX];
    enum status status = begin_again(&loaded, folder, NULL, error);

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

/* The lab at its checkpoint. Nothing is written. */
static enum status reach_checkpoint(struct lab *lab, const char *folder, struct error *error)
{
    char path[RUN_PATH_MAX];
    enum status status = path_of(path, folder, CHECKPOINT, ".safetensors", error);

    if (status == STATUS_OK)
        status = checkpoint_read(lab, path, error);
    if (status == STATUS_OK && lab->events_made != lab->events.count)
        status = error_set(error, STATUS_FILE,
                           "%s: it was made after %d changes by hand, but events.csv has %d",
                           path, lab->events_made, lab->events.count);
    return status;
}

static enum status find_metrics(const struct lab *lab, const char *folder, long *metrics_length,
                                struct error *error)
{
    char path[RUN_PATH_MAX], head[HEAD_MAX];
    const enum status status = path_of(path, folder, "metrics", ".csv", error);

    if (status != STATUS_OK)
        return status;
    head_text(head, lab);
    return metrics_cut_find(metrics_length, path, head, lab, error);
}

/* Train as long as that configuration says. */
static enum status take_steps(struct lab *lab, const char *folder,
                              const struct lab_config *config, struct error *error)
{
    struct lab_config next = lab->config;
    enum status status = STATUS_OK;

    next.training.steps = config->training.steps;
    if (next.training.steps != lab->config.training.steps)
        status = lab_change(lab, &next, error);
    if (status == STATUS_OK && lab->limit < lab->step)
        status = error_set(error, STATUS_USAGE,
                           "%s/%s.safetensors: the run has made %ld steps, training.steps is "
                           "only %ld",
                           folder, CHECKPOINT, lab->step, lab->config.training.steps);
    return status;
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

enum status run_open(struct lab **lab, const char *folder, struct error *error)
{
    char path[RUN_PATH_MAX];
    struct lab *opened;
    enum status status = begin_again(&opened, folder, NULL, error);

    if (status != STATUS_OK)
        return status;
    status = reach_checkpoint(opened, folder, error);
    if (status == STATUS_OK)
        status = path_of(path, folder, "metrics", ".csv", error);
    if (status != STATUS_OK) {
        lab_free(opened);
        return status;
    }
    metrics_read(opened, path);
    *lab = opened;
    return STATUS_OK;
}

enum status run_resume(struct run *run, struct lab **lab, const char *folder,
                       const struct lab_config *config, struct error *error)
{
    struct run resumed = { .saved_step = 0 };
    struct lab *made = NULL;
    long metrics_length = 0;
    enum status status = begin_again(&made, folder, config, error);

    if (status == STATUS_OK)
        status = reach_checkpoint(made, folder, error);
    if (status == STATUS_OK)
        status = take_steps(made, folder, config ? config : &made->config, error);
    if (status == STATUS_OK)
        status = find_metrics(made, folder, &metrics_length, error);
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

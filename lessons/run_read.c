#include "lessons/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lessons/change.h"
#include "lessons/checkpoint.h"
#include "lessons/metrics_cut.h"
#include "lessons/metrics_read.h"
#include "lessons/run_parts.h"
#include "lessons/weights_file.h"

/* How far it was saved: later events than the checkpoint knows were not. */
static enum status read_end(struct run_story *story, const char *folder, struct error *error)
{
    struct checkpoint_moment moment;
    char path[RUN_PATH_MAX];
    enum status status = run_path(path, folder, RUN_CHECKPOINT, ".safetensors", error);

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
    enum status status = run_path(path, folder, "events", ".csv", error);

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
    enum status status = run_path(path, folder, "run", ".ini", error);

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
        status = run_path(path, folder, loaded->arm[i].name, ".safetensors", error);
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
    enum status status = run_path(path, folder, RUN_CHECKPOINT, ".safetensors", error);

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
    char path[RUN_PATH_MAX], head[RUN_HEAD_MAX];
    const enum status status = run_path(path, folder, "metrics", ".csv", error);

    if (status != STATUS_OK)
        return status;
    run_head(head, lab);
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
                           folder, RUN_CHECKPOINT, lab->step, lab->config.training.steps);
    return status;
}

/* metrics.csv, cut to that length and open behind its last line. */
static enum status continue_metrics(struct run *run, long length, struct error *error)
{
    char path[RUN_PATH_MAX];
    enum status status = run_path(path, run->folder, "metrics", ".csv", error);

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
        status = run_path(path, folder, "metrics", ".csv", error);
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
        status = run_write_ini(folder, made, error);
    if (status != STATUS_OK) {
        run_close(&resumed, NULL);
        lab_free(made);
        return status;
    }
    run_note_saved(&resumed, made);
    *run = resumed;
    *lab = made;
    return STATUS_OK;
}

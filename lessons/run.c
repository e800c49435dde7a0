#include "lessons/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/files/atomic_file.h"
#include "common/files/folder.h"
#include "common/files/safetensors.h"

static enum status path_of(char path[RUN_PATH_MAX], const char *folder, const char *name,
                           const char *extension, struct error *error)
{
    const int length = snprintf(path, RUN_PATH_MAX, "%s/%s%s", folder, name, extension);

    if (length < 0 || length >= RUN_PATH_MAX)
        return error_set(error, STATUS_FILE, "%.100s...: the path is too long", folder);
    return STATUS_OK;
}

static enum status write_ini(const char *folder, const struct lab_config *config,
                             struct error *error)
{
    char path[RUN_PATH_MAX];
    const struct lab_config resolved = config_resolved(config);
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

static enum status begin_metrics(struct run *run, const struct lab *lab, struct error *error)
{
    char path[RUN_PATH_MAX];
    enum status status = path_of(path, run->folder, "metrics", ".csv", error);

    if (status != STATUS_OK)
        return status;
    run->metrics = fopen(path, "w");
    if (run->metrics == NULL)
        return error_set(error, STATUS_FILE, "%s: %s", path, strerror(errno));
    fprintf(run->metrics, "step,seconds");
    for (int i = 0; i < lab->arms; i++) {
        const char *name = lab->arm[i].name;

        if (lab->config.training.pace != PACE_STEPS)
            fprintf(run->metrics, ",%s.step", name);
        fprintf(run->metrics, ",%s.loss,%s.accuracy,%s.gradient_norm", name, name, name);
        if (lab_validates(lab))
            fprintf(run->metrics, ",%s.validation_loss", name);
    }
    fprintf(run->metrics, "\n");
    return STATUS_OK;
}

/* Weights of an earlier run must not pass for those of the new one, should that end early. */
static enum status remove_weights(const char *folder, struct error *error)
{
    char path[RUN_PATH_MAX];
    enum status status = STATUS_OK;

    for (int i = 0; i < ARMS_MAX && status == STATUS_OK; i++) {
        status = path_of(path, folder, arm_name(i), ".safetensors", error);
        if (status == STATUS_OK && unlink(path) != 0 && errno != ENOENT)
            status = error_set(error, STATUS_FILE, "%s: %s", path, strerror(errno));
    }
    return status;
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
        status = write_ini(folder, &lab->config, error);
    if (status == STATUS_OK)
        status = begin_metrics(&made, lab, error);
    if (status == STATUS_OK)
        *run = made;
    return status;
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

static enum status save_arm(const struct run *run, const struct lab *lab,
                            const struct lab_arm *arm, struct error *error)
{
    const struct parameter_list *list = &arm->model.parameters;
    struct safetensors_tensor *tensors = calloc((size_t)list->count, sizeof *tensors);
    char path[RUN_PATH_MAX], step[24];
    const struct safetensors_metadata metadata[] = {
        { "duet", DUET_VERSION },
        { "arm", arm->name },
        { "model", lab->config.arm[arm->number].model },
        { "task", lab->config.task.name },
        { "step", step },
    };
    enum status status = path_of(path, run->folder, arm->name, ".safetensors", error);

    snprintf(step, sizeof step, "%ld",
             validation_weights_step(&arm->validation, &arm->trainer));
    if (tensors == NULL)
        status = error_set(error, STATUS_NO_MEMORY, "%s: no memory for the list of tensors",
                           arm->name);
    for (int i = 0; i < list->count && status == STATUS_OK; i++) {
        const struct parameter *p = &list->items[i];

        tensors[i] = (struct safetensors_tensor){
            .name = p->name,
            .dtype = SAFETENSORS_F32,
            .rank = (size_t)p->rank,
            .shape = { (size_t)p->shape[0], (size_t)p->shape[1] },
            .data = arm->trainer.parameters + p->offset,
        };
    }
    if (status == STATUS_OK)
        status = safetensors_write(path, tensors, (size_t)list->count, metadata,
                                   sizeof metadata / sizeof metadata[0], error);
    free(tensors);
    return status;
}

enum status run_save(struct run *run, const struct lab *lab, struct error *error)
{
    enum status status = STATUS_OK;

    for (int i = 0; i < lab->arms && status == STATUS_OK; i++)
        status = save_arm(run, lab, &lab->arm[i], error);
    return status;
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

/* One tensor of the file into its place, if name, type and shape agree. */
static enum status load_tensor(real *parameters, const struct parameter *p,
                               const struct safetensors *file, const char *path,
                               struct error *error)
{
    const struct safetensors_tensor *tensor = safetensors_find(file, p->name);

    if (tensor == NULL)
        return error_set(error, STATUS_FILE, "%s: tensor \"%s\" is missing", path, p->name);
    if (tensor->dtype != SAFETENSORS_F32 || tensor->rank != (size_t)p->rank ||
        tensor->shape[0] != (size_t)p->shape[0] ||
        (p->rank == 2 && tensor->shape[1] != (size_t)p->shape[1]))
        return error_set(
            error, STATUS_FILE,
            "%s: tensor \"%s\" is %s of rank %zu, (%zu, %zu); run.ini wants F32 of "
            "rank %d, (%d, %d)",
            path, p->name, safetensors_dtype_name(tensor->dtype), tensor->rank,
            tensor->shape[0], tensor->shape[1], p->rank, p->shape[0], p->shape[1]);
    for (size_t k = 0; k < p->count; k++)
        parameters[p->offset + k] = (real)((const float *)tensor->data)[k];
    return STATUS_OK;
}

/*
 * The number of updates that made these weights: digits, at most as many steps as a run may
 * have.
 */
static enum status load_step(struct lab_arm *arm, const struct safetensors *file,
                             const char *path, struct error *error)
{
    static const long MOST = 1000000000;
    const char *text = safetensors_metadata_find(file, "step");
    char *end;
    long step;

    if (text == NULL)
        return error_set(error, STATUS_FILE, "%s: the metadata has no \"step\"", path);
    errno = 0;
    step = strtol(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || step < 0 || step > MOST)
        return error_set(error, STATUS_FILE,
                         "%s: the metadata's \"step\" is \"%.40s\", not a number from 0 to %ld",
                         path, text, MOST);
    arm->trainer.step = step;
    return STATUS_OK;
}

static enum status load_arm(struct lab_arm *arm, const char *folder, struct error *error)
{
    const struct parameter_list *list = &arm->model.parameters;
    struct safetensors file = { 0 };
    char path[RUN_PATH_MAX];
    enum status status = path_of(path, folder, arm->name, ".safetensors", error);

    if (status == STATUS_OK)
        status = safetensors_open(&file, path, error);
    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < list->count && status == STATUS_OK; i++)
        status = load_tensor(arm->trainer.parameters, &list->items[i], &file, path, error);
    for (size_t i = 0; i < file.tensor_count && status == STATUS_OK; i++)
        if (parameter_find(list, file.tensors[i].name) == NULL)
            status = error_set(error, STATUS_FILE,
                               "%s: the model of run.ini has no tensor \"%.80s\"", path,
                               file.tensors[i].name);
    if (status == STATUS_OK)
        status = load_step(arm, &file, path, error);
    safetensors_free(&file);
    if (status == STATUS_OK)
        trainer_weights_changed(&arm->trainer);
    return status;
}

enum status run_load(struct lab **lab, const char *folder, struct error *error)
{
    struct lab_config config;
    struct error reason;
    struct lab *loaded;
    char path[RUN_PATH_MAX];
    enum status status = path_of(path, folder, "run", ".ini", error);

    if (status == STATUS_OK)
        status = config_read(&config, path, error);
    if (status != STATUS_OK)
        return status;
    status = lab_create(&loaded, &config, &reason);
    if (status != STATUS_OK)
        return error_set(error, status, "%s: %s", path, reason.message);
    for (int i = 0; i < loaded->arms && status == STATUS_OK; i++) {
        status = load_arm(&loaded->arm[i], folder, error);
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

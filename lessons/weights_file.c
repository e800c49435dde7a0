#include "lessons/weights_file.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/digest.h"
#include "common/files/utf8.h"

struct safetensors_tensor weights_file_tensor(const struct parameter *parameter,
                                              const char *name, const real *values)
{
    return (struct safetensors_tensor){
        .name = name,
        .dtype = SAFETENSORS_F32,
        .rank = (size_t)parameter->rank,
        .shape = { (size_t)parameter->shape[0], (size_t)parameter->shape[1] },
        .data = values + parameter->offset,
    };
}

enum status weights_file_write(const char *path, const struct lab *lab,
                               const struct lab_arm *arm, struct error *error)
{
    const struct parameter_list *list = &arm->model.parameters;
    struct safetensors_tensor *tensors = calloc((size_t)list->count, sizeof *tensors);
    char step[24], digest[DIGEST_TEXT_MAX] = "";
    const struct safetensors_metadata metadata[] = {
        { "duet", DUET_VERSION },
        { "arm", arm->name },
        { "model", lab->config.arm[arm->number].model },
        { "task", lab->config.task.name },
        { "step", step },
        { DIGEST_KEY, digest },
    };
    const size_t words = sizeof metadata / sizeof metadata[0];
    enum status status;

    if (tensors == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory for the list of tensors",
                         arm->name);
    snprintf(step, sizeof step, "%ld",
             validation_weights_step(&arm->validation, &arm->trainer));
    for (int i = 0; i < list->count; i++)
        tensors[i] =
            weights_file_tensor(&list->items[i], list->items[i].name, arm->trainer.parameters);
    digest_tensors(digest, tensors, (size_t)list->count, metadata, words);
    status = safetensors_write(path, tensors, (size_t)list->count, metadata, words, error);
    free(tensors);
    return status;
}

enum status weights_file_check_finite(const real *values, size_t count, const char *name,
                                      const char *path, struct error *error)
{
    for (size_t k = 0; k < count; k++)
        if (!isfinite(values[k]))
            return error_set(
                error, STATUS_FILE,
                "%s: element %zu of tensor \"%s\" is %g: finite numbers are needed", path, k,
                name, (double)values[k]);
    return STATUS_OK;
}

enum status weights_file_take(const struct safetensors *file, const char *name,
                              const struct parameter *p, real *values, const char *path,
                              struct error *error)
{
    const struct safetensors_tensor *tensor = safetensors_find(file, name);
    const float *data;

    if (tensor == NULL)
        return error_set(error, STATUS_FILE, "%s: tensor \"%s\" is missing", path, name);
    if (tensor->dtype != SAFETENSORS_F32 || tensor->rank != (size_t)p->rank ||
        tensor->shape[0] != (size_t)p->shape[0] ||
        (p->rank == 2 && tensor->shape[1] != (size_t)p->shape[1]))
        return error_set(
            error, STATUS_FILE,
            "%s: tensor \"%s\" is %s of rank %zu, (%zu, %zu); run.ini wants F32 of "
            "rank %d, (%d, %d)",
            path, name, safetensors_dtype_name(tensor->dtype), tensor->rank, tensor->shape[0],
            tensor->shape[1], p->rank, p->shape[0], p->shape[1]);
    data = tensor->data;
    if (weights_file_check_finite(data, p->count, name, path, error) != STATUS_OK)
        return STATUS_FILE;
    for (size_t k = 0; k < p->count && values != NULL; k++)
        values[p->offset + k] = data[k];
    return STATUS_OK;
}

/*
 * The number of updates that made these weights: digits, at most as many steps as a run may
 * have.
 */
static enum status find_step(const struct safetensors *file, long *step, const char *path,
                             struct error *error)
{
    const char *text = safetensors_metadata_find(file, "step");
    char *end;
    long found;

    if (text == NULL)
        return error_set(error, STATUS_FILE, "%s: the metadata has no \"step\"", path);
    errno = 0;
    found = strtol(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || found < 0 || found > CONFIG_STEPS_MOST)
        return error_set(error, STATUS_FILE,
                         "%s: the metadata's \"step\" is \"%.*s\", not a number from 0 to %d",
                         path, utf8_shown(text, 40), text, CONFIG_STEPS_MOST);
    *step = found;
    return STATUS_OK;
}

/* What the file says about itself, where it says something. */
static enum status check_word(const struct safetensors *file, const char *key,
                              const char *expected, const char *path, struct error *error)
{
    const char *found = safetensors_metadata_find(file, key);

    if (found == NULL || strcmp(found, expected) == 0)
        return STATUS_OK;
    return error_set(error, STATUS_FILE,
                     "%s: these are weights of the %s \"%.*s\"; run.ini wants \"%s\"", path,
                     key, utf8_shown(found, 40), found, expected);
}

/* Everything that could be wrong, before anything is changed. */
static enum status check_file(const struct safetensors *file, const struct lab *lab,
                              const struct lab_arm *arm, const char *path, struct error *error)
{
    const struct parameter_list *list = &arm->model.parameters;
    enum status status = digest_check(file, false, path, error);

    for (int i = 0; i < list->count && status == STATUS_OK; i++)
        status =
            weights_file_take(file, list->items[i].name, &list->items[i], NULL, path, error);
    for (size_t i = 0; i < file->tensor_count && status == STATUS_OK; i++)
        if (parameter_find(list, file->tensors[i].name) == NULL)
            status =
                error_set(error, STATUS_FILE, "%s: the model of run.ini has no tensor \"%.*s\"",
                          path, utf8_shown(file->tensors[i].name, 80), file->tensors[i].name);
    if (status == STATUS_OK)
        status = check_word(file, "arm", arm->name, path, error);
    if (status == STATUS_OK)
        status = check_word(file, "model", lab->config.arm[arm->number].model, path, error);
    if (status == STATUS_OK)
        status = check_word(file, "task", lab->config.task.name, path, error);
    return status;
}

enum status weights_file_read(const char *path, const struct lab *lab, struct lab_arm *arm,
                              struct error *error)
{
    const struct parameter_list *list = &arm->model.parameters;
    struct safetensors file;
    enum status status = safetensors_open(&file, path, error);
    long step = 0;

    if (status != STATUS_OK)
        return status;
    status = check_file(&file, lab, arm, path, error);
    if (status == STATUS_OK)
        status = find_step(&file, &step, path, error);
    if (status == STATUS_OK) {
        for (int i = 0; i < list->count; i++)
            weights_file_take(&file, list->items[i].name, &list->items[i],
                              arm->trainer.parameters, path, error);
        arm->trainer.step = step;
        trainer_weights_changed(&arm->trainer);
    }
    safetensors_free(&file);
    return status;
}

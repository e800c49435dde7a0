#include "common/training/probe_file.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/utf8.h"

enum { ENDS = 3 /* input, target, loss */, NAME_MAX_LENGTH = 64 };

static const enum safetensors_dtype REAL_DTYPE =
    sizeof(real) == sizeof(double) ? SAFETENSORS_F64 : SAFETENSORS_F32;

/* The list of tensors as it grows, and what it points to. */
struct listing {
    struct safetensors_tensor *tensors;
    size_t count;
    char (*names)[NAME_MAX_LENGTH]; /* one for each entry's gradient */
    int64_t *tokens;                /* (T) */
    int64_t *classes;               /* (T_out) */
    real loss;
};

static void add(struct listing *l, struct safetensors_tensor tensor)
{
    l->tensors[l->count++] = tensor;
}

bool probe_file_selects(const char *layer, const char *name)
{
    const size_t length = strlen(layer);
    char numbered[NAME_MAX_LENGTH];

    if (layer[0] != '\0' && strspn(layer, "0123456789") == length) {
        snprintf(numbered, sizeof numbered, "layers.%.20s", layer);
        return probe_file_selects(numbered, name);
    }
    return strncmp(name, layer, length) == 0 && (name[length] == '\0' || name[length] == '.');
}

/* Is the tensor of that name wanted? layer NULL: everything is. */
static bool wanted(const char *layer, const char *name)
{
    return layer == NULL || probe_file_selects(layer, name);
}

/* B is 1, so time-major and batch-first are the same order. */
static void add_ends(struct listing *l, const struct probe *probe, const char *layer)
{
    const struct batch *batch = &probe->one;
    const size_t T = (size_t)batch->extent.steps, T_out = (size_t)output_steps(&batch->shape);

    if (batch->tokens != NULL && wanted(layer, "input")) {
        for (size_t t = 0; t < T; t++)
            l->tokens[t] = batch->tokens[t];
        add(l, (struct safetensors_tensor){ "input", SAFETENSORS_I64, 2, { 1, T }, l->tokens });
    }
    if (layer != NULL)
        return;
    if (batch->classes != NULL) {
        for (size_t t = 0; t < T_out; t++)
            l->classes[t] = batch->classes[t];
        add(l, (struct safetensors_tensor){
                   "target", SAFETENSORS_I64, 2, { 1, T_out }, l->classes });
    } else {
        add(l, (struct safetensors_tensor){ "target",
                                            REAL_DTYPE,
                                            3,
                                            { 1, T_out, (size_t)batch->shape.outputs },
                                            batch->values });
    }
    l->loss = (real)probe->loss;
    add(l, (struct safetensors_tensor){ "loss", REAL_DTYPE, 1, { 1 }, &l->loss });
}

/* tokens: the file has them as numbers, not as the trace's one-hot rows. */
static void add_entry(struct listing *l, const struct trace_entry *entry, int number,
                      bool tokens)
{
    struct safetensors_tensor tensor = { .name = entry->name,
                                         .dtype = REAL_DTYPE,
                                         .rank = (size_t)entry->rank,
                                         .data = entry->value };

    for (int i = 0; i < entry->rank; i++)
        tensor.shape[i] = (size_t)entry->extent[i];
    if (!(tokens && strcmp(entry->name, "input") == 0))
        add(l, tensor);
    if (!entry->has_gradient)
        return;
    snprintf(l->names[number], NAME_MAX_LENGTH, "gradient.%s", entry->name);
    tensor.name = l->names[number];
    tensor.data = entry->gradient;
    add(l, tensor);
}

/* At least one entry, or the names there are. */
static enum status check_layer(const struct trace *trace, const char *layer,
                               struct error *error)
{
    char names[ERROR_MESSAGE_MAX / 2] = "";

    for (int i = 0; i < trace->count; i++) {
        if (probe_file_selects(layer, trace->entries[i].name))
            return STATUS_OK;
        error_list_word(names, sizeof names, trace->entries[i].name);
    }
    return error_set(error, STATUS_USAGE, "there is no layer \"%.*s\"; there are: %s",
                     utf8_shown(layer, 60), layer, names);
}

enum status probe_file_write(const struct probe *probe, const char *path,
                             const struct safetensors_metadata *metadata, size_t metadata_count,
                             struct error *error)
{
    return probe_file_write_layer(probe, NULL, path, metadata, metadata_count, error);
}

enum status probe_file_write_layer(const struct probe *probe, const char *layer,
                                   const char *path,
                                   const struct safetensors_metadata *metadata,
                                   size_t metadata_count, struct error *error)
{
    const size_t entries = (size_t)probe->trace.count;
    const size_t T = (size_t)probe->one.extent.steps;
    struct listing l = { 0 };
    enum status status = STATUS_NO_MEMORY;

    if (layer != NULL && check_layer(&probe->trace, layer, error) != STATUS_OK)
        return STATUS_USAGE;
    l.tensors = calloc(2 * entries + ENDS, sizeof *l.tensors);
    l.names = calloc(entries, sizeof *l.names);
    l.tokens = calloc(T, sizeof *l.tokens);
    l.classes = calloc(T, sizeof *l.classes);
    if (l.tensors == NULL || l.names == NULL || l.tokens == NULL || l.classes == NULL) {
        error_set(error, status, "%s: no memory for the list of tensors", path);
        goto out;
    }
    add_ends(&l, probe, layer);
    for (size_t i = 0; i < entries; i++)
        if (wanted(layer, probe->trace.entries[i].name))
            add_entry(&l, &probe->trace.entries[i], (int)i, probe->one.tokens != NULL);
    status = safetensors_write(path, l.tensors, l.count, metadata, metadata_count, error);
out:
    free(l.tensors);
    free(l.names);
    free(l.tokens);
    free(l.classes);
    return status;
}

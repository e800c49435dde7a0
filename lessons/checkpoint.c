/* The writing half of checkpoint.h. */
#include "lessons/checkpoint.h"

#include <stdlib.h>

#include "common/files/digest.h"
#include "lessons/checkpoint_table.h"
#include "lessons/weights_file.h"

struct listing {
    struct safetensors_tensor *tensors;
    char (*names)[CHECKPOINT_NAME_MAX];
    size_t count;
    struct checkpoint_words words;
    struct safetensors_metadata *metadata;
};

static enum status add_block(struct listing *l, const struct lab_arm *arm, int block,
                             const char *path, struct error *error)
{
    const struct parameter_list *list = &arm->model.parameters;
    const real *values = checkpoint_block(arm, block);
    enum status status = STATUS_OK;

    for (int i = 0; values != NULL && i < list->count && status == STATUS_OK; i++) {
        const struct parameter *p = &list->items[i];
        char *name = l->names[l->count];

        checkpoint_tensor_name(name, arm, block, p);
        status = weights_file_check_finite(values + p->offset, p->count, name, path, error);
        l->tensors[l->count++] = weights_file_tensor(p, name, values);
    }
    return status;
}

static enum status make_listing(struct listing *l, const struct lab *lab, const char *path,
                                struct error *error)
{
    size_t tensors = 0;
    enum status status = checkpoint_words_make(&l->words, lab, error);

    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < lab->arms; i++)
        tensors += (size_t)checkpoint_blocks() * (size_t)lab->arm[i].model.parameters.count;
    l->tensors = calloc(tensors, sizeof *l->tensors);
    l->names = calloc(tensors, sizeof *l->names);
    l->metadata = calloc((size_t)l->words.count, sizeof *l->metadata);
    if (l->tensors == NULL || l->names == NULL || l->metadata == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory for the list of tensors",
                         path);
    for (int i = 0; i < lab->arms; i++)
        for (int k = 0; k < checkpoint_blocks() && status == STATUS_OK; k++)
            status = add_block(l, &lab->arm[i], k, path, error);
    for (int i = 0; i < l->words.count; i++)
        l->metadata[i] =
            (struct safetensors_metadata){ l->words.items[i].key, l->words.items[i].value };
    return status;
}

enum status checkpoint_write(const struct lab *lab, const char *path, struct error *error)
{
    struct listing l = { 0 };
    enum status status = make_listing(&l, lab, path, error);

    if (status == STATUS_OK) {
        const size_t words = (size_t)l.words.count;

        digest_tensors(l.words.items[words - 1].value, l.tensors, l.count, l.metadata, words);
        status = safetensors_write(path, l.tensors, l.count, l.metadata, words, error);
    }
    free(l.tensors);
    free(l.names);
    free(l.metadata);
    checkpoint_words_free(&l.words);
    return status;
}

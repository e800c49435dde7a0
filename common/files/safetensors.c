#include "common/files/safetensors.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/atomic_file.h"
#include "common/files/utf8.h"

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "safetensors.c copies tensors to the file as they are: it needs a little-endian machine"
#endif

enum {
    LENGTH_BYTES = 8,  /* before the header: its length */
    FILE_ALIGNMENT = 8 /* of the header, by spaces after it */
};
static const char METADATA_KEY[] = "__metadata__";

static const struct {
    const char *name;
    size_t size;
} dtypes[SAFETENSORS_DTYPES] = {
    [SAFETENSORS_F32] = { "F32", 4 },
    [SAFETENSORS_F64] = { "F64", 8 },
    [SAFETENSORS_I64] = { "I64", 8 },
    [SAFETENSORS_I32] = { "I32", 4 },
};

const char *safetensors_dtype_name(enum safetensors_dtype dtype)
{
    assert((unsigned)dtype < SAFETENSORS_DTYPES);
    return dtypes[dtype].name;
}

size_t safetensors_dtype_size(enum safetensors_dtype dtype)
{
    assert((unsigned)dtype < SAFETENSORS_DTYPES);
    return dtypes[dtype].size;
}

size_t safetensors_elements(const struct safetensors_tensor *tensor)
{
    size_t elements = 1;

    for (size_t i = 0; i < tensor->rank; i++)
        elements *= tensor->shape[i];
    return elements;
}

static size_t tensor_bytes(const struct safetensors_tensor *tensor)
{
    return safetensors_elements(tensor) * safetensors_dtype_size(tensor->dtype);
}

const struct safetensors_tensor *safetensors_find(const struct safetensors *st,
                                                  const char *name)
{
    for (size_t i = 0; i < st->tensor_count; i++)
        if (strcmp(st->tensors[i].name, name) == 0)
            return &st->tensors[i];
    return NULL;
}

const char *safetensors_metadata_find(const struct safetensors *st, const char *key)
{
    for (size_t i = 0; i < st->metadata_count; i++)
        if (strcmp(st->metadata[i].key, key) == 0)
            return st->metadata[i].value;
    return NULL;
}

void safetensors_free(struct safetensors *st)
{
    free(st->tensors);
    free(st->metadata);
    cJSON_Delete(st->header);
    free(st->block);
    *st = (struct safetensors){ 0 };
}

/* A caller's mistakes. The pairwise comparison is small beside the disk's work. */
static void assert_writable(const struct safetensors_tensor *tensors, size_t tensor_count,
                            const struct safetensors_metadata *metadata, size_t metadata_count)
{
    for (size_t i = 0; i < tensor_count; i++) {
        assert(tensors[i].name[0] != '\0' && strcmp(tensors[i].name, METADATA_KEY) != 0);
        assert(tensors[i].rank <= SAFETENSORS_RANK_MAX);
        assert(tensors[i].data != NULL || safetensors_elements(&tensors[i]) == 0);
        for (size_t k = 0; k < i; k++)
            assert(strcmp(tensors[i].name, tensors[k].name) != 0);
    }
    for (size_t i = 0; i < metadata_count; i++)
        for (size_t k = 0; k < i; k++)
            assert(strcmp(metadata[i].key, metadata[k].key) != 0);
}

/* The world's: words from a user or a data file that the header cannot hold. */
static enum status check_words(const char *path, const struct safetensors_tensor *tensors,
                               size_t tensor_count, const struct safetensors_metadata *metadata,
                               size_t metadata_count, struct error *error)
{
    for (size_t i = 0; i < tensor_count; i++) {
        size_t length = strlen(tensors[i].name);

        if (utf8_find_unprintable(tensors[i].name, length) != length)
            return error_set(error, STATUS_FILE, "%s: the name of tensor %zu is not UTF-8 text",
                             path, i);
    }
    for (size_t i = 0; i < metadata_count; i++) {
        const char *key = metadata[i].key;
        const char *value = metadata[i].value;

        if (utf8_find_unprintable(key, strlen(key)) != strlen(key))
            return error_set(error, STATUS_FILE, "%s: metadata key %zu is not UTF-8 text", path,
                             i);
        if (utf8_find_bad(value, strlen(value)) != strlen(value))
            return error_set(error, STATUS_FILE,
                             "%s: the metadata value of \"%s\" is not UTF-8", path, key);
    }
    return STATUS_OK;
}

/* Add "shape" or "data_offsets" to object. cJSON's calls accept NULL and then return NULL. */
static bool add_numbers(cJSON *object, const char *key, const size_t *numbers, size_t count)
{
    cJSON *array = cJSON_AddArrayToObject(object, key);

    if (array == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        assert((double)numbers[i] < 1e15); /* from there on cJSON would print an exponent */
        if (!cJSON_AddItemToArray(array, cJSON_CreateNumber((double)numbers[i])))
            return false;
    }
    return true;
}

/* The header as text without padding, to be freed with cJSON_free; NULL: no memory. */
static char *make_header(const struct safetensors_tensor *tensors, size_t tensor_count,
                         const struct safetensors_metadata *metadata, size_t metadata_count)
{
    cJSON *header = cJSON_CreateObject();
    char *text = NULL;
    size_t offset = 0;

    if (metadata_count > 0) {
        cJSON *object = cJSON_AddObjectToObject(header, METADATA_KEY);

        for (size_t i = 0; i < metadata_count; i++)
            if (cJSON_AddStringToObject(object, metadata[i].key, metadata[i].value) == NULL)
                goto out;
    }
    for (size_t i = 0; i < tensor_count; i++) {
        cJSON *object = cJSON_AddObjectToObject(header, tensors[i].name);
        size_t offsets[2] = { offset, offset + tensor_bytes(&tensors[i]) };

        if (cJSON_AddStringToObject(object, "dtype", dtypes[tensors[i].dtype].name) == NULL ||
            !add_numbers(object, "shape", tensors[i].shape, tensors[i].rank) ||
            !add_numbers(object, "data_offsets", offsets, 2))
            goto out;
        offset = offsets[1];
    }
    text = cJSON_PrintUnformatted(header);
out:
    cJSON_Delete(header);
    return text;
}

enum status safetensors_write(const char *path, const struct safetensors_tensor *tensors,
                              size_t tensor_count, const struct safetensors_metadata *metadata,
                              size_t metadata_count, struct error *error)
{
    struct atomic_file file = { 0 };
    enum status status;
    char *header = NULL;
    uint64_t length;
    size_t padding;

    assert_writable(tensors, tensor_count, metadata, metadata_count);
    status = check_words(path, tensors, tensor_count, metadata, metadata_count, error);
    if (status != STATUS_OK)
        goto out;
    header = make_header(tensors, tensor_count, metadata, metadata_count);
    if (header == NULL) {
        status = error_set(error, STATUS_NO_MEMORY, "%s: no memory for its header", path);
        goto out;
    }
    length = strlen(header);
    padding = (size_t)((FILE_ALIGNMENT - length % FILE_ALIGNMENT) % FILE_ALIGNMENT);
    length += padding;
    if (length > SAFETENSORS_HEADER_MAX) {
        status = error_set(error, STATUS_FILE,
                           "%s: a header of %" PRIu64 " bytes: at most %d are "
                           "allowed",
                           path, length, (int)SAFETENSORS_HEADER_MAX);
        goto out;
    }
    status = atomic_file_open(&file, path, error);
    if (status != STATUS_OK)
        goto out;
    fwrite(&length, LENGTH_BYTES, 1, file.file);
    fprintf(file.file, "%s%*s", header, (int)padding, "");
    for (size_t i = 0; i < tensor_count; i++)
        if (tensor_bytes(&tensors[i]) > 0)
            fwrite(tensors[i].data, tensor_bytes(&tensors[i]), 1, file.file);
    status = atomic_file_commit(&file, error); /* this sees a write that failed */
out:
    cJSON_free(header);
    return status;
}

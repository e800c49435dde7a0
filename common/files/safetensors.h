/*
 * safetensors.h - named tensors in one file, in the format of
 * https://huggingface.co/docs/safetensors/index#format
 *
 *     8 bytes        N, the length of the header, little-endian
 *     N bytes        a JSON object, padded with spaces: for every tensor
 *                    "NAME": {"dtype": "F32", "shape": [4, 3], "data_offsets": [BEGIN, END]}
 *                    and "__metadata__": {"KEY": "VALUE", ...}, strings only
 *     the rest       the tensors' bytes, row-major and little-endian; offsets count from here,
 *                    and tensors lie without overlaps, holes or a remainder
 *
 * Reading trusts nothing: every number is checked against the file's length before it is used,
 * so a hostile file ends in one line that names the file, the tensor, what was found and what
 * is allowed. Narrower than the format: four dtypes, rank at most 8, a header of at most 16
 * MiB, names of at least one character without control characters.
 */
#ifndef COMMON_FILES_SAFETENSORS_H
#define COMMON_FILES_SAFETENSORS_H

#include <stddef.h>

#include "common/error.h"

enum {
    SAFETENSORS_RANK_MAX = 8,
    SAFETENSORS_HEADER_MAX = 16 << 20 /* bytes */
};

enum safetensors_dtype {
    SAFETENSORS_F32,
    SAFETENSORS_F64,
    SAFETENSORS_I64,
    SAFETENSORS_I32,
    SAFETENSORS_DTYPES /* how many there are */
};

struct safetensors_tensor {
    const char *name;
    enum safetensors_dtype dtype;
    size_t rank;                        /* 0 is a scalar: one element */
    size_t shape[SAFETENSORS_RANK_MAX]; /* the first rank entries; a 0 means no elements */
    const void *data;                   /* row-major; may be NULL where there are no elements */
};

struct safetensors_metadata {
    const char *key;
    const char *value;
};

/* An open file. It owns everything that it points to. */
struct safetensors {
    size_t tensor_count;
    struct safetensors_tensor *tensors; /* (tensor_count) in the order of their data */
    size_t metadata_count;
    struct safetensors_metadata *metadata; /* (metadata_count) in the order of the file */
    struct cJSON *header;                  /* the strings above are its strings */
    void *block;                           /* the tensors' data */
};

/* "F32" and so on, and the bytes of one element. */
const char *safetensors_dtype_name(enum safetensors_dtype dtype);
size_t safetensors_dtype_size(enum safetensors_dtype dtype);

/* How many elements the tensor has: the product of its shape. */
size_t safetensors_elements(const struct safetensors_tensor *tensor);

/*
 * Write the tensors, in this order, and the metadata to path in one step (atomic_file.h). Names
 * must differ, and must be neither "" nor "__metadata__"; keys must differ too. Nothing is
 * copied: the data goes straight from the tensors to the file. STATUS_FILE: the folder, the
 * disk, or a name, key or value that is not UTF-8; the old file stands. STATUS_NO_MEMORY.
 */
enum status safetensors_write(const char *path, const struct safetensors_tensor *tensors,
                              size_t tensor_count, const struct safetensors_metadata *metadata,
                              size_t metadata_count, struct error *error);

/*
 * Read and validate all of the file at path. STATUS_OK: *st holds it; release with
 * safetensors_free. Otherwise *st is untouched: STATUS_FILE, STATUS_NO_MEMORY. Each tensor's
 * data is aligned to 64 bytes in memory, whatever its place in the file.
 */
enum status safetensors_open(struct safetensors *st, const char *path, struct error *error);

/* The tensor of that name, or NULL. It lives as long as *st is not freed. */
const struct safetensors_tensor *safetensors_find(const struct safetensors *st,
                                                  const char *name);

/* The metadata value of that key, or NULL. It lives as long as *st is not freed. */
const char *safetensors_metadata_find(const struct safetensors *st, const char *key);

/* Accepts a zeroed *st, and zeroes it. */
void safetensors_free(struct safetensors *st);

#endif

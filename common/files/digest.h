/*
 * digest.h - SHA-256 (FIPS 180-4), by which a file or a set of tensors is known again.
 */
#ifndef COMMON_FILES_DIGEST_H
#define COMMON_FILES_DIGEST_H

#include <stdbool.h>

#include "common/files/safetensors.h"

enum { DIGEST_TEXT_MAX = 65 /* 64 hexadecimal digits */ };

/* Of the bytes of the regular file at path. STATUS_FILE; text is then untouched. */
enum status digest_file(char text[DIGEST_TEXT_MAX], const char *path, struct error *error);

/*
 * Of what a task reads at path: a file's bytes; or, of a folder, the names and digests of its
 * regular files in order, hidden ones left out. STATUS_FILE, STATUS_NO_MEMORY; text is then
 * untouched.
 */
enum status digest_data(char text[DIGEST_TEXT_MAX], const char *path, struct error *error);

/* The metadata key under which a file keeps the digest of all the rest of it. */
extern const char DIGEST_KEY[];

/*
 * Of metadata and tensors: of what they say and in which order, not of how a header is laid
 * out. An entry of the key DIGEST_KEY is left out, so a file can hold its own.
 */
void digest_tensors(char text[DIGEST_TEXT_MAX], const struct safetensors_tensor *tensors,
                    size_t tensor_count, const struct safetensors_metadata *metadata,
                    size_t metadata_count);

/*
 * Does an open file still hold what its digest was made of? True when it has no digest, unless
 * `demanded`. STATUS_FILE otherwise, with a message that begins with path.
 */
enum status digest_check(const struct safetensors *file, bool demanded, const char *path,
                         struct error *error);

#endif

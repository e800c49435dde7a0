#include "common/files/digest.h"

#include <dirent.h>
#include <errno.h>
#include <sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/files/file_read.h"
#include "common/files/utf8.h"

const char DIGEST_KEY[] = "digest";

static void finish(SHA2_CTX *sha, char text[DIGEST_TEXT_MAX])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[SHA256_DIGEST_LENGTH];

    SHA256Final(bytes, sha);
    for (size_t i = 0; i < sizeof bytes; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[DIGEST_TEXT_MAX - 1] = '\0';
}

enum status digest_file(char text[DIGEST_TEXT_MAX], const char *path, struct error *error)
{
    uint8_t block[1 << 14];
    enum status status;
    uint64_t length;
    SHA2_CTX sha;
    size_t count;
    FILE *file;

    status = file_read_open(&file, &length, path, error);
    if (status != STATUS_OK)
        return status;
    SHA256Init(&sha);
    errno = 0;
    while ((count = fread(block, 1, sizeof block, file)) > 0)
        SHA256Update(&sha, block, count);
    if (ferror(file))
        status = error_set(error, STATUS_FILE, "%s: cannot read: %s", path, strerror(errno));
    else
        finish(&sha, text);
    fclose(file); /* read-only: nothing buffered to lose */
    return status;
}

/* With its NUL, so that "a" "bc" is not "ab" "c". */
static void add_word(SHA2_CTX *sha, const char *word)
{
    SHA256Update(sha, (const uint8_t *)word, strlen(word) + 1);
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Not alphasort, which sorts as the locale does. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/*
 * The file of that name in the folder; what is no regular file, a link included, adds nothing.
 */
static enum status add_entry(SHA2_CTX *sha, const char *folder, const char *name,
                             struct error *error)
{
    const size_t size = strlen(folder) + strlen(name) + 2;
    char text[DIGEST_TEXT_MAX], *path = malloc(size);
    enum status status = STATUS_OK;
    struct stat found;

    if (path == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory for a file's name", folder);
    snprintf(path, size, "%s/%s", folder, name);
    if (lstat(path, &found) == 0 && S_ISREG(found.st_mode)) {
        status = digest_file(text, path, error);
        if (status == STATUS_OK) {
            add_word(sha, name);
            add_word(sha, text);
        }
    }
    free(path);
    return status;
}

enum status digest_data(char text[DIGEST_TEXT_MAX], const char *path, struct error *error)
{
    struct dirent **entries;
    enum status status = STATUS_OK;
    struct stat found;
    SHA2_CTX sha;
    int count;

    if (stat(path, &found) != 0 || !S_ISDIR(found.st_mode))
        return digest_file(text, path, error);
    count = scandir(path, &entries, is_shown, by_name);
    if (count < 0)
        return error_set(error, STATUS_FILE, "%s: cannot read: %s", path, strerror(errno));
    SHA256Init(&sha);
    for (int i = 0; i < count; i++) {
        if (status == STATUS_OK)
            status = add_entry(&sha, path, entries[i]->d_name, error);
        free(entries[i]);
    }
    free(entries);
    if (status == STATUS_OK)
        finish(&sha, text);
    return status;
}

static void add_number(SHA2_CTX *sha, size_t number)
{
    const uint64_t wide = number;

    SHA256Update(sha, (const uint8_t *)&wide, sizeof wide);
}

void digest_tensors(char text[DIGEST_TEXT_MAX], const struct safetensors_tensor *tensors,
                    size_t tensor_count, const struct safetensors_metadata *metadata,
                    size_t metadata_count)
{
    SHA2_CTX sha;

    SHA256Init(&sha);
    for (size_t i = 0; i < metadata_count; i++)
        if (strcmp(metadata[i].key, DIGEST_KEY) != 0) {
            add_word(&sha, metadata[i].key);
            add_word(&sha, metadata[i].value);
        }
    for (size_t i = 0; i < tensor_count; i++) {
        const struct safetensors_tensor *tensor = &tensors[i];
        const size_t bytes =
            safetensors_elements(tensor) * safetensors_dtype_size(tensor->dtype);

        add_word(&sha, tensor->name);
        add_word(&sha, safetensors_dtype_name(tensor->dtype));
        add_number(&sha, tensor->rank);
        for (size_t k = 0; k < tensor->rank; k++)
            add_number(&sha, tensor->shape[k]);
        if (bytes > 0)
            SHA256Update(&sha, tensor->data, bytes);
    }
    finish(&sha, text);
}

enum status digest_check(const struct safetensors *file, bool demanded, const char *path,
                         struct error *error)
{
    const char *said = safetensors_metadata_find(file, DIGEST_KEY);
    char found[DIGEST_TEXT_MAX];

    if (said == NULL)
        return demanded ? error_set(error, STATUS_FILE, "%s: the metadata has no \"%s\"", path,
                                    DIGEST_KEY)
                        : STATUS_OK;
    digest_tensors(found, file->tensors, file->tensor_count, file->metadata,
                   file->metadata_count);
    if (strcmp(said, found) != 0)
        return error_set(error, STATUS_FILE,
                         "%s: damaged: the SHA-256 of what it holds is %.12s..., it says %.*s",
                         path, found, utf8_shown(said, 40), said);
    return STATUS_OK;
}

#include "common/files/file_read.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum status file_read_open(FILE **file, uint64_t *length, const char *path, struct error *error)
{
    struct stat found;
    FILE *opened;
    int reason;
    int fd;

    /* O_NONBLOCK: opening a pipe that nobody writes to must not wait; no effect on a file. */
    fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return error_set(error, STATUS_FILE, "%s: cannot read: %s", path, strerror(errno));
    if (fstat(fd, &found) != 0)
        goto failed;
    if (!S_ISREG(found.st_mode)) {
        close(fd);
        return error_set(error, STATUS_FILE, "%s: cannot read: %s, not a file", path,
                         S_ISDIR(found.st_mode) ? "a folder" : "a pipe or a device");
    }
    opened = fdopen(fd, "rb");
    if (opened == NULL)
        goto failed;
    *file = opened;
    *length = (uint64_t)found.st_size;
    return STATUS_OK;
failed:
    reason = errno;
    close(fd);
    return error_set(error, STATUS_FILE, "%s: cannot read: %s", path, strerror(reason));
}

enum status file_read_all(char **bytes, size_t *length, const char *path, size_t limit,
                          struct error *error)
{
    enum status status;
    uint64_t size;
    char *block = NULL;
    FILE *file;

    status = file_read_open(&file, &size, path, error);
    if (status != STATUS_OK)
        return status;

    if (size > limit || limit == SIZE_MAX) {
        status =
            error_set(error, STATUS_FILE, "%s: %" PRIu64 " bytes, more than the %zu allowed",
                      path, size, limit);
        goto out;
    }
    block = malloc((size_t)size + 1);
    if (block == NULL) {
        status = error_set(error, STATUS_NO_MEMORY, "%s: no memory for its %" PRIu64 " bytes",
                           path, size);
        goto out;
    }
    errno = 0;
    if (fread(block, 1, (size_t)size, file) != size) {
        status = error_set(error, STATUS_FILE, "%s: cannot read: %s", path,
                           errno != 0 ? strerror(errno) : "it became shorter meanwhile");
        goto out;
    }
    block[size] = '\0';
    if (length == NULL && strlen(block) != size) {
        status = error_set(error, STATUS_FILE, "%s: not text: byte %zu is a NUL", path,
                           strlen(block) + 1);
        goto out;
    }
    *bytes = block;
    block = NULL; /* now the caller's to free */
    if (length != NULL)
        *length = (size_t)size;
out:
    free(block);
    fclose(file); /* read-only: nothing buffered to lose */
    return status;
}

#include "common/files/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* mkdir that is content when the folder is there. On failure errno says why. */
static bool make_one(const char *path)
{
    struct stat found;
    int reason;

    if (mkdir(path, 0777) == 0)
        return true;
    reason = errno; /* EEXIST, but also EACCES or EROFS for a folder that is there */
    if (stat(path, &found) != 0) {
        errno = reason;
        return false;
    }
    errno = ENOTDIR;
    return S_ISDIR(found.st_mode);
}

/* Make path and its parents; path is cut short at each '/' in turn, and stays so on failure. */
static bool make_all(char *path)
{
    for (char *p = path + 1; *p != '\0'; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        if (!make_one(path))
            return false;
        *p = '/';
    }
    return make_one(path);
}

/* Create a file of one byte in the folder and remove it. On failure errno says why. */
static bool prove_writable(const char *file)
{
    bool written;
    int reason = 0;
    int fd;

    unlink(file); /* of a dead process with our number */
    fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return false;
    written = write(fd, "", 1) == 1;
    if (!written)
        reason = errno;
    if (close(fd) != 0 && written) {
        written = false;
        reason = errno;
    }
    unlink(file);
    errno = reason;
    return written;
}

enum status folder_prepare(const char *path, struct error *error)
{
    const char *const probe = "writable";
    size_t size = strlen(path) + sizeof "/writable.18446744073709551615.tmp";
    enum status status = STATUS_OK;
    char *buffer;

    if (*path == '\0')
        return error_set(error, STATUS_FILE, "the folder's name is empty");
    buffer = malloc(size);
    if (buffer == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory for its name", path);

    strcpy(buffer, path);
    if (!make_all(buffer)) {
        status =
            error_set(error, STATUS_FILE, "%s: cannot make the folder %s: %s", path, buffer,
                      errno == ENOTDIR ? "a part of it is not a folder" : strerror(errno));
        goto out;
    }
    snprintf(buffer, size, "%s/%s.%lu.tmp", path, probe, (unsigned long)getpid());
    if (!prove_writable(buffer))
        status = error_set(error, STATUS_FILE, "%s: cannot write into the folder: %s", path,
                           strerror(errno));
out:
    free(buffer);
    return status;
}

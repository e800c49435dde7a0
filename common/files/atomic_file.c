#include "common/files/atomic_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where the folder's part of the path ends: the name after the last '/'. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

/* Open the folder that path is in: "." for a bare name, "/" for a name right below the root. */
static int open_folder(const char *path)
{
    size_t length = (size_t)(base_name(path) - path);
    char *folder;
    int fd;
    int reason;

    if (length == 0)
        return open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    folder = strndup(path, length); /* with its '/': right for the root too */
    if (folder == NULL)
        return -1; /* errno is ENOMEM */
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    reason = errno;
    free(folder);
    errno = reason;
    return fd;
}

/* "NAME.PID.tmp": two processes never share one; a dead process's is reused. */
static char *temporary_name(const char *path)
{
    const char *name = base_name(path);
    size_t size = strlen(name) + sizeof ".18446744073709551615.tmp";
    char *temporary = malloc(size);

    if (temporary != NULL)
        snprintf(temporary, size, "%s.%lu.tmp", name, (unsigned long)getpid());
    return temporary;
}

static FILE *create(int folder, const char *temporary)
{
    FILE *file;
    int fd;
    int reason;

    if (unlinkat(folder, temporary, 0) != 0 && errno != ENOENT)
        return NULL;
    fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return NULL;
    file = fdopen(fd, "wb");
    if (file == NULL) {
        reason = errno;
        close(fd);
        unlinkat(folder, temporary, 0);
        errno = reason;
    }
    return file;
}

enum status atomic_file_open(struct atomic_file *f, const char *path, struct error *error)
{
    struct atomic_file new = { .folder = -1 };
    struct stat found;
    enum status status = STATUS_FILE;

    if (*base_name(path) == '\0')
        return error_set(error, STATUS_FILE, "%s: cannot write: not the name of a file", path);

    new.folder = open_folder(path);
    if (new.folder < 0) {
        error_set(error, STATUS_FILE, "%s: cannot write: cannot open its folder: %s", path,
                  strerror(errno));
        goto out;
    }
    if (fstatat(new.folder, base_name(path), &found, 0) == 0 && S_ISDIR(found.st_mode)) {
        error_set(error, STATUS_FILE, "%s: cannot write: it is a folder", path);
        goto out;
    }
    new.path = strdup(path);
    new.temporary = temporary_name(path);
    if (new.path == NULL || new.temporary == NULL) {
        status = error_set(error, STATUS_NO_MEMORY, "%s: no memory for its name", path);
        goto out;
    }
    new.file = create(new.folder, new.temporary);
    if (new.file == NULL) {
        error_set(error, STATUS_FILE, "%s: cannot write: cannot create %s beside it: %s", path,
                  new.temporary, strerror(errno));
        goto out;
    }
    *f = new;
    return STATUS_OK;
out:
    if (new.folder >= 0)
        close(new.folder);
    free(new.path);
    free(new.temporary);
    return status;
}

static void release(struct atomic_file *f)
{
    close(f->folder);
    free(f->path);
    free(f->temporary);
    *f = (struct atomic_file){ 0 };
}

/* Up to and with the rename. False: the old file stands; errno says why, 0 is unknown. */
static bool finish(struct atomic_file *f)
{
    bool whole = ferror(f->file) == 0; /* an earlier write's errno is lost */
    int reason = 0;

    if (fflush(f->file) != 0 || fsync(fileno(f->file)) != 0) {
        whole = false;
        reason = errno;
    }
    if (fclose(f->file) != 0 && whole) {
        whole = false;
        reason = errno;
    }
    if (whole && renameat(f->folder, f->temporary, f->folder, base_name(f->path)) != 0) {
        whole = false;
        reason = errno;
    }
    if (!whole)
        unlinkat(f->folder, f->temporary, 0);
    errno = reason;
    return whole;
}

enum status atomic_file_commit(struct atomic_file *f, struct error *error)
{
    enum status status = STATUS_OK;

    assert(f->file != NULL);
    if (!finish(f))
        status =
            error_set(error, STATUS_FILE, "%s: cannot write: %s; what was there before stays",
                      f->path, errno != 0 ? strerror(errno) : "the disk may be full");
    else if (fsync(f->folder) != 0 && errno != EINVAL) /* EINVAL: not on this file system */
        status =
            error_set(error, STATUS_FILE, "%s: written, but its folder cannot be flushed: %s",
                      f->path, strerror(errno));
    release(f);
    return status;
}

void atomic_file_abandon(struct atomic_file *f)
{
    if (f->file == NULL)
        return;
    fclose(f->file); /* what it could not write is not wanted */
    unlinkat(f->folder, f->temporary, 0);
    release(f);
}

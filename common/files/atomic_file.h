/*
 * atomic_file.h - write a file so that a kill at any moment leaves the last good one.
 *
 * The bytes go to "PATH.PID.tmp" in PATH's own folder; atomic_file_commit flushes them, waits
 * until they are on the disk (fsync), gives them their name (rename replaces the old file in
 * one step) and waits until the folder has the new name on disk. Before the rename a reader
 * sees the old file, after it the new one, and never a part. A process that is killed leaves
 * its temporary file behind; nothing reads it, and a later process with the same number
 * replaces it.
 *
 * A symbolic link at PATH is replaced, not followed. The new file has the permissions of a new
 * file.
 */
#ifndef COMMON_FILES_ATOMIC_FILE_H
#define COMMON_FILES_ATOMIC_FILE_H

#include <stdio.h>

#include "common/error.h"

struct atomic_file {
    FILE *file;      /* write here; NULL: nothing is open */
    char *path;      /* owned; the name the file will have */
    char *temporary; /* owned; the name it has until then, within the folder */
    int folder;      /* descriptor of the folder both are in; meaningless while file is NULL */
};

/*
 * Begin a new version of the file at path (copied). STATUS_OK: write to f->file with the
 * functions of stdio (a failed write may go unnoticed: commit sees it), then end with exactly
 * one of commit and abandon. Otherwise *f is untouched: STATUS_FILE (no folder, no permission,
 * path is itself a folder), STATUS_NO_MEMORY.
 */
enum status atomic_file_open(struct atomic_file *f, const char *path, struct error *error);

/*
 * Make what was written the file at path. *f is zeroed whatever happens. STATUS_FILE: a write,
 * the flush or the rename failed (a full disk); the temporary file is gone and the old file
 * stands. Only when the very last step, the folder's own fsync, fails is the new file already
 * in place.
 */
enum status atomic_file_commit(struct atomic_file *f, struct error *error);

/* Remove the temporary file; the old file stands. Accepts a zeroed *f, and zeroes it. */
void atomic_file_abandon(struct atomic_file *f);

#endif

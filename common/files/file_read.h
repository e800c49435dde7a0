/*
 * file_read.h - open and read the regular files that the user, or anybody, hands us.
 *
 * Folders, pipes and devices are refused with a reason: opening one must not hang, and its
 * length would mean nothing.
 */
#ifndef COMMON_FILES_FILE_READ_H
#define COMMON_FILES_FILE_READ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/error.h"

/*
 * Open the regular file at path for reading and tell its length in bytes. STATUS_OK: the caller
 * closes *file. Otherwise both are untouched: STATUS_FILE (missing, unreadable, not a file).
 */
enum status file_read_open(FILE **file, uint64_t *length, const char *path,
                           struct error *error);

/*
 * Read a whole file of at most limit bytes. STATUS_OK: the caller frees *bytes, which holds
 * *length bytes and, after them, a NUL that is not counted (so a text without NULs is a
 * string). Otherwise both are untouched: STATUS_FILE (as above, or longer than limit),
 * STATUS_NO_MEMORY. length may be NULL when the caller wants a string; a NUL inside the file is
 * then an error.
 */
enum status file_read_all(char **bytes, size_t *length, const char *path, size_t limit,
                          struct error *error);

#endif

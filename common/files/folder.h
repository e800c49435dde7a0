/*
 * folder.h - a place to write into, made and proved before hours of training depend on it.
 */
#ifndef COMMON_FILES_FOLDER_H
#define COMMON_FILES_FOLDER_H

#include "common/error.h"

/*
 * Make the folder path, with its parents, where it is missing, and prove that files can be
 * written there by creating one of one byte and removing it. STATUS_FILE: the message names the
 * path, the part that failed and the reason; folders made on the way stay. STATUS_NO_MEMORY.
 */
enum status folder_prepare(const char *path, struct error *error);

#endif

/*
 * data_folder.h - where the program keeps what it remembers of its user: $XDG_DATA_HOME/duet, or
 * ~/.local/share/duet.
 */
#ifndef COMMON_FILES_DATA_FOLDER_H
#define COMMON_FILES_DATA_FOLDER_H

#include <stdbool.h>

enum { DATA_PATH_MAX = 4096 };

/*
 * The path of the file of that name there, or with "" of the folder, which need not be there.
 * False: the environment does not say where, or the path is too long.
 */
bool data_folder(char path[DATA_PATH_MAX], const char *name);

#endif

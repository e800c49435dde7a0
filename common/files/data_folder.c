#include "common/files/data_folder.h"

#include <stdio.h>
#include <stdlib.h>

bool data_folder(char path[DATA_PATH_MAX], const char *name)
{
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    const char *slash = name[0] != '\0' ? "/" : "";
    int length;

    if (data != NULL && data[0] == '/') /* the specification: relative ones are ignored */
        length = snprintf(path, DATA_PATH_MAX, "%s/duet%s%s", data, slash, name);
    else if (home != NULL && home[0] == '/')
        length = snprintf(path, DATA_PATH_MAX, "%s/.local/share/duet%s%s", home, slash, name);
    else
        return false;
    return length > 0 && length < DATA_PATH_MAX;
}

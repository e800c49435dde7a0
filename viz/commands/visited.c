#include "viz/commands/visited.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/files/folder.h"

enum { VISITED_PATH_MAX = 4096 };

/* The folder, or with `name` a file in it; false: the environment does not say where. */
static bool place(char path[VISITED_PATH_MAX], const char *name)
{
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    int length;

    if (data != NULL && data[0] == '/') /* the specification: relative ones are ignored */
        length = snprintf(path, VISITED_PATH_MAX, "%s/duet%s", data, name);
    else if (home != NULL && home[0] == '/')
        length = snprintf(path, VISITED_PATH_MAX, "%s/.local/share/duet%s", home, name);
    else
        return false;
    return length > 0 && length < VISITED_PATH_MAX;
}

bool visited_before(void)
{
    char path[VISITED_PATH_MAX];

    return place(path, "/visited") && access(path, F_OK) == 0;
}

void visited_remember(void)
{
    char path[VISITED_PATH_MAX];
    FILE *file;

    if (!place(path, "") || folder_prepare(path, NULL) != STATUS_OK || !place(path, "/visited"))
        return;
    file = fopen(path, "w");
    if (file != NULL)
        fclose(file);
}

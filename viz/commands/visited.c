#include "viz/commands/visited.h"

#include <stdio.h>
#include <unistd.h>

#include "common/files/data_folder.h"
#include "common/files/folder.h"

bool visited_before(void)
{
    char path[DATA_PATH_MAX];

    return data_folder(path, "visited") && access(path, F_OK) == 0;
}

void visited_remember(void)
{
    char path[DATA_PATH_MAX];
    FILE *file;

    if (!data_folder(path, "") || folder_prepare(path, NULL) != STATUS_OK ||
        !data_folder(path, "visited"))
        return;
    file = fopen(path, "w");
    if (file != NULL)
        fclose(file);
}

#include "lessons/run_list.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "lessons/run.h"

/* One that was found, and when it was saved. */
struct found {
    char name[RUN_NAME_MAX];
    struct timespec saved;
};

static bool is_newer(const struct found *a, const struct found *b)
{
    if (a->saved.tv_sec != b->saved.tv_sec)
        return a->saved.tv_sec > b->saved.tv_sec;
    if (a->saved.tv_nsec != b->saved.tv_nsec)
        return a->saved.tv_nsec > b->saved.tv_nsec;
    return strcmp(a->name, b->name) < 0;
}

static bool find_file(struct stat *file, const char *folder, const char *run, const char *name)
{
    char path[RUN_PATH_MAX];
    const int length = snprintf(path, sizeof path, "%s/%s/%s", folder, run, name);

    return length > 0 && length < (int)sizeof path && stat(path, file) == 0 &&
           S_ISREG(file->st_mode);
}

/* Where it belongs among those that were found, if there is room for it. */
static void insert(struct found *found, int *count, const struct found *one)
{
    int at = *count < RUN_LIST_MAX ? (*count)++ : RUN_LIST_MAX - 1;

    if (at == RUN_LIST_MAX - 1 && *count == RUN_LIST_MAX && found[at].name[0] != '\0' &&
        !is_newer(one, &found[at]))
        return;
    for (; at > 0 && is_newer(one, &found[at - 1]); at--)
        found[at] = found[at - 1];
    found[at] = *one;
}

void run_list_read(struct run_list *list, const char *folder)
{
    struct found found[RUN_LIST_MAX] = { { .name = "" } };
    DIR *entries = opendir(folder);
    int count = 0;

    for (struct dirent *entry; entries != NULL && (entry = readdir(entries)) != NULL;) {
        struct stat ini, checkpoint;
        struct found one;

        if (entry->d_name[0] == '.' || strlen(entry->d_name) >= sizeof one.name ||
            !find_file(&ini, folder, entry->d_name, "run.ini") ||
            !find_file(&checkpoint, folder, entry->d_name, "checkpoint.safetensors"))
            continue;
        strcpy(one.name, entry->d_name);
        one.saved = checkpoint.st_mtim;
        insert(found, &count, &one);
    }
    if (entries != NULL)
        closedir(entries);
    list->count = count;
    for (int i = 0; i < count; i++)
        strcpy(list->name[i], found[i].name);
}

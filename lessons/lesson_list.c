/* lesson_list_add of lesson.h: lessons and claims from anywhere. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lessons/experiment.h"
#include "lessons/lesson.h"

static const char LESSON_FILE[] = "lesson.ini", EXTENSION[] = ".ini";

static bool ends_in(const char *text, const char *end)
{
    const size_t length = strlen(text), ending = strlen(end);

    return length > ending && strcmp(text + length - ending, end) == 0;
}

static bool is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool is_there(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0;
}

static bool join(char path[LESSON_PATH_MAX], const char *folder, const char *name)
{
    const int length = snprintf(path, LESSON_PATH_MAX, "%s/%s", folder, name);

    return length > 0 && length < LESSON_PATH_MAX;
}

/* Room for one more; the list is a whole one whether or not anything is put there. */
static struct lesson *next(struct lesson_list *list, struct error *error)
{
    struct lesson *lessons =
        realloc(list->lessons, (size_t)(list->count + 1) * sizeof *lessons);

    if (lessons == NULL) {
        error_set(error, STATUS_NO_MEMORY, "no memory for one more lesson");
        return NULL;
    }
    list->lessons = lessons;
    return &lessons[list->count];
}

typedef enum status read_lesson(struct lesson *lesson, const char *path, struct error *error);

static enum status add(struct lesson_list *list, read_lesson *read, const char *path,
                       struct error *error)
{
    struct lesson *lesson = next(list, error);
    const enum status status = lesson ? read(lesson, path, error) : STATUS_NO_MEMORY;

    if (status == STATUS_OK)
        list->count++;
    return status;
}

static int is_claims_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && ends_in(entry->d_name, EXTENSION);
}

/* A lesson, and behind it its experiments. */
static enum status add_lesson(struct lesson_list *list, const char *folder, struct error *error)
{
    const enum status status = add(list, lesson_read, folder, error);

    return status == STATUS_OK ? experiments_add(&list->lessons, &list->count,
                                                 &list->lessons[list->count - 1], false, error)
                               : status;
}

/* Every file of claims in a folder, by name. */
static enum status add_folder(struct lesson_list *list, const char *folder, struct error *error)
{
    struct dirent **entries = NULL;
    const int count = scandir(folder, &entries, is_claims_file, alphasort);
    enum status status = STATUS_OK;

    if (count < 0)
        return error_set(error, STATUS_FILE, "%.900s: %s", folder, strerror(errno));
    if (count == 0)
        status =
            error_set(error, STATUS_FILE, "%.900s: neither a %s nor another file *%s there",
                      folder, LESSON_FILE, EXTENSION);
    for (int i = 0; i < count; i++) {
        char path[LESSON_PATH_MAX];

        if (status == STATUS_OK && !join(path, folder, entries[i]->d_name))
            status = error_set(error, STATUS_FILE, "%.100s...: the path is too long", folder);
        if (status == STATUS_OK)
            status = add(list, lesson_read_file, path, error);
        free(entries[i]);
    }
    free(entries);
    return status;
}

enum status lesson_list_add(struct lesson_list *list, const char *path, struct error *error)
{
    const int before = list->count;
    char folder[LESSON_PATH_MAX], file[LESSON_PATH_MAX];
    enum status status;
    size_t length = strlen(path);

    while (length > 1 && path[length - 1] == '/')
        length--;
    if (length >= sizeof folder)
        return error_set(error, STATUS_FILE, "%.100s...: the path is too long", path);
    memcpy(folder, path, length);
    folder[length] = '\0';
    if (!is_there(folder))
        status = error_set(error, STATUS_USAGE, "\"%.200s\" is no file and no folder", path);
    else if (!is_folder(folder))
        status = add(list, lesson_read_file, folder, error);
    else if (join(file, folder, LESSON_FILE) && is_there(file))
        status = add_lesson(list, folder, error);
    else
        status = add_folder(list, folder, error);
    if (status != STATUS_OK)
        list->count = before;
    return status;
}

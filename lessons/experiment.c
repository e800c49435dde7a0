#include "lessons/experiment.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char SELF[] = "lesson", EXTENSION[] = ".ini";

/* -------------------------------------------------------------------------------- the files */

static bool ends_in_ini(const char *name)
{
    const size_t length = strlen(name), ending = sizeof EXTENSION - 1;

    return length > ending && strcmp(name + length - ending, EXTENSION) == 0;
}

static int is_experiment(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && ends_in_ini(entry->d_name) &&
           strcmp(entry->d_name, "lesson.ini") != 0;
}

/* Put the name of a file at the end. */
static enum status add_name(struct experiment_names *names, const char *folder,
                            const char *file, struct error *error)
{
    const size_t length = strlen(file) - (sizeof EXTENSION - 1);
    char name[EXPERIMENT_NAME_MAX];

    snprintf(name, sizeof name, "%.*s", (int)length, file);
    if (length >= sizeof name || !link_is_name(name))
        return error_set(
            error, STATUS_FILE,
            "%.700s/%.200s: the name of an experiment is up to %d letters, digits, "
            "- and _",
            folder, file, EXPERIMENT_NAME_MAX - 1);
    if (names->count == EXPERIMENTS_MAX)
        return error_set(error, STATUS_FILE, "%.900s: more than %d experiments", folder,
                         EXPERIMENTS_MAX);
    strcpy(names->name[names->count++], name);
    return STATUS_OK;
}

enum status experiment_list(struct experiment_names *names, const char *folder,
                            struct error *error)
{
    struct dirent **entries = NULL;
    const int count = scandir(folder, &entries, is_experiment, alphasort);
    enum status status = STATUS_OK;

    names->count = 0;
    for (int i = 0; i < count; i++) {
        const enum status added =
            add_name(names, folder, entries[i]->d_name, status == STATUS_OK ? error : NULL);

        status = status == STATUS_OK ? added : status;
        free(entries[i]);
    }
    free(entries);
    return status;
}

/* -------------------------------------------------------------------------------- as lessons */

static enum status no_such(const struct experiment_names *names, const char *name,
                           struct error *error)
{
    char list[EXPERIMENTS_MAX * (EXPERIMENT_NAME_MAX + 2)] = "";

    error_list_word(list, sizeof list, SELF);
    for (int i = 0; i < names->count; i++)
        error_list_word(list, sizeof list, names->name[i]);
    return error_set(error, STATUS_USAGE,
                     "there is no experiment \"%.63s\" beside lesson.ini; there are: %.800s",
                     name, list);
}

/* The file NAME.ini, which is there. */
static enum status read_named(struct lesson *experiment, const struct lesson *of,
                              const char *name, struct error *error)
{
    const bool self = strcmp(name, SELF) == 0;
    char path[LESSON_PATH_MAX];
    struct lesson read;
    enum status status;

    if (snprintf(path, sizeof path, "%s/%s%s", of->path, name, EXTENSION) >= (int)sizeof path)
        return error_set(error, STATUS_FILE, "%.100s...: the path is too long", of->path);
    status = lesson_read_file(&read, path, error);
    if (status != STATUS_OK)
        return status;
    read.number = of->number;
    read.claims_only = !self;
    snprintf(read.path, sizeof read.path, "%s", of->path);
    snprintf(read.experiment, sizeof read.experiment, "%s", self ? "" : name);
    *experiment = read;
    return STATUS_OK;
}

enum status experiment_read(struct lesson *experiment, const struct lesson *of,
                            const char *name, struct error *error)
{
    struct experiment_names names;
    enum status status;
    bool there = strcmp(name, SELF) == 0;

    status = experiment_list(&names, of->path, error);
    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < names.count; i++)
        there = there || strcmp(names.name[i], name) == 0;
    return there ? read_named(experiment, of, name, error) : no_such(&names, name, error);
}

enum status experiments_add(struct lesson **list, int *count, const struct lesson *of,
                            bool pass_over, struct error *error)
{
    struct experiment_names names;
    const struct lesson lesson = *of; /* it may be one of the list's */
    enum status status = experiment_list(&names, lesson.path, error);
    int added = *count;
    struct lesson *longer;

    if ((status != STATUS_OK && !pass_over) || names.count == 0)
        return pass_over ? STATUS_OK : status;
    longer = realloc(*list, (size_t)(*count + names.count) * sizeof **list);
    if (longer == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for the experiments of a lesson");
    *list = longer;
    for (int i = 0; i < names.count; i++) {
        status = read_named(&longer[added], &lesson, names.name[i], error);
        if (status == STATUS_OK)
            added++;
        else if (!pass_over)
            return status;
    }
    *count = added;
    return STATUS_OK;
}

enum status experiments_check(const struct lesson *of, struct error *error)
{
    struct experiment_names names;
    struct lesson read;
    enum status status = experiment_list(&names, of->path, error);

    for (int i = 0; i < names.count && status == STATUS_OK; i++)
        status = read_named(&read, of, names.name[i], error);
    return status;
}

const struct lesson *experiment_find(const struct lesson_list *list, int number,
                                     const char *name)
{
    if (strcmp(name, SELF) == 0)
        return lesson_find(list, number);
    for (int i = 0; i < list->experiment_count; i++)
        if (list->experiments[i].number == number &&
            strcmp(list->experiments[i].experiment, name) == 0)
            return &list->experiments[i];
    return NULL;
}

/* -------------------------------------------------------------------------------- in a text */

struct experiment_place experiment_place(const char *folder, const struct lab_config *own)
{
    return (struct experiment_place){ .folder = folder, .own = own, .now = own };
}

/* The one of that name is what is meant from here on. */
static enum status go_to(struct experiment_place *place, const char *name, struct error *error)
{
    struct lesson of = { .number = -1 }, read;
    enum status status;

    place->now = strcmp(name, SELF) == 0 ? place->own : NULL;
    if (place->now != NULL || place->folder == NULL || place->own == NULL)
        return STATUS_OK;
    snprintf(of.path, sizeof of.path, "%s", place->folder);
    status = experiment_read(&read, &of, name, error);
    if (status != STATUS_OK)
        return status;
    place->named = read.config;
    place->now = &place->named;
    return STATUS_OK;
}

enum status experiment_link(struct experiment_place *place, struct link *link,
                            const char *address, struct error *error)
{
    struct link parsed;
    enum status status = link_parse(&parsed, address, error);
    const char *name = status == STATUS_OK ? link_experiment(&parsed) : NULL;

    if (name != NULL)
        status = go_to(place, name, error);
    return status == STATUS_OK ? link_check(link, address, place->now, error) : status;
}

#include "lessons/logbook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/files/atomic_file.h"
#include "common/files/folder.h"
#include "common/files/ini_file.h"

static const char FILE_NAME[] = "progress.ini", SECTION[] = "progress";
static const char VISITED[] = "visited", MET[] = "met";

/* ---------------------------------------------------------------------------------- entries */

static bool knows(const struct logbook *book, const struct logbook_entry *entry)
{
    for (int i = 0; i < book->count; i++)
        if (book->entries[i].met == entry->met &&
            strcmp(book->entries[i].what, entry->what) == 0)
            return true;
    return false;
}

/* One that it does not know. False: there is no room, or no memory. */
static bool add(struct logbook *book, const struct logbook_entry *entry)
{
    struct logbook_entry *entries = NULL;

    if (book->count < LOGBOOK_ENTRIES_MAX)
        entries = realloc(book->entries, (size_t)(book->count + 1) * sizeof *entries);
    if (entries == NULL)
        return false;
    book->entries = entries;
    entries[book->count++] = *entry;
    return true;
}

/* "05-carrying-a-state"; NULL: it is no lesson. */
static const char *name_of(const struct lesson *lesson)
{
    const char *slash;

    if (lesson == NULL || lesson->number < 0)
        return NULL;
    slash = strrchr(lesson->path, '/');
    return slash != NULL ? slash + 1 : lesson->path;
}

/* claim NULL: that it was visited. False: it cannot be written down. */
static bool make(struct logbook_entry *entry, const struct lesson *lesson, const char *claim)
{
    const char *name = name_of(lesson);
    int length;

    if (name == NULL)
        return false;
    entry->met = claim != NULL;
    if (claim == NULL)
        length = snprintf(entry->what, sizeof entry->what, "%s", name);
    else
        length = snprintf(entry->what, sizeof entry->what, "%s/%s/%s", name, lesson->experiment,
                          claim);
    return length < (int)sizeof entry->what;
}

static void note(struct logbook *book, const struct lesson *lesson, const char *claim)
{
    struct logbook_entry entry;

    if (make(&entry, lesson, claim) && !knows(book, &entry) && add(book, &entry))
        book->unsaved = true; /* or else it may come again */
}

void logbook_visit(struct logbook *book, const struct lesson *lesson)
{
    note(book, lesson, NULL);
}

void logbook_meet(struct logbook *book, const struct lesson *lesson, const char *claim)
{
    note(book, lesson, claim);
}

bool logbook_visited(const struct logbook *book, const struct lesson *lesson)
{
    return logbook_met(book, lesson, NULL);
}

bool logbook_met(const struct logbook *book, const struct lesson *lesson, const char *claim)
{
    struct logbook_entry entry;

    return make(&entry, lesson, claim) && knows(book, &entry);
}

static void count_claims(struct logbook_count *count, const struct logbook *book,
                         const struct lesson *lesson)
{
    count->claims += lesson->claim_count;
    for (int i = 0; i < lesson->claim_count; i++)
        count->met += logbook_met(book, lesson, lesson->claims[i].name);
}

struct logbook_count logbook_count(const struct logbook *book, const struct lesson_list *list,
                                   const struct lesson *lesson)
{
    struct logbook_count count = { 0, 0 };

    count_claims(&count, book, lesson);
    for (int i = 0; i < list->experiment_count; i++)
        if (list->experiments[i].number == lesson->number)
            count_claims(&count, book, &list->experiments[i]);
    return count;
}

/* ------------------------------------------------------------------------------------- file */

static void fail(struct logbook *book, const struct error *error)
{
    error_set(&book->fault, error->status, "what was visited and met is not kept: %.900s",
              error->message);
    book->path[0] = '\0';
}

static enum status read_entry(void *context, const char *section, const char *key,
                              const char *value, struct error *error)
{
    struct logbook *book = context;
    struct logbook_entry entry = { .met = strcmp(key, MET) == 0 };

    if (strcmp(section, SECTION) != 0 || (!entry.met && strcmp(key, VISITED) != 0))
        return error_set(error, STATUS_USAGE,
                         "\"%s\" in section \"%s\" is neither visited nor met in \"%s\"", key,
                         section, SECTION);
    if (strlen(value) >= sizeof entry.what)
        return error_set(error, STATUS_USAGE, "%s: longer than %d bytes", key,
                         LOGBOOK_LINE_MAX - 1);
    strcpy(entry.what, value);
    if (!knows(book, &entry) &&
        !add(book, &entry)) /* what is not known would be written over */
        return error_set(error, STATUS_NO_MEMORY, "no room for more than %d lessons and claims",
                         book->count);
    return STATUS_OK;
}

/* Add what is in the file, if there is one. */
static bool merge(struct logbook *book)
{
    struct error error;

    if (book->path[0] == '\0')
        return false;
    if (access(book->path, F_OK) == 0 &&
        ini_file_read(book->path, read_entry, book, &error) != STATUS_OK) {
        fail(book, &error);
        return false;
    }
    return true;
}

void logbook_open(struct logbook *book)
{
    *book = (struct logbook){ .count = 0 };
    if (!data_folder(book->path, FILE_NAME))
        book->path[0] = '\0';
    merge(book);
}

void logbook_free(struct logbook *book)
{
    free(book->entries);
    *book = (struct logbook){ .count = 0 };
}

static enum status write_all(const struct logbook *book, struct error *error)
{
    char folder[DATA_PATH_MAX];
    struct atomic_file file;
    enum status status;

    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(book->path, '/') - book->path),
             book->path);
    status = folder_prepare(folder, error);
    if (status == STATUS_OK)
        status = atomic_file_open(&file, book->path, error);
    if (status != STATUS_OK)
        return status;
    ini_file_write_section(file.file, SECTION);
    for (int i = 0; i < book->count; i++) /* a line that cannot be is left out */
        ini_file_write_entry(file.file, book->entries[i].met ? MET : VISITED,
                             book->entries[i].what, NULL);
    return atomic_file_commit(&file, error);
}

void logbook_save(struct logbook *book)
{
    struct error error;

    if (!book->unsaved)
        return;
    book->unsaved = false;
    if (merge(book) && write_all(book, &error) != STATUS_OK)
        fail(book, &error);
}

bool logbook_fault(struct logbook *book, struct error *error)
{
    if (book->fault.status == STATUS_OK)
        return false;
    *error = book->fault;
    book->fault = (struct error){ .status = STATUS_OK };
    return true;
}

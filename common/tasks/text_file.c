#include "common/tasks/text_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/files/file_read.h"
#include "common/files/utf8.h"
#include "common/tasks/held_out.h"

/* One file in memory. */
struct document {
    char *path;
    const char *name; /* the last part of path */
    char *bytes;
    size_t length;
    bool held_out;
};

struct documents {
    struct document *list; /* (count) */
    int count;
    size_t length; /* bytes of all */
};

static void documents_free(struct documents *documents)
{
    for (int i = 0; i < documents->count; i++) {
        free(documents->list[i].path);
        free(documents->list[i].bytes);
    }
    free(documents->list);
    *documents = (struct documents){ 0 };
}

/* Finding files ---------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    const struct document *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static enum status add_document(struct documents *documents, const char *folder,
                                const char *name, struct error *error)
{
    const size_t size = strlen(folder) + strlen(name) + 2;
    struct document *more;
    struct stat found;
    char *path;

    if (documents->count == TEXT_DOCUMENTS_MAX)
        return error_set(error, STATUS_FILE, "%s: more than %d files", folder,
                         TEXT_DOCUMENTS_MAX);
    path = malloc(size);
    if (path == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory for a file's name", folder);
    snprintf(path, size, "%s/%s", folder, name);
    if (lstat(path, &found) != 0 || !S_ISREG(found.st_mode)) {
        free(path);
        return STATUS_OK;
    }
    more = realloc(documents->list, ((size_t)documents->count + 1) * sizeof *more);
    if (more == NULL) {
        free(path);
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory for its files", folder);
    }
    documents->list = more;
    documents->list[documents->count++] =
        (struct document){ .path = path, .name = path + strlen(folder) + 1 };
    return STATUS_OK;
}

static enum status list_folder(struct documents *documents, const char *path,
                               struct error *error)
{
    DIR *folder = opendir(path);
    enum status status = STATUS_OK;
    struct dirent *entry;

    if (folder == NULL)
        return error_set(error, STATUS_FILE, "%s: cannot read: %s", path, strerror(errno));
    while (status == STATUS_OK && (entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.')
            status = add_document(documents, path, entry->d_name, error);
    closedir(folder);
    if (status == STATUS_OK && documents->count < 2)
        status =
            error_set(error, STATUS_FILE,
                      "%s: %d files in this folder, at least 2 are wanted: one is held out",
                      path, documents->count);
    if (status == STATUS_OK)
        qsort(documents->list, (size_t)documents->count, sizeof *documents->list, by_name);
    return status;
}

static enum status read_documents(struct documents *documents, const char *path,
                                  struct error *error)
{
    enum status status = STATUS_OK;

    for (int i = 0; i < documents->count && status == STATUS_OK; i++) {
        struct document *d = &documents->list[i];

        status = file_read_all(&d->bytes, &d->length, d->path,
                               TEXT_BYTES_MAX - documents->length, error);
        if (status == STATUS_OK && d->length >= 3 && memcmp(d->bytes, "\xEF\xBB\xBF", 3) == 0) {
            d->length -= 3;
            memmove(d->bytes, d->bytes + 3, d->length);
        }
        documents->length += status == STATUS_OK ? d->length : 0;
    }
    if (status == STATUS_OK && documents->length == 0)
        status = error_set(error, STATUS_FILE, "%s: empty: no text to learn from", path);
    return status;
}

/* Splitting -------------------------------------------------------------------------------- */

static uint32_t name_hash(const char *name)
{
    uint32_t hash = HELD_OUT_BEGIN;

    for (; *name != '\0'; name++)
        hash = held_out_add(hash, (unsigned char)*name);
    return held_out_mix(hash);
}

/* Is x before y in the order in which documents are held out? */
static bool is_before(const struct document *x, const struct document *y)
{
    const uint32_t a = name_hash(x->name), b = name_hash(y->name);

    return a != b ? a < b : strcmp(x->name, y->name) < 0;
}

/* Hold documents out until a tenth of all bytes is; returns how many. */
static int hold_out(struct documents *documents)
{
    size_t bytes = 0;
    int count = 0;

    while (bytes * TEXT_HELD_OUT_SHARE < documents->length && count < documents->count - 1) {
        struct document *first = NULL;

        for (int i = 0; i < documents->count; i++) {
            struct document *d = &documents->list[i];

            if (!d->held_out && (first == NULL || is_before(d, first)))
                first = d;
        }
        first->held_out = true;
        bytes += first->length;
        count++;
    }
    return count;
}

/* Symbols --------------------------------------------------------------------------------------*/

static uint32_t next_point(const struct text_file *text, const struct document *d, size_t *at)
{
    uint32_t point = (unsigned char)d->bytes[*at];

    *at += text->bytes ? 1 : utf8_decode(d->bytes + *at, d->length - *at, &point);
    return point;
}

static enum status collect(struct text_file *text, const struct documents *documents,
                           const char *path, struct error *error)
{
    struct character_marks *marks = calloc(1, sizeof *marks);
    enum status status;

    if (marks == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory for its characters", path);
    for (int i = 0; i < documents->count; i++)
        for (size_t at = 0; at < documents->list[i].length;)
            character_mark(marks, next_point(text, &documents->list[i], &at));
    status = character_set_create(&text->set, marks, NULL, path, error);
    free(marks);
    if (status == STATUS_OK && text->set.count == 1) {
        char name[CHARACTER_NAME_MAX];

        character_name(text->set.points[0], name);
        status = error_set(error, STATUS_FILE, "%s: one symbol only, %s: nothing to learn",
                           path, name);
    }
    return status;
}

static enum status convert(struct text_file *text, const struct documents *documents,
                           const char *path, struct error *error)
{
    text->symbols = malloc(documents->length * sizeof *text->symbols);
    if (text->symbols == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory for its %zu bytes", path,
                         documents->length);
    for (int held_out = 0; held_out < 2; held_out++) {
        for (int i = 0; i < documents->count; i++) {
            const struct document *d = &documents->list[i];

            for (size_t at = 0; d->held_out == held_out && at < d->length;)
                text->symbols[text->count++] =
                    (uint16_t)character_set_find(&text->set, next_point(text, d, &at));
        }
        if (!held_out)
            text->trained = text->count;
    }
    if (documents->count == 1)
        text->trained = text->count - text->count / TEXT_HELD_OUT_SHARE;
    return STATUS_OK;
}

enum status text_file_read(struct text_file *text, const char *path, bool as_bytes,
                           struct error *error)
{
    struct text_file made = { .bytes = as_bytes };
    struct documents documents = { 0 };
    enum status status;
    struct stat found;

    if (stat(path, &found) == 0 && S_ISDIR(found.st_mode)) {
        status = list_folder(&documents, path, error);
    } else {
        documents.list = calloc(1, sizeof *documents.list);
        documents.count = documents.list != NULL;
        if (documents.list != NULL)
            documents.list->path = strdup(path);
        status = documents.list != NULL && documents.list->path != NULL
                     ? STATUS_OK
                     : error_set(error, STATUS_NO_MEMORY, "%s: no memory to read it", path);
    }
    if (status == STATUS_OK)
        status = read_documents(&documents, path, error);
    for (int i = 0; i < documents.count && status == STATUS_OK; i++)
        made.bytes =
            made.bytes || utf8_find_bad(documents.list[i].bytes, documents.list[i].length) <
                              documents.list[i].length;
    made.documents = documents.count;
    if (status == STATUS_OK && documents.count > 1)
        made.held_out = hold_out(&documents);
    if (status == STATUS_OK)
        status = collect(&made, &documents, path, error);
    if (status == STATUS_OK)
        status = convert(&made, &documents, path, error);
    documents_free(&documents);
    if (status != STATUS_OK) {
        text_file_free(&made);
        return status;
    }
    *text = made;
    return STATUS_OK;
}

void text_file_free(struct text_file *text)
{
    character_set_free(&text->set);
    free(text->symbols);
    *text = (struct text_file){ 0 };
}

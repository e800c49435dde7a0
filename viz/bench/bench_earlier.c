#include "viz/bench/bench_earlier.h"

#include <stdlib.h>
#include <string.h>

#include "common/files/file_read.h"

enum { FILE_MOST = 1 << 22 };

static enum status add_row(struct bench_earlier *earlier, const struct bench_row *row,
                           struct error *error)
{
    const size_t count = (size_t)earlier->count + 1;
    struct bench_row *rows = realloc(earlier->rows, count * sizeof *rows);

    if (rows == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for %zu rows", count);
    rows[earlier->count++] = *row;
    earlier->rows = rows;
    return STATUS_OK;
}

static enum status read_line(struct bench_earlier *earlier, const char *path, int number,
                             const char *line, struct error *error)
{
    cJSON *object = cJSON_Parse(line);
    struct bench_row row;
    enum status status = STATUS_OK;

    if (!cJSON_IsObject(object))
        status = error_set(error, STATUS_FILE, "%s:%d: is no JSON object: \"%.60s\"", path,
                           number, line);
    else if (bench_row_read(&row, object))
        status = add_row(earlier, &row, error);
    else
        bench_machine_read(&earlier->machine, object);
    cJSON_Delete(object);
    return status;
}

enum status bench_earlier_read(struct bench_earlier *earlier, const char *path,
                               struct error *error)
{
    struct bench_earlier read = { 0 };
    char *text, *next;
    int number = 0;
    enum status status = file_read_all(&text, NULL, path, FILE_MOST, error);

    if (status != STATUS_OK)
        return status;
    next = text;
    while (status == STATUS_OK && next != NULL && *next != '\0') {
        char *line = next, *end = strchr(next, '\n');

        next = end != NULL ? end + 1 : NULL;
        if (end != NULL)
            *end = '\0';
        number++;
        if (*line != '\0')
            status = read_line(&read, path, number, line, error);
    }
    free(text);
    if (status == STATUS_OK && read.count == 0)
        status = error_set(
            error, STATUS_FILE,
            "%s: has no shape that was measured; `duet bench --json` writes them", path);
    if (status == STATUS_OK)
        *earlier = read;
    else
        bench_earlier_free(&read);
    return status;
}

void bench_earlier_free(struct bench_earlier *earlier)
{
    free(earlier->rows);
    *earlier = (struct bench_earlier){ 0 };
}

const struct bench_row *bench_earlier_find(const struct bench_earlier *earlier,
                                           const char *shape, int threads)
{
    for (int i = 0; i < earlier->count; i++)
        if (strcmp(earlier->rows[i].shape.name, shape) == 0 &&
            earlier->rows[i].threads == threads)
            return &earlier->rows[i];
    return NULL;
}

#include "lessons/event.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/atomic_file.h"
#include "common/files/file_read.h"

enum { FILE_MAX = 4 << 20, HEAD_MAX = 256 };

enum status event_list_reserve(struct event_list *list, int more, struct error *error)
{
    int capacity = list->capacity ? list->capacity : 16;
    struct event *items;

    if (list->count + more > EVENTS_MAX)
        return error_set(error, STATUS_USAGE,
                         "%d changes of a key are as many as a run can have; begin anew",
                         EVENTS_MAX);
    if (list->count + more <= list->capacity)
        return STATUS_OK;
    while (capacity < list->count + more)
        capacity *= 2;
    items = realloc(list->items, (size_t)capacity * sizeof *items);
    if (items == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for %d changes", capacity);
    list->items = items;
    list->capacity = capacity;
    return STATUS_OK;
}

void event_list_free(struct event_list *list)
{
    free(list->items);
    *list = (struct event_list){ 0 };
}

void event_add(struct event_list *list, const struct event *event)
{
    assert(list->count < list->capacity);
    list->items[list->count++] = *event;
}

/* The value of lab.limit. */
static enum status read_limit(long *limit, const char *text, struct error *error)
{
    char *end;
    const long value = strtol(text, &end, 10);

    if (end == text || *end != '\0' || value < 1 || value > 2L * CONFIG_STEPS_MOST)
        return error_set(error, STATUS_USAGE, EVENT_LIMIT ": \"%s\" is not a number of steps",
                         text);
    *limit = value;
    return STATUS_OK;
}

static enum status apply(const struct event *event, struct lab_config *config, long *limit,
                         struct error *error)
{
    const long steps = config->training.steps;
    enum status status;

    if (strcmp(event->key, EVENT_LIMIT) == 0)
        return read_limit(limit, event->after, error);
    status = config_set(config, event->key, event->after, error);
    if (config->training.steps != steps)
        *limit = config->training.steps;
    return status;
}

enum status events_apply(const struct event_list *list, int first, int end,
                         struct lab_config *config, long *limit, struct error *error)
{
    enum status status = STATUS_OK;

    assert(first >= 0 && end <= list->count);
    for (int i = first; i < end && status == STATUS_OK; i++)
        status = apply(&list->items[i], config, limit, error);
    return status;
}

int event_change_end(const struct event_list *list, int first)
{
    int end = first + 1;

    while (end < list->count && list->items[end].change == list->items[first].change)
        end++;
    return end;
}

static bool is_there(const struct lab_config *config, int arm)
{
    return config->arm[arm].model[0] != '\0';
}

static void head_text(char text[HEAD_MAX], const struct lab_config *config)
{
    size_t used = (size_t)snprintf(text, HEAD_MAX, "change,key,before,after");

    for (int i = 0; i < ARMS_MAX; i++)
        if (is_there(config, i))
            used += (size_t)snprintf(text + used, HEAD_MAX - used, ",%s.step", arm_name(i));
}

enum status events_write(const struct event_list *list, const struct lab_config *config,
                         const char *path, struct error *error)
{
    struct atomic_file file;
    char head[HEAD_MAX];
    const enum status status = atomic_file_open(&file, path, error);

    if (status != STATUS_OK)
        return status;
    head_text(head, config);
    fprintf(file.file, "%s\n", head);
    for (int i = 0; i < list->count; i++) {
        const struct event *event = &list->items[i];

        fprintf(file.file, "%d,%s,%s,%s", event->change, event->key, event->before,
                event->after);
        for (int arm = 0; arm < ARMS_MAX; arm++)
            if (is_there(config, arm) && event->step[arm] == EVENT_NO_ARM)
                fprintf(file.file, ",");
            else if (is_there(config, arm))
                fprintf(file.file, ",%ld", event->step[arm]);
        fprintf(file.file, "\n");
    }
    return atomic_file_commit(&file, error);
}

/* A file as far as it was read. */
struct reading {
    const char *path;
    const struct lab_config *config;
    int line;
    struct event last; /* of the line before */
    struct error *error;
};

static enum status fault(const struct reading *r, const char *what)
{
    return error_set(r->error, STATUS_FILE, "%s:%d: %s", r->path, r->line, what);
}

/* The next field of the line, a string of its own; NULL: there is none. */
static char *next_field(char **rest)
{
    char *field = *rest, *comma;

    if (field == NULL)
        return NULL;
    comma = strchr(field, ',');
    if (comma != NULL)
        *comma = '\0';
    *rest = comma != NULL ? comma + 1 : NULL;
    return field;
}

static bool read_count(long *count, const char *text, long least)
{
    char *end;

    if (text == NULL || text[0] < '0' || text[0] > '9')
        return false;
    *count = strtol(text, &end, 10);
    return *end == '\0' && *count >= least && *count <= CONFIG_STEPS_MOST;
}

static bool copy_field(char *to, size_t size, const char *field)
{
    if (field == NULL || strlen(field) >= size)
        return false;
    strcpy(to, field);
    return true;
}

/* Of each arm that is there, not before the line above. */
static enum status read_steps(const struct reading *r, struct event *event, char **rest)
{
    for (int i = 0; i < ARMS_MAX; i++) {
        const char *field = is_there(r->config, i) ? next_field(rest) : "";

        event->step[i] = EVENT_NO_ARM;
        if (field == NULL ||
            (field[0] != '\0' && !read_count(&event->step[i], field, r->last.step[i])))
            return fault(r, "steps of the arms are wanted at its end, none before those of the "
                            "line above");
        if (event->change == r->last.change && event->step[i] != r->last.step[i])
            return fault(r, "it is of the same change as the line above, but at another step");
    }
    return *rest == NULL ? STATUS_OK : fault(r, "there is more behind the steps of the arms");
}

static enum status read_line(struct reading *r, char *line, struct event *event)
{
    struct lab_config config = *r->config;
    struct error reason;
    char *rest = line;
    long change = 0, limit;

    if (!read_count(&change, next_field(&rest), 1) || change < r->last.change ||
        change > r->last.change + 1)
        return fault(r, "it does not begin with the number of a change");
    event->change = (int)change;
    if (!copy_field(event->key, sizeof event->key, next_field(&rest)) ||
        !copy_field(event->before, sizeof event->before, next_field(&rest)) ||
        !copy_field(event->after, sizeof event->after, next_field(&rest)))
        return fault(r, "a key, the value before and the value after are wanted");
    if (apply(event, &config, &limit, &reason) != STATUS_OK)
        return fault(r, reason.message);
    return read_steps(r, event, &rest);
}

static enum status read_lines(struct reading *r, struct event_list *list, char *text)
{
    char head[HEAD_MAX];
    enum status status = STATUS_OK;

    head_text(head, r->config);
    for (char *line = text, *end; *line != '\0' && status == STATUS_OK; line = end + 1) {
        struct event event = { 0 };

        r->line++;
        end = strchr(line, '\n');
        if (end == NULL)
            return fault(r, "the line does not end");
        *end = '\0';
        if (r->line == 1) {
            if (strcmp(line, head) != 0)
                return fault(r, "not the head that the arms of this run have");
            continue;
        }
        status = read_line(r, line, &event);
        if (status == STATUS_OK)
            status = event_list_reserve(list, 1, r->error);
        if (status == STATUS_OK)
            event_add(list, &event);
        r->last = event;
    }
    if (status == STATUS_OK && r->line == 0)
        return error_set(r->error, STATUS_FILE, "%s: the file is empty", r->path);
    return status;
}

enum status events_read(struct event_list *list, const struct lab_config *config,
                        const char *path, struct error *error)
{
    struct reading r = { .path = path, .config = config, .error = error };
    struct event_list read = { 0 };
    char *text;
    enum status status = file_read_all(&text, NULL, path, FILE_MAX, error);

    if (status != STATUS_OK)
        return status;
    status = read_lines(&r, &read, text);
    free(text);
    if (status == STATUS_OK)
        *list = read;
    else
        event_list_free(&read);
    return status;
}

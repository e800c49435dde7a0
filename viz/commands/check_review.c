#include "viz/commands/check_review.h"

#include <stdio.h>

#include "lessons/review/lesson_review.h"
#include "viz/commands/report_json.h"

struct listener {
    const struct lesson *lesson;
    bool json;
    int *count;
    enum status status;
    struct error *error;
};

static void print_json(struct listener *listener, const char *words)
{
    cJSON *line = cJSON_CreateObject();

    json_number(line, "lesson", listener->lesson->number);
    cJSON_AddStringToObject(line, "finding", words);
    listener->status = json_print(line, listener->error);
}

static void print_finding(void *context, const char *words)
{
    struct listener *listener = context;

    ++*listener->count;
    if (!listener->json)
        printf("%s/%s\n", listener->lesson->path, words);
    else if (listener->status == STATUS_OK)
        print_json(listener, words);
}

enum status check_review(const struct lesson *lesson, bool json, int *count,
                         struct error *error)
{
    struct listener listener = { lesson, json, count, STATUS_OK, error };
    const enum status status = lesson_review(lesson, print_finding, &listener, error);

    return status != STATUS_OK ? status : listener.status;
}

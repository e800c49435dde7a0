#include "viz/commands/check_print.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viz/commands/report_json.h"

enum { NUMBER_WIDTH = 10, NUMBER_TEXT_MAX = 32 };

void check_label(const struct lesson *lesson, char label[CHECK_LABEL_MAX])
{
    const char *slash = strrchr(lesson->path, '/');
    const char *name = slash ? slash + 1 : lesson->path;
    const char *dot = strrchr(name, '.');
    const int length = lesson->claims_only && dot ? (int)(dot - name) : (int)strlen(name);

    if (lesson->number >= 0)
        snprintf(label, CHECK_LABEL_MAX, "%02d%s%s", lesson->number,
                 lesson->experiment[0] ? " " : "", lesson->experiment);
    else
        snprintf(label, CHECK_LABEL_MAX, "%.*s", length, name);
}

struct check_columns check_columns(const struct lesson_list *list)
{
    struct check_columns columns = { .name = (int)strlen("seconds") };

    for (int i = 0; i < list->count; i++)
        for (int k = 0; k < list->lessons[i].claim_count; k++) {
            const struct claim *claim = &list->lessons[i].claims[k];
            char text[CLAIM_TEXT_MAX];

            claim_text(claim, text);
            if ((int)strlen(claim->name) > columns.name)
                columns.name = (int)strlen(claim->name);
            if ((int)strlen(text) > columns.claim)
                columns.claim = (int)strlen(text);
        }
    return columns;
}

/*
 * Four digits, or as many more as it takes to see on which side of the claim's number it is.
 */
static void number_of_claim(char text[NUMBER_TEXT_MAX], const struct claim *claim,
                            double measured)
{
    int digits = 4;

    if (isnan(measured) || isinf(measured)) {
        strcpy(text, isnan(measured) ? "nan" : measured > 0 ? "never" : "-infinity");
        return;
    }
    do
        snprintf(text, NUMBER_TEXT_MAX, "%.*g", digits, measured);
    while (claim_holds(claim, strtod(text, NULL)) != claim_holds(claim, measured) &&
           digits++ < 17);
}

static void print_verdict(const struct checked_claim *checked, const struct claim *claim)
{
    static const char *const words[] = {
        [VERDICT_HOLDS] = "holds", [VERDICT_FAILS] = "FAILS", [VERDICT_SKIPPED] = "skipped"
    };
    char median[NUMBER_TEXT_MAX];

    printf("  %s", words[checked->verdict]);
    if (claim->over == CLAIM_MEDIAN && checked->verdict != VERDICT_SKIPPED) {
        number_of_claim(median, claim, checked->median);
        printf(", median %s", median);
    }
    printf("%s%s\n", checked->why[0] ? ": " : "", checked->why);
}

static void print_claim(const struct check *check, const struct checked_claim *checked,
                        const struct claim *claim, struct check_columns columns)
{
    char text[CLAIM_TEXT_MAX], number[NUMBER_TEXT_MAX];

    claim_text(claim, text);
    printf("    %-*s  %-*s", columns.name, claim->name, columns.claim, text);
    for (int s = 0; s < check->seeds; s++) {
        number_of_claim(number, claim, checked->measured[s]);
        printf("%*s", NUMBER_WIDTH, checked->verdict == VERDICT_SKIPPED ? "--" : number);
    }
    print_verdict(checked, claim);
}

void check_print(const struct check *check, const struct lesson *lesson,
                 struct check_columns columns)
{
    char label[CHECK_LABEL_MAX], head[CHECK_LABEL_MAX + LESSON_TEXT_MAX + 2];

    check_label(lesson, label);
    snprintf(head, sizeof head, "%s  %s", label, lesson->title);
    printf("%-*s", columns.name + columns.claim + 6, head);
    for (int s = 0; s < check->seeds; s++) {
        char seed[NUMBER_TEXT_MAX];

        snprintf(seed, sizeof seed, "seed %llu", (unsigned long long)check->seed[s]);
        printf("%*s", NUMBER_WIDTH, seed);
    }
    printf("\n");
    for (int i = 0; i < lesson->claim_count; i++)
        print_claim(check, &check->claims[i], &lesson->claims[i], columns);
    printf("    %-*s", columns.name + columns.claim + 2, "seconds");
    for (int s = 0; s < check->seeds; s++)
        printf("%*.1f", NUMBER_WIDTH, check->seconds[s]);
    printf("\n\n");
    fflush(stdout);
}

/* A line that has all that is the same for every seed. */
static cJSON *line_of(const struct lesson *lesson, const struct claim *claim)
{
    cJSON *line = cJSON_CreateObject();
    char text[CLAIM_TEXT_MAX];

    if (lesson->number >= 0)
        json_number(line, "lesson", lesson->number);
    else
        cJSON_AddStringToObject(line, "lesson", lesson->path);
    if (lesson->experiment[0] != '\0')
        cJSON_AddStringToObject(line, "experiment", lesson->experiment);
    cJSON_AddStringToObject(line, "claim", claim->name);
    claim_text(claim, text);
    cJSON_AddStringToObject(line, "text", text);
    cJSON_AddStringToObject(line, "relation", relation_text(claim->relation));
    json_number(line, "value", claim->value);
    return line;
}

static enum status print_skipped(const struct checked_claim *checked,
                                 const struct lesson *lesson, const struct claim *claim,
                                 struct error *error)
{
    cJSON *line = line_of(lesson, claim);

    cJSON_AddNullToObject(line, "seed");
    cJSON_AddNullToObject(line, "measured");
    cJSON_AddNullToObject(line, "holds");
    cJSON_AddStringToObject(line, "skipped", checked->why);
    return json_print(line, error);
}

static void add_why(cJSON *line, const struct checked_claim *checked)
{
    if (checked->why[0] != '\0')
        cJSON_AddStringToObject(line, "reason", checked->why);
}

static enum status print_median(const struct check *check, const struct checked_claim *checked,
                                const struct lesson *lesson, const struct claim *claim,
                                struct error *error)
{
    cJSON *line = line_of(lesson, claim), *seeds, *each;

    cJSON_AddNullToObject(line, "seed");
    json_number(line, "measured", checked->median);
    cJSON_AddBoolToObject(line, "holds", checked->verdict == VERDICT_HOLDS);
    cJSON_AddStringToObject(line, "over", "median");
    seeds = cJSON_AddArrayToObject(line, "seeds");
    each = cJSON_AddArrayToObject(line, "each");
    for (int s = 0; s < check->seeds; s++) {
        cJSON_AddItemToArray(seeds, cJSON_CreateNumber((double)check->seed[s]));
        cJSON_AddItemToArray(each, isfinite(checked->measured[s])
                                       ? cJSON_CreateNumber(checked->measured[s])
                                       : cJSON_CreateNull());
    }
    add_why(line, checked);
    return json_print(line, error);
}

static enum status print_seed(const struct check *check, int s,
                              const struct checked_claim *checked, const struct lesson *lesson,
                              const struct claim *claim, struct error *error)
{
    cJSON *line = line_of(lesson, claim);

    json_number(line, "seed", (double)check->seed[s]);
    json_number(line, "measured", checked->measured[s]);
    cJSON_AddBoolToObject(line, "holds", checked->holds[s]);
    if (isnan(checked->measured[s]))
        add_why(line, checked);
    return json_print(line, error);
}

enum status check_print_json(const struct check *check, const struct lesson *lesson,
                             struct error *error)
{
    enum status status = STATUS_OK;

    for (int i = 0; i < lesson->claim_count && status == STATUS_OK; i++) {
        const struct claim *claim = &lesson->claims[i];
        const struct checked_claim *checked = &check->claims[i];

        if (checked->verdict == VERDICT_SKIPPED)
            status = print_skipped(checked, lesson, claim, error);
        else if (claim->over == CLAIM_MEDIAN)
            status = print_median(check, checked, lesson, claim, error);
        else
            for (int s = 0; s < check->seeds && status == STATUS_OK; s++)
                status = print_seed(check, s, checked, lesson, claim, error);
    }
    return status;
}

#include "lessons/change_record.h"

#include <stdio.h>
#include <string.h>

#include "lessons/change.h"

/* Two resolved configurations, and what becomes of their difference. */
struct recording {
    struct lab_config now, next;
    struct lab *lab;
    struct event event; /* of which key and values are still to be filled in */
    int same_change; /* the first event of the change that goes on; the list's end: a new one */
    int count;
};

typedef void each_difference(struct recording *r, const struct config_key *key, int arm,
                             enum change_kind kind);

static void for_each_difference(struct recording *r, each_difference *act)
{
    int count;
    const struct config_key *keys = config_keys(&count);

    for (int arm = -1; arm < ARMS_MAX; arm++)
        for (int i = 0; i < count; i++) {
            if ((strcmp(keys[i].section, "arm") == 0) != (arm >= 0) ||
                (arm >= 0 && r->now.arm[arm].model[0] == '\0') ||
                !change_differs(&keys[i], arm, &r->now, &r->next))
                continue;
            act(r, &keys[i], arm, change_kind_of(&keys[i], arm, &r->now, &r->next));
        }
}

static struct recording recording_of(struct lab *lab, const struct lab_config *next)
{
    return (struct recording){ .now = config_resolved(&lab->config, &lab->task),
                               .next = config_resolved(next, &lab->task),
                               .lab = lab };
}

static void count_difference(struct recording *r, const struct config_key *key, int arm,
                             enum change_kind kind)
{
    (void)key;
    (void)arm;
    r->count += kind != CHANGE_NOTHING;
}

enum status change_reserve(struct lab *lab, const struct lab_config *next, struct error *error)
{
    struct recording r = recording_of(lab, next);

    for_each_difference(&r, count_difference);
    return event_list_reserve(&lab->events, r.count, error);
}

/* The event of that key in the change that goes on, or NULL. */
static struct event *find_event(const struct recording *r, const char *key)
{
    struct event_list *list = &r->lab->events;

    for (int i = r->same_change; i < list->count; i++)
        if (strcmp(list->items[i].key, key) == 0)
            return &list->items[i];
    return NULL;
}

/* Where training ends is set anew even by the same number: lab_extend may have been there. */
static bool is_undone(const struct event *event)
{
    return strcmp(event->before, event->after) == 0 &&
           strcmp(event->key, "training.steps") != 0;
}

static void add(struct recording *r)
{
    struct event_list *list = &r->lab->events;
    struct event *known = find_event(r, r->event.key);

    if (known == NULL) {
        event_add(list, &r->event);
        return;
    }
    strcpy(known->after, r->event.after);
    if (is_undone(known)) {
        list->count--;
        memmove(known, known + 1, (size_t)(list->items + list->count - known) * sizeof *known);
    }
}

static void record_difference(struct recording *r, const struct config_key *key, int arm,
                              enum change_kind kind)
{
    const char *section = arm >= 0 ? arm_name(arm) : key->section;
    char name[EVENT_KEY_MAX], before[CONFIG_TEXT_MAX], after[CONFIG_TEXT_MAX];

    snprintf(name, sizeof name, "%s.%s", section, key->name);
    config_get(&r->now, section, key, before);
    config_get(&r->next, section, key, after);
    if (kind == CHANGE_NOTHING) {
        config_set(&r->lab->origin, name, after, NULL); /* a value that the table has made */
        return;
    }
    strcpy(r->event.key, name);
    snprintf(r->event.before, sizeof r->event.before, "%.*s", EVENT_VALUE_MAX - 1, before);
    snprintf(r->event.after, sizeof r->event.after, "%.*s", EVENT_VALUE_MAX - 1, after);
    add(r);
}

/* Where the last change begins, if this one may go on with it. */
static int open_change(const struct event_list *list, const struct event *now)
{
    int first = list->count;

    while (first > 0 && list->items[first - 1].open &&
           list->items[first - 1].change == list->items[list->count - 1].change &&
           memcmp(list->items[first - 1].step, now->step, sizeof now->step) == 0)
        first--;
    return first;
}

/* An event at this moment, of a change of its own. */
static struct event event_now(const struct lab *lab)
{
    const struct event_list *list = &lab->events;
    struct event event = { .change = 1 };

    if (list->count > 0)
        event.change = list->items[list->count - 1].change + 1;
    for (int i = 0; i < ARMS_MAX; i++)
        event.step[i] = EVENT_NO_ARM;
    for (int i = 0; i < lab->arms; i++)
        if (!lab->arm[i].stopped)
            event.step[lab->arm[i].number] = lab->arm[i].trainer.step;
    return event;
}

void change_record(struct lab *lab, const struct lab_config *next, bool other)
{
    struct recording r = recording_of(lab, next);

    r.event = event_now(lab);
    r.event.open = !other;
    r.same_change = other ? lab->events.count : open_change(&lab->events, &r.event);
    if (r.same_change < lab->events.count)
        r.event.change = lab->events.items[r.same_change].change;
    for_each_difference(&r, record_difference);
    lab->events_made = lab->events.count;
}

void change_record_limit(struct lab *lab, long limit)
{
    struct event event = event_now(lab);

    strcpy(event.key, EVENT_LIMIT);
    snprintf(event.before, sizeof event.before, "%ld", lab->limit);
    snprintf(event.after, sizeof event.after, "%ld", limit);
    event_add(&lab->events, &event);
    lab->events_made = lab->events.count;
}

/*
 * event.h - what a hand changed in a lab while it went on, in the order in which it did, and
 * the file events.csv that a run keeps of it:
 *
 *     change,key,before,after,left.step,right.step
 *     1,training.clip,1,0.25,600,600
 *     2,right.mask,causal,window,840,842
 *     2,right.span,16,8,840,842
 *
 * Lines of one change belong together: they were made at once. Each says how many updates each
 * arm had made. That is all a repeat needs: an arm learns from its own batches alone, numbered
 * by its own steps, so what it becomes depends on how many updates it made under which
 * configuration, and not on when the others made theirs. Steps of one arm alone, pauses, and
 * how fast it went need no line.
 *
 * An arm that had stopped, its numbers being no longer finite, has an empty field.
 *
 * Values are those of the resolved configuration (config_resolved): where 0 means a default,
 * what it stood for. The key lab.limit is not one of the configuration: training went on beyond
 * training.steps, up to that many updates.
 */
#ifndef LESSONS_EVENT_H
#define LESSONS_EVENT_H

#include <stdbool.h>

#include "common/error.h"
#include "lessons/config.h"

enum { EVENT_KEY_MAX = 48, EVENT_VALUE_MAX = 32, EVENTS_MAX = 10000 };
enum { EVENT_NO_ARM = -1 /* the step of an arm that is not there, or has stopped */ };

#define EVENT_LIMIT "lab.limit"

struct event {
    int change; /* number, from 1 */
    char key[EVENT_KEY_MAX];
    char before[EVENT_VALUE_MAX], after[EVENT_VALUE_MAX];
    long step[ARMS_MAX]; /* updates that each arm had made, by its number; EVENT_NO_ARM */
    bool open; /* the same hand may still be at it: nothing was learned since. Not saved */
};

/* A zeroed list is an empty one. */
struct event_list {
    struct event *items;
    int count, capacity;
};

/*
 * Room for `more` events, so that as many event_add cannot fail. STATUS_NO_MEMORY;
 * STATUS_USAGE: more than EVENTS_MAX.
 */
enum status event_list_reserve(struct event_list *list, int more, struct error *error);
void event_list_free(struct event_list *list); /* safe on an empty one */

/* Add one for which there is room. */
void event_add(struct event_list *list, const struct event *event);

/*
 * Configuration and limit after the events from number `first` up to `end`, which is not one
 * of them. STATUS_USAGE: a key or a value that the configuration does not have.
 */
enum status events_apply(const struct event_list *list, int first, int end,
                         struct lab_config *config, long *limit, struct error *error);

/* The events that belong to the change of number `first`: up to the returned one. */
int event_change_end(const struct event_list *list, int first);

/* Write events.csv in one step (atomic_file.h), for the arms of that configuration. */
enum status events_write(const struct event_list *list, const struct lab_config *config,
                         const char *path, struct error *error);

/*
 * Read events.csv of a run with that configuration. STATUS_FILE: missing, or not such a file,
 * with its line. The list is untouched then; else it is overwritten, and freed by the caller.
 */
enum status events_read(struct event_list *list, const struct lab_config *config,
                        const char *path, struct error *error);

#endif

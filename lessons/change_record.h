/*
 * change_record.h - what lab_change leaves in lab->events and lab->origin.
 */
#ifndef LESSONS_CHANGE_RECORD_H
#define LESSONS_CHANGE_RECORD_H

#include "lessons/lab.h"

/* Room for the events of a change from lab->config to `next`. As event_list_reserve. */
enum status change_reserve(struct lab *lab, const struct lab_config *next, struct error *error);

/*
 * Add the events, for which there is room; lab->config is still what was before. Options that
 * follow options between the same two steps go into the same change, and a key that is back at
 * where it was is no event: a slider that is dragged leaves one line. `other`: the change also
 * touches models or weights, and stays one of its own.
 */
void change_record(struct lab *lab, const struct lab_config *next, bool other);

/* One event, for which there is room: lab->limit becomes `limit`. */
void change_record_limit(struct lab *lab, long limit);

#endif

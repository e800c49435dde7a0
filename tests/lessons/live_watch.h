/*
 * live_watch.h - looking at a lab that trains in its own thread until it shows what is waited
 * for.
 */
#ifndef TESTS_LESSONS_LIVE_WATCH_H
#define TESTS_LESSONS_LIVE_WATCH_H

#include "common/clock.h"
#include <stdbool.h>

#include "lessons/live.h"

/* A thread that never comes back is a failure, not a wait: each program sets an alarm. */
enum { GIVE_UP_SECONDS = 20, WATCHDOG_SECONDS = 300 };

void watch_rest(void); /* for a millisecond */

/* live_start and live_send that must succeed. */
struct live *watch_start(const struct lab_config *config);
void watch_ask(struct live *live, enum wish_kind kind, long number);

/* Is this the picture that is waited for? */
typedef bool wanted(const struct snapshot *snapshot, long number);

bool any_picture(const struct snapshot *s, long number);
bool stands_at(const struct snapshot *s, long step);
bool runs_beyond(const struct snapshot *s, long step);
bool shows_sample(const struct snapshot *s, long sample);

/* The first snapshot that is, valid until the next look; fails after GIVE_UP_SECONDS. */
const struct snapshot *watch_for(struct live *live, wanted *is, long number);

/* A picture that was made after everything that has been sent so far. */
const struct snapshot *watch_after_all(struct live *live);

/* The same moment of a lab without a thread. */
void assert_is_like_a_lab(const struct snapshot *snapshot, const struct lab_config *config);

#endif

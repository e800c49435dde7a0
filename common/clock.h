/*
 * clock.h - how much time has passed. Nothing that is learned depends on it.
 */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

/* Seconds since some fixed moment; never goes back, whatever is done to the time of day. */
double clock_seconds(void);

/*
 * Seconds that the calling thread has worked: without those in which it waited or others had
 * its core. clock_seconds where the system does not know.
 */
double clock_work_seconds(void);

#endif

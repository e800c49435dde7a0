/*
 * progress.h - how far a training is, in one line.
 *
 *     step  400/1500  gru 0.0123 acc .81 |g| 0.3200  [another arm]  212 steps/s  0:06 left
 *      400/1500 gru 0.0123 .81 |g|.32 [another arm] 212/s 0:06 left
 *
 * With validation each arm also has "val 0.0210", the loss there; one whose patience has run
 * out says "finished at step 800" instead of what it does. On a terminal the line is written
 * over, at most ten times a second; elsewhere a new one comes every five seconds.
 */
#ifndef VIZ_TERMINAL_PROGRESS_H
#define VIZ_TERMINAL_PROGRESS_H

#include <stddef.h>
#include <stdio.h>

#include "lessons/lab.h"
#include "viz/terminal/terminal.h"

enum { NUMBER_MAX = 24, PROGRESS_MAX = 1024 };

struct progress {
    FILE *stream; /* NULL: nothing is shown */
    struct terminal terminal;
    double shown; /* when the last line was written */
    /* since when, and from which step on, the speed is measured: the older is 2 to 4 s ago */
    double marks[2];
    long mark_steps[2];
    double steps_per_second; /* 0 before there is one */
    int written;             /* characters on the line that may have to be wiped */
};

/* Begin, with the lab at the step where it is. stream may be NULL. */
void progress_begin(struct progress *progress, FILE *stream, const struct lab *lab);

/* Show the lab if it is time to; always if `last`. */
void progress_show(struct progress *progress, const struct lab *lab, bool last);

/* Leave the line, so that something else can be written. */
void progress_interrupt(struct progress *progress);

/*
 * The line itself, with fewer words if it would be longer than `columns`. steps_per_second 0:
 * not known yet.
 */
void progress_line(char line[PROGRESS_MAX], const struct lab *lab, double steps_per_second,
                   int columns);

/* "0.0123", "1.2e-5", "--" for what is not there: six characters or fewer, for most numbers. */
void number_text(char text[NUMBER_MAX], double number);

/* ".32", "1.2", "12": two digits. */
void short_text(char text[NUMBER_MAX], double number);

/* ".81", "1.0": never rounded up to 1. */
void share_text(char text[NUMBER_MAX], double share);

/* "0:05", "1:02:33" */
void time_text(char text[NUMBER_MAX], double seconds);

#endif

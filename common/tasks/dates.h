/*
 * dates.h - a date as people write it into one as machines do.
 *
 *     source   "25th of June, 2009"      characters, in one of eight formats
 *     target   "2009-06-25"              and the end
 *
 * The formats, each as likely as the others:
 *
 *     25th of June, 2009    25 June 2009    June 25, 2009    June 25th 2009
 *     25 Jun 2009           25.06.2009      06/25/2009       2009 June 25
 *
 * with the day before the month where there are dots and behind it where there are slashes.
 * Days are drawn from 1 January 1900 to 31 December 2099, 73,049 of them; about one in ten,
 * chosen by a hash of the day, is held out in all its formats. training.samples = 10000 makes
 * the training set of 10,000 dates that the task is known with.
 *
 * The loss is the mean cross-entropy of the 11 outputs. A model that knows how the answers are
 * distributed, but does not read the question, has ln(73049) / 11 = 1.018: each day is as
 * likely, and a sequence's losses add up to minus the log of its probability.
 */
#ifndef COMMON_TASKS_DATES_H
#define COMMON_TASKS_DATES_H

#include "common/tasks/task.h"

extern const struct task_kind dates_task;

enum { DATES_DAYS = 73049, DATES_FORMATS = 8, DATES_TEXT_MAX = 32 };

struct date {
    int year, month, day; /* 1900..2099, 1..12, 1..31 */
};

/* Day 0 is 1 January 1900, day DATES_DAYS - 1 is 31 December 2099. */
struct date date_of_day(int day);

/* The date in that format, 0 .. DATES_FORMATS - 1 in the order above. */
void date_text(struct date date, int format, char text[DATES_TEXT_MAX]);

/* Is that day kept for testing? */
bool dates_is_held_out(int day);

/*
 * The step of sequence b at which the first of the source's four year digits stands; -1: there
 * is no year.
 */
int dates_year_step(const struct batch *batch, int b);

#endif

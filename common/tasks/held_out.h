/*
 * held_out.h - which inputs are kept for testing, where there are so few that training would
 * meet all.
 */
#ifndef COMMON_TASKS_HELD_OUT_H
#define COMMON_TASKS_HELD_OUT_H

#include <stdbool.h>

/* Are these n symbols kept for testing? A hash decides, about one input in four. */
bool held_out_by_hash(const int *symbols, int n);

#endif

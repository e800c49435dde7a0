/*
 * score_parts.h - what a trace shows of how attention's weights come about: the vectors and
 * their products, as values alone, without gradients. test_score.c recomputes them.
 */
#ifndef TESTS_SCORE_PARTS_H
#define TESTS_SCORE_PARTS_H

#include <stdbool.h>
#include <string.h>

#include "common/layers/trace.h"

static inline bool is_score_part(const struct trace_entry *entry)
{
    return strcmp(entry->quantity, "query") == 0 || strcmp(entry->quantity, "key") == 0 ||
           strcmp(entry->quantity, "value") == 0 || strcmp(entry->quantity, "score") == 0;
}

#endif

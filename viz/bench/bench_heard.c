#include "viz/bench/bench_heard.h"

#include <string.h>

#include "viz/bench/bench_training.h"

/* Where that way stands, a new place if it is a new one; -1: there are too many. */
static int place_of(struct bench_heard *heard, const char *way)
{
    struct bench_answer *last = &heard->last;

    for (int i = 0; i < last->count; i++)
        if (strcmp(last->ways[i].name, way) == 0)
            return i;
    if (last->count == BENCH_WAYS_MAX)
        return -1;
    strcpy(last->ways[last->count].name, way);
    return last->count++;
}

void bench_heard_add(struct bench_heard *heard, const struct bench_answer *answer)
{
    strcpy(heard->last.peer, answer->peer);
    strcpy(heard->last.error, answer->error);
    for (int i = 0; i < answer->count; i++) {
        const int place = place_of(heard, answer->ways[i].name);

        if (place >= 0 && heard->rounds[place] < BENCH_ROUNDS_MOST)
            heard->milliseconds[place][heard->rounds[place]++] = answer->ways[i].milliseconds;
    }
}

bool bench_heard_refusal(const struct bench_heard *heard)
{
    return heard->last.error[0] != '\0';
}

void bench_heard_medians(struct bench_heard *heard, struct bench_answer *answer)
{
    *answer = heard->last;
    if (bench_heard_refusal(heard))
        answer->count = 0;
    for (int i = 0; i < answer->count; i++)
        answer->ways[i].milliseconds = bench_median(heard->milliseconds[i], heard->rounds[i]);
}

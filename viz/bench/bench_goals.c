#include "viz/bench/bench_goals.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <string.h>

/* In the order of size within a family. */
static const struct {
    const char *name;
    bool recurrent;
    int most; /* width */
    struct bench_goal tuned, installed;
} classes[BENCH_CLASSES] = {
    { "recurrent H <= 32", true, 32, { 20, 20 }, { 0, 25 } },
    { "recurrent H = 64", true, 64, { 9, 10 }, { 0, 14 } },
    { "recurrent H = 128", true, 128, { 4.5, 5 }, { 0, 7 } },
    { "recurrent H = 256", true, INT_MAX, { 3, 3 }, { 0, 4.5 } },
    { "transformer d <= 32", false, 32, { 5.5, 6 }, { 0, 10 } },
    { "transformer d = 64", false, 64, { 3.5, 4 }, { 0, 7 } },
    { "transformer d = 128", false, 128, { 2.2, 2.5 }, { 0, 4.5 } },
    { "transformer d = 256", false, INT_MAX, { 1.3, 1.6 }, { 0, 3 } },
};

int bench_class_of(const struct bench_shape *shape)
{
    int number = 0;

    while (classes[number].recurrent != (shape->gates > 0) ||
           shape->width > classes[number].most)
        number++;
    return number;
}

const char *bench_class_name(int number)
{
    assert(number >= 0 && number < BENCH_CLASSES);
    return classes[number].name;
}

/* The mean of that way; NULL: there are too many of other names. */
static struct bench_mean *mean_of(struct bench_means *means, int number, const char *way)
{
    struct bench_mean *ways = means->classes[number].ways;
    int *count = &means->classes[number].count;

    for (int i = 0; i < *count; i++)
        if (strcmp(ways[i].way, way) == 0)
            return &ways[i];
    if (*count == BENCH_WAYS_MAX)
        return NULL;
    strcpy(ways[*count].way, way);
    return &ways[(*count)++];
}

void bench_means_add(struct bench_means *means, const struct bench_row *row)
{
    for (int i = 0; i < row->peer.count; i++) {
        const double ratio = bench_row_ratio(row, i);
        struct bench_mean *mean =
            mean_of(means, bench_class_of(&row->shape), row->peer.ways[i].name);

        if (mean == NULL)
            continue;
        if (mean->count == 0 || ratio < mean->slowest) {
            mean->slowest = ratio;
            strcpy(mean->slowest_shape, row->shape.name);
        }
        mean->sum_of_logarithms += log(ratio);
        mean->count++;
    }
}

double bench_mean_ratio(const struct bench_mean *mean)
{
    return exp(mean->sum_of_logarithms / mean->count);
}

struct bench_goal bench_goal_of(int number, const char *way)
{
    assert(number >= 0 && number < BENCH_CLASSES);
    if (strcmp(way, "tuned") == 0)
        return classes[number].tuned;
    if (strcmp(way, "installed") == 0)
        return classes[number].installed;
    return (struct bench_goal){ 0 };
}

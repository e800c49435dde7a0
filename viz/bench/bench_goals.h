/*
 * bench_goals.h - shapes of about the same size as classes, how far ahead of a peer each class
 * is in the geometric mean, and how far it should be.
 *
 * The goals are against PyTorch 1.13 on two cores with AVX-512: "tuned", its fastest setting,
 * and "installed", with no settings. `wanted` is what a release has to reach, `aim` lies
 * beyond it.
 */
#ifndef VIZ_BENCH_BENCH_GOALS_H
#define VIZ_BENCH_BENCH_GOALS_H

#include "viz/bench/bench_row.h"

enum { BENCH_CLASSES = 8 };

/* One of the peer's ways in a class. */
struct bench_mean {
    char way[BENCH_WAY_NAME];
    int count; /* shapes */
    double sum_of_logarithms;
    double slowest; /* ratio of the shape in which we are least ahead */
    char slowest_shape[BENCH_NAME_MAX];
};

/* Zeroed: nothing is added yet. */
struct bench_means {
    struct {
        struct bench_mean ways[BENCH_WAYS_MAX];
        int count;
    } classes[BENCH_CLASSES];
};

/* The class of a shape, 0 .. BENCH_CLASSES - 1, and its name: "transformer d = 64". */
int bench_class_of(const struct bench_shape *shape);
const char *bench_class_name(int number);

/* Add the ratios of a row, if it has any. */
void bench_means_add(struct bench_means *means, const struct bench_row *row);

/* The geometric mean of the ratios. */
double bench_mean_ratio(const struct bench_mean *mean);

/* What the ratio of that class and way should be; 0: nobody said. */
struct bench_goal {
    double wanted, aim;
};
struct bench_goal bench_goal_of(int number, const char *way);

#endif

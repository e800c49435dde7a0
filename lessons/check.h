/*
 * check.h - are the claims of a lesson true? Train it, once for each seed, and measure.
 */
#ifndef LESSONS_CHECK_H
#define LESSONS_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "lessons/lab.h"
#include "lessons/lesson.h"

enum { CHECK_SEEDS = 3 /* where nobody says otherwise */, CHECK_SEEDS_MAX = 32 };
enum { CHECK_THREADS_UNCHANGED = -1 /* as many as the lesson says */ };

enum verdict {
    VERDICT_HOLDS,
    VERDICT_FAILS,
    VERDICT_SKIPPED /* its task needs data that this machine does not have */
};

struct check_options {
    uint64_t first_seed;
    int seeds; /* 1 .. CHECK_SEEDS_MAX: first_seed, first_seed + 1, ... */
    int threads;

    /* Called after every step; NULL: nobody watches. */
    void (*progress)(void *context, const struct lesson *lesson, const struct lab *lab);
    void *context;
};

struct checked_claim {
    double measured[CHECK_SEEDS_MAX]; /* for each seed */
    bool holds[CHECK_SEEDS_MAX];      /* for that seed by itself */
    double median;                    /* over the seeds */
    enum verdict verdict;
    char why[ERROR_MESSAGE_MAX]; /* an arm diverged, data is missing; else "" */
};

struct check {
    int seeds;
    uint64_t seed[CHECK_SEEDS_MAX];
    double seconds[CHECK_SEEDS_MAX];         /* all that the seed took */
    struct checked_claim claims[CLAIMS_MAX]; /* (lesson->claim_count) */
};

/*
 * Overwrite *check. Claims about an arm that has diverged fail, but for those about the arm
 * before training. Not STATUS_OK: the lesson cannot be run at all, for another reason than data
 * that is missing.
 */
enum status check_run(struct check *check, const struct lesson *lesson,
                      const struct check_options *options, struct error *error);

#endif

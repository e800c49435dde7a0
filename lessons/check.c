#include "lessons/check.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "lessons/claim_measure.h"

/* A progress function that knows its lesson. */
struct watch {
    const struct check_options *options;
    const struct lesson *lesson;
};

static void pass_on(void *context, const struct lab *lab)
{
    const struct watch *watch = context;

    if (watch->options->progress != NULL)
        watch->options->progress(watch->options->context, watch->lesson, lab);
}

/* The first seed for which an arm of the claim has diverged is the one to tell of. */
static void note_divergence(struct checked_claim *checked, const struct claim *claim,
                            const struct lab *lab)
{
    for (int k = 0; k < CLAIM_TERMS && checked->why[0] == '\0'; k++) {
        const struct claim_term *term = &claim->term[k];
        const struct lab_arm *arm;

        if (term->quantity == NULL || !(term->quantity->needs & NEEDS_TRAINING))
            continue;
        arm = &lab->arm[claim_place(lab, term->arm)];
        if (arm->stopped)
            snprintf(checked->why, sizeof checked->why, "seed %llu: %s (%s) stops: %.900s",
                     (unsigned long long)lab->config.training.seed, arm->name,
                     lab->config.arm[arm->number].model, arm->why.message);
    }
}

static void judge_seed(struct check *check, int s, const struct lesson *lesson,
                       const struct lab *lab, const struct measured measured[ARMS_MAX])
{
    for (int i = 0; i < lesson->claim_count; i++) {
        const struct claim *claim = &lesson->claims[i];
        struct checked_claim *checked = &check->claims[i];

        checked->measured[s] = claim_measured(claim, lab, measured);
        checked->holds[s] = claim_holds(claim, checked->measured[s]);
        note_divergence(checked, claim, lab);
    }
}

static enum status check_seed(struct check *check, int s, const struct lesson *lesson,
                              const struct check_options *options, struct error *error)
{
    const double begin = clock_seconds();
    struct lab_config config = lesson->config;
    struct measured measured[ARMS_MAX] = { 0 };
    struct watch watch = { options, lesson };
    unsigned needs[ARMS_MAX];
    struct lab *lab = NULL;
    enum status status;

    config.training.seed = check->seed[s];
    if (options->threads != CHECK_THREADS_UNCHANGED)
        config.training.threads = options->threads;
    status = lab_create(&lab, &config, error);
    if (status != STATUS_OK)
        return status;
    claims_needs(needs, lesson->claims, lesson->claim_count, lab);
    status = measure(measured, lab, needs, pass_on, &watch, error);
    if (status == STATUS_OK)
        judge_seed(check, s, lesson, lab, measured);
    for (int i = 0; i < ARMS_MAX; i++)
        measured_free(&measured[i]);
    lab_free(lab);
    check->seconds[s] = clock_seconds() - begin;
    return status;
}

/* From the single seeds to the claim. */
static void judge(struct check *check, const struct lesson *lesson)
{
    for (int i = 0; i < lesson->claim_count; i++) {
        const struct claim *claim = &lesson->claims[i];
        struct checked_claim *checked = &check->claims[i];
        bool all = true;

        for (int s = 0; s < check->seeds; s++)
            all = all && checked->holds[s];
        checked->median = claim_median(checked->measured, check->seeds);
        if (claim->over == CLAIM_MEDIAN)
            all = claim_holds(claim, checked->median);
        checked->verdict = all ? VERDICT_HOLDS : VERDICT_FAILS;
    }
}

static void skip(struct check *check, const struct lesson *lesson, const char *why)
{
    for (int i = 0; i < lesson->claim_count; i++) {
        check->claims[i].verdict = VERDICT_SKIPPED;
        snprintf(check->claims[i].why, sizeof check->claims[i].why, "%s", why);
    }
}

enum status check_run(struct check *check, const struct lesson *lesson,
                      const struct check_options *options, struct error *error)
{
    struct error reason;
    enum status status = STATUS_OK;

    assert(options->seeds >= 1 && options->seeds <= CHECK_SEEDS_MAX);
    *check = (struct check){ .seeds = options->seeds };
    for (int s = 0; s < check->seeds; s++)
        check->seed[s] = options->first_seed + (uint64_t)s;
    if (lesson_lacks_data(lesson, &reason)) {
        skip(check, lesson, reason.message);
        return STATUS_OK;
    }
    for (int s = 0; s < check->seeds && status == STATUS_OK; s++)
        status = check_seed(check, s, lesson, options, &reason);
    if (status != STATUS_OK)
        return error_set(error, status, "%.400s%s%s: %.500s", lesson->path,
                         lesson->experiment[0] ? ", experiment " : "", lesson->experiment,
                         reason.message);
    judge(check, lesson);
    return STATUS_OK;
}

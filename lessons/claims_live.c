#include "lessons/claims_live.h"

#include <math.h>
#include <string.h>

#include "common/clock.h"
#include "lessons/claim_measure.h"
#include "lessons/same_settings.h"

/* A provisional look rests for so many times its own cost, and at least a second. */
static const double REST = 100, REST_LEAST = 1;

/* What is measured before the end: cheap enough to be repeated. */
enum { PROVISIONAL = NEEDS_TRAINING | NEEDS_TEST | NEEDS_ARRIVALS };

static const unsigned AT_STEP_0 = NEEDS_FIRST_PROBE;

/* A last batch that is so far from a threshold does not ask for a look: see wants_look. */
static const double FAR_ACCURACY = 0.25, FAR_LOSS = 4;

/* --------------------------------------------------------------------------------- settings */

/* Has the lab the lesson's settings? A width that matching picks is what it picks. */
static bool has_own_settings(const struct lesson *lesson, const struct lab *lab)
{
    struct lab_config own, is;

    if (!same_section(&lesson->config, &lab->config, "task"))
        return false;
    own = config_resolved(&lesson->config, &lab->task);
    is = config_resolved(&lab->config, &lab->task);
    return same_section(&own, &is, "training") && same_section(&own, &is, "arm");
}

/* -------------------------------------------------------------------------------- verdicts */

static unsigned all_needs(const struct claims_live *claims)
{
    unsigned all = 0;

    for (int i = 0; i < ARMS_MAX; i++)
        all |= claims->needs[i];
    return all;
}

/*
 * Say what the claims are whose needs are all among those that have been met; of those that
 * need a training, or that need none.
 */
static void judge(struct claims_live *claims, struct lab *lab, unsigned met, bool trained,
                  bool provisional)
{
    for (int i = 0; i < claims->now.count; i++) {
        const struct claim *claim = &claims->lesson->claims[i];
        struct claim_now *now = &claims->now.claim[i];
        double measured;

        if ((claim_needs(claim) & ~met) != 0 ||
            ((claim_needs(claim) & NEEDS_TRAINING) != 0) != trained)
            continue;
        measured = claim_measured(claim, lab, claims->measured);
        if (provisional && isinf(measured)) /* "steps to" what has not been reached yet */
            continue;
        *now =
            (struct claim_now){ .state = claim_holds(claim, measured) ? CLAIM_MET : CLAIM_UNMET,
                                .measured = measured,
                                .provisional = provisional };
    }
}

/* ------------------------------------------------------------------------------- measuring */

/* Where the probes took their gradients from. */
struct asked {
    int loss_at;
    bool raw;
    long looking_at;
    bool other; /* than claims do: the error of the last output, made a unit vector, now */
};

/* Let the probes ask as claims do. */
static struct asked ask_last(struct lab *lab)
{
    const struct probe *probe = &lab->arm[0].probe;
    struct asked before = { .loss_at =
                                probe->from == PROBE_MEAN ? LAB_ALL_OUTPUTS : probe->loss_at,
                            .raw = lab->raw,
                            .looking_at = lab->looking_at };

    before.other = before.loss_at != PROBE_LAST || before.raw || before.looking_at != LAB_NOW;
    lab->looking_at = LAB_NOW;
    lab_raw(lab, false);
    lab_loss_at(lab, PROBE_LAST);
    return before;
}

static void ask_again(struct lab *lab, const struct asked *before)
{
    lab->looking_at = before->looking_at;
    lab_raw(lab, before->raw);
    lab_loss_at(lab, before->loss_at);
}

static bool probe(struct lab *lab)
{
    return lab_probe(lab, true, NULL) == STATUS_OK;
}

/* Gradients before training: the lab keeps them, if the last output was asked. */
static void start(struct claims_live *claims, struct lab *lab)
{
    const bool needed = (all_needs(claims) & NEEDS_FIRST_PROBE) != 0;
    const struct asked before = ask_last(lab);
    const bool done = !needed || (!before.other && lab->arm[0].first.steps > 0) || probe(lab);

    if (done)
        judge(claims, lab, AT_STEP_0, false, false);
    claims->tau = lab->arm[0].first.tau;
    ask_again(lab, &before);
    if (needed && before.other)
        probe(lab);
    claims->started = true;
}

/* All that the lesson's claims need, as `duet check` does it. */
static void finish(struct claims_live *claims, struct lab *lab)
{
    const unsigned all = all_needs(claims);
    const bool own_input =
        lab->sample == LAB_OWN_INPUT; /* to be kept: it cannot be pinned again */
    const unsigned left_out = own_input ? NEEDS_ATTENTION : 0;
    unsigned met = ~0u & ~left_out;
    const struct asked before = ask_last(lab);

    if (lab->arm[0].first.tau != claims->tau || lab->arm[0].first.local ||
        lab->arm[0].first.raw)
        met &= ~(unsigned)NEEDS_FIRST_PROBE; /* a hand asked another output at step 0 */
    for (int i = 0; i < lab->arms; i++) {
        lab->arm[i].probe.edits = (struct edits){ NULL, 0 }; /* of the pinned sequence alone */
        if (measured_end(&claims->measured[i], lab, i, claims->needs[i] & ~left_out, NULL) !=
            STATUS_OK)
            met = AT_STEP_0;
    }
    if ((all & NEEDS_LAST_PROBE) && !probe(lab))
        met &= ~(unsigned)NEEDS_LAST_PROBE;
    judge(claims, lab, met, true, false);
    ask_again(lab, &before);
    if (all & (NEEDS_LAST_PROBE | NEEDS_ATTENTION))
        probe(lab);
    claims->final = true;
}

/* A test on few sequences. */
static void look_between(struct claims_live *claims, struct lab *lab)
{
    const double begin = clock_seconds();

    if (begin < claims->next)
        return;
    for (int i = 0; i < lab->arms; i++)
        if (claims->needs[i] & NEEDS_TEST)
            trainer_evaluate(&lab->arm[i].trainer, RANDOM_TEST, LOOK_SEQUENCES,
                             &claims->measured[i].test);
    judge(claims, lab, PROVISIONAL, true, true);
    claims->next = clock_seconds() + fmax(REST_LEAST, REST * (clock_seconds() - begin));
}

/*
 * Looks that find when an accuracy is reached, at the same steps as in `duet check`. They cost
 * about a tenth of the training, so they are left out where they can find nothing: while the
 * last batch is far from every threshold that is still to be reached, and when there is none.
 */
static bool wants_look(const struct claims_live *claims, int place)
{
    const struct measured *m = &claims->measured[place];

    if (!(claims->needs[place] & NEEDS_ARRIVALS) || !measured_wants_look(m))
        return false;
    for (int i = 0; i < claims->now.count; i++)
        for (int k = 0; k < CLAIM_TERMS; k++) {
            const struct claim_term *term = &claims->lesson->claims[i].term[k];

            if (term->quantity == NULL || !(term->quantity->needs & NEEDS_ARRIVALS) ||
                claim_place(m->lab, term->arm) != place ||
                isfinite(term->quantity->value(m, term->argument)))
                continue;
            if (strcmp(term->quantity->name, "steps_to_loss") == 0
                    ? m->arm->last.loss <= FAR_LOSS * term->argument
                    : m->arm->last.accuracy >= term->argument - FAR_ACCURACY)
                return true;
        }
    return false;
}

/* ------------------------------------------------------------------------------- beginnings */

static void forget(struct claims_live *claims)
{
    for (int i = 0; i < ARMS_MAX; i++)
        measured_free(&claims->measured[i]);
    claims->lab = NULL;
    claims->started = claims->final = false;
    claims->now =
        (struct claims_now){ .lesson = claims->now.lesson, .count = claims->now.count };
    for (int i = 0; i < claims->now.count; i++)
        claims->now.claim[i].measured = (double)NAN;
}

void claims_live_begin(struct claims_live *claims, const struct lesson *lesson)
{
    claims->lesson = claims->now.lesson = lesson;
    claims->now.count = lesson != NULL ? lesson->claim_count : 0;
    forget(claims);
}

void claims_live_restart(struct claims_live *claims)
{
    forget(claims);
}

void claims_live_free(struct claims_live *claims)
{
    forget(claims);
    claims->lesson = claims->now.lesson = NULL;
    claims->now.count = 0;
}

/* The first look at a lab. */
static void meet(struct claims_live *claims, struct lab *lab)
{
    claims->lab = lab;
    claims->config = lab->config;
    claims->step = lab->step;
    claims->now.own = lab->step == 0 && has_own_settings(claims->lesson, lab);
    claims->next = clock_seconds() + REST_LEAST;
    measured_begin(claims->measured, lab);
    if (!claims->now.own)
        return;
    claims_needs(claims->needs, claims->lesson->claims, claims->now.count, lab);
    for (int i = 0; i < lab->arms; i++)
        if ((claims->needs[i] & NEEDS_ARRIVALS) &&
            measured_expect(&claims->measured[i], claims->lesson->config.training.steps,
                            NULL) != STATUS_OK)
            claims->now.own = false;
}

/* A lab that was taken back to an earlier step: what was found later is forgotten. */
static void go_back(struct claims_live *claims, const struct lab *lab)
{
    claims->final = false;
    for (int i = 0; i < lab->arms; i++) {
        struct measured *m = &claims->measured[i];

        while (m->looks > 0 && m->look[m->looks - 1].step > lab->arm[i].trainer.step)
            m->looks--;
    }
    for (int i = 0; i < claims->now.count; i++)
        if (claim_needs(&claims->lesson->claims[i]) & NEEDS_TRAINING)
            claims->now.claim[i] = (struct claim_now){ .measured = (double)NAN };
}

void claims_live_look(struct claims_live *claims, struct lab *lab)
{
    long steps;

    if (claims->now.count == 0)
        return;
    if (claims->lab != lab) {
        forget(claims);
        meet(claims, lab);
    }
    if (memcmp(&claims->config, &lab->config, sizeof lab->config) != 0) { /* a hand's work */
        claims->config = lab->config;
        claims->now.own = claims->now.own && has_own_settings(claims->lesson, lab);
    }
    if (!claims->now.own)
        return;
    if (!claims->started)
        start(claims, lab);
    if (lab->step < claims->step)
        go_back(claims, lab);
    claims->step = lab->step;
    steps = claims->lesson->config.training.steps;
    for (int i = 0; i < lab->arms && lab->step <= steps; i++)
        if (wants_look(claims, i))
            measured_look(&claims->measured[i], &lab->arm[i]);
    if (!claims->final && (lab->step == steps || !lab_any_runs(lab)))
        finish(claims, lab);
    else if (!claims->final && lab->step > 0 && lab->step < steps)
        look_between(claims, lab);
}

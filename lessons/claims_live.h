/*
 * claims_live.h - the claims of a lesson while its lab trains before somebody's eyes.
 *
 * `duet check` trains for the sake of the claims; here a run that goes on anyway is looked at.
 * What can be read before training is measured at step 0; what needs a training is measured
 * when it has made as many updates as the lesson says, on the same sequences as `duet check`,
 * and before that, provisionally, on fewer, as often as that takes under a hundredth of the
 * time. Nothing that is trained changes by it.
 *
 * A claim is about the lesson's own settings: in a lab of others nothing is measured.
 */
#ifndef LESSONS_CLAIMS_LIVE_H
#define LESSONS_CLAIMS_LIVE_H

#include <stdbool.h>

#include "lessons/claims_now.h"
#include "lessons/lesson.h"
#include "lessons/measure.h"

/* Zeroed, it watches nothing. */
struct claims_live {
    const struct lesson *lesson; /* not owned; NULL: none */
    struct claims_now now;
    const struct lab *lab;    /* that `measured` points into; NULL: a new one begins */
    struct lab_config config; /* of it, when it was looked at last */
    struct measured measured[ARMS_MAX];
    unsigned needs[ARMS_MAX];
    long step;    /* of the last look */
    int tau;      /* the output that gradients are taken from in a claim */
    bool started; /* step 0 has been measured */
    bool final;   /* all that the lesson trains has been */
    double next;  /* clock_seconds before which nothing is measured provisionally */
};

/* Watch the claims of that lesson (NULL: of none) from now on. */
void claims_live_begin(struct claims_live *claims, const struct lesson *lesson);

/* The lab that was watched is no more; another one takes its place at step 0. */
void claims_live_restart(struct claims_live *claims);
void claims_live_free(struct claims_live *claims); /* safe on a zeroed one */

/*
 * Look at the lab between two steps, and measure what is due. At step 0 the lab has been
 * probed (lab_probe, with the fixed sequences). The probes are as they were afterwards, up to
 * the fixed sequences having been measured. What finds no memory is not measured.
 */
void claims_live_look(struct claims_live *claims, struct lab *lab);

#endif

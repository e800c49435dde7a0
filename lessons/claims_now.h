/*
 * claims_now.h - what is known of a lesson's claims at one moment of a run: see claims_live.h.
 */
#ifndef LESSONS_CLAIMS_NOW_H
#define LESSONS_CLAIMS_NOW_H

#include <stdbool.h>

#include "lessons/lesson.h"

enum claim_state { CLAIM_OPEN /* not measured yet */, CLAIM_MET, CLAIM_UNMET };

struct claim_now {
    enum claim_state state;
    double measured;  /* NaN while CLAIM_OPEN, and of an arm that has diverged */
    bool provisional; /* training goes on: it may still change */
};

/* What there is to show. Zeroed: no claims. */
struct claims_now {
    const struct lesson *lesson; /* whose they are; not owned, NULL: nobody's */
    int count;
    bool own; /* the lab has the lesson's own settings, and has had them since step 0 */
    struct claim_now claim[CLAIMS_MAX]; /* (count) */
};

#endif

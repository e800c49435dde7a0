/*
 * quantity.h - what a claim may be about: one table of all that can be measured on an arm.
 *
 * A new quantity is one line in quantity.c; the parser of claims, the help and the measuring
 * follow from it.
 */
#ifndef LESSONS_QUANTITY_H
#define LESSONS_QUANTITY_H

#include <stdbool.h>

struct measured;

/*
 * What has to be done before a quantity can be read off; only what some claim needs is done.
 */
enum quantity_need {
    NEEDS_FIRST_PROBE = 1 << 0, /* gradients per time step before any update */
    NEEDS_TRAINING = 1 << 1,    /* all updates; an arm that has diverged has no such quantity */
    NEEDS_ARRIVALS = 1 << 2,    /* looks at held-out sequences while training goes on */
    NEEDS_TEST = 1 << 3,        /* a test after training */
    NEEDS_LONG_TEST = 1 << 4,   /* the same at task.test_length */
    NEEDS_LAST_PROBE = 1 << 5,  /* gradients per time step after training */
    NEEDS_ATTENTION = 1 << 6,   /* where heads look after training */
    NEEDS_CLOCK = 1 << 7        /* time: it is read off once, when all else is done */
};

struct quantity {
    const char *name;
    const char *argument; /* what the number in brackets is; NULL: there is none */
    const char *about;    /* one line */
    unsigned needs;       /* of enum quantity_need */

    /* The number, after all needs have been met; NaN if this arm has none. */
    double (*value)(const struct measured *measured, double argument);
};

/* The quantities there are: [0 .. *count - 1]. */
const struct quantity *quantities(int *count);

/* That of the name, or NULL. */
const struct quantity *quantity_find(const char *name);

#endif

/*
 * lab.h - the arms of an experiment, learning the same task from the same batches in lockstep.
 */
#ifndef LESSONS_LAB_H
#define LESSONS_LAB_H

#include "common/training/probe.h"
#include "common/training/trainer.h"
#include "lessons/config.h"
#include "lessons/curve.h"

struct lab_arm {
    const char *name; /* "left" */
    int number;       /* in the configuration */
    struct sequence_model model;
    struct trainer trainer;
    struct probe probe;
    struct report last; /* of the last step; NaN before the first */
    bool stopped;       /* no longer finite: it keeps its last good weights */
    struct error why;
    struct curve curve;
    struct profile first; /* gradient per time step before any update */
};

struct lab {
    struct lab_config config;
    struct task task;
    int arms;
    struct lab_arm arm[ARMS_MAX];
    long step;      /* updates that every arm that still runs has made */
    double seconds; /* spent in lab_step */
    long sample;    /* pinned for the probes */
};

/*
 * Check the configuration and make its arms, with first weights, at step 0. STATUS_USAGE: it
 * cannot be, or would take more memory than LAB_MEMORY_MAX; STATUS_NO_MEMORY. On success free
 * it with lab_free.
 */
enum status lab_create(struct lab **lab, const struct lab_config *config, struct error *error);
void lab_free(struct lab *lab); /* safe on NULL */

/*
 * More than this many bytes for one lab, watched or not, are refused before anything is
 * allocated. A restart has two labs for a moment.
 */
#define LAB_MEMORY_MAX ((size_t)4 << 30)

/*
 * One update of every arm that has not stopped, on the same batch. An arm whose loss or
 * gradient is no longer finite stops, with the reason in arm->why. Returns false when no arm
 * runs any more.
 */
bool lab_step(struct lab *lab);

/*
 * What an arm measured in the last step it made together with the others: NaN before the first,
 * and once it has stopped, so that nobody takes its last good values for steps that it never
 * made.
 */
struct report lab_last(const struct lab_arm *arm);

/* Pin a sample for all probes. */
void lab_pin(struct lab *lab, long sample);

/* Where the probes take the loss: a step, PROBE_LAST, or LAB_ALL_OUTPUTS. */
enum { LAB_ALL_OUTPUTS = -2 };
void lab_loss_at(struct lab *lab, int step);

/*
 * Run the probe of every arm; `many` also measures the 64 fixed sequences. At step 0 the
 * profile is kept as arm->first.
 */
enum status lab_probe(struct lab *lab, bool many, struct error *error);

/* Loss and accuracy on fresh sequences of the task, the same for all arms. */
enum { LAB_TEST_SEQUENCES = 2048 };
void lab_test(struct lab *lab, int arm, struct report *report);

#endif

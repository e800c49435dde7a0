/*
 * measure.h - train a lab and note, for each arm, what the quantities of quantity.h read.
 */
#ifndef LESSONS_MEASURE_H
#define LESSONS_MEASURE_H

#include "lessons/lab.h"
#include "lessons/quantity.h"

/* Looks while training goes on: every so many steps, at so many held-out sequences. */
enum { LOOK_EVERY = 25, LOOK_SEQUENCES = 512 };

struct look {
    long step; /* updates made before */
    double loss, accuracy;
};

/* Where one head looks when it makes one output: means over the fixed sequences of probe.h. */
struct attention_share {
    double marked; /* attention on the marked steps, those that task_input_text outlines */
    double source; /* on the steps of the source */
    double first;  /* share of sequences in which the most attended step is a marked one */
    double answer; /* on the steps that read as the answer that is right there */
};

/* One arm. Zeroed, it is an arm of which nothing has been measured. */
struct measured {
    const struct lab *lab;
    const struct lab_arm *arm;
    struct report test, long_test;
    struct look *look; /* (looks) */
    int looks;
    long looks_until; /* updates: later there is no look, and no room for one */
    int heads;        /* of all layers together */
    int outputs;
    struct attention_share *attention; /* (heads, outputs + 1): scored outputs from 1 on; the
                                          last of each sequence is number 0 */
    double row_sum_error; /* of all rows of all heads and fixed sequences: the largest
                             |sum - 1|, but for padding that looks at nothing */
};

/* Called after every step of a training. */
typedef void measure_progress(void *context, const struct lab *lab);

/*
 * Do what the needs (of enum quantity_need, for each arm of lab->arm) ask, training included:
 * lab->config.training.steps updates, from step 0 on, or none if nobody needs them. Overwrites
 * `measured` (lab->arms), which points into the lab. An arm that diverges is measured with its
 * last good weights. progress may be NULL. STATUS_NO_MEMORY. Free with measured_free in every
 * case.
 */
enum status measure(struct measured measured[ARMS_MAX], struct lab *lab,
                    const unsigned needs[ARMS_MAX], measure_progress *progress, void *context,
                    struct error *error);
void measured_free(struct measured *measured); /* safe on a zeroed one */

/* The parts of it, for who watches a lab that others step (claims_live.h). ------------------ */

/* Nothing has been measured: overwrites `measured` (lab->arms). */
void measured_begin(struct measured measured[ARMS_MAX], struct lab *lab);

/* Look at it during so many updates of its own, and no further. STATUS_NO_MEMORY. */
enum status measured_expect(struct measured *measured, long steps, struct error *error);

/* Is it time for a look: LOOK_EVERY updates after the last, and not yet made? */
bool measured_wants_look(const struct measured *measured);

/* Make one that measured_wants_look asked for. */
void measured_look(struct measured *measured, struct lab_arm *arm);

/*
 * What an arm's needs ask after training: tests, and where heads look. For that its probe is
 * pinned to other sequences; in the end it is pinned to lab->sample, and has to be run again.
 */
enum status measured_end(struct measured *measured, struct lab *lab, int arm, unsigned needs,
                         struct error *error);

/* ------------------------------------------------------------------------------------------ */

/* The number of an arm's quantity; NaN if it needs a training that has diverged. */
double measured_value(const struct measured *measured, const struct quantity *quantity,
                      double argument);

#endif

/*
 * lab.h - the arms of an experiment, learning the same task from the same batches: in lockstep,
 * or each as far as it gets for the same price (pace.h).
 *
 * Every arm learns what it would learn alone, whatever the others do and whoever watches.
 */
#ifndef LESSONS_LAB_H
#define LESSONS_LAB_H

#include "common/files/digest.h"
#include "common/training/probe.h"
#include "common/training/trainer.h"
#include "common/training/validation.h"
#include "lessons/before.h"
#include "lessons/config.h"
#include "lessons/curve.h"
#include "lessons/event.h"
#include "lessons/hand_edits.h"

/* What an arm was at a moment that somebody looks back at: history.h fills it. */
struct lab_look {
    real *parameters, *prepared; /* copies, owned; NULL: nobody ever looked back */
    long step;                   /* updates that had made them */
    struct report last;          /* of that step; NaN before the first */
    double validation_loss;      /* lab_validation_loss, then */
};

/*
 * What decides an arm's future: what trainer.h and validation.h list, stopped, finished and
 * seconds.
 */
struct lab_arm {
    const char *name; /* "left" */
    int number;       /* in the configuration */
    struct sequence_model model;
    struct trainer trainer;
    struct probe probe;
    struct edit edits[LAB_EDITS_MAX]; /* of a hand, in the pinned sequence */
    int edit_count;
    struct hand_edits made; /* of them, with the last probe's weights */
    double free_loss;       /* the probe's loss without them; NaN: there are none */
    struct before before;   /* what was, when the first of them was made */
    struct report last;     /* of the last step; NaN before the first */
    bool stopped;           /* no longer finite: it keeps its last good weights */
    struct error why;
    bool finished;                /* training.patience has run out: it keeps its best weights */
    double seconds;               /* spent in its updates */
    struct validation validation; /* with training.validate_every only */
    struct curve curve;
    struct profile first; /* gradient per time step before any update */
    long rms_step;        /* updates behind the weights that the profile's rms is of */
    struct lab_look look; /* while the lab is looking_at a moment */
};

/* What decides a lab's future: config, its arms, step, limit and round_from. */
struct lab {
    struct lab_config config;
    struct task task;
    struct task longer; /* with task.test_length only: what lab_test_long runs */
    int arms;
    struct lab_arm arm[ARMS_MAX];
    long step;       /* updates that every arm that still runs has made */
    long limit;      /* at so many updates an arm's training ends: training.steps; 0: never */
    int round_from;  /* the arm with which an interrupted round goes on; 0: a new round */
    double seconds;  /* spent in lab_step */
    long sample;     /* pinned for the probes */
    bool raw;        /* lab_raw */
    long looking_at; /* step of the past moment that probes look at; LAB_NOW: none */
    bool looks_through;                /* layers that were others then */
    char data_digest[DIGEST_TEXT_MAX]; /* SHA-256 of the task's file; "" without one */
    struct lab_config origin;          /* config as it was at step 0, before any change */
    const struct interrupt *interrupt; /* calls off lab_step, lab_step_arm and lab_probe where
                                          they take long; NULL: nothing does. Not owned */
    struct event_list events;          /* from origin to config: change.h */
    int events_made; /* events.count; while a checkpoint is read, what it says */
};

/*
 * The task whose sequences the probes look at: that of training, or with task.shown = longer
 * that of the second test, scored from the length on from which training's are. A view of the
 * lab's own: not to be closed.
 */
struct task lab_shown_task(const struct lab *lab);

/*
 * Check the configuration and make its arms, with first weights, at step 0. STATUS_USAGE: it
 * cannot be, or would take more memory than LAB_MEMORY_MAX; STATUS_NO_MEMORY. On success free
 * it with lab_free.
 */
enum status lab_create(struct lab **lab, const struct lab_config *config, struct error *error);
void lab_free(struct lab *lab); /* safe on NULL */

/* Would lab_create take that configuration, memory for it included? The same refusals. */
enum status lab_check(const struct lab_config *config, struct error *error);

/*
 * More than this many bytes for one lab, watched or not, are refused before anything is
 * allocated. A restart has two labs for a moment. What a lab leaves of them may go into the
 * moments of its past.
 */
#define LAB_MEMORY_MAX ((size_t)4 << 30)
size_t lab_memory_left(const struct lab *lab);

/* STATUS_USAGE: a lab of this configuration, task and models would take more. */
enum status lab_check_memory(const struct lab *lab, struct error *error);

/*
 * With training.pace = steps: one update of every arm that runs, on the same batch if none has
 * been stepped alone. With
 * another pace: one update of one arm, the one that pace.h names. An arm no longer runs when it
 * has stopped, its loss or gradient being no longer finite, with the reason in arm->why, and
 * when it has finished. Returns false when no arm runs any more.
 *
 * With training.validate_every, an arm looks at LAB_VALIDATION_SEQUENCES sequences held back
 * after every so many updates of its own. After training.patience looks without a better loss
 * it has finished. It has its best weights then, and so has an arm that has made `limit`
 * updates, if they are better than its last; stepped beyond the limit, such an arm goes on from
 * its last weights as if it had never had others. One that has stopped keeps its last good
 * weights.
 *
 * Where lab->interrupt calls it off, the arms that have made their update keep it, and the next
 * call goes on with the others: an interrupted training learns what another learns.
 */
bool lab_step(struct lab *lab);
enum { LAB_VALIDATION_SEQUENCES = 512 };

/*
 * One update of arm number `arm` alone, whatever training.pace says, on the batch of its own
 * step: it learns what it would have learned with the others. lab_step afterwards makes one
 * update of every arm, on two batches if one is ahead, and who has made `limit` updates waits
 * there for the others. Returns whether that arm still runs; one that does not is left alone.
 */
bool lab_step_arm(struct lab *lab, int arm);

/* Neither stopped nor finished. */
bool lab_runs(const struct lab_arm *arm);

/* Is there an arm that runs? */
bool lab_any_runs(const struct lab *lab);

/* Does the lab look at sequences held back? */
bool lab_validates(const struct lab *lab);

/* The loss that the last look measured: NaN before the first, and without validation. */
double lab_last_look(const struct lab_arm *arm);

/*
 * The loss on sequences held back: of the weights that the arm has now, if they are its best or
 * its training has ended; else lab_last_look.
 */
double lab_validation_loss(const struct lab_arm *arm);

/*
 * What an arm measured in the last step it made: NaN before the first, and once it has stopped
 * or finished, so that nobody takes its last values for steps that it never made.
 */
struct report lab_last(const struct lab_arm *arm);

/* Pin a sample for all probes. */
void lab_pin(struct lab *lab, long sample);

/* Pin the user's own sequence: see probe_input. Its number is then LAB_OWN_INPUT. */
enum { LAB_OWN_INPUT = -1 };
enum status lab_input(struct lab *lab, const char *text, struct error *error);

/* Where the probes take the loss: a step, PROBE_LAST, or LAB_ALL_OUTPUTS. */
enum { LAB_ALL_OUTPUTS = -2 };
void lab_loss_at(struct lab *lab, int step);

/*
 * Let the gradients come from the error as it is (true), or made a unit vector, as at first. Of
 * all outputs at once they always come from the mean loss.
 */
void lab_raw(struct lab *lab, bool raw);

/*
 * Make an edit in the pinned sequence of arm number `arm`, or take it back if it is there: the
 * same but for its state. A weight in the place of another takes its place. False: it is
 * refused, and lab_edit_refusal says why. With the first edit arm->before is frozen; it is
 * forgotten with the last, and taken anew where another sequence is pinned.
 *
 * Of a state there is one edit at a time: another one takes its place. EDIT_STATE_SET is a
 * swap: the state after that step is the one that sequence `other` has there
 * (EDIT_NEXT_SAMPLE: the one after the pinned one), with each probe's own weights; `state` is
 * not read.
 */
bool lab_edit(struct lab *lab, int arm, const struct edit *edit);
void lab_edits_clear(struct lab *lab); /* of all arms */

/*
 * STATUS_OK: lab_edit would make or take back that edit. STATUS_USAGE: there are LAB_EDITS_MAX,
 * or the weights set for one query would add up to more than 1.
 */
enum status lab_edit_refusal(const struct lab *lab, int arm, const struct edit *edit,
                             struct error *error);

/* From the next look at many sequences on, also average their attention (probe->average). */
void lab_average(struct lab *lab, bool average);

/*
 * Where probes look: at the arms as they are, or at a moment of their past (history_look).
 * Training neither knows nor waits.
 */
enum { LAB_NOW = -1 };

/*
 * The weights that are looked at, prepared: whoever shows anything of an arm's inside takes
 * them from here. Valid until the next step, history_look or lab_look_now.
 */
struct weights lab_looked_weights(const struct lab *lab, const struct lab_arm *arm);
long lab_looked_step(const struct lab *lab, const struct lab_arm *arm); /* that made them */
void lab_look_now(struct lab *lab);

/*
 * Run the probe of every arm with the weights that are looked at; `many` also measures the 64
 * fixed sequences. At step 0 the profile is kept as arm->first. STATUS_NO_MEMORY, or
 * STATUS_INTERRUPTED while it was at the 64.
 */
enum status lab_probe(struct lab *lab, bool many, struct error *error);

/* Loss and accuracy on fresh sequences of the task, the same for all arms. */
enum { LAB_TEST_SEQUENCES = 2048 };
void lab_test(struct lab *lab, int arm, struct report *report);

/*
 * The same with sequences longer than those of training, task.test_length, which must be set.
 * In memory of its own: STATUS_NO_MEMORY.
 */
enum { LAB_LONG_SEQUENCES = 512 };
enum status lab_test_long(struct lab *lab, int arm, struct report *report, struct error *error);

#endif

/*
 * snapshot.h - all that a viewer needs to draw one moment of the lab, as a copy of its own.
 *
 * The trainer fills a snapshot between two steps and hands it over; after that nobody writes to
 * it. A viewer draws from a snapshot alone.
 */
#ifndef LESSONS_SNAPSHOT_H
#define LESSONS_SNAPSHOT_H

#include <stdbool.h>

#include "common/layers/trace.h"
#include "common/model/profile.h"
#include "lessons/branch.h"
#include "lessons/claims_now.h"
#include "lessons/config.h"
#include "lessons/curve.h"
#include "lessons/generation.h"
#include "lessons/health.h"
#include "lessons/history.h"
#include "lessons/lab.h"
#include "lessons/snapshot_weights.h"
#include "lessons/theory.h"

enum { TOKEN_TEXT_MAX = 16 };

/* One step of the pinned sequence as a person reads it. */
struct snapshot_token {
    char input[TOKEN_TEXT_MAX];  /* ".42", "7", "_": what goes in */
    char target[TOKEN_TEXT_MAX]; /* what should come out; "" where nothing is scored */
    bool marked;         /* outlined: this step matters (the two marked values of adding) */
    bool scored;         /* an output of this step is in the loss */
    int target_class;    /* what should come out, number of an output symbol; -1: none */
    double target_value; /* what should come out, of tasks with values; NaN: none */
};

/* What an arm answers at one step of the pinned sequence. */
struct snapshot_answer {
    char text[TOKEN_TEXT_MAX]; /* "" where there is no output */
    double confidence;         /* probability of the answer (classes), or NaN (values) */
    bool right;
};

struct snapshot_arm {
    char name[CONFIG_WORD_MAX];  /* "left" */
    char model[CONFIG_WORD_MAX]; /* "elman" */
    size_t parameters;           /* all of them */
    size_t core_parameters;      /* what is compared: without embedding, positions, readout */
    double flops;                /* nominal forward FLOPs of one sequence */
    double core_flops;           /* what of them is compared */
    double learning_rate;
    double loss, accuracy, gradient_norm; /* of the last training batch; NaN before the first */
    long looked_step;                     /* updates that made the weights that are shown */
    double probe_loss;                    /* mean loss on the pinned sequence, as it is now */
    int edits;                            /* that a hand has made in the pinned sequence */
    struct edit edit[LAB_EDITS_MAX];      /* (edits) */
    double free_loss;                     /* probe_loss without them; NaN: there are none */
    bool has_before;                      /* what was when the first of them was made: */
    long before_step;                     /* updates it had made itself */
    double before_loss;                   /* probe_loss then */
    struct snapshot_answer *before;       /* (T) answers then */
    double validation_loss;               /* lab_validation_loss */
    long step;                            /* updates it has made itself */
    bool finished;                        /* it learns no more and has its best weights */
    bool stopped; /* not finite any more: it keeps its last good weights */
    char stop_reason[ERROR_MESSAGE_MAX];
    struct curve curve;
    struct trace trace;             /* the pinned sequence: B = 1 */
    struct trace mean;              /* "attention" over 64 sequences; empty: not wished for */
    struct profile now;             /* gradient per time step, as it is now */
    long probed_step;               /* updates behind the weights that all of this is of */
    long rms_step;                  /* and behind those of the rms: it is measured less often */
    struct profile first;           /* the same at step 0: a ghost behind it */
    struct theory theory;           /* of `now` */
    struct health health;           /* how it is doing, in words */
    struct snapshot_answer *answer; /* (T) */
    struct snapshot_weights weights;
    struct written written; /* what it was asked to write: left to the caller */
};

/*
 * While somebody looks back, all that an arm shows of its inside is of the moment looked at,
 * and so are loss, accuracy, gradient_norm and validation_loss; its curve, its step and whether
 * it has ended are of now.
 *
 * A zeroed snapshot is an empty one.
 */
struct snapshot {
    unsigned long serial; /* grows by one with every snapshot of a lab */
    struct lab_config config;
    struct task_options task; /* every default replaced by what it stands for */
    char task_title[64];      /* "adding: the sum of two marked numbers" */
    const char *loss_name;    /* "cross-entropy (nats)" or "mean squared error" */
    const char *metric_name;  /* "right answers", "right sequences", ... */
    double baseline;          /* loss of a model that learned nothing */
    const char *baseline_is;  /* whose loss it is, if it is another's, else NULL */
    bool running;
    bool every_core; /* training runs on all that there are: drawing takes time from it */
    long step;
    double seconds;          /* spent training */
    double steps_per_second; /* lately; 0 while paused */
    long sample;             /* number of the pinned sequence, or LAB_OWN_INPUT */
    char *text;              /* the pinned sequence as task_parse takes it; owned */
    int loss_at;             /* step whose output the gradients come from; -1: all outputs */
    bool raw;                /* gradients come from the error as it is: lab_raw */
    int steps;               /* T */
    int trained_steps;       /* T of training, where longer sequences are shown; else 0 */
    int length;              /* steps of the pinned sequence that are no padding */
    bool classes;            /* outputs are symbols, else values */
    bool every;  /* there is an output at every step, else one, which belongs to the last */
    int outputs; /* V: symbols, or values of an output */
    char (*symbol)[TOKEN_TEXT_MAX]; /* (V) names of the classes; owned */
    bool parses;                    /* task_parse takes a sequence of one's own */
    enum writes writes;             /* left to the caller */
    struct snapshot_token *token;   /* (T) */
    int arms;
    struct snapshot_arm arm[ARMS_MAX];
    int token_capacity; /* what token and answer have room for */
    int symbol_capacity;
    struct claims_now claims; /* of the lesson, if there is one */
    long looking_at;          /* step of the moment that is shown; LAB_NOW: none */
    bool looks_through;       /* through other layers than there were then */
    int moments;              /* that one can look back at */
    long moment[MOMENTS_MAX]; /* (moments) their steps, growing */
    struct branches branches; /* ways that were left */
};

/*
 * Overwrite the snapshot with what the lab is now, reusing its memory: call lab_probe before.
 * serial, running, every_core, steps_per_second, moments, branches, claims, writes and what arms
 * have written are left to the caller. STATUS_NO_MEMORY.
 */
enum status snapshot_take(struct snapshot *snapshot, const struct lab *lab,
                          struct error *error);

/* What arm number `arm` of the snapshot is in its configuration: an arm before it may be none. */
const struct arm_config *snapshot_arm_config(const struct snapshot *snapshot, int arm);

void snapshot_free(struct snapshot *snapshot); /* safe on a zeroed snapshot */

#endif

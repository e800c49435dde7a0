/*
 * probe.h - one forward and backward over pinned sequences, with everything recorded.
 *
 * Training pays for display only through this. Where the loss is taken decides what the
 * gradients mean: at one output as a unit vector (the gradient per time step, profile.h), at
 * one output as it is, or the mean over all scored outputs.
 */
#ifndef COMMON_TRAINING_PROBE_H
#define COMMON_TRAINING_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/interrupt.h"
#include "common/model/profile.h"
#include "common/model/sequence_model.h"
#include "common/tasks/task.h"

enum probe_seed {
    PROBE_UNIT, /* the gradient of the loss on one output, scaled to length 1 */
    PROBE_RAW,  /* the gradient of the loss on one output */
    PROBE_MEAN  /* the gradient of the mean loss over all scored outputs */
};

enum { PROBE_LAST = -1 /* loss_at: the last scored output */, PROBE_SEQUENCES = 64 };

struct probe {
    const struct sequence_model *model; /* not owned */
    struct task task;
    uint64_t seed; /* of the data */
    enum probe_seed from;
    struct edits edits; /* of a hand, in the pinned sequence alone; items not owned */
    bool average;       /* probe_run_many also fills `mean` */
    const struct interrupt *interrupt; /* calls probe_run_many off; NULL: nothing. Not owned */
    int loss_at;       /* step, or PROBE_LAST; a step without target counts as PROBE_LAST */
    struct batch one;  /* the pinned sequence */
    struct batch many; /* a few of the fixed sequences at a time */
    struct workspace workspace;
    real *gradients;        /* parameter gradients that nobody reads */
    real *onehot;           /* (T, inputs) the pinned tokens, for the trace */
    struct trace states;    /* of `many`; result of probe_run_states */
    struct trace trace;     /* result: of `one`: input, logits and what the layers have */
    struct trace mean;      /* result: what layers add up, over PROBE_SEQUENCES; or empty */
    struct profile profile; /* result */
    enum probe_seed profile_from; /* the seed that profile was measured with */
    double error; /* length of the gradient on the asked output, of the sequence passed last */
    double loss;  /* result: mean loss of `one` over its scored outputs */
};

/*
 * Bytes that a probe takes at most, its traces included; and those of the traces that a viewer
 * copies: the pinned one's and the mean's.
 */
size_t probe_bytes(const struct sequence_model *model, const struct task *task);
size_t probe_trace_bytes(const struct sequence_model *model, const struct task *task);

/* The model must outlive the probe. */
enum status probe_create(struct probe *probe, const struct sequence_model *model,
                         const struct task *task, uint64_t seed, struct error *error);
void probe_free(struct probe *probe); /* safe on a zeroed probe */

/* Make probe->one the sample of that number, from the sequences that training never draws. */
void probe_pin(struct probe *probe, long sample);

/*
 * Make probe->one the user's own sequence (task_parse). STATUS_USAGE: not text in UTF-8, or not
 * a sequence of the task, with what is allowed; probe->one is then as it was.
 */
enum status probe_input(struct probe *probe, const char *text, struct error *error);

/*
 * Run probe->one: overwrites trace, loss and the profile's rows `one`. The rms rows stay as the
 * last probe_run_many left them, so that a viewer can measure them less often; they are NaN
 * before the first and after the asked output has changed. STATUS_NO_MEMORY if the trace does
 * not fit.
 */
enum status probe_run(struct probe *probe, struct weights weights, struct error *error);

/*
 * The states that the layers have for the sample of that number, without edits: probe->states
 * with B = 1. Its gradients mean nothing. Leaves the pinned sequence and the results as they
 * are. STATUS_NO_MEMORY.
 */
enum status probe_run_states(struct probe *probe, struct weights weights, long sample,
                             struct error *error);

/*
 * After probe_run: fill the profile's rms rows from PROBE_SEQUENCES fixed sequences, and fit
 * the slopes again. Costs about as much as a training step of that batch on one thread. With
 * probe->average also the mean of those sequences' attention; without, that memory is given
 * back. STATUS_NO_MEMORY, or STATUS_INTERRUPTED where probe->interrupt calls it off: the rms
 * rows are NaN then, and there is no mean.
 */
enum status probe_run_many(struct probe *probe, struct weights weights, struct error *error);

#endif

/*
 * trainer.h - one model learning one task: data, gradients (shard.h), clipping, one update.
 *
 * Gradients are added over shards in a fixed order, so the same seed gives the same bits for
 * any number of threads.
 *
 * Data: without `samples`, every step draws fresh sequences; with samples = N, training goes
 * through N fixed ones, a new order each epoch (data_order.h). Sequence s of those is a pure
 * function of (seed, s). All models with the same seed and batch see the same.
 */
#ifndef COMMON_TRAINING_TRAINER_H
#define COMMON_TRAINING_TRAINER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "common/training/data_order.h"
#include "common/training/evaluation.h"
#include "common/training/optimizer.h"
#include "common/training/schedule.h"
#include "common/training/shard.h"

struct trainer_options {
    int batch;
    int threads; /* 0: as many as the machine runs at once */
    uint64_t seed;
    struct optimizer optimizer; /* with the base rate, which the schedule multiplies */
    struct schedule schedule;   /* zeroed: constant */
    double clip;                /* largest global gradient norm; 0: no clipping */
    int samples;                /* size of the training set; 0: fresh sequences for ever */
};

/*
 * What decides the future of a training, besides model, task and options: step, parameters,
 * state (as much of it as optimizer_states says); and, only for the weights that are left when
 * the very next step turns out not to be finite, usable and has_usable. To go on with the same
 * bits, put these back, call trainer_weights_changed, then set has_usable. The rest is made
 * anew.
 */
struct trainer {
    const struct sequence_model *model; /* not owned */
    struct task task;
    struct trainer_options options; /* learning rate and clip may be changed between steps */
    long step;                      /* updates made */
    int threads;
    real *parameters; /* model->parameters.total each, owned */
    real *prepared;
    real *usable;    /* the weights before the last update, whose loss was a usable number */
    bool has_usable; /* false before the first update and after somebody wrote parameters */
    real *gradients; /* (shards, total); after a step the first block is the mean's gradient */
    real *state[2];  /* the optimizer's m and v */
    double *squares; /* of the gradient, a partial sum for each piece of the parameters */
    struct shards shards;
    struct data_order order;           /* with options.samples only, as the next */
    uint32_t *drawn;                   /* (batch) the samples of the last step */
    const struct interrupt *interrupt; /* calls trainer_step off, or NULL. Not owned */
};

/* Bytes that trainer_create would take, asked before it is called. */
size_t trainer_bytes(const struct sequence_model *model, const struct task *task,
                     const struct trainer_options *options);

/* Allocates everything and draws the first weights. The model must outlive the trainer. */
enum status trainer_create(struct trainer *trainer, const struct sequence_model *model,
                           const struct task *task, const struct trainer_options *options,
                           struct error *error);
void trainer_free(struct trainer *trainer); /* safe on a zeroed trainer */

/*
 * One update on batch number trainer->step. A loss or gradient that is not finite is
 * STATUS_DIVERGED: the message names the step and the tensor in which it began. No update is
 * made then, and the one before, which led here, is taken back: the weights are the last whose
 * loss and gradient were usable numbers, and trainer->step is their number of updates. The
 * optimizer's state is not taken back: training does not go on from here.
 *
 * STATUS_INTERRUPTED, without a message: trainer->interrupt called it off while it was at its
 * gradients. The step has not been made; asked again, it is made from its beginning.
 */
enum status trainer_step(struct trainer *trainer, struct report *report, struct error *error);

/* The learning rate of the next update: the base rate times the schedule's factor. */
double trainer_learning_rate(const struct trainer *trainer);

/*
 * Loss and accuracy on `samples` sequences of that purpose, numbered from 0. Changes no weight.
 */
void trainer_evaluate(struct trainer *trainer, enum random_purpose purpose, int samples,
                      struct report *report);

/* The trainer's weights, prepared: for a probe. Valid until the next step. */
struct weights trainer_weights(const struct trainer *trainer);

/* To be called after somebody else has written trainer->parameters. */
void trainer_weights_changed(struct trainer *trainer);

/*
 * What of a trainer depends on the layers of its model and on the number of threads: all but
 * the weights and what training has made of them.
 */
struct trainer_rooms {
    struct trainer_options options;
    struct shards shards;
    real *prepared;
};

/*
 * Rooms for another model, of the same parameters (names, shapes, order) as the trainer's own,
 * or with other options; batch, seed, samples and the kind of optimizer are the same. The
 * trainer is not touched. End with trainer_move or trainer_rooms_free.
 */
enum status trainer_rooms_create(struct trainer_rooms *rooms, const struct trainer *trainer,
                                 const struct sequence_model *model,
                                 const struct trainer_options *options, struct error *error);
void trainer_rooms_free(struct trainer_rooms *rooms); /* safe on zeroed ones */

/*
 * Go on in those rooms: step, weights and the optimizer's state stay. `model` is the one that
 * they were made for, where it will lie from now on. The rooms are zeroed. Where that model
 * computes something else with these weights, set has_usable to false: nobody knows.
 */
void trainer_move(struct trainer *trainer, struct trainer_rooms *rooms,
                  const struct sequence_model *model);

#endif

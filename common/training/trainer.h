/*
 * trainer.h - one model learning one task: the shard loop, and nothing else that is parallel.
 *
 * A batch is cut into shards of a few sequences, by shape alone. Each thread takes a shard
 * through data, forward, loss and backward of the whole model with no barrier inside; gradients
 * are then added over shards in a fixed order. So the same seed gives the same bits for any
 * number of threads.
 */
#ifndef COMMON_TRAINING_TRAINER_H
#define COMMON_TRAINING_TRAINER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "common/model/loss.h"
#include "common/model/sequence_model.h"
#include "common/tasks/task.h"
#include "common/training/optimizer.h"

struct trainer_options {
    int batch;
    int threads; /* 0: as many as the machine runs at once */
    uint64_t seed;
    struct optimizer optimizer;
    double clip; /* largest global gradient norm; 0: no clipping */
};

/* What one step or one evaluation measured. */
struct report {
    double loss;          /* mean over scored elements */
    double accuracy;      /* share right by the task's metric */
    double gradient_norm; /* global 2-norm before clipping; NaN for an evaluation */
};

struct shard; /* a few sequences of the batch and what they brought home */

struct trainer {
    const struct sequence_model *model; /* not owned */
    struct task task;
    struct trainer_options options; /* learning rate and clip may be changed between steps */
    long step;                      /* updates made */
    int threads;
    int shard_count, shard_size;
    real *parameters; /* model->parameters.total each, owned */
    real *prepared;
    real *usable;    /* the weights before the last update, whose loss was a usable number */
    bool has_usable; /* false before the first update and after somebody wrote parameters */
    real *gradients; /* (shards, total); after a step the first block is the mean's gradient */
    real *state[2];  /* the optimizer's m and v */
    double *squares; /* of the gradient, a partial sum for each piece of the parameters */
    struct shard *shards;
    struct workspace *workspaces; /* one for each thread */
};

/* Sequences in one shard: by shape alone, 2 to 8, fewer for long sequences. */
int trainer_shard_size(struct extent batch);

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
 */
enum status trainer_step(struct trainer *trainer, struct report *report, struct error *error);

/*
 * Loss and accuracy on `samples` sequences of that purpose, numbered from 0. Changes no weight.
 */
void trainer_evaluate(struct trainer *trainer, enum random_purpose purpose, int samples,
                      struct report *report);

/* The trainer's weights, prepared: for a probe. Valid until the next step. */
struct weights trainer_weights(const struct trainer *trainer);

/* To be called after somebody else has written trainer->parameters. */
void trainer_weights_changed(struct trainer *trainer);

#endif

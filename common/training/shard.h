/*
 * shard.h - a few sequences at a time through the whole model: the loop that training and
 * evaluation share, and the only one that is parallel over data.
 *
 * A batch is cut into shards by shape alone. Each thread takes a shard through data, forward,
 * loss and, when learning, backward with no barrier inside; what the shards bring home is added
 * in their order. So the same sequences give the same bits for any number of threads.
 */
#ifndef COMMON_TRAINING_SHARD_H
#define COMMON_TRAINING_SHARD_H

#include <stdint.h>

#include "common/error.h"
#include "common/interrupt.h"
#include "common/model/loss.h"
#include "common/model/metric.h"
#include "common/model/sequence_model.h"
#include "common/tasks/task.h"

/* How a batch is cut. */
struct shard_plan {
    int size;  /* sequences of a shard: they share one sum of gradients */
    int slice; /* of these, how many go through the model at a time */
};

/* What the sequences of a shard brought home. */
struct shard {
    struct loss loss;
    struct score score;
    bool interrupted; /* not all of its sequences were run */
};

/* What a thread works with, shard after shard. */
struct worker {
    struct batch batch; /* one slice */
    struct workspace workspace;
};

/* Room for `count` shards, and for as many at once as there are threads. */
struct shards {
    const struct sequence_model *model; /* not owned */
    struct shard_plan plan;
    bool forward_only; /* no gradients are wanted of them, ever */
    int count, threads;
    struct shard *items;    /* (count) */
    struct worker *workers; /* (threads) */
};

/* Which sequences are run, with which weights, and whether gradients are wanted. */
struct round {
    const struct task *task;
    struct weights weights;
    uint64_t seed;
    enum random_purpose purpose;
    uint64_t index; /* the batch, and the first of its rows; of no meaning with `samples` */
    uint32_t first_row;
    const uint32_t *samples; /* numbers of the sequences in a finite set; NULL: as above */
    real *gradients; /* (count, parameters) each shard's sum overwrites its own; NULL: none */
    const struct interrupt *interrupt; /* asked before each slice; NULL: never */
};

/*
 * By shape alone, for any number of threads. Shards have 2 to 8 sequences, fewer where they are
 * long and attention looks at all of them; a recurrent model has always 8, which fill a
 * register tile of the product at every step. A model whose products are all over all rows
 * takes a slice of some 256 rows at a time: what its layers hand each other then stays in the
 * L2 cache (measured, Zen 4, d = 64, T = 100: a step of 8 sequences at once takes 1.25 times as
 * long as one of 2 at once).
 */
struct shard_plan shard_plan(const struct sequence_model *model, struct extent batch);

/*
 * Counts for batches of `sequences` at once on at most `threads` threads (0: as many as the
 * machine runs at once); nothing is allocated. forward_only: no round will ask for gradients,
 * and there is no memory for them.
 */
struct shards shards_planned(const struct sequence_model *model, const struct task *task,
                             int sequences, int threads, bool forward_only);

/* Bytes that shards_create would take for such a plan. */
size_t shards_bytes(const struct shards *plan, const struct task *task);

/* Allocate a plan. The model must outlive it. On failure it can be given to shards_free. */
enum status shards_create(struct shards *plan, const struct task *task, struct error *error);
void shards_free(struct shards *shards); /* safe on a zeroed one */

/*
 * Run `sequences` sequences, at most count x plan.size; the last shard takes what is left. Adds
 * to loss and score. STATUS_INTERRUPTED: adds nothing, and the gradients are of no meaning.
 */
enum status shards_run(struct shards *shards, const struct round *round, int sequences,
                       struct loss *loss, struct score *score);

/*
 * One slice up to its outputs: `count` <= plan.slice sequences of the round from number `first`
 * on. Overwrites the worker's batch and its workspace's outputs.
 */
void worker_forward(struct worker *worker, const struct sequence_model *model,
                    const struct round *round, int first, int count);

/*
 * As shards_run for any number of sequences, rows 0, 1, ... of batch round->index, without
 * gradients. Is not interrupted.
 */
void shards_run_all(struct shards *shards, const struct round *round, int sequences,
                    struct loss *loss, struct score *score);

#endif

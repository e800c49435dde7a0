/*
 * task.h - what is to be learned: where sequences come from and what counts as right.
 *
 * A task makes any batch from (seed, purpose, index, row) alone, so all arms see the same data
 * whatever the threads do. A task is one file and one line in the list of task.c.
 */
#ifndef COMMON_TASKS_TASK_H
#define COMMON_TASKS_TASK_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/model/batch.h"
#include "common/model/metric.h"
#include "common/numeric/random.h"

enum { TASK_TEXT_MAX = 16 };

struct task;

struct task_kind {
    const char *name;  /* "adding" */
    const char *title; /* "the sum of two marked numbers" */
    const char *about; /* one line: input, output, baseline */
    int default_length;
    int shortest, longest; /* lengths that are allowed */
    const char *length_is; /* what the length counts: "pairs (value, marker)" */

    /* Fill shape and metric from task->length. */
    void (*shape)(struct task *task);

    /*
     * Write sequence b of the batch from the stream. held_out: from the part that training
     * never sees, where a task has one.
     */
    void (*fill)(const struct task *task, struct random *random, bool held_out,
                 struct batch *batch, int b);

    /*
     * Mean loss of a model that learned nothing but the distribution of the answers, in nats.
     */
    double (*baseline)(const struct task *task);

    /* How a person reads input step t of sequence b, and whether it is to be outlined. */
    bool (*input_text)(const struct task *task, const struct batch *batch, int b, int t,
                       char text[TASK_TEXT_MAX]);
};

struct task {
    const struct task_kind *kind;
    int length;
    struct batch_shape shape;
    struct metric metric;
};

/* The tasks there are: kinds[0 .. *count - 1]. */
const struct task_kind *const *task_kinds(int *count);

/*
 * The task of that name; length 0 takes the default. An unknown name or an impossible length is
 * STATUS_USAGE, with the names or the range that is allowed.
 */
enum status task_find(struct task *task, const char *name, int length, struct error *error);

/*
 * Fill batch->extent.batch sequences: rows first_row, first_row + 1, ... of batch `index`.
 * Training draws from what is not held out, testing and probing from what is.
 */
void task_fill(const struct task *task, uint64_t seed, enum random_purpose purpose,
               uint64_t index, uint32_t first_row, struct batch *batch);

/*
 * "mean squared error", "cross-entropy (nats)"; and what its accuracy counts: "right answers".
 */
const char *task_loss_name(const struct task *task);
const char *task_metric_name(const struct task *task);

double task_baseline(const struct task *task);

/* Input step t of sequence b as text; true if it matters and should be outlined. */
bool task_input_text(const struct task *task, const struct batch *batch, int b, int t,
                     char text[TASK_TEXT_MAX]);

/* Is the output of step t of sequence b in the loss? Every t of 0 .. T - 1 may be asked. */
bool task_is_scored(const struct task *task, const struct batch *batch, int b, int t);

/* The output row of step t: t * B + b among (T_out, B). Only for steps that have an output. */
int task_output_row(const struct task *task, const struct batch *batch, int b, int t);

/*
 * The last scored step of sequence b: where gradients per time step are taken from by default.
 */
int task_last_scored(const struct task *task, const struct batch *batch, int b);

/* The target of a scored step, or what an output row says, as text: "7", "0.734". */
void task_target_text(const struct task *task, const struct batch *batch, int b, int t,
                      char text[TASK_TEXT_MAX]);
void task_output_text(const struct task *task, const real *output, char text[TASK_TEXT_MAX]);

#endif

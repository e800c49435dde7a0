/*
 * bench_training.h - a model of a shape in training, on answers that cannot be learned: only
 * the time counts, and it is the same at every step.
 *
 * A step makes its data, runs forward, cross-entropy at every position and backward, clips, and
 * updates with Adam.
 */
#ifndef VIZ_BENCH_BENCH_TRAINING_H
#define VIZ_BENCH_BENCH_TRAINING_H

#include "common/training/trainer.h"
#include "viz/bench/bench_shapes.h"

/* Not to be moved: the trainer points at the model. */
struct bench_training {
    struct sequence_model model;
    struct trainer trainer;
};

/* threads as in trainer_options. On failure nothing is left to free. */
enum status bench_training_create(struct bench_training *training,
                                  const struct bench_shape *shape, int threads,
                                  struct error *error);
void bench_training_free(struct bench_training *training);

enum bench_pass {
    BENCH_STEP,    /* a training step */
    BENCH_EVALUATE /* loss and accuracy of a batch: forward alone */
};

/*
 * Make passes for a while that is not counted, then for `seconds`, at least one each; *median
 * is that of their seconds. STATUS_NO_MEMORY.
 */
enum status bench_training_time(struct bench_training *training, enum bench_pass pass,
                                double seconds, double *median, struct error *error);

/* The median of count > 0 numbers, which it sorts. */
double bench_median(double *numbers, int count);

#endif

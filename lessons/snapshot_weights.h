/*
 * snapshot_weights.h - the tensors of an arm at one moment, as a copy: names, shapes, values.
 */
#ifndef LESSONS_SNAPSHOT_WEIGHTS_H
#define LESSONS_SNAPSHOT_WEIGHTS_H

#include "common/layers/parameters.h"

/* One learned tensor; a vector has one column. */
struct snapshot_tensor {
    char name[PARAMETER_NAME_MAX]; /* PyTorch's: "core.weight_hh_l0" */
    bool vector;
    int rows, columns;
    size_t offset; /* of its first value, row after row */
};

/* A zeroed one is empty. */
struct snapshot_weights {
    struct snapshot_tensor *tensor; /* (count) in the order of the model's list, owned */
    int count;
    real *value; /* (total) owned */
    size_t total;
    int tensor_capacity;
    size_t value_capacity;
};

/*
 * Overwrite with the tensors of that list and their values, (list->total), reusing memory.
 * STATUS_NO_MEMORY: it is as it was.
 */
enum status snapshot_weights_take(struct snapshot_weights *weights,
                                  const struct parameter_list *list, const real *values,
                                  struct error *error);

void snapshot_weights_free(struct snapshot_weights *weights); /* safe on a zeroed one */

#endif

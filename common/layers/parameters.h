/*
 * parameters.h - the list of a model's learned tensors: name, shape, place and first values.
 *
 * All parameters of a model live in one block of reals; gradients and optimizer state are
 * blocks of the same layout. A layer declares its tensors once, in parameter_add, and keeps the
 * offsets it gets back: this is the only place where a tensor is listed. Names and shapes are
 * PyTorch's.
 */
#ifndef COMMON_LAYERS_PARAMETERS_H
#define COMMON_LAYERS_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/numeric/real.h"

enum initial_kind {
    INITIAL_CONSTANT,    /* every element is `value` */
    INITIAL_UNIFORM,     /* U(-value, value) */
    INITIAL_NORMAL,      /* N(0, value^2) */
    INITIAL_ORTHOGONAL,  /* value x an orthogonal matrix, for each square block of rows */
    INITIAL_IDENTITY,    /* value x the identity, for each square block of rows */
    INITIAL_LOG_UNIFORM, /* log of U(1, value), value >= 1 */
    INITIAL_OPPOSITE     /* of some rows: minus the rows of this tensor that begin at `value` */
};

/* How a tensor gets its first values. */
struct initial {
    enum initial_kind kind;
    double value;
};

/* Rows of a tensor, elements of a vector, that start in another way than the others. */
struct initial_rows {
    int first, count;
    struct initial initial;
};

enum { PARAMETER_NAME_MAX = 64, PARAMETER_ROWS_MAX = 4 };

struct parameter {
    char name[PARAMETER_NAME_MAX];
    int rank;      /* 1 or 2 */
    int shape[2];  /* (n) or (out, in) */
    size_t count;  /* elements */
    size_t offset; /* of the first element in the block, in reals */
    struct initial initial;
    struct initial_rows rows[PARAMETER_ROWS_MAX]; /* filled after the whole, in this order */
    int rows_count;
};

/* A zeroed list is an empty one. */
struct parameter_list {
    struct parameter *items;
    int count;
    int capacity;
    size_t total; /* elements of all tensors: the length of the block */
    bool failed;  /* memory ran out while adding: the list must not be used */
};

/*
 * Add a matrix (rows, columns), or a vector of rows elements when columns is 0, named prefix +
 * name. Returns its offset in the block. When memory runs out list->failed is set.
 */
size_t parameter_add(struct parameter_list *list, const char *prefix, const char *name,
                     int rows, int columns, struct initial initial);

/*
 * Let rows first .. first + count - 1 of the tensor at that offset start with `initial`, drawn
 * from a stream of their own: the other rows keep the values they have without. A later call
 * for the same rows wins. Does nothing once list->failed is set.
 */
void parameter_start_rows(struct parameter_list *list, size_t offset, int first, int count,
                          struct initial initial);

/* Let the whole tensor at that offset start with `initial`, whatever was asked for before. */
void parameter_start(struct parameter_list *list, size_t offset, struct initial initial);

/* The tensor of that name, or NULL. */
const struct parameter *parameter_find(const struct parameter_list *list, const char *name);

/*
 * Overwrite values (list->total) with the first values of every tensor. Each is drawn from a
 * stream of its own, (seed, name): the same tensor of two arms starts with the same numbers,
 * two layers of one stack with different ones. Fails only when memory runs out (orthogonal
 * needs a work matrix).
 */
enum status parameters_initialise(const struct parameter_list *list, real *values,
                                  uint64_t seed);

void parameter_list_free(struct parameter_list *list);

#endif

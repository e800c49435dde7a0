/*
 * gradcheck.h - is a gradient right? Central differences, in double.
 *
 *     numeric_i = (L(value + h e_i) - L(value - h e_i)) / 2h        h = 1e-5
 *
 * An entry is right if |analytic - numeric| <= 1e-6 max(|analytic|, |numeric|) + 1e-9 (1 + |L|)
 * and, where both are above 1e-6, their signs agree. A tensor is right if all its entries are,
 * and the largest is above 1e-3: a check that everything passes proves nothing. Entries that
 * theory says are zero must be declared; they are held to 1e-12 of the loss. NaN and infinity
 * are never right.
 */
#ifndef TESTS_GRADCHECK_H
#define TESTS_GRADCHECK_H

#include <stddef.h>

#include "common/layers/parameters.h"
#include "common/numeric/real.h"

/* One number that depends on the values under test. */
typedef real (*loss_function)(void *context);

struct gradient {
    const char *name;
    real *value;          /* (count) shifted one at a time, and restored */
    const real *analytic; /* (count) what the code under test says */
    size_t count;
    size_t zero, zero_count; /* entries zero .. zero + zero_count - 1 have no gradient at all */
};

enum gradient_fault {
    GRADIENT_RIGHT,
    GRADIENT_NOT_FINITE,
    GRADIENT_WRONG_SIGN,
    GRADIENT_WRONG,
    GRADIENT_NOT_ZERO, /* where it was declared to be */
    GRADIENT_TOO_SMALL /* the whole tensor: nothing has been tested */
};

struct gradient_verdict {
    enum gradient_fault fault;
    size_t index; /* of the worst entry; of the largest one where nothing is wrong */
    double analytic, numeric;
};

struct gradient_verdict gradient_check(const struct gradient *gradient, loss_function loss,
                                       void *context);

/* The same in a test: fails with the tensor's name and the worst entry. */
void assert_gradient(const struct gradient *gradient, loss_function loss, void *context);

/* Rows of a tensor whose gradient is zero in theory. */
struct zero_rows {
    const char *tensor; /* NULL ends a list */
    int first, rows;
};

/*
 * assert_gradient on every tensor of a list; parameters and gradients are blocks of
 * list->total.
 */
void assert_all_gradients(const struct parameter_list *list, const struct zero_rows *zeros,
                          real *parameters, const real *gradients, loss_function loss,
                          void *context);

#endif

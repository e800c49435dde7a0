/*
 * spectrum.h - the eigenvalues of a matrix that is looked at, kept until it changes.
 *
 * They are found while a picture is made, so a matrix whose eigenvalues take long is asked only
 * a few times a second.
 */
#ifndef VIZ_WINDOW_SPECTRUM_H
#define VIZ_WINDOW_SPECTRUM_H

#include <stdint.h>

#include "common/numeric/eigenvalues.h"
#include "common/numeric/real.h"

/* Which matrix, of which moment. */
struct spectrum_of {
    unsigned epoch; /* of the view */
    int arm, tensor, block;
    unsigned long serial; /* of the snapshot */
};

/* A zeroed one knows nothing. */
struct spectrum {
    struct spectrum_of of;
    bool known;   /* values are those of `of` */
    bool waiting; /* a newer moment is to be asked soon */
    bool found;   /* false: no memory, or they do not converge */
    int n;
    struct eigenvalue value[EIGENVALUES_MOST]; /* (n) */
    double largest;                            /* |lambda| */
    unsigned long times;                       /* how often they were found */
    double seconds;                            /* that the last time took */
    uint64_t made_ms;
    double *memory; /* owned */
};

/*
 * Know the eigenvalues of matrix (n, n), n <= EIGENVALUES_MOST, unless they are known already,
 * or are so slow that it is too early to ask again (spectrum->waiting).
 */
void spectrum_look(struct spectrum *spectrum, struct spectrum_of of, const real *matrix, int n,
                   uint64_t now_ms);
void spectrum_free(struct spectrum *spectrum); /* safe on a zeroed one */

#endif

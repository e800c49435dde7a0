#include "transformer/rope.h"

#include "common/numeric/functions.h"

/*
 * Fused by hand: gcc 12 makes of a cosine - b sine and its neighbour one instruction that fuses
 * (vfmaddsub), -ffp-contract=off notwithstanding, in vectors but not in what is left over.
 */
void rope_forward(real *x, const real *row, int width)
{
    for (int k = 0; k + 1 < width; k += 2) {
        const real sine = row[k], cosine = row[k + 1], a = x[k], b = x[k + 1];

        x[k] = fused(a, cosine, -b * sine);
        x[k + 1] = fused(a, sine, b * cosine);
    }
}

/* x' is x turned, so dx is dx' turned back: the transpose of a rotation is its inverse. */
void rope_backward(real *dx, const real *row, int width)
{
    for (int k = 0; k + 1 < width; k += 2) {
        const real sine = row[k], cosine = row[k + 1], a = dx[k], b = dx[k + 1];

        dx[k] = fused(a, cosine, b * sine);
        dx[k + 1] = fused(b, cosine, -a * sine);
    }
}

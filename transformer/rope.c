#include "transformer/rope.h"

void rope_forward(real *x, const real *row, int width)
{
    for (int k = 0; k + 1 < width; k += 2) {
        const real sine = row[k], cosine = row[k + 1], a = x[k], b = x[k + 1];

        x[k] = a * cosine - b * sine;
        x[k + 1] = a * sine + b * cosine;
    }
}

/* x' is x turned, so dx is dx' turned back: the transpose of a rotation is its inverse. */
void rope_backward(real *dx, const real *row, int width)
{
    for (int k = 0; k + 1 < width; k += 2) {
        const real sine = row[k], cosine = row[k + 1], a = dx[k], b = dx[k + 1];

        dx[k] = a * cosine + b * sine;
        dx[k + 1] = b * cosine - a * sine;
    }
}

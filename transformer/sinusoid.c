#include "transformer/sinusoid.h"

#include <stddef.h>

#include "common/numeric/portable.h"

static const double LOG2_THETA = 13.287712379549449;       /* of 10000 */
static const double TURNS_IN_RADIAN = 0.15915494309189535; /* 1 / (2 pi) */

/* What pair c turns by in one step: theta^(-2c / width) radians. */
static double turns_per_step(int c, int width)
{
    return portable_exp2(-2.0 * c / width * LOG2_THETA) * TURNS_IN_RADIAN;
}

void sinusoid_row(real *row, int t, int width)
{
    for (int k = 0; k < width; k++) {
        const double turns = t * turns_per_step(k / 2, width);

        row[k] = (real)(k % 2 == 0 ? portable_sine(turns) : portable_cosine(turns));
    }
}

void sinusoid_table(real *table, int steps, int width)
{
    for (int k = 0; k < width; k += 2) {
        const double turns = turns_per_step(k / 2, width);
        const double step_sine = portable_sine(turns), step_cosine = portable_cosine(turns);
        double sine = 0, cosine = 1;

        for (int t = 0; t < steps; t++) {
            real *pair = table + (size_t)t * (size_t)width + k;
            const double next = sine * step_cosine + cosine * step_sine;

            pair[0] = (real)sine;
            if (k + 1 < width)
                pair[1] = (real)cosine;
            cosine = cosine * step_cosine - sine * step_sine;
            sine = next;
        }
    }
}

#include "transformer/alibi.h"

#include "common/numeric/portable.h"

real alibi_slope(int head, int heads)
{
    return (real)portable_exp2(-8.0 * (head + 1) / heads);
}

void alibi_add(real *scores, int columns, real distance, real step, real slope)
{
    for (int c = 0; c < columns; c++) {
        const real signed_distance = distance - (real)c * step;

        scores[c] -= slope * (signed_distance < 0 ? -signed_distance : signed_distance);
    }
}

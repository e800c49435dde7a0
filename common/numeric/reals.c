#include "common/numeric/reals.h"

#include <stdlib.h>
#include <string.h>

real *reals_create(size_t count)
{
    const size_t lines = (count * sizeof(real) + REALS_LINE - 1) / REALS_LINE;
    const size_t bytes = (lines > 0 ? lines : 1) * REALS_LINE;
    real *reals = aligned_alloc(REALS_LINE, bytes);

    if (reals != NULL)
        memset(reals, 0, bytes);
    return reals;
}

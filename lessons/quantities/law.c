#include <math.h>
#include <string.h>

#include "lessons/measure.h"
#include "lessons/quantities/quantities.h"
#include "lessons/theory.h"

double quantity_law_slope(const struct measured *m, double argument)
{
    const struct arm_config *arm = &m->lab->config.arm[m->arm->number];

    (void)argument;
    /* A drive is refused but for one layer of elman that reads forwards. */
    if (!(arm->drive > 0) || strcmp(m->lab->config.task.name, "drive") != 0 ||
        arm->initial != WEIGHTS_ORTHOGONAL || !(arm->gain > 0) || arm->squash != SQUASH_TANH ||
        arm->truncate != 0)
        return (double)NAN;
    return log(theory_driven_factor(arm->gain, arm->drive));
}

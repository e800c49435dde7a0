#include "common/training/schedule.h"

#include "common/numeric/functions.h"
#include "common/numeric/portable.h"

static double rise(const struct schedule *schedule, long step)
{
    if (step + 1 >= schedule->warmup)
        return 1;
    return (double)(step + 1) / (double)schedule->warmup;
}

/* How far the way from decay_from to the end has been gone, 0..1. */
static double share_gone(const struct schedule *schedule, long step)
{
    const double steps = (double)schedule->steps, from = schedule->decay_from * steps;

    if (schedule->steps == 0 || (double)step <= from)
        return 0;
    return step >= schedule->steps ? 1 : ((double)step - from) / (steps - from);
}

static double fall(const struct schedule *schedule, long step)
{
    const double to = schedule->decay_to;

    switch (schedule->kind) {
    case SCHEDULE_LINEAR:
        return 1 - (1 - to) * share_gone(schedule, step);
    case SCHEDULE_COSINE: /* cos(pi x) is that of half as many turns */
        return to + (1 - to) * (1 + portable_cosine(share_gone(schedule, step) / 2)) / 2;
    case SCHEDULE_STEP:
        return power_integer(schedule->decay_by, step / schedule->decay_every);
    case SCHEDULE_CONSTANT:
        break;
    }
    return 1;
}

double schedule_factor(const struct schedule *schedule, long step)
{
    return rise(schedule, step) * fall(schedule, step);
}

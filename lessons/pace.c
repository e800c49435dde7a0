#include "lessons/pace.h"

double pace_spent(const struct lab *lab, const struct lab_arm *arm)
{
    const double step = (double)arm->trainer.step, batch = lab->config.training.batch;

    switch (lab->config.training.pace) {
    case PACE_FLOPS:
        return 3 * model_flops(&arm->model, lab->task.shape.steps) * batch * step;
    case PACE_SECONDS:
        return arm->seconds;
    case PACE_STEPS:
        break;
    }
    return step;
}

static bool is_at_limit(const struct lab *lab, const struct lab_arm *arm)
{
    return lab->limit > 0 && arm->trainer.step >= lab->limit;
}

bool pace_waits(const struct lab *lab, const struct lab_arm *arm)
{
    for (int i = 0; i < lab->arms; i++)
        if (lab_runs(&lab->arm[i]) && !is_at_limit(lab, &lab->arm[i]))
            return is_at_limit(lab, arm);
    return false;
}

/* Is a to make its next update before b? */
static bool comes_first(const struct lab *lab, const struct lab_arm *a, const struct lab_arm *b)
{
    const bool a_waits = is_at_limit(lab, a), b_waits = is_at_limit(lab, b);

    return a_waits != b_waits ? b_waits : pace_spent(lab, a) < pace_spent(lab, b);
}

int pace_next(const struct lab *lab)
{
    int next = -1;

    for (int i = 0; i < lab->arms; i++)
        if (lab_runs(&lab->arm[i]) &&
            (next < 0 || comes_first(lab, &lab->arm[i], &lab->arm[next])))
            next = i;
    return next;
}

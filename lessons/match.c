#include "lessons/match.h"

#include <assert.h>
#include <math.h>

#include "lessons/models.h"

enum { WIDTH_MOST = 1024 /* of the keys hidden and width */ };

/* What is compared, and for which arm. */
struct comparison {
    enum training_match match;
    const struct batch_shape *shape;
    struct arm_config arm;
};

/* The member that decides an arm's size. */
static int *size_of(struct arm_config *arm)
{
    return arm_kind(arm)->recurrent ? &arm->hidden : &arm->width;
}

static enum status measure(const struct comparison *c, double *result, struct error *error)
{
    struct sequence_model model;
    const enum status status = arm_model(&model, &c->arm, c->shape, error);

    if (status != STATUS_OK)
        return status;
    *result = c->match == MATCH_FLOPS ? model_core_flops(&model, c->shape->steps)
                                      : (double)model_core_parameters(&model);
    model_free(&model);
    return STATUS_OK;
}

static enum status measure_at(struct comparison *c, int size, double *result,
                              struct error *error)
{
    *size_of(&c->arm) = size;
    return measure(c, result, error);
}

/* From one size that is possible to the next. */
static int step_of(const struct arm_config *arm)
{
    const struct model_kind *kind = arm_kind(arm);
    int step = kind->uses_heads ? arm->heads : 1;

    if (!kind->recurrent && arm->positions == POSITIONS_ROPE)
        step *= 2;
    if (kind->recurrent && arm->direction == DIRECTION_BOTH && step % 2 == 0)
        step /= 2; /* attention is twice as wide as each direction */
    return step;
}

/* The size nearest to the target, and what it has; both grow together. */
static enum status find(struct comparison *c, double target, int *size, double *result,
                        struct error *error)
{
    const int step = step_of(&c->arm);
    int low = 1, high = WIDTH_MOST / step; /* in steps; the answer is high or high - 1 */
    enum status status = STATUS_OK;
    double below;

    while (low < high && status == STATUS_OK) {
        const int middle = (low + high) / 2;

        status = measure_at(c, middle * step, result, error);
        if (*result < target)
            low = middle + 1;
        else
            high = middle;
    }
    if (status == STATUS_OK)
        status = measure_at(c, high * step, result, error);
    *size = high * step;
    if (status != STATUS_OK || high == 1)
        return status;
    status = measure_at(c, (high - 1) * step, &below, error);
    if (status == STATUS_OK && fabs(below - target) <= fabs(*result - target)) {
        *size = (high - 1) * step;
        *result = below;
    }
    return status;
}

static enum status match_arm(struct arm_config *arm, const struct lab_config *config,
                             int number, const struct batch_shape *shape, struct error *error)
{
    const int reference = config->training.match_reference;
    struct comparison theirs = { config->training.match, shape, config->arm[reference] };
    struct comparison ours = { config->training.match, shape, *arm };
    const char *what = theirs.match == MATCH_FLOPS ? "FLOPs of a sequence" : "parameters";
    double target = 0, found = 0;
    enum status status;

    if (arm_kind(arm)->recurrent)
        ours.arm.width = theirs.arm.width;
    if (theirs.match == MATCH_WIDTH) {
        *size_of(&ours.arm) = *size_of(&theirs.arm);
        status = STATUS_OK;
    } else {
        int size = 0;

        status = measure(&theirs, &target, error);
        if (status == STATUS_OK)
            status = find(&ours, target, &size, &found, error);
        if (status == STATUS_OK && fabs(found - target) > MATCH_TOLERANCE * target)
            status = error_set(
                error, STATUS_USAGE,
                "%s: no %s comes within %.0f %% of %s's %.0f core %s; the nearest has %s %d "
                "and %.0f%s",
                arm_name(number), arm->model, 100 * MATCH_TOLERANCE, arm_name(reference),
                target, what, arm_kind(arm)->recurrent ? "hidden" : "width", size, found,
                step_of(arm) > 1 ? "; fewer heads allow finer steps" : "");
        *size_of(&ours.arm) = size;
    }
    if (status == STATUS_OK)
        status = arm_check(&ours.arm, arm_name(number), error);
    if (status == STATUS_OK)
        *arm = ours.arm;
    return status;
}

enum status match_apply(struct lab_config *config, const struct batch_shape *shape,
                        struct error *error)
{
    const int reference = config->training.match_reference;
    struct lab_config matched = *config;
    enum status status = STATUS_OK;

    if (config->training.match == MATCH_NONE)
        return STATUS_OK;
    if (config->arm[reference].model[0] == '\0')
        return error_set(error, STATUS_USAGE,
                         "training.match_reference: there is no arm %s; match needs one whose "
                         "size the others take",
                         arm_name(reference));
    if (!model_kind_has_core(arm_kind(&config->arm[reference])))
        return error_set(error, STATUS_USAGE,
                         "training.match_reference: %s is a %s, a readout alone, which has no "
                         "size that others could take",
                         arm_name(reference), config->arm[reference].model);
    for (int i = 0; i < ARMS_MAX && status == STATUS_OK; i++)
        if (i != reference && config->arm[i].model[0] != '\0' &&
            model_kind_has_core(arm_kind(&config->arm[i])))
            status = match_arm(&matched.arm[i], config, i, shape, error);
    if (status == STATUS_OK)
        *config = matched;
    return status;
}

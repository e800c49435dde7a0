/* What gradients show: too little of them, or too much, along time and along training. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/health_parts.h"

/* The norms that are looked at: of many sequences, where they are measured. */
static const double *norms(const struct profile *profile)
{
    return isnan(profile->input.rms[profile->tau]) ? profile->input.one : profile->input.rms;
}

/* What has not been done already. */
static const char *remedy(const struct snapshot *snapshot, int arm)
{
    const struct snapshot_arm *a = &snapshot->arm[arm];
    const struct arm_config *config = snapshot_arm_config(snapshot, arm);
    const bool default_start = config->initial == WEIGHTS_DEFAULT;

    if (strcmp(a->model, "elman") == 0)
        return default_start
                   ? "Try an lstm with forget_bias = 1, a gru, or initial = orthogonal."
                   : "Try an lstm with forget_bias = 1, or a gru.";
    if (strcmp(a->model, "lstm") == 0 && default_start)
        return config->forget_bias > 0 ? "Try a larger forget_bias, or lstm+attention."
                                       : "Try forget_bias = 1, or initial = chrono.";
    if (strcmp(a->model, "gru") == 0 && default_start)
        return "Try initial = chrono, or train on: a gru often finds its way.";
    if (strcmp(a->model, "transformer") == 0)
        return "Try residual = yes, which lets the gradient pass.";
    return "Train on, or try attention on top: it reaches every step at once.";
}

/* The first lag k at which the norm, and the slope too, are on the far side of the limit. */
static int first_beyond(const struct profile *profile, double limit)
{
    const double *norm = norms(profile);
    const double near = norm[profile->tau - 1], slope = profile->input.slope;

    for (int k = 2; k <= profile->tau; k++) {
        const double ratio = norm[profile->tau - k] / near, line = exp(slope * (k - 1));

        if (limit < 1 ? ratio > 0 && ratio < limit && line < limit
                      : ratio > limit && line > limit)
            return k;
    }
    return -1;
}

static bool can_be_read(const struct profile *profile)
{
    return profile->steps > 0 && !profile->local && profile->tau >= 2 &&
           isfinite(profile->input.slope) && norms(profile)[profile->tau - 1] > 0;
}

/* A finding about steps 0 to where the gradient is first beyond the limit; NULL: nowhere. */
static struct finding *add_beyond(struct health *health, enum health_kind kind,
                                  const struct snapshot_arm *a, double limit)
{
    const int lag = first_beyond(&a->now, limit);
    struct finding *finding = lag < 0 ? NULL : health_add(health, kind, health_level_of(a));

    if (finding == NULL)
        return NULL;
    finding->from = 0;
    finding->to = a->now.tau - lag;
    finding->measured = exp(a->now.input.slope);
    snprintf(finding->tensor, sizeof finding->tensor, "input");
    return finding;
}

static void find_vanishing(struct health *health, const struct snapshot *snapshot, int arm)
{
    const struct snapshot_arm *a = &snapshot->arm[arm];
    struct finding *finding = add_beyond(health, HEALTH_VANISHING, a, HEALTH_VANISHED);

    if (finding == NULL)
        return;
    health_words(finding,
                 "Each step back multiplies the gradient by %.3g: of the error at step %d less "
                 "than a ten-thousandth reaches steps 0 to %d.",
                 finding->measured, a->now.tau, finding->to);
    health_advice(finding, remedy(snapshot, arm));
}

static void find_growing(struct health *health, const struct snapshot *snapshot, int arm)
{
    struct finding *finding =
        add_beyond(health, HEALTH_EXPLODING, &snapshot->arm[arm], HEALTH_GROWN);

    if (finding == NULL)
        return;
    health_words(finding,
                 "Each step back multiplies the gradient by %.3g: steps 0 to %d have more than "
                 "a thousand times that of the last ones.",
                 finding->measured, finding->to);
    health_advice(finding, snapshot->config.training.clip > 0
                               ? "Try a smaller gain of the recurrent weights, or a smaller "
                                 "clip."
                               : "Try a smaller gain of the recurrent weights, or a smaller "
                                 "learning rate and a clip.");
}

static int compare(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;

    return (x > y) - (x < y);
}

static double median(const struct curve *curve)
{
    enum { MOST = 512 /* of so many points: a median needs no more */ };
    const int stride = 1 + (curve->count - 1) / MOST;
    float norm[MOST];
    int count = 0;

    for (int i = 0; i < curve->count; i += stride)
        if (isfinite((double)curve->points[i].gradient_norm))
            norm[count++] = curve->points[i].gradient_norm;
    if (count == 0)
        return 0;
    qsort(norm, (size_t)count, sizeof *norm, compare);
    return (double)norm[count / 2];
}

static void find_spike(struct health *health, const struct snapshot *snapshot, int arm)
{
    const struct snapshot_arm *a = &snapshot->arm[arm];
    const struct curve *curve = &a->curve;
    const double clip = snapshot->config.training.clip, usual = median(curve);
    const struct curve_point *worst = NULL;
    struct finding *finding;

    for (int i = 0; i < curve->count; i++) {
        const struct curve_point *point = &curve->points[i];

        if (point->step >= a->looked_step - HEALTH_LATELY && point->step < a->looked_step &&
            (worst == NULL || point->gradient_norm > worst->gradient_norm))
            worst = point;
    }
    if (worst == NULL || !(usual > 0) || !((double)worst->gradient_norm > HEALTH_SPIKE * usual))
        return;
    finding = health_add(health, HEALTH_EXPLODING, clip > 0 ? HEALTH_NOTE : HEALTH_WARNING);
    if (finding == NULL)
        return;
    finding->measured = (double)worst->gradient_norm;
    snprintf(finding->tensor, sizeof finding->tensor, "gradient");
    if (clip > 0)
        health_words(finding,
                     "At update %ld the gradient was %.3g long, %.3g times as long as usual; "
                     "the clip has cut it.",
                     worst->step + 1, finding->measured, finding->measured / usual);
    else
        health_words(finding,
                     "At update %ld the gradient was %.3g long, %.3g times as long as usual, "
                     "and nothing has cut it.",
                     worst->step + 1, finding->measured, finding->measured / usual);
    health_advice(finding, clip > 0
                               ? "Nothing, if the loss comes back; else try a smaller "
                                 "learning rate."
                               : "Clip the gradient at 1, or try a smaller learning rate.");
}

void health_gradients(struct health *health, const struct snapshot *snapshot, int arm)
{
    if (can_be_read(&snapshot->arm[arm].now)) {
        find_vanishing(health, snapshot, arm);
        find_growing(health, snapshot, arm);
    }
    find_spike(health, snapshot, arm);
}

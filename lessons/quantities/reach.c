#include "lessons/quantities/quantities.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/measure.h"
#include "lessons/models.h"

static const struct arm_config *config_of(const struct measured *m)
{
    return &m->lab->config.arm[m->arm->number];
}

double quantity_pairs(const struct measured *m, double argument)
{
    struct mask_walk walk = { 0 };
    struct mask_tile tile;
    double pairs = 0;

    (void)argument;
    if (!arm_mask(config_of(m), m->lab->task.shape.steps, &walk.mask))
        return (double)NAN;
    while (mask_next(&walk, &tile))
        for (int r = 0; r < tile.rows; r++)
            pairs += mask_until(&tile, r) - mask_from(&tile, r);
    return pairs;
}

double quantity_pair_formula(const struct measured *m, double argument)
{
    const double n = m->lab->task.shape.steps;
    struct mask mask;

    (void)argument;
    if (!arm_mask(config_of(m), (int)n, &mask))
        return (double)NAN;
    if (mask.kind == ATTENTION_FULL)
        return n * n;
    if (mask.kind == ATTENTION_CAUSAL)
        return n * (n + 1) / 2;
    if (mask.kind == ATTENTION_WINDOW)
        return mask.span <= n ? n * mask.span - (double)mask.span * (mask.span - 1) / 2
                              : (double)NAN;
    if (fmod(n, mask.span) != 0)
        return (double)NAN;
    if (mask.kind == ATTENTION_BLOCK)
        return n * (mask.span + 1) / 2;
    if (mask.kind == ATTENTION_STRIDED)
        return n * mask.span - (double)mask.span * (mask.span - 1) / 2 +
               n * (n / mask.span - 1) / 2;
    return n * (mask.span + 1) / 2 + n * (n / mask.span - 1) / 2; /* two-level */
}

/* What can be reached in one hop through attention from the steps that are. */
static void hop(const struct mask *mask, const bool *reached, bool *next)
{
    for (int i = 0; i < mask->steps; i++) {
        struct mask_run run[MASK_RUNS];
        const int runs = reached[i] ? mask_runs(mask, i, run) : 0;

        for (int k = 0; k < runs; k++)
            for (int c = 0; c < run[k].count; c++) {
                const int key = run[k].first + c * run[k].step;

                if (run[k].means)
                    memset(next + key * mask->span, true, (size_t)mask->span);
                else
                    next[key] = true;
            }
    }
}

/*
 * Through recurrent layers: the gradient stops at multiples of `truncate`, but attention above
 * them looks at every state before.
 */
static void walk_back(const struct arm_config *arm, int tau, int steps, bool *reached)
{
    const bool stops = arm->truncate > 0 && !arm_kind(arm)->uses_heads;
    const int first = stops ? tau - tau % arm->truncate : 0;

    if (arm->direction == DIRECTION_BOTH)
        memset(reached, true, (size_t)steps);
    else
        memset(reached + first, true, (size_t)(tau - first + 1));
}

/*
 * Steps of the pinned sequence from which a path leads to output tau, (steps), owned by the
 * caller. NULL: no memory, or the gradients at step 0 are not of one output, or not known.
 */
static bool *reached_steps(const struct measured *m, int *tau, int *steps)
{
    const struct arm_config *arm = config_of(m);
    const struct profile *first = &m->arm->first;
    struct mask mask;
    bool *reached, *next;

    *steps = batch_length(&m->arm->probe.one, 0);
    *tau = first->tau;
    if (first->steps < *steps || first->local || *tau < 0 || *tau >= *steps)
        return NULL;
    reached = calloc((size_t)*steps, sizeof *reached);
    next = calloc((size_t)*steps, sizeof *next);
    if (reached != NULL && next != NULL) {
        if (m->lab->task.shape.readout == READOUT_MEAN)
            memset(reached, true, (size_t)*steps);
        reached[*tau] = true;
        if (arm_kind(arm)->recurrent) {
            walk_back(arm, *tau, *steps, reached);
        } else if (arm_mask(arm, *steps, &mask)) {
            for (int layer = 0; layer < arm_layers(arm); layer++) {
                hop(&mask, reached, next);
                memcpy(reached, next, (size_t)*steps * sizeof *reached);
            }
        }
    } else {
        free(reached);
        reached = NULL;
    }
    free(next);
    return reached;
}

double quantity_reach(const struct measured *m, double argument)
{
    int tau, steps, first = 0;
    bool *reached = reached_steps(m, &tau, &steps);

    (void)argument;
    if (reached == NULL)
        return (double)NAN;
    while (!reached[first])
        first++;
    free(reached);
    return tau - first;
}

double quantity_beyond_reach(const struct measured *m, double argument)
{
    int tau, steps;
    bool *reached = reached_steps(m, &tau, &steps);
    double most = 0;
    bool any = false;

    (void)argument;
    for (int t = 0; reached != NULL && t < steps; t++)
        if (!reached[t]) {
            most = quantity_larger(most, m->arm->first.input.one[t]);
            any = true;
        }
    free(reached);
    return any ? most : (double)NAN;
}

double quantity_edge_of_reach(const struct measured *m, double argument)
{
    const double reach = quantity_reach(m, argument);

    return isnan(reach) ? (double)NAN : m->arm->first.input.one[m->arm->first.tau - (int)reach];
}

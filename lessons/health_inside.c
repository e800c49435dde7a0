/* What is inside a layer: a tanh at its ends, silent units, heads that do not choose. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lessons/health_parts.h"

/* So many rows of a head are looked at, at most, evenly over its queries. */
enum { ROWS_MAX = 64, KEYS_MANY = 8, KEYS_FEW = 4, HEADS_SAID = 8 };

/* Values of a layer over time and units, of the first sequence. */
static bool is_over_time(const struct trace_entry *entry)
{
    return trace_is_over_time(entry) && entry->layer >= 0;
}

/* ------------------------------------------------------------------------------------- units */

/* Of values 0 .. n - 1, the share beyond HEALTH_AT_THE_END; -1: one has left -1..1. */
static double share_at_the_ends(const real *x, size_t n)
{
    size_t count = 0;

    for (size_t k = 0; k < n; k++) {
        const double size = fabs((double)x[k]);

        if (!(size <= 1))
            return -1;
        count += size > HEALTH_AT_THE_END;
    }
    return n > 0 ? (double)count / (double)n : 0;
}

/* The longest run of steps that are each at least as saturated as the whole. */
static void worst_steps(const struct trace_entry *entry, double share, int *from, int *to)
{
    const int T = entry->extent[1];
    const size_t units = (size_t)entry->extent[2];
    int begin = -1;

    *from = *to = -1;
    for (int t = 0; t <= T; t++) {
        const bool much =
            t < T && share_at_the_ends(entry->value + (size_t)t * units, units) >= share;

        if (much && begin < 0)
            begin = t;
        if (!much && begin >= 0) {
            if (*from < 0 || t - begin > *to - *from + 1) {
                *from = begin;
                *to = t - 1;
            }
            begin = -1;
        }
    }
}

static void say_saturated(struct health *health, const struct snapshot_arm *arm,
                          const struct trace_entry *entry, double share)
{
    struct finding *finding = health_add(health, HEALTH_SATURATED_TANH, health_level_of(arm));

    if (finding == NULL)
        return;
    finding->layer = entry->layer;
    finding->measured = share;
    snprintf(finding->tensor, sizeof finding->tensor, "%s", entry->name);
    worst_steps(entry, share, &finding->from, &finding->to);
    health_words(finding,
                 "%.0f %% of %s in layer %d is beyond \u00b10.99, where tanh is flat, most at "
                 "steps %d to %d: little gradient passes there.",
                 100 * share, entry->quantity, entry->layer + 1, finding->from, finding->to);
    health_advice(finding, "Try a smaller gain, a smaller learning rate, or smaller inputs.");
}

/* The most saturated array of each layer. */
static void find_saturated(struct health *health, const struct snapshot_arm *arm)
{
    const int layers = trace_layers(&arm->trace);

    for (int layer = 0; layer < layers; layer++) {
        const struct trace_entry *worst = NULL;
        double most = HEALTH_SATURATED;

        for (int i = 0; i < arm->trace.count; i++) {
            const struct trace_entry *entry = &arm->trace.entries[i];
            double share;

            if (entry->layer != layer || entry->range != TRACE_SIGNED || !is_over_time(entry))
                continue;
            share = share_at_the_ends(entry->value, entry->count);
            if (share >= most) {
                most = share;
                worst = entry;
            }
        }
        if (worst != NULL)
            say_saturated(health, arm, worst, most);
    }
}

/* Units of a state that are 0 at every step. */
static int silent_units(const struct trace_entry *entry)
{
    const int T = entry->extent[1], units = entry->extent[2];
    int silent = 0;

    for (int u = 0; u < units; u++) {
        bool speaks = false;

        for (int t = 0; t < T && !speaks; t++)
            speaks = entry->value[(size_t)t * (size_t)units + (size_t)u] != 0;
        silent += !speaks;
    }
    return silent;
}

static void find_dead_units(struct health *health, const struct snapshot_arm *arm)
{
    for (int i = 0; i < arm->trace.count; i++) {
        const struct trace_entry *entry = &arm->trace.entries[i];
        struct finding *finding;
        int silent;

        if (!entry->state || !is_over_time(entry))
            continue;
        silent = silent_units(entry);
        if (silent < HEALTH_DEAD_UNITS * entry->extent[2])
            continue;
        finding = health_add(health, HEALTH_DEAD_RELU, health_level_of(arm));
        if (finding == NULL)
            return;
        finding->layer = entry->layer;
        finding->from = 0;
        finding->to = entry->extent[1] - 1;
        finding->measured = (double)silent / entry->extent[2];
        snprintf(finding->tensor, sizeof finding->tensor, "%s", entry->name);
        health_words(finding,
                     "%d of %d units in layer %d are 0 at every step of this sequence: no "
                     "gradient passes through them.",
                     silent, entry->extent[2], entry->layer + 1);
        health_advice(finding, "Try a smaller learning rate, another seed, or squash = tanh.");
    }
}

/* ------------------------------------------------------------------------------------- heads */

static bool is_knocked_out(const struct snapshot_arm *arm, int layer, int head)
{
    return edits_head_out((struct edits){ arm->edit, arm->edits }, layer, head);
}

/* Length of the loss's gradient on all weights of a head. */
static double felt(const struct trace_entry *entry, int head)
{
    const size_t n = (size_t)entry->extent[2] * (size_t)entry->extent[3];
    const real *gradient = entry->gradient + (size_t)head * n;
    double squares = 0;

    for (size_t k = 0; k < n; k++)
        squares += (double)gradient[k] * (double)gradient[k];
    return sqrt(squares);
}

static void find_dead_heads(struct health *health, const struct snapshot *snapshot,
                            const struct snapshot_arm *arm, const struct trace_entry *entry)
{
    const int heads = entry->has_gradient ? entry->extent[1] : 0;
    double strongest = 0;

    for (int h = 0; h < heads; h++)
        strongest = fmax(strongest, felt(entry, h));
    for (int h = 0; h < heads && strongest > 0; h++) {
        const double share = felt(entry, h) / strongest;
        struct finding *finding;

        if (!(share < HEALTH_DEAD_HEAD) || is_knocked_out(arm, entry->layer, h))
            continue;
        finding = health_add(health, HEALTH_NO_HEAD, health_level_of(arm));
        if (finding == NULL)
            return;
        finding->layer = entry->layer;
        finding->head = h;
        finding->measured = share;
        snprintf(finding->tensor, sizeof finding->tensor, "%s", entry->name);
        if (snapshot->loss_at >= 0)
            finding->from = finding->to = snapshot->loss_at;
        if (share > 1e-6)
            health_words(finding,
                         "Head %d of layer %d is not heard: the loss feels where it looks a "
                         "thousand times less than for the layer's strongest head.",
                         h + 1, entry->layer + 1);
        else
            health_words(finding,
                         "Head %d of layer %d is not heard: the loss feels where it looks a "
                         "million times less than for the layer's strongest head.",
                         h + 1, entry->layer + 1);
        health_advice(finding, "Knock it out (K): if the loss stays, fewer heads are enough.");
    }
}

/* Entropy of a row over the most it could have; its number of keys in *keys. */
static double evenness(const real *row, int n, int *keys)
{
    double entropy = 0, sum = 0;
    int count = 0;

    for (int k = 0; k < n; k++) {
        const double w = (double)row[k];

        if (!(w > 0))
            continue;
        count++;
        sum += w;
        entropy -= w * log(w);
    }
    *keys = count;
    return count > 1 && sum > 0.5 ? entropy / log(count) : 1;
}

/* Least evenness of the head's rows with at least so many keys; -1: there is none. */
static double least_even(const struct trace_entry *entry, int head, int least_keys)
{
    const int Q = entry->extent[2], K = entry->extent[3], stride = 1 + (Q - 1) / ROWS_MAX;
    double least = -1;

    for (int q = Q - 1; q >= 0; q -= stride) {
        const real *row = entry->value + ((size_t)head * (size_t)Q + (size_t)q) * (size_t)K;
        int keys;
        const double even = evenness(row, K, &keys);

        if (keys >= least_keys && (least < 0 || even < least))
            least = even;
    }
    return least;
}

static enum health_level uniform_level(const struct snapshot_arm *arm)
{
    return arm->looked_step < HEALTH_SETTLED ? HEALTH_NOTE : health_level_of(arm);
}

/* One finding for all uniform heads of a layer. */
static void find_uniform(struct health *health, const struct snapshot_arm *arm,
                         const struct trace_entry *entry)
{
    const int heads = entry->extent[1];
    struct finding *finding;
    char list[4 * HEADS_SAID + 1] = "";
    double least = 1;
    int count = 0, last = -1;

    for (int h = 0; h < heads; h++) {
        double even = least_even(entry, h, KEYS_MANY);

        if (even < 0)
            even = least_even(entry, h, KEYS_FEW);
        if (!(even >= HEALTH_UNIFORM) || is_knocked_out(arm, entry->layer, h))
            continue;
        if (count++ < HEADS_SAID)
            snprintf(list + strlen(list), sizeof list - strlen(list), "%s%d",
                     count > 1 ? ", " : "", h + 1);
        least = fmin(least, even);
        last = h;
    }
    if (count == 0)
        return;
    finding = health_add(health, HEALTH_ALIKE, uniform_level(arm));
    if (finding == NULL)
        return;
    finding->layer = entry->layer;
    finding->head = count == 1 ? last : -1;
    finding->measured = least;
    snprintf(finding->tensor, sizeof finding->tensor, "%s", entry->name);
    if (count > 1)
        health_words(finding,
                     "Heads %s%s of layer %d look at all steps alike: %.1f %% of the largest "
                     "entropy there can be.",
                     list, count > HEADS_SAID ? ", ..." : "", entry->layer + 1, 100 * least);
    else
        health_words(finding,
                     "Head %s of layer %d looks at all steps alike: %.1f %% of the largest "
                     "entropy there can be.",
                     list, entry->layer + 1, 100 * least);
    health_advice(finding, arm->looked_step == 0
                               ? "That is normal before training: watch whether it changes."
                           : arm->looked_step < HEALTH_SETTLED
                               ? "That is normal so early: go on training."
                               : "Train longer, or try a larger learning rate or other "
                                 "positions; a mean may also be all that the task needs.");
}

void health_inside(struct health *health, const struct snapshot *snapshot, int arm)
{
    const struct snapshot_arm *a = &snapshot->arm[arm];

    find_saturated(health, a);
    find_dead_units(health, a);
    for (int i = 0; i < a->trace.count; i++)
        if (trace_is_attention(&a->trace.entries[i])) {
            find_dead_heads(health, snapshot, a, &a->trace.entries[i]);
            find_uniform(health, a, &a->trace.entries[i]);
        }
}

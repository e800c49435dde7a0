#include "common/training/diagnosis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What stands before the place in a message, and what behind it. */
#define BEFORE_PLACE "it began in "
#define BEHIND_PLACE ";"

static bool all_finite(const real *x, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (!isfinite((double)x[k]))
            return false;
    return true;
}

/* The first parameter tensor in the list that is not finite, by name; gradients likewise. */
static const char *parameter_not_finite(const struct parameter_list *list, const real *block)
{
    for (int i = 0; i < list->count; i++)
        if (!all_finite(block + list->items[i].offset, list->items[i].count))
            return list->items[i].name;
    return NULL;
}

/* Backwards: a gradient passes through the last tensors first. */
static const char *gradient_not_finite(const struct parameter_list *list, const real *block)
{
    for (int i = list->count - 1; i >= 0; i--)
        if (!all_finite(block + list->items[i].offset, list->items[i].count))
            return list->items[i].name;
    return NULL;
}

/*
 * Run one slice of the round forward again and write the first layer output that is not finite
 * into place.
 */
static bool output_not_finite(struct trainer *t, const struct round *round, int first,
                              char place[DIAGNOSIS_PLACE_MAX])
{
    struct worker *worker = &t->shards.workers[0];
    const struct workspace *ws = &worker->workspace;
    const struct stack *layers = &t->model->layers;
    const int left = t->options.batch - first, slice = t->shards.plan.slice;

    worker_forward(worker, t->model, round, first, left < slice ? left : slice);
    for (int i = 0; i < layers->count; i++) {
        const struct layer *layer = layers->items[i].layer;
        const char *prefix = layers->items[i].prefix;
        const size_t count = workspace_outputs(ws, t->model, i);

        if (!all_finite(ws->passes[i].y, count)) {
            snprintf(place, DIAGNOSIS_PLACE_MAX, "the output of %.*s (%s, layer %d of %d)",
                     (int)(strlen(prefix) - 1), prefix, layer->kind->name, i + 1,
                     layers->count);
            return true;
        }
    }
    return false;
}

/* Largest element of the gradient, by tensor: for an update too large for the number type. */
static const char *largest_gradient(const struct parameter_list *list, const real *block)
{
    const char *name = list->items[0].name;
    double largest = 0;

    for (int i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->items[i].count; k++)
            if (fabs((double)block[list->items[i].offset + k]) > largest) {
                largest = fabs((double)block[list->items[i].offset + k]);
                name = list->items[i].name;
            }
    return name;
}

static void find_place(struct trainer *t, const struct round *round,
                       char place[DIAGNOSIS_PLACE_MAX])
{
    const struct parameter_list *list = &t->model->parameters;
    const char *name = parameter_not_finite(list, t->parameters);

    if (name != NULL) {
        snprintf(place, DIAGNOSIS_PLACE_MAX, "%s", name);
        return;
    }
    for (int first = 0; first < t->options.batch; first += t->shards.plan.slice)
        if (output_not_finite(t, round, first, place))
            return;
    for (int i = 0; i < t->shards.count; i++) {
        name = gradient_not_finite(list, t->gradients + (size_t)i * list->total);
        if (name != NULL) {
            snprintf(place, DIAGNOSIS_PLACE_MAX, "the gradient of %s", name);
            return;
        }
    }
    snprintf(place, DIAGNOSIS_PLACE_MAX, "the gradient of %s, the largest",
             largest_gradient(list, t->gradients));
}

/* printf writes "-nan" for half of them; the sign says nothing. */
static double without_sign(double x)
{
    return isnan(x) ? fabs(x) : x;
}

enum status diagnose(struct trainer *trainer, const struct round *round,
                     const struct report *report, struct error *error)
{
    char place[DIAGNOSIS_PLACE_MAX];

    find_place(trainer, round, place);
    return error_set(
        error, STATUS_DIVERGED,
        "step %ld: loss %g, gradient norm %g: no longer usable numbers; " BEFORE_PLACE
        "%s" BEHIND_PLACE " kept are the weights of step %ld, the last usable ones",
        trainer->step + 1, without_sign(report->loss), without_sign(report->gradient_norm),
        place, trainer->has_usable ? trainer->step - 1 : trainer->step);
}

bool diagnosis_read(const char *message, long *step, char place[DIAGNOSIS_PLACE_MAX])
{
    const char *at = strstr(message, BEFORE_PLACE);
    long found;

    if (sscanf(message, "step %ld:", &found) != 1 || at == NULL)
        return false;
    at += strlen(BEFORE_PLACE);
    *step = found;
    snprintf(place, DIAGNOSIS_PLACE_MAX, "%.*s", (int)strcspn(at, BEHIND_PLACE), at);
    return true;
}

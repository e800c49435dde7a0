#include "common/layers/trace.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void trace_reset(struct trace *trace)
{
    trace->count = 0;
    trace->failed = false;
}

/* The next entry to fill, with its old memory if it was in use before. */
static struct trace_entry *next_entry(struct trace *trace)
{
    if (trace->count == trace->capacity) {
        const int capacity = trace->capacity ? 2 * trace->capacity : 16;
        struct trace_entry *entries =
            realloc(trace->entries, (size_t)capacity * sizeof *entries);

        if (entries == NULL)
            return NULL;
        memset(entries + trace->capacity, 0,
               (size_t)(capacity - trace->capacity) * sizeof *entries);
        trace->entries = entries;
        trace->capacity = capacity;
    }
    return &trace->entries[trace->count];
}

/* Make room for `count` elements, if there is none yet. */
static bool grow(real **data, size_t *capacity, size_t count)
{
    real *grown;

    if (count <= *capacity)
        return true;
    grown = realloc(*data, count * sizeof *grown);
    if (grown == NULL)
        return false;
    *data = grown;
    *capacity = count;
    return true;
}

static bool entry_reserve(struct trace_entry *entry, size_t count, bool has_gradient)
{
    return grow(&entry->value, &entry->capacity, count) &&
           (!has_gradient || grow(&entry->gradient, &entry->gradient_capacity, count));
}

void trace_rename(struct trace_entry *entry, const char *quantity)
{
    entry->quantity = quantity;
    if (entry->layer < 0)
        snprintf(entry->name, sizeof entry->name, "%s", quantity);
    else
        snprintf(entry->name, sizeof entry->name, "layers.%d.%s", entry->layer, quantity);
}

struct trace_entry *trace_add(struct trace *trace, const char *quantity, int layer,
                              bool has_gradient, const struct trace_form *form)
{
    struct trace_entry *entry;
    size_t count = 1;

    if (trace->states_only && !form->state)
        return NULL;
    assert(form->rank <= TRACE_RANK_MAX);
    for (int i = 0; i < form->rank; i++)
        count *= (size_t)form->extent[i];
    entry = next_entry(trace);
    if (entry == NULL || !entry_reserve(entry, count, has_gradient)) {
        trace->failed = true;
        return NULL;
    }
    trace->count++;
    entry->layer = layer;
    trace_rename(entry, quantity);
    entry->state = form->state;
    entry->range = form->range;
    entry->rank = form->rank;
    memcpy(entry->axes, form->axes, sizeof entry->axes);
    memcpy(entry->extent, form->extent, sizeof entry->extent);
    entry->count = count;
    entry->has_gradient = has_gradient;
    return entry;
}

real *trace_sum(struct trace *trace, const char *quantity, int layer,
                const struct trace_form *form)
{
    const struct trace_entry *found;
    struct trace_entry *entry;

    if (trace->sums == NULL)
        return NULL;
    found = trace_find(trace->sums, quantity, layer);
    if (found != NULL)
        return found->value;
    entry = trace_add(trace->sums, quantity, layer, false, form);
    if (entry == NULL) {
        trace->failed = true;
        return NULL;
    }
    memset(entry->value, 0, entry->count * sizeof *entry->value);
    return entry->value;
}

/* (T, B, units) with rows apart -> (B, T, units) without gaps. */
static void copy_batch_first(real *out, struct trace_rows in, int T, int B, int units)
{
    for (int b = 0; b < B; b++)
        for (int t = 0; t < T; t++)
            memcpy(out + ((size_t)b * (size_t)T + (size_t)t) * (size_t)units,
                   in.data + ((ptrdiff_t)t * B + b) * in.row, (size_t)units * sizeof *out);
}

void trace_add_rows(struct trace *trace, const char *quantity, int layer, bool state,
                    enum trace_range range, int steps, int batch, int units,
                    struct trace_rows value, struct trace_rows gradient)
{
    const struct trace_form form = { .range = range,
                                     .state = state,
                                     .rank = 3,
                                     .axes = { AXIS_BATCH, AXIS_TIME, AXIS_UNIT },
                                     .extent = { batch, steps, units } };
    struct trace_entry *entry = trace_add(trace, quantity, layer, gradient.data != NULL, &form);

    if (entry == NULL)
        return;
    copy_batch_first(entry->value, value, steps, batch, units);
    if (gradient.data != NULL)
        copy_batch_first(entry->gradient, gradient, steps, batch, units);
}

const struct trace_entry *trace_find(const struct trace *trace, const char *quantity, int layer)
{
    for (int i = 0; i < trace->count; i++)
        if (trace->entries[i].layer == layer &&
            strcmp(trace->entries[i].quantity, quantity) == 0)
            return &trace->entries[i];
    return NULL;
}

int trace_layers(const struct trace *trace)
{
    int layers = 0;

    for (int i = 0; i < trace->count; i++)
        if (trace->entries[i].layer >= layers)
            layers = trace->entries[i].layer + 1;
    return layers;
}

bool trace_is_over_time(const struct trace_entry *entry)
{
    return entry->rank == 3 && entry->axes[1] == AXIS_TIME && entry->axes[2] == AXIS_UNIT;
}

bool trace_is_attention(const struct trace_entry *entry)
{
    return entry->rank == 4 && entry->range == TRACE_SHARE && entry->axes[1] == AXIS_HEAD &&
           entry->axes[2] == AXIS_QUERY && entry->axes[3] == AXIS_KEY;
}

double trace_at(const struct trace_entry *entry, int step, int unit)
{
    return (double)entry->value[(size_t)step * (size_t)entry->extent[2] + (size_t)unit];
}

void trace_copy(struct trace *to, const struct trace *from)
{
    trace_reset(to);
    to->states_only = from->states_only;
    for (int i = 0; i < from->count; i++) {
        const struct trace_entry *entry = &from->entries[i];
        struct trace_form form = { .range = entry->range,
                                   .state = entry->state,
                                   .rank = entry->rank };
        struct trace_entry *copy;

        memcpy(form.axes, entry->axes, sizeof form.axes);
        memcpy(form.extent, entry->extent, sizeof form.extent);
        copy = trace_add(to, entry->quantity, entry->layer, entry->has_gradient, &form);
        if (copy == NULL)
            return;
        memcpy(copy->value, entry->value, entry->count * sizeof *copy->value);
        if (entry->has_gradient)
            memcpy(copy->gradient, entry->gradient, entry->count * sizeof *copy->gradient);
    }
}

void trace_free(struct trace *trace)
{
    for (int i = 0; i < trace->capacity; i++) {
        free(trace->entries[i].value);
        free(trace->entries[i].gradient);
    }
    free(trace->entries);
    *trace = (struct trace){ 0 };
}

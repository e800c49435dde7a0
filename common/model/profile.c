#include "common/model/profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int profile_rows(const struct profile *profile)
{
    return 1 + profile->layers + profile->parts;
}

struct profile_row *profile_row_at(struct profile *profile, int number)
{
    if (number == 0)
        return &profile->input;
    if (number <= profile->layers)
        return &profile->state[number - 1];
    return &profile->part[number - 1 - profile->layers].row;
}

/* Numbers in the block: one and rms of every row. */
static size_t block_count(const struct profile *profile)
{
    return 2 * (size_t)profile_rows(profile) * (size_t)profile->steps;
}

/* Point every row into the block, and empty them. */
static void bind_rows(struct profile *profile)
{
    const size_t T = (size_t)profile->steps, count = block_count(profile);
    double *next = profile->block;

    for (int i = 0; i < profile_rows(profile); i++) {
        struct profile_row *row = profile_row_at(profile, i);

        row->one = next;
        row->rms = next + T;
        row->slope = (double)NAN;
        next += 2 * T;
    }
    for (size_t i = 0; i < count; i++)
        profile->block[i] = (double)NAN;
    profile->error = (double)NAN;
}

static enum status resize(struct profile *profile, int steps, int layers, int parts,
                          struct error *error)
{
    struct profile made = { .steps = steps, .layers = layers, .parts = parts };

    if (layers > PROFILE_LAYERS_MAX)
        return error_set(error, STATUS_USAGE, "%d layers: a gradient profile has at most %d",
                         layers, PROFILE_LAYERS_MAX);
    if (steps != profile->steps || layers != profile->layers || parts != profile->parts) {
        made.block = malloc(block_count(&made) * sizeof *made.block);
        if (made.block == NULL)
            return error_set(error, STATUS_NO_MEMORY, "no memory for a profile of %d steps",
                             steps);
        free(profile->block);
        *profile = made;
    }
    bind_rows(profile);
    return STATUS_OK;
}

enum status profile_resize(struct profile *profile, int steps, int layers, struct error *error)
{
    return resize(profile, steps, layers, 0, error);
}

static bool has_norm(const struct trace_entry *entry)
{
    return entry->state && entry->has_gradient && entry->layer >= 0;
}

/* Is the entry one of several that are its layer's state? */
static bool is_part(const struct trace *trace, const struct trace_entry *entry)
{
    int count = 0;

    if (!has_norm(entry))
        return false;
    for (int i = 0; i < trace->count; i++)
        count += has_norm(&trace->entries[i]) && trace->entries[i].layer == entry->layer;
    return count > 1;
}

enum status profile_resize_for(struct profile *profile, int steps, const struct trace *trace,
                               struct error *error)
{
    int parts = 0;
    enum status status;

    for (int i = 0; i < trace->count; i++)
        parts += is_part(trace, &trace->entries[i]);
    if (parts > PROFILE_PARTS_MAX)
        parts = PROFILE_PARTS_MAX;
    status = resize(profile, steps, trace_layers(trace), parts, error);
    if (status != STATUS_OK)
        return status;
    for (int i = 0, part = 0; i < trace->count && part < parts; i++) {
        const struct trace_entry *entry = &trace->entries[i];

        if (!is_part(trace, entry))
            continue;
        profile->part[part].layer = entry->layer;
        profile->part[part++].quantity = entry->quantity;
    }
    return STATUS_OK;
}

struct profile_row *profile_part(struct profile *profile, int layer, const char *quantity)
{
    for (int i = 0; i < profile->parts; i++)
        if (profile->part[i].layer == layer && strcmp(profile->part[i].quantity, quantity) == 0)
            return &profile->part[i].row;
    return NULL;
}

enum status profile_copy(struct profile *to, const struct profile *from, struct error *error)
{
    enum status status;

    if (from->steps == 0) {
        profile_free(to);
        return STATUS_OK;
    }
    status = resize(to, from->steps, from->layers, from->parts, error);
    if (status != STATUS_OK)
        return status;
    memcpy(to->block, from->block, block_count(from) * sizeof *to->block);
    to->tau = from->tau;
    to->local = from->local;
    to->raw = from->raw;
    to->error = from->error;
    to->input.slope = from->input.slope;
    for (int l = 0; l < from->layers; l++)
        to->state[l].slope = from->state[l].slope;
    for (int i = 0; i < from->parts; i++) {
        to->part[i].layer = from->part[i].layer;
        to->part[i].quantity = from->part[i].quantity;
        to->part[i].row.slope = from->part[i].row.slope;
    }
    return STATUS_OK;
}

void profile_free(struct profile *profile)
{
    free(profile->block);
    *profile = (struct profile){ 0 };
}

void profile_fit(struct profile_row *row, int steps, int tau)
{
    const double *norm = isnan(row->rms[tau]) ? row->one : row->rms;
    const int longest = 9 * steps / 10;
    double n = 0, sum_k = 0, sum_y = 0, sum_kk = 0, sum_ky = 0;

    for (int k = 1; k <= longest && k <= tau; k++) {
        const double y = log(norm[tau - k]);

        if (!isfinite(y)) /* a zero, or not measured */
            continue;
        n += 1;
        sum_k += k;
        sum_y += y;
        sum_kk += (double)k * k;
        sum_ky += k * y;
    }
    row->slope = (n * sum_ky - sum_k * sum_y) / (n * sum_kk - sum_k * sum_k);
    if (n < 2)
        row->slope = (double)NAN;
}

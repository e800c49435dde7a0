#include "common/model/profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t row_count(int layers)
{
    return 2 * (size_t)(1 + layers); /* one and rms, of the input and of every layer */
}

/* Point every row into the block. */
static void bind_rows(struct profile *profile)
{
    const size_t T = (size_t)profile->steps;
    double *next = profile->block;

    for (int l = -1; l < profile->layers; l++) {
        struct profile_row *row = l < 0 ? &profile->input : &profile->state[l];

        row->one = next;
        row->rms = next + T;
        row->slope = (double)NAN;
        next += 2 * T;
    }
}

enum status profile_resize(struct profile *profile, int steps, int layers, struct error *error)
{
    const size_t count = row_count(layers) * (size_t)steps;

    if (layers > PROFILE_LAYERS_MAX)
        return error_set(error, STATUS_USAGE, "%d layers: a gradient profile has at most %d",
                         layers, PROFILE_LAYERS_MAX);
    if (steps != profile->steps || layers != profile->layers) {
        double *block = malloc(count * sizeof *block);

        if (block == NULL)
            return error_set(error, STATUS_NO_MEMORY, "no memory for a profile of %d steps",
                             steps);
        free(profile->block);
        *profile = (struct profile){ .steps = steps, .layers = layers, .block = block };
    }
    bind_rows(profile);
    for (size_t i = 0; i < count; i++)
        profile->block[i] = (double)NAN;
    return STATUS_OK;
}

enum status profile_copy(struct profile *to, const struct profile *from, struct error *error)
{
    enum status status;

    if (from->steps == 0) {
        profile_free(to);
        return STATUS_OK;
    }
    status = profile_resize(to, from->steps, from->layers, error);
    if (status != STATUS_OK)
        return status;
    memcpy(to->block, from->block,
           row_count(from->layers) * (size_t)from->steps * sizeof *to->block);
    to->tau = from->tau;
    to->local = from->local;
    to->input.slope = from->input.slope;
    for (int l = 0; l < from->layers; l++)
        to->state[l].slope = from->state[l].slope;
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

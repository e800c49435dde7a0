#include "viz/window/spectrum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"

static const double SLOW_SECONDS = 0.005;
enum { REST_MS = 300 };

static bool same_place(const struct spectrum_of *a, const struct spectrum_of *b)
{
    return a->epoch == b->epoch && a->arm == b->arm && a->tensor == b->tensor &&
           a->block == b->block;
}

static void find(struct spectrum *s, const real *matrix, int n)
{
    const size_t most = EIGENVALUES_MOST, count = (size_t)n * (size_t)n;

    s->found = false;
    s->n = n;
    s->largest = 0;
    if (s->memory == NULL)
        s->memory = malloc((most * most + most) * sizeof *s->memory);
    if (s->memory == NULL)
        return;
    for (size_t i = 0; i < count; i++)
        s->memory[i] = (double)matrix[i];
    s->found = eigenvalues_find(s->memory, n, s->value, s->memory + most * most);
    for (int i = 0; i < n && s->found; i++)
        s->largest = fmax(s->largest, eigenvalue_size(s->value[i]));
}

void spectrum_look(struct spectrum *s, struct spectrum_of of, const real *matrix, int n,
                   uint64_t now_ms)
{
    const bool same = s->known && s->n == n && same_place(&s->of, &of);
    const double begin = clock_seconds();

    s->waiting = false;
    if (same && s->of.serial == of.serial)
        return;
    if (same && s->seconds > SLOW_SECONDS && now_ms < s->made_ms + REST_MS) {
        s->waiting = true;
        return;
    }
    find(s, matrix, n);
    s->seconds = clock_seconds() - begin;
    s->made_ms = now_ms;
    s->of = of;
    s->known = true;
    s->times++;
}

void spectrum_free(struct spectrum *s)
{
    free(s->memory);
    *s = (struct spectrum){ 0 };
}

#include "viz/window/weight_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static int find(const struct snapshot_weights *w, const char *name)
{
    for (int i = 0; i < w->count; i++)
        if (strcmp(w->tensor[i].name, name) == 0)
            return i;
    return -1;
}

/* The weight_hh of the layer and direction that a tensor of a recurrent layer belongs to. */
static int recurrent_of(const struct snapshot_weights *w, int tensor)
{
    static const char *const kinds[] = { "weight_hh_", "weight_ih_", "bias_hh_", "bias_ih_" };
    const char *name = w->tensor[tensor].name;
    char wanted[PARAMETER_NAME_MAX + 16];

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *at = strstr(name, kinds[i]);

        if (at == NULL)
            continue;
        snprintf(wanted, sizeof wanted, "%.*s%s%s", (int)(at - name), name, kinds[0],
                 at + strlen(kinds[i]));
        return find(w, wanted);
    }
    return -1;
}

/* PyTorch's order of gates, by how many there are. */
static const char *const *gate_names(int count)
{
    static const char *const lstm[] = { "i", "f", "g", "o" };
    static const char *const gru[] = { "r", "z", "n" };

    return count == 4 ? lstm : count == 3 ? gru : NULL;
}

int weight_blocks(const struct snapshot_weights *w, int tensor,
                  struct weight_block blocks[WEIGHT_BLOCKS_MAX])
{
    static const char *const attention[] = { "q", "k", "v" };
    const struct snapshot_tensor *t = &w->tensor[tensor];
    const int recurrent = recurrent_of(w, tensor);
    const char *const *names = NULL;
    int count = 1;

    if (recurrent >= 0) {
        const struct snapshot_tensor *hh = &w->tensor[recurrent];

        count = hh->rows / hh->columns;
        names = gate_names(count);
    } else if (strstr(t->name, "in_proj_") != NULL) {
        count = 3;
        names = attention;
    }
    if (names == NULL || t->rows % count != 0) {
        blocks[0] = (struct weight_block){ "", 0, t->rows };
        return 1;
    }
    for (int i = 0; i < count; i++)
        blocks[i] = (struct weight_block){ names[i], i * (t->rows / count), t->rows / count };
    return count;
}

bool weight_is_recurrent(const struct snapshot_weights *w, int tensor)
{
    const struct snapshot_tensor *t = &w->tensor[tensor];
    struct weight_block blocks[WEIGHT_BLOCKS_MAX];

    weight_blocks(w, tensor, blocks);
    return strstr(t->name, "weight_hh_") != NULL && blocks[0].rows == t->columns;
}

int weight_first(const struct snapshot_weights *w)
{
    for (int i = 0; i < w->count; i++)
        if (weight_is_recurrent(w, i))
            return i;
    for (int i = 0; i < w->count; i++)
        if (strstr(w->tensor[i].name, "in_proj_weight") != NULL)
            return i;
    return 0;
}

static const real *values_of(const struct snapshot_weights *w, int tensor,
                             struct weight_block of, size_t *count)
{
    const struct snapshot_tensor *t = &w->tensor[tensor];

    *count = (size_t)of.rows * (size_t)t->columns;
    return w->value + t->offset + (size_t)of.first * (size_t)t->columns;
}

double weight_norm(const struct snapshot_weights *w, int tensor, struct weight_block of)
{
    size_t count;
    const real *value = values_of(w, tensor, of, &count);
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += (double)value[i] * (double)value[i];
    return sqrt(sum);
}

double weight_largest(const struct snapshot_weights *w, int tensor, struct weight_block of)
{
    size_t count;
    const real *value = values_of(w, tensor, of, &count);
    double most = 0;

    for (size_t i = 0; i < count; i++) {
        const double size = fabs((double)value[i]);

        most = size > most ? size : most;
    }
    return most;
}

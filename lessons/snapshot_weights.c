#include "lessons/snapshot_weights.h"

#include <stdlib.h>
#include <string.h>

static enum status reserve(struct snapshot_weights *w, int count, size_t total,
                           struct error *error)
{
    if (count > w->tensor_capacity) {
        struct snapshot_tensor *tensor = realloc(w->tensor, (size_t)count * sizeof *w->tensor);

        if (tensor == NULL)
            return error_set(error, STATUS_NO_MEMORY, "no memory for a list of %d tensors",
                             count);
        w->tensor = tensor;
        w->tensor_capacity = count;
    }
    if (total > w->value_capacity) {
        real *value = malloc(total * sizeof *value); /* nothing of the old is wanted */

        if (value == NULL)
            return error_set(error, STATUS_NO_MEMORY, "no memory for a copy of %zu weights",
                             total);
        free(w->value);
        w->value = value;
        w->value_capacity = total;
    }
    return STATUS_OK;
}

enum status snapshot_weights_take(struct snapshot_weights *w, const struct parameter_list *list,
                                  const real *values, struct error *error)
{
    const enum status status = reserve(w, list->count, list->total, error);

    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < list->count; i++) {
        const struct parameter *from = &list->items[i];
        struct snapshot_tensor *to = &w->tensor[i];

        memcpy(to->name, from->name, sizeof to->name);
        to->vector = from->rank == 1;
        to->rows = from->shape[0];
        to->columns = to->vector ? 1 : from->shape[1];
        to->offset = from->offset;
    }
    w->count = list->count;
    w->total = list->total;
    memcpy(w->value, values, list->total * sizeof *w->value);
    return STATUS_OK;
}

void snapshot_weights_free(struct snapshot_weights *w)
{
    free(w->tensor);
    free(w->value);
    *w = (struct snapshot_weights){ 0 };
}

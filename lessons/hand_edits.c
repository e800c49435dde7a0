#include "lessons/hand_edits.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 2 /* h and c */ };

static size_t widest(const struct sequence_model *model)
{
    size_t most = 0;

    for (int i = 0; i < model->layers.count; i++)
        if ((size_t)model->layers.items[i].layer->out > most)
            most = (size_t)model->layers.items[i].layer->out;
    return most;
}

size_t hand_edits_bytes(const struct sequence_model *model)
{
    return 2 * LAB_EDITS_MAX * PARTS * widest(model) * sizeof(real);
}

/* Room for the states of all edits, so that none moves afterwards. */
static enum status reserve(struct hand_edits *made, const struct edit *edits, int count,
                           const struct sequence_model *model, struct error *error)
{
    size_t reals = 0;
    real *states;

    for (int i = 0; i < count; i++)
        if (edits[i].kind == EDIT_STATE_SET)
            reals += 2 * PARTS * widest(model);
    if (made->capacity >= reals)
        return STATUS_OK;
    states = realloc(made->states, reals * sizeof *states);
    if (states == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for the states that a hand sets");
    made->states = states;
    made->capacity = reals;
    return STATUS_OK;
}

/*
 * h, and behind it c if there is one, of that half of the layer at that step. Returns how many
 * reals; 0: the layer has no such state.
 */
static size_t copy_state(real *to, const struct trace *states, const struct edit *edit)
{
    static const char *const parts[PARTS][2] = { { "hidden", "hidden.reverse" },
                                                 { "cell", "cell.reverse" } };
    size_t count = 0;

    for (int part = 0; part < PARTS; part++) {
        const struct trace_entry *entry =
            trace_find(states, parts[part][edit->half == EDIT_REVERSE_HALF], edit->depth);

        if (entry == NULL || edit->step < 0 || edit->step >= entry->extent[1])
            continue;
        memcpy(to + count, entry->value + (size_t)edit->step * (size_t)entry->extent[2],
               (size_t)entry->extent[2] * sizeof *to);
        count += (size_t)entry->extent[2];
    }
    return count;
}

/* One half of a state's edit, if the step is in the sequence and the state known. */
static void add_half(struct hand_edits *made, const struct edit *edit, enum edit_half half,
                     const struct probe *probe, size_t *used)
{
    struct edit own = *edit;
    const int length = batch_length(&probe->one, 0);

    own.half = half;
    if (own.kind == EDIT_STATE_SET) {
        const size_t count = copy_state(made->states + *used, &probe->states, &own);

        if (count == 0)
            return;
        own.state = made->states + *used;
        *used += count;
    }
    if (half == EDIT_REVERSE_HALF)
        own.step = length - 1 - edit->step;
    if (own.step >= 0)
        made->items[made->count++] = own;
}

enum status hand_edits_make(struct hand_edits *made, const struct edit *edits, int count,
                            struct probe *probe, struct weights weights, long pinned,
                            struct error *error)
{
    long known = -1; /* the sequence that probe->states is of */
    size_t used = 0;
    enum status status = reserve(made, edits, count, probe->model, error);

    assert(count <= LAB_EDITS_MAX);
    made->count = 0;
    for (int i = 0; i < count && status == STATUS_OK; i++) {
        const long other = edits[i].other < 0 ? pinned + 1 : edits[i].other;

        if (!edit_is_of_state(&edits[i])) {
            made->items[made->count++] = edits[i];
            continue;
        }
        if (edits[i].kind == EDIT_STATE_SET && other != known) {
            status = probe_run_states(probe, weights, other, error);
            if (status != STATUS_OK)
                break;
            known = other;
        }
        if (edits[i].half != EDIT_REVERSE_HALF)
            add_half(made, &edits[i], EDIT_FORWARD_HALF, probe, &used);
        if (edits[i].half != EDIT_FORWARD_HALF)
            add_half(made, &edits[i], EDIT_REVERSE_HALF, probe, &used);
    }
    return status;
}

void hand_edits_free(struct hand_edits *made)
{
    free(made->states);
    *made = (struct hand_edits){ 0 };
}

#include "viz/window/trace_view.h"

#include <stdio.h>
#include <string.h>

#include "viz/window/cell_parts.h"

static const char gate_prefix[] = "gate.";
static const char reverse_suffix[] = ".reverse"; /* of a layer that begins at the end */

/* A map has as many queries as keys. */
static bool is_map(const struct trace_entry *entry)
{
    return trace_is_attention(entry) && entry->extent[2] == entry->extent[3];
}

int trace_view_heads(const struct trace *trace)
{
    int heads = 0;

    for (int i = 0; i < trace->count; i++)
        if (is_map(&trace->entries[i]))
            heads += trace->entries[i].extent[1];
    return heads;
}

bool trace_view_attention(const struct trace *trace, int number, struct attention_view *view)
{
    for (int i = 0; i < trace->count && number >= 0; i++) {
        const struct trace_entry *entry = &trace->entries[i];
        const int heads = is_map(entry) ? entry->extent[1] : 0;

        if (number < heads) {
            const size_t T = (size_t)entry->extent[2];

            const struct trace_entry *score = trace_find(trace, "score", entry->layer);

            *view = (struct attention_view){ entry->layer, number, (int)T,
                                             entry->value + (size_t)number * T * T, NULL };
            if (score != NULL)
                view->score = score->value + (size_t)number * T * T;
            return true;
        }
        number -= heads;
    }
    return false;
}

double attention_on_marked(const struct attention_view *view, int query,
                           const struct snapshot *snapshot)
{
    double sum = 0;

    for (int key = 0; key < view->steps && key < snapshot->steps; key++)
        if (snapshot->token[key].marked)
            sum += (double)view->weight[query * view->steps + key];
    return sum;
}

int trace_view_layers(const struct trace *trace)
{
    int layers = 0;

    for (int i = 0; i < trace->count; i++)
        if (trace_is_over_time(&trace->entries[i]) && trace->entries[i].layer >= layers)
            layers = trace->entries[i].layer + 1;
    return layers;
}

void trace_view_entries(const struct trace *trace, int layer, const char *entry[ENTRIES_MAX])
{
    int count = 0;

    /* What belongs to the layer first, then input and logits. */
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < trace->count && count < ENTRIES_MAX; i++)
            if (trace_is_over_time(&trace->entries[i]) &&
                trace->entries[i].layer == (pass == 0 ? layer : -1))
                entry[count++] = trace->entries[i].quantity;
    if (count < ENTRIES_MAX)
        entry[count] = NULL;
}

const struct trace_entry *trace_view_entry(const struct trace *trace, const char *quantity,
                                           int layer)
{
    const struct trace_entry *entry = trace_find(trace, quantity, layer);

    if (entry == NULL)
        entry = trace_find(trace, quantity, -1);
    return entry != NULL && trace_is_over_time(entry) ? entry : NULL;
}

const struct trace_entry *trace_view_chosen(const struct trace *trace,
                                            const struct arm_view *chosen)
{
    const struct trace_entry *first = NULL;

    if (chosen->entry[0] != '\0') {
        const struct trace_entry *entry = trace_view_entry(trace, chosen->entry, chosen->layer);

        if (entry != NULL)
            return entry;
    }
    for (int i = 0; i < trace->count; i++) {
        const struct trace_entry *entry = &trace->entries[i];

        if (!trace_is_over_time(entry) || entry->layer != chosen->layer)
            continue;
        if (entry->state)
            return entry;
        if (first == NULL)
            first = entry;
    }
    return first;
}

static bool is_reverse(const char *quantity)
{
    const size_t length = strlen(quantity), suffix = sizeof reverse_suffix - 1;

    return length > suffix && strcmp(quantity + length - suffix, reverse_suffix) == 0;
}

void trace_view_states(const struct trace *trace, const struct arm_view *chosen,
                       struct seen_states *seen)
{
    const struct trace_entry *entry = trace_view_chosen(trace, chosen);

    *seen = (struct seen_states){ .layer = chosen->layer };
    if (entry == NULL || entry->layer < 0)
        return;
    seen->units = entry->extent[2];
    seen->recurrent = cell_kind_of(trace, entry->layer) != CELL_NONE;
    seen->reverse = is_reverse(entry->quantity);
}

int trace_view_gates(const struct trace *trace, int layer,
                     const struct trace_entry *gates[GATES_MAX])
{
    int count = 0;

    for (int i = 0; i < trace->count && count < GATES_MAX; i++) {
        const struct trace_entry *entry = &trace->entries[i];

        if (trace_is_over_time(entry) && entry->layer == layer &&
            strncmp(entry->quantity, gate_prefix, sizeof gate_prefix - 1) == 0)
            gates[count++] = entry;
    }
    return count;
}

const char *trace_view_label(char label[TRACE_NAME_MAX], const char *quantity)
{
    static const char *const letters[][2] = { { "query", "q" },
                                              { "key", "k" },
                                              { "value", "v" } };
    const size_t gate = sizeof gate_prefix - 1;
    const char *begin = strncmp(quantity, gate_prefix, gate) == 0 ? quantity + gate : quantity;
    const size_t length = strlen(begin);
    const bool turned = is_reverse(begin);

    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (strcmp(quantity, letters[i][0]) == 0)
            begin = letters[i][1];
    snprintf(label, TRACE_NAME_MAX, "%.*s%s",
             (int)(turned ? length - (sizeof reverse_suffix - 1) : length), begin,
             turned ? " \u2190" : "");
    return label;
}

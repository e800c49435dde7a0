/*
 * trace_view.h - finding in a trace what a panel can draw, from axes and names alone, so that a
 * new layer shows the day it is written. Always the first sequence of the batch.
 */
#ifndef VIZ_WINDOW_TRACE_VIEW_H
#define VIZ_WINDOW_TRACE_VIEW_H

#include "common/layers/trace.h"
#include "lessons/snapshot.h"
#include "viz/window/seen.h"

/* One attention head: weight[query * steps + key]. */
struct attention_view {
    int layer, head; /* both from 0 */
    int steps;
    const real *weight;
    const real *score; /* as weight, -infinity where the mask hides the key; NULL: not known */
};

/* Attention heads of all layers together. */
int trace_view_heads(const struct trace *trace);

/* The head of that number, counted through all layers; false if there is none. */
bool trace_view_attention(const struct trace *trace, int number, struct attention_view *view);

/* How much of the query's attention is on the marked steps. */
double attention_on_marked(const struct attention_view *view, int query,
                           const struct snapshot *snapshot);

/* Layers to choose from: layer numbers with an entry over time and units. */
int trace_view_layers(const struct trace *trace);

/* Quantities over time and units of that layer and of none, NULL after the last. */
void trace_view_entries(const struct trace *trace, int layer, const char *entry[ENTRIES_MAX]);

/* The entry of that quantity in that layer or in none, with time and units; NULL if there is
 * none. */
const struct trace_entry *trace_view_entry(const struct trace *trace, const char *quantity,
                                           int layer);

/* The one that a states panel shows: the chosen one, or else the first that is a state. */
const struct trace_entry *trace_view_chosen(const struct trace *trace,
                                            const struct arm_view *chosen);

/* What events need to know of that one. */
void trace_view_states(const struct trace *trace, const struct arm_view *chosen,
                       struct seen_states *seen);

/* Gates of a layer, in the layer's order; returns how many. */
enum { GATES_MAX = 8 }; /* of an lstm in both directions */
int trace_view_gates(const struct trace *trace, int layer,
                     const struct trace_entry *gates[GATES_MAX]);

/* "i" of "gate.i", an arrow for ".reverse": what fits on a small button. Returns label. */
const char *trace_view_label(char label[TRACE_NAME_MAX], const char *quantity);

#endif

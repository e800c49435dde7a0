/*
 * trace.h - what a model lets one see: named arrays with axes that say what they are.
 *
 * After a probe pass every layer adds what it has (hidden states, gates, attention, ...)
 * together with the gradient of the loss on it. A viewer draws any entry from its axes and a
 * file stores any entry under its name, so a new layer is visible the day it is written.
 *
 * Entries own copies, batch first; a trace can be filled again and again without new memory.
 */
#ifndef COMMON_LAYERS_TRACE_H
#define COMMON_LAYERS_TRACE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "common/numeric/real.h"

enum axis { AXIS_BATCH, AXIS_TIME, AXIS_UNIT, AXIS_HEAD, AXIS_QUERY, AXIS_KEY };

/* What values an entry can have: the colours depend on it. */
enum trace_range {
    TRACE_SIGNED, /* any sign: weights, states */
    TRACE_SHARE   /* 0..1: gates, attention */
};

enum { TRACE_NAME_MAX = 48, TRACE_RANK_MAX = 4 };

struct trace_entry {
    char name[TRACE_NAME_MAX]; /* "layers.0.gate.i", the name in a probe's file */
    const char *quantity;      /* "gate.i": the name without the layer; static */
    int layer;                 /* from 0; -1 for input and logits */
    bool state;                /* part of the state whose gradient is "the state view" */
    enum trace_range range;
    int rank;
    enum axis axes[TRACE_RANK_MAX];
    int extent[TRACE_RANK_MAX];
    size_t count;   /* elements: the product of extent */
    real *value;    /* row-major, owned */
    real *gradient; /* of the loss, same shape; meaningful if has_gradient */
    bool has_gradient;
    size_t capacity, gradient_capacity; /* elements that value and gradient have room for */
};

/* A zeroed trace is an empty one. */
struct trace {
    struct trace_entry *entries;
    int count;
    int capacity;     /* entries that exist, with memory to reuse, beyond count too */
    bool states_only; /* set by the caller: only entries with `state` are added */
    bool failed;      /* memory ran out: the trace is incomplete */

    /*
     * Set by the caller: where layers add up, over the sequences of all passes, what is read as
     * a mean (attention). NULL: nobody wants it. Not owned.
     */
    struct trace *sums;
};

/* Forget the entries, keep the memory, clear `failed`. */
void trace_reset(struct trace *trace);

/* What trace_add needs to know besides the name. */
struct trace_form {
    enum trace_range range;
    bool state;
    int rank;
    enum axis axes[TRACE_RANK_MAX];
    int extent[TRACE_RANK_MAX];
};

/*
 * Add an entry with value and gradient of that form, contents undefined, and return it for the
 * caller to fill. NULL if memory ran out or the entry is not wanted (states_only). layer is -1
 * for none; quantity must be a string constant.
 */
struct trace_entry *trace_add(struct trace *trace, const char *quantity, int layer,
                              bool has_gradient, const struct trace_form *form);

/*
 * The values of that entry in trace->sums, to be added to; zeros the first time since its
 * trace_reset. NULL if nobody wants sums, or if memory ran out: trace->failed is then set.
 */
real *trace_sum(struct trace *trace, const char *quantity, int layer,
                const struct trace_form *form);

/* Give an entry another quantity, a string constant, and the name that follows from it. */
void trace_rename(struct trace_entry *entry, const char *quantity);

/* An array in an engine's own order: (T, B, units), rows `row` reals apart. */
struct trace_rows {
    const real *data; /* NULL: there is none */
    ptrdiff_t row;    /* reals from one (t, b) to the next */
};

/*
 * Add (B, T, units) copied from time-major rows. gradient.data may be NULL.
 */
void trace_add_rows(struct trace *trace, const char *quantity, int layer, bool state,
                    enum trace_range range, int steps, int batch, int units,
                    struct trace_rows value, struct trace_rows gradient);

/* The entry of that quantity and layer (-1: none), or NULL. */
const struct trace_entry *trace_find(const struct trace *trace, const char *quantity,
                                     int layer);

/* Is it (B, time, units)? */
bool trace_is_over_time(const struct trace_entry *entry);

/* Is it attention, (B, heads, queries, keys) of shares? */
bool trace_is_attention(const struct trace_entry *entry);

/* Of an entry over time, the value of sequence 0 at that step and unit. */
double trace_at(const struct trace_entry *entry, int step, int unit);

/* Layers that have at least one entry: one more than the largest layer number. */
int trace_layers(const struct trace *trace);

/* Make `to` a copy of `from`, reusing its memory. Sets to->failed if memory runs out. */
void trace_copy(struct trace *to, const struct trace *from);

void trace_free(struct trace *trace);

#endif

/*
 * layer.h - the one interface between the two families and everything they share.
 *
 *     tokens or features -> input layer -> [ core: a stack of layers ] -> readout -> loss
 *
 * A layer maps x (T, B, in) to y (T, B, out) and back. Time comes first, so that one step is
 * one contiguous block of B rows, which a recurrent layer needs; row (t, b) is row t * B + b,
 * which is all that an attention layer needs to find sequence b.
 *
 * Layers are plain serial C over one shard (a few sequences of the batch). They allocate
 * nothing: sizes() says how many reals a pass needs, the caller gives the blocks. The only
 * function pointers of the engine are here.
 *
 *     B sequences of the shard    T time steps    in, out widths
 */
#ifndef COMMON_LAYERS_LAYER_H
#define COMMON_LAYERS_LAYER_H

#include <stddef.h>

#include "common/layers/parameters.h"
#include "common/layers/trace.h"
#include "common/numeric/real.h"

/* How much a pass works on. */
struct extent {
    int batch; /* B */
    int steps; /* T */

    /*
     * Not 0: x has only so many different rows, row (t, b) being number tokens[t * B + b] of
     * them, and whoever made x wants dx summed over equal rows: a layer may work on the
     * different rows alone, and put the sum into any one of the equal rows of dx and 0 into the
     * others.
     */
    int distinct;
};

static inline size_t extent_rows(struct extent e)
{
    return (size_t)e.batch * (size_t)e.steps;
}

/* Reals that a layer wants for a pass of a given extent. */
struct layer_sizes {
    size_t saved;    /* written by forward, read by backward and trace */
    size_t scratch;  /* used inside one call; contents do not matter before or after */
    size_t recorded; /* for a probe: gradients of what trace() lists, written by backward */
};

/* Everything one forward and its backward work on. The caller owns all of it. */
struct layer_pass {
    struct extent extent;
    const real *parameters; /* the model's block; the layer knows its offsets */
    const real *prepared;   /* what prepare() wrote from these parameters */
    const int *tokens;      /* (T, B) input of an embedding, or what extent.distinct counts */
    const real *x;          /* (T, B, in) input; NULL for an embedding */
    real *y;                /* (T, B, out) output */
    real *saved;
    real *scratch;

    const real *dy;  /* (T, B, out) gradient of the loss on y */
    real *dx;        /* (T, B, in) gradient on x, or NULL if nobody wants it */
    real *gradients; /* the model's block of gradients */
    real *recorded;  /* NULL while training; else dx must be wanted, where the layer has an x */
};

struct layer;

struct layer_kind {
    const char *name;

    /*
     * Add the layer's tensors to the list, names beginning with prefix; remember their offsets.
     */
    void (*declare)(struct layer *layer, struct parameter_list *list, const char *prefix);

    struct layer_sizes (*sizes)(const struct layer *layer, struct extent extent);

    /* Reals that prepare() writes; both NULL if the layer needs no preparation. */
    size_t (*prepared_count)(const struct layer *layer);

    /* Once per update, before the shards: bring weights into the order the products want. */
    void (*prepare)(const struct layer *layer, const real *parameters, real *prepared);

    /* Overwrites y and saved. */
    void (*forward)(const struct layer *layer, const struct layer_pass *pass);

    /* After forward with the same pass: overwrites dx, adds to gradients, fills recorded. */
    void (*backward)(const struct layer *layer, const struct layer_pass *pass);

    /* After backward with recording: add what can be seen. NULL if there is nothing. */
    void (*trace)(const struct layer *layer, const struct layer_pass *pass,
                  struct trace *trace);

    /* Multiply-adds count as two: nominal forward FLOPs of one sequence of T steps. */
    double (*flops)(const struct layer *layer, int steps);

    /* Release what the layer owns, itself included. NULL: free() is enough. */
    void (*destroy)(struct layer *layer);
};

/* The first member of every layer's own struct. */
struct layer {
    const struct layer_kind *kind;
    int in;
    int out;
    int depth; /* its number in a trace ("layers.0.hidden"); -1 if it has none */
};

/* Safe on NULL. */
void layer_destroy(struct layer *layer);

/* 0 for a layer that needs no preparation. */
size_t layer_prepared_count(const struct layer *layer);
void layer_prepare(const struct layer *layer, const real *parameters, real *prepared);

#endif
